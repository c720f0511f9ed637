"""Training runs that are killed, continue, and end as if they had not been killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from keras import ops
from safetensors import safe_open

from skemovae import EmotionRegularizedVAE
from skemovae.nn.architectures import DenseArchitecture
from skemovae.nn.epochs import Epochs
from skemovae.nn.regularizers import PairwiseRegularizer

SETTINGS = {
    "architecture": DenseArchitecture(hidden_layer_sizes=(6,)),
    "max_iter": 8,
    "learning_rate": 0.01,
    "random_state": 0,
    "checkpoint_every": 3,
}


def make_model(folder=None, **changes):
    path = None if folder is None else folder / "training.checkpoint"
    return EmotionRegularizedVAE(checkpoint_path=path, **SETTINGS | changes)


def assert_same(model, expected):
    assert list(model.weights_) == list(expected.weights_)
    for name, weight in expected.weights_.items():
        assert np.array_equal(model.weights_[name], weight)
    assert model.history_ == expected.history_
    assert model.n_iter_ == expected.n_iter_


def killed_in_epoch(monkeypatch, epoch):
    """End training in an epoch as if the process were killed: by an exception that the package never catches.

    Return a list that gets an item in every epoch.
    """
    run, calls = Epochs.run, []

    def die(self, *arguments):
        if self.generator is not None:
            calls.append(1)
        if len(calls) == epoch:
            raise SystemExit
        return run(self, *arguments)

    monkeypatch.setattr(Epochs, "run", die)
    return calls


# It stops after epoch 7, because no later loss is lower than the first by 100
STOPPING = {"early_stopping": True, "max_iter": 12, "n_iter_no_change": 6, "tol": 100.0}


@pytest.mark.parametrize("changes", [{}, STOPPING])
@pytest.mark.parametrize("epoch", [1, 5, 7])
def test_a_killed_training_goes_on_and_ends_the_same(tiny_data, tmp_path, monkeypatch, changes, epoch):
    with monkeypatch.context() as patch:
        killed_in_epoch(patch, epoch)
        with pytest.raises(SystemExit):
            make_model(tmp_path, **changes).fit(*tiny_data)
    assert [p.name for p in tmp_path.iterdir()] == ["training.checkpoint"]
    with monkeypatch.context() as patch:
        epochs = killed_in_epoch(patch, 100)
        model = make_model(tmp_path, **changes).fit(*tiny_data)
    assert len(epochs) == model.n_iter_ - 3 * ((epoch - 1) // 3)  # it did not start from the beginning
    assert_same(model, make_model(**changes).fit(*tiny_data))
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_training_goes_on_from_its_checkpoint(tiny_data, tmp_path, monkeypatch):
    def interrupt(self, *arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        killed_in_epoch(patch, 5)
        with pytest.raises(SystemExit):
            make_model(tmp_path).fit(*tiny_data)
        patch.setattr(Epochs, "run", interrupt)
        with pytest.warns(UserWarning, match="interrupted after 3 of 8 epochs"):
            stopped = make_model(tmp_path).fit(*tiny_data)
    assert stopped.n_iter_ == 3
    assert_same(make_model(tmp_path).fit(*tiny_data), make_model().fit(*tiny_data))


def test_a_checkpoint_of_another_training(tiny_data, tmp_path, monkeypatch):
    X, y = tiny_data
    with monkeypatch.context() as patch:
        killed_in_epoch(patch, 5)
        with pytest.raises(SystemExit):
            make_model(tmp_path).fit(X, y)
    before = (tmp_path / "training.checkpoint").read_bytes()
    with pytest.raises(ValueError, match=r"training\.checkpoint is the checkpoint of another training"):
        make_model(tmp_path, kl_weight=0.5).fit(X, y)
    with pytest.raises(ValueError, match="another training"):
        make_model(tmp_path).fit(X[1:], y[1:])
    with pytest.raises(ValueError, match="another training"):
        make_model(tmp_path).fit(X, y[::-1])
    assert (tmp_path / "training.checkpoint").read_bytes() == before
    assert_same(make_model(tmp_path, verbose=True, checkpoint_every=1).fit(X, y), make_model().fit(X, y))


@pytest.mark.parametrize("content", [b"", b"no checkpoint", bytes(500)])
def test_a_file_that_is_no_checkpoint(tiny_data, tmp_path, content):
    (tmp_path / "training.checkpoint").write_bytes(content)
    with pytest.raises(ValueError, match=r"training\.checkpoint is not a complete checkpoint .*delete it"):
        make_model(tmp_path).fit(*tiny_data)
    assert (tmp_path / "training.checkpoint").read_bytes() == content


def test_a_damaged_checkpoint(tiny_data, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        killed_in_epoch(patch, 5)
        with pytest.raises(SystemExit):
            make_model(tmp_path).fit(*tiny_data)
    path = tmp_path / "training.checkpoint"
    whole = path.read_bytes()
    for place in (8, 200, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(ValueError, match="is not a complete checkpoint"):
            make_model(tmp_path).fit(*tiny_data)
    path.write_bytes(whole[:-1])
    with pytest.raises(ValueError, match="is not a complete checkpoint"):
        make_model(tmp_path).fit(*tiny_data)


def test_a_folder_that_is_missing_shows_before_training(tiny_data, tmp_path, monkeypatch):
    killed_in_epoch(monkeypatch, 1)
    with pytest.raises(FileNotFoundError):
        make_model(tmp_path / "missing").fit(*tiny_data)


def test_a_full_disk_later_is_a_warning_and_leaves_the_last_checkpoint(tiny_data, tmp_path, monkeypatch):
    write, calls = Path.write_bytes, []

    def fail_after_the_first(path, content):
        calls.append(1)
        if len(calls) > 1:
            raise OSError("No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", fail_after_the_first)
    with pytest.warns(UserWarning, match=r"could not be written: .*No space left.*; training continues"):
        model = make_model(tmp_path).fit(*tiny_data)
    assert_same(model, make_model().fit(*tiny_data))
    assert list(tmp_path.iterdir()) == []


def mean_square(axis):
    return ops.mean(axis.latent**2)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"random_state": None}, "random_state=None with checkpoint_path=.*: expected an integer"),
        ({"warm_start": True}, "warm_start=True with checkpoint_path=.*: expected only one of them"),
        ({"regularizer": mean_square}, r"expected a name, None or a dataclass.*@dataclass\(frozen=True\)"),
        ({"checkpoint_path": 3}, "checkpoint_path=3: expected a path, or None"),
    ],
)
def test_what_does_not_go_with_a_checkpoint(tiny_data, tmp_path, changes, message):
    with pytest.raises(ValueError, match=message):
        make_model(tmp_path).set_params(**changes).fit(*tiny_data)
    assert list(tmp_path.iterdir()) == []


def test_settings_of_a_regularizer_are_told_apart(tiny_data, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        killed_in_epoch(patch, 5)
        with pytest.raises(SystemExit):
            make_model(tmp_path, regularizer=PairwiseRegularizer(delta=2.0)).fit(*tiny_data)
    with pytest.raises(ValueError, match="another training"):
        make_model(tmp_path, regularizer=PairwiseRegularizer(delta=3.0)).fit(*tiny_data)
    make_model(tmp_path, regularizer=PairwiseRegularizer(delta=2.0)).fit(*tiny_data)


def test_a_training_that_diverges_leaves_no_checkpoint(tiny_data, tmp_path):
    with pytest.raises(FloatingPointError, match="try a learning_rate below"):
        make_model(tmp_path, learning_rate=1e30).fit(*tiny_data)
    assert list(tmp_path.iterdir()) == []


TRAINING = """
import sys
import numpy as np
from skemovae import EmotionRegularizedVAE
from skemovae.nn.architectures import DenseArchitecture
X = np.random.default_rng(0).integers(60, 70, (40, 8))
y = np.tile(["happy", "angry", "sad", "relaxed"], 10)
for path, weights in zip(sys.argv[1::2], sys.argv[2::2]):
    vae = EmotionRegularizedVAE(
        architecture=DenseArchitecture(hidden_layer_sizes=(4,)), max_iter=60, random_state=0,
        checkpoint_path=path or None, checkpoint_every=2,
    )
    vae.fit(X, y)
    np.savez(weights, *vae.weights_.values())
