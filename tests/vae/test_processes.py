"""Threads and processes: a fitted model can be used anywhere, and only fits load Keras."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time

import joblib
import keras
import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from skemovae import EmotionRegularizedVAE, load_model

from .settings import SMALL, TINY

forks = pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system does not fork")
of_forks = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def run_python(code, *arguments, **environment):
    """Return what a new process prints."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | environment,
    ).stdout.strip()


# one fresh process -------------------------------------------------------------------------------------------------

USE = """
import sys
import numpy as np
from skemovae import load_model
model, data = load_model(sys.argv[1]), np.load(sys.argv[2])
X, y = data["X"], data["y"]
tokens, emotions = model.sample(9, temperature=1.0, random_state=0)
found = {
    "points": model.transform(X), "rows": model.inverse_transform(data["points"]), "tokens": tokens,
    "predicted": model.predict(X), "emotions": emotions, "score": model.score(X, y),
    "at": model.sample(2, at=(1, 1))[0],
}
np.savez(sys.argv[3], **found)
print(sorted({"tensorflow", "keras", "jax", "torch"} & set(sys.modules)))
"""


@pytest.mark.slow
@pytest.mark.parametrize("backend", [{}, {"KERAS_BACKEND": "jax"}])
def test_using_a_fitted_model_loads_no_deep_learning_framework(fitted, saved, tiny_data, tmp_path, backend):
    X, y = tiny_data
    points = fitted.transform(X)
    np.savez(tmp_path / "data.npz", X=X, y=y, points=points)
    assert run_python(USE, saved, tmp_path / "data.npz", tmp_path / "found.npz", **backend) == "[]"
    with np.load(tmp_path / "found.npz") as found:  # the same as in this process, which has trained
        tokens, emotions = fitted.sample(9, temperature=1.0, random_state=0)
        assert np.array_equal(found["points"], points)
        assert np.array_equal(found["rows"], fitted.inverse_transform(points))
        assert np.array_equal(found["tokens"], tokens)
        assert np.array_equal(found["emotions"], emotions)
        assert np.array_equal(found["predicted"], fitted.predict(X))
        assert np.array_equal(found["at"], fitted.sample(2, at=(1, 1))[0])
        assert found["score"] == fitted.score(X, y)


