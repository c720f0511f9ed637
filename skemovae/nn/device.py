"""What TensorFlow runs on: a GPU, or as many threads as joblib, Dask or the user grant the process."""

import os

import joblib
import keras


def limit_threads():
    """Give TensorFlow the number of threads in ``OMP_NUM_THREADS``, if that is set.

    joblib sets it in its worker processes to their share of the cores, and Dask to 1. NumPy and SciPy follow it;
    without this, each worker's TensorFlow would take all cores, and two workers on two cores would fight. It has no
    effect once TensorFlow has started.
    """
    granted = os.environ.get("OMP_NUM_THREADS", "")
    if keras.backend.backend() != "tensorflow" or not granted.isdigit() or int(granted) < 1:
        return
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(int(granted))
        tf.config.threading.set_inter_op_parallelism_threads(int(granted))
    except RuntimeError:  # TensorFlow runs already, with the threads that somebody else chose
        return


def tensorflow_has_gpu():
    """Return whether the backend is TensorFlow and sees a GPU."""
    if keras.backend.backend() != "tensorflow":
        return False
    import tensorflow as tf

    return bool(tf.config.list_physical_devices("GPU"))


def prediction_threads():
    """Return in how many threads predictions run side by side: as many as TensorFlow has, elsewhere one."""
    if keras.backend.backend() != "tensorflow":
        return 1
    import tensorflow as tf

    return tf.config.threading.get_intra_op_parallelism_threads() or joblib.cpu_count()