"""


def epochs_in(path):
    """Return how many epochs a checkpoint holds, 0 if there is none."""
    try:
        with safe_open(path, framework="np") as file:
            history = json.loads(file.metadata()["checkpoint"])["state"]["history"]
    except OSError:
        return 0
    return len(history.get("loss", []))


@pytest.mark.slow
def test_kill_9(tmp_path):
    path = tmp_path / "training.checkpoint"
    command = [sys.executable, "-c", TRAINING]
    process = subprocess.Popen([*command, path, tmp_path / "never.npz"], env=os.environ)
    while process.poll() is None and not epochs_in(path):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert 0 < epochs_in(path) < 60  # it was killed in the middle of training
    subprocess.run([*command, path, tmp_path / "resumed.npz", "", tmp_path / "whole.npz"], check=True)
    resumed, whole = (np.load(tmp_path / f"{name}.npz") for name in ("resumed", "whole"))
    assert len(whole.files) == 10
    for name in whole.files:
        assert np.array_equal(resumed[name], whole[name])
    assert not path.exists()


def test_options_of_an_architecture_are_told_apart(tiny_data, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        killed_in_epoch(patch, 5)
        with pytest.raises(SystemExit):
            make_model(tmp_path).fit(*tiny_data)
    with pytest.raises(ValueError, match="another training"):
        make_model(tmp_path, architecture=DenseArchitecture(hidden_layer_sizes=(7,))).fit(*tiny_data)
