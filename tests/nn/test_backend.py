"""What Keras runs on: TensorFlow during a fit, and nothing at all afterwards."""

import os
import subprocess
import sys

import pytest

from skemovae.nn.backend import has_gpu, quiet_start, start_backend

ANOTHER_BACKEND = """
import sys
import numpy as np
from skemovae import EmotionRegularizedVAE, load_model
vae = load_model(sys.argv[1])
rows, emotions, points = vae.sample(3, return_points=True, random_state=0)
assert rows.shape == (3, 8)
assert vae.transform(rows).shape == (3, 2)
assert vae.inverse_transform(points).tolist() == rows.tolist()
assert vae.predict(rows).shape == (3,)
assert np.isfinite(vae.score(rows, emotions))
assert not {"keras", "tensorflow", "torch", "jax"} & set(sys.modules)
try:
    vae.fit(rows, emotions)
except RuntimeError as error:
    print(error)
"""

THREADS = """
import os
import sys
from skemovae.nn.backend import start_backend
for granted in sys.argv[1:]:
    os.environ["OMP_NUM_THREADS"] = granted
    start_backend()
    from tensorflow.config.threading import get_inter_op_parallelism_threads, get_intra_op_parallelism_threads
    print(get_intra_op_parallelism_threads(), get_inter_op_parallelism_threads())
"""

TRAIN = """
import numpy as np
from sklearn.model_selection import cross_val_score
from skemovae import EmotionRegularizedVAE
from skemovae.testing import check_architecture
vae = EmotionRegularizedVAE(architecture="dense", max_iter=1, random_state=0)
X, y = np.random.default_rng(0).integers(5, size=(40, 4)), ["happy", "angry", "sad", "relaxed"] * 10
vae.fit(X, y)
print(len(cross_val_score(vae, X, y, cv=2, n_jobs=2)))
"""


def run(code, *arguments, **environment):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_another_backend_is_refused_in_a_fit_and_all_else_works(saved):
    out = run(ANOTHER_BACKEND, saved, KERAS_BACKEND="jax")
    assert "Keras uses the backend 'jax': expected 'tensorflow', on which models are trained" in out


def test_a_backend_that_is_not_tensorflow_is_refused(monkeypatch):
    monkeypatch.setattr("keras.backend.backend", lambda: "jax")
    with pytest.raises(RuntimeError, match=r"Keras uses the backend 'jax': expected 'tensorflow'.*KERAS_BACKEND"):
        start_backend()


@pytest.mark.slow
def test_tensorflow_takes_the_threads_that_are_granted():
    found = run(THREADS, "0", "many", "3", "2")  # in one process, because its threads start with the first operation
    assert found.splitlines() == ["0 0", "0 0", "3 3", "2 2"]


def test_threads_of_a_tensorflow_that_runs_are_left(monkeypatch):
    import tensorflow as tf

    tf.zeros(1)  # starts TensorFlow
    before = tf.config.threading.get_intra_op_parallelism_threads()
    monkeypatch.setenv("OMP_NUM_THREADS", str(before + 1))
    start_backend()
    assert tf.config.threading.get_intra_op_parallelism_threads() == before


def test_a_gpu_is_one_that_tensorflow_sees(monkeypatch):
    monkeypatch.setattr("tensorflow.config.list_physical_devices", lambda kind: [kind] if kind == "GPU" else [])
    assert has_gpu()
    monkeypatch.setattr("tensorflow.config.list_physical_devices", lambda kind: [])
    assert not has_gpu()


@pytest.mark.slow
def test_a_training_writes_nothing_to_standard_error():
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run([sys.executable, "-c", TRAIN], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "2\n", "")


@pytest.fixture
def unloaded(monkeypatch):
    """Pretend that TensorFlow is not loaded and that the level of its log is not set."""
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "")  # so that it is restored afterwards
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL")


def test_what_is_logged_while_tensorflow_is_loaded_is_not_shown(unloaded, capfd):
    with quiet_start():
        os.write(2, b"oneDNN is on")
    os.write(2, b"later")
    assert capfd.readouterr() == ("", "later")
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3"


@pytest.mark.parametrize(("level", "shown"), [("0", "a log"), ("2", "a log"), ("3", "")])
def test_a_level_of_the_users_own_is_kept(unloaded, capfd, monkeypatch, level, shown):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", level)
    with quiet_start():
        os.write(2, b"a log")
    assert capfd.readouterr().err == shown
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == level


def test_what_was_logged_is_shown_if_loading_fails(unloaded, capfd):
    @quiet_start()
    def load():
        os.write(2, b"it needs AVX")
        raise ImportError("no library")

    with pytest.raises(ImportError, match="no library"):
        load()
    assert capfd.readouterr().err == "it needs AVX"


def test_nothing_is_changed_once_tensorflow_is_loaded(capfd):
    import tensorflow  # noqa: F401

    with quiet_start():
        os.write(2, b"a warning of another thread")
    assert capfd.readouterr().err == "a warning of another thread"


def test_a_process_without_standard_error(unloaded, monkeypatch):
    def closed(descriptor):
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(os, "dup", closed)
    monkeypatch.setattr(sys, "stderr", None)
    with quiet_start():
        entered = True
    assert entered
