"""The only place that asks what Keras runs on: TensorFlow or nothing, with a GPU or without, in how many threads."""

import os
import sys


def start_backend():
    """Make ready for training: check the backend, and give it the threads that were granted to this process.

    joblib sets ``OMP_NUM_THREADS`` in its worker processes to their share of the cores, and Dask to 1. NumPy and SciPy
    follow it; without this, each worker's TensorFlow would take all cores, and two workers on two cores would fight. It
    has no effect once TensorFlow has started.

    Raises
    ------
    RuntimeError
        If Keras has another backend.
    """
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if backend == "tensorflow" or "keras" in sys.modules:  # or the import might fail, where it is not installed
        import keras

        backend = keras.backend.backend()
    if backend != "tensorflow":
        raise RuntimeError(
            f"Keras has the backend {backend!r}: expected 'tensorflow', on which models are trained (using a fitted "
            "model needs none); set the environment variable KERAS_BACKEND=tensorflow, or start another process"
        )
    granted = os.environ.get("OMP_NUM_THREADS", "")
    if not granted.isdigit() or int(granted) < 1:
        return
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(int(granted))
        tf.config.threading.set_inter_op_parallelism_threads(int(granted))
    except RuntimeError:  # TensorFlow runs already, with the threads that somebody else chose
        return


def has_gpu():
    """Return whether TensorFlow sees a GPU."""
    import tensorflow as tf

    return bool(tf.config.list_physical_devices("GPU"))
