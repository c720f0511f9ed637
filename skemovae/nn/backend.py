"""The only module that deals with what Keras runs on: the backend, the GPU, the number of threads, the logging."""

import os
import sys
import tempfile
import threading
from contextlib import contextmanager

LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL"  # of TensorFlow: 0 logs everything, 3 only fatal errors
_LOADING = threading.Lock()  # all threads share standard error


def start_backend():
    """Prepare for training: load the backend, check it, and limit it to the threads granted to this process.

    joblib sets ``OMP_NUM_THREADS`` in its worker processes to their share of the cores, and Dask to 1. NumPy and SciPy
    respect it; TensorFlow does not, so that each worker would take all cores and slow the others down. This has no
    effect once TensorFlow has started.

    Raises
    ------
    RuntimeError
        If Keras uses another backend.
    """
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if backend == "tensorflow" or "keras" in sys.modules:  # the import of another backend might fail
        with quiet_start():
            import keras

        backend = keras.backend.backend()
    if backend != "tensorflow":
        raise RuntimeError(
            f"Keras uses the backend {backend!r}: expected 'tensorflow', on which models are trained (using a fitted "
            "model needs none); set the environment variable KERAS_BACKEND=tensorflow, or start another process"
        )
    granted = os.environ.get("OMP_NUM_THREADS", "")
    if not granted.isdigit() or int(granted) < 1:
        return
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(int(granted))
        tf.config.threading.set_inter_op_parallelism_threads(int(granted))
    except RuntimeError:  # TensorFlow is already running, with the threads that somebody else chose
        return


def has_gpu():
    """Return whether TensorFlow sees a GPU."""
    import tensorflow as tf

    return bool(tf.config.list_physical_devices("GPU"))


@contextmanager
def quiet_start():
    """Hide what TensorFlow logs while it is being loaded, and later everything but fatal errors.

    While it is being loaded, it logs to file descriptor 2 whatever its own setting says. If the user has set that
    (``TF_CPP_MIN_LOG_LEVEL``) to less than 3, or TensorFlow is already loaded, nothing is changed. If loading fails,
    what was logged is shown, because it may say why.
    """
    with _LOADING:
        if "tensorflow" in sys.modules or os.environ.setdefault(LOG_LEVEL, "3") < "3":
            yield
            return
        if sys.stderr is not None:
            sys.stderr.flush()
        try:
            saved = os.dup(2)
        except OSError:  # a process without standard error
            yield
            return
        with tempfile.TemporaryFile() as log:
            os.dup2(log.fileno(), 2)
            try:
                yield
            except BaseException:
                log.seek(0)
                os.write(saved, log.read())
                raise
            finally:
                os.dup2(saved, 2)
                os.close(saved)