def test_a_fit_on_another_backend_is_refused(tiny_data, monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(RuntimeError, match=r"Keras uses the backend 'jax': expected 'tensorflow'.*KERAS_BACKEND=tens"):
        fit(*tiny_data)


FIT = """
import hashlib
import numpy as np
from skemovae import EmotionRegularizedVAE
from skemovae.nn.architectures import GRUArchitecture
X = np.random.default_rng(0).integers(5, size=(20, 6))
y = np.tile(["happy", "angry", "sad", "relaxed"], 5)
vae = EmotionRegularizedVAE(architecture=GRUArchitecture(units=3), max_iter=3, random_state=0).fit(X, y)
digest = hashlib.sha256(b"".join(weight.tobytes() for weight in vae.weights_.values()))
digest.update(vae.sample(50, temperature=1.0, random_state=1)[0].tobytes())
print(digest.hexdigest())
"""


@pytest.mark.slow
def test_the_same_seed_in_two_fresh_processes():
    first, second = (run_python(FIT) for _ in range(2))
    assert len(first) == 64
    assert first == second


# threads -----------------------------------------------------------------------------------------------------------


def run_threads(target, arguments):
    threads = [threading.Thread(target=target, args=argument) for argument in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)


def test_threads_share_a_fitted_model(fitted, tiny_data):
    X = np.tile(tiny_data[0], (8, 1))  # more than one block
    expected = [fitted.sample(200, temperature=1.0, random_state=seed)[0] for seed in range(6)]
    points = fitted.transform(X)
    found = [None] * 6

    def use(seed):
        found[seed] = fitted.sample(200, temperature=1.0, random_state=seed)[0], fitted.transform(X)

    run_threads(use, [(seed,) for seed in range(6)])
    for (tokens, latent), wanted in zip(found, expected, strict=True):
        assert np.array_equal(tokens, wanted)
        assert np.array_equal(latent, points)


def test_threads_fit_at_once(tiny_data):
    X, _ = tiny_data
    expected = EmotionRegularizedVAE(**TINY).fit(*tiny_data).transform(X)
    models = [EmotionRegularizedVAE(**TINY) for _ in range(3)]
    run_threads(EmotionRegularizedVAE.fit, [(model, *tiny_data) for model in models])
    for model in models:
        assert np.array_equal(model.transform(X), expected)


# children ----------------------------------------------------------------------------------------------------------


def tell(target, queue, *arguments):
    try:
        queue.put(target(*arguments))
    except RuntimeError as error:
        queue.put(str(error))


def in_a_child(method, target, *arguments):
    """Return what a function returns in a child process, or the message of its RuntimeError."""
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    child = context.Process(target=tell, args=(target, queue, *arguments))
    child.start()
    found = queue.get(timeout=120)
    child.join(timeout=60)
    assert child.exitcode == 0
    return found


def use(model, X):
    return model.transform(X), model.predict(X), model.sample(300, temperature=1.0, random_state=0)[0]


def fit(X, y):
    return EmotionRegularizedVAE(**TINY).fit(X, y).transform(X)


@forks
@of_forks
def test_a_forked_child_uses_a_fitted_model(fitted, tiny_data):
    X = np.tile(tiny_data[0], (8, 1))
    fit(*tiny_data)  # this process has trained
    expected = use(fitted, X)
    for found, wanted in zip(in_a_child("fork", use, fitted, X), expected, strict=True):
        assert np.array_equal(found, wanted)


@forks
@of_forks
def test_a_forked_child_uses_a_model_while_a_thread_of_its_parent_does(fitted, tiny_data):
    X = np.tile(tiny_data[0], (200, 1))
    stop = threading.Event()

    def go_on():
        while not stop.is_set():
            fitted.transform(X)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        for _ in range(3):
            assert len(in_a_child("fork", use, fitted, tiny_data[0])[0]) == 40
    finally:
        stop.set()
        thread.join(timeout=60)


@forks
@of_forks
def test_a_fit_in_a_forked_child_is_refused(tiny_data):
    fit(*tiny_data)
    message = in_a_child("fork", fit, *tiny_data)
    assert message.startswith("this process was forked from one that has trained a model, and cannot train")
    assert "it can use fitted models" in message
    assert 'multiprocessing.get_context("spawn")' in message


FORK = """
import multiprocessing
import sys
import numpy as np
from skemovae import load_model

def use(queue, model):
    queue.put(model.sample(300, temperature=1.0, random_state=0)[0])

def fit(queue, model):
    queue.put(model.set_params(max_iter=1).fit([[60, 62], [64, 65]], ["sad", "happy"]).n_iter_)

def in_a_child(target):
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=target, args=(queue, model))
    child.start()
    found = queue.get(timeout=120)
    child.join(timeout=60)
    return found

model = load_model(sys.argv[1])
expected = model.sample(300, temperature=1.0, random_state=0)[0]
print(np.array_equal(in_a_child(use), expected), in_a_child(fit), "keras" in sys.modules)
"""


@pytest.mark.slow
@forks
def test_a_process_that_has_not_trained_can_fork_children_that_use_and_train(saved):
    assert run_python(FORK, saved) == "True 1 False"


@pytest.mark.slow
def test_a_spawned_child_gives_the_same(fitted, tiny_data):
    expected = use(fitted, tiny_data[0])
    for found, wanted in zip(in_a_child("spawn", use, fitted, tiny_data[0]), expected, strict=True):
        assert np.array_equal(found, wanted)


# searches in workers -----------------------------------------------------------------------------------------------


def make_search(**settings):
    return GridSearchCV(
        EmotionRegularizedVAE(**TINY | {"architecture": SMALL["dense"], "max_iter": 3}),
        {"valence_weight": [0.0, 4.0], "arousal_weight": [1.0, 4.0]},
        cv=StratifiedKFold(2),
        error_score="raise",
        **settings,
    )


@pytest.fixture(scope="module")
def expected(tiny_data):
    return make_search().fit(*tiny_data).cv_results_["mean_test_score"]


def granted_and_used(X, y):
    """Return the number of threads that joblib grants this worker, and the number that TensorFlow uses after a fit."""
    import tensorflow as tf

    fit(X, y)
    return int(os.environ["OMP_NUM_THREADS"]), tf.config.threading.get_intra_op_parallelism_threads()


@pytest.mark.slow
def test_search_in_two_processes_gives_the_same(tiny_data, expected):
    search = make_search(n_jobs=2).fit(*tiny_data)
    assert np.allclose(search.cv_results_["mean_test_score"], expected)


@pytest.mark.slow
def test_workers_take_the_threads_that_joblib_grants(tiny_data):
    with joblib.parallel_config("loky", inner_max_num_threads=1):
        threads = joblib.Parallel(n_jobs=2)(joblib.delayed(granted_and_used)(*tiny_data) for _ in range(2))
    assert threads == [(1, 1), (1, 1)]


def load_and_use(path, X):
    return load_model(path).transform(X)


@pytest.mark.slow
def test_workers_use_a_saved_model(fitted, saved, tiny_data):
    expected = fitted.transform(tiny_data[0])
    for points in joblib.Parallel(n_jobs=2)(joblib.delayed(load_and_use)(saved, tiny_data[0]) for _ in range(2)):
        assert np.allclose(points, expected, atol=1e-6)


@pytest.mark.slow
def test_search_on_a_cluster_survives_the_loss_of_a_worker(tiny_data, expected):
    distributed = pytest.importorskip("distributed", reason="needs the extra [dask]")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        victim, pid = next(iter(client.run(os.getpid).items()))
        killed = []

        def kill_in_mid_search():
            while not client.processing().get(victim):
                time.sleep(0.02)
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

        killer = threading.Thread(target=kill_in_mid_search, daemon=True)
        killer.start()
        with joblib.parallel_config(backend="dask", scatter=list(tiny_data)):
            search = make_search().fit(*tiny_data)
        killer.join(timeout=10)
        assert killed == [pid]
        assert pid not in client.run(os.getpid).values()
    assert np.allclose(search.cv_results_["mean_test_score"], expected)
