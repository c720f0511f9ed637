"""Cross-validation in worker processes and on a cluster."""

import os
import signal
import threading
import time

import joblib
import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from skemovae import EmotionRegularizedVAE
from skemovae.nn.architectures import GRUArchitecture


def make_search(**settings):
    return GridSearchCV(
        EmotionRegularizedVAE(architecture=GRUArchitecture(units=4), max_iter=3, batch_size=8, random_state=0),
        {"valence_weight": [0.0, 1.0, 4.0], "arousal_weight": [1.0, 4.0]},
        cv=StratifiedKFold(2),
        error_score="raise",
        **settings,
    )


@pytest.fixture(scope="module")
def expected(tiny_data):
    return make_search().fit(*tiny_data).cv_results_["mean_test_score"]


def granted_and_used(X, y):
    """Return the threads that joblib grants this worker and those that TensorFlow runs with after a fit."""
    import tensorflow as tf

    EmotionRegularizedVAE(architecture=GRUArchitecture(units=4), max_iter=1, random_state=0).fit(X, y)
    return int(os.environ["OMP_NUM_THREADS"]), tf.config.threading.get_intra_op_parallelism_threads()


def test_search_in_two_processes_gives_the_same(tiny_data, expected):
    search = make_search(n_jobs=2).fit(*tiny_data)
    assert np.allclose(search.cv_results_["mean_test_score"], expected)


def test_workers_take_the_threads_that_joblib_grants(tiny_data):
    pytest.importorskip("tensorflow", reason="the threads are TensorFlow's")
    with joblib.parallel_config("loky", inner_max_num_threads=1):
        threads = joblib.Parallel(n_jobs=2)(joblib.delayed(granted_and_used)(*tiny_data) for _ in range(2))
    assert threads == [(1, 1), (1, 1)]


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
