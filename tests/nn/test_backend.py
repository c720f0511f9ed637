"""What Keras runs on: TensorFlow in a fit, and nothing at all in what follows it."""

import os
import subprocess
import sys

import pytest

from skemovae.nn.backend import has_gpu, start_backend

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
os.environ["OMP_NUM_THREADS"] = "%s"
from skemovae.nn.backend import start_backend
start_backend()
import tensorflow as tf
print(tf.config.threading.get_intra_op_parallelism_threads(), tf.config.threading.get_inter_op_parallelism_threads())
"""


def run(code, *arguments, **environment):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_another_backend_is_refused_in_a_fit_and_all_else_works(saved):
    out = run(ANOTHER_BACKEND, saved, KERAS_BACKEND="jax")
    assert "Keras has the backend 'jax': expected 'tensorflow', on which models are trained" in out


def test_a_backend_that_is_not_tensorflow_is_refused(monkeypatch):
    monkeypatch.setattr("keras.backend.backend", lambda: "jax")
    with pytest.raises(RuntimeError, match=r"Keras has the backend 'jax': expected 'tensorflow'.*KERAS_BACKEND"):
        start_backend()


@pytest.mark.slow
@pytest.mark.parametrize(("granted", "expected"), [("3", "3 3"), ("0", "0 0"), ("many", "0 0")])
def test_tensorflow_takes_the_threads_that_are_granted(granted, expected):
    assert run(THREADS % granted).split() == expected.split()


def test_threads_of_a_tensorflow_that_runs_are_left(monkeypatch):
    import tensorflow as tf

    tf.zeros(1)  # it runs
    before = tf.config.threading.get_intra_op_parallelism_threads()
    monkeypatch.setenv("OMP_NUM_THREADS", str(before + 1))
    start_backend()
    assert tf.config.threading.get_intra_op_parallelism_threads() == before


def test_a_gpu_is_one_that_tensorflow_sees(monkeypatch):
    monkeypatch.setattr("tensorflow.config.list_physical_devices", lambda kind: [kind] if kind == "GPU" else [])
    assert has_gpu()
    monkeypatch.setattr("tensorflow.config.list_physical_devices", lambda kind: [])
    assert not has_gpu()
