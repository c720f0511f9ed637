"""The published melodies with labels and tunes, and token rows for hypothesis."""

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skemovae import PitchEncoder, fetch_musgenvae
from skemovae.emotion import EMOTIONS

NAMES = [emotion.name for emotion in EMOTIONS]


@pytest.fixture(scope="session")
def musgenvae(published, tmp_path_factory):
    """The published data set, read from where it is."""
    home = tmp_path_factory.mktemp("published")
    (home / "musgenvae").symlink_to(published)
    return fetch_musgenvae(data_home=home, download_if_missing=False)


@pytest.fixture(scope="session")
def musgenvae_tokens(musgenvae):
    """The published melodies as the paper's 344 x 64 tokens."""
    return PitchEncoder(polyphony="skyline", off_grid="round", out_of_window="clip").fit_transform(musgenvae.data)


def token_rows(min_rows=1):
    """Strategy for rows of 16 tokens, mostly holds."""
    token = st.one_of(st.just(129), st.integers(55, 80), st.just(128))
    return st.integers(min_rows, 12).flatmap(lambda n: arrays(int, (n, 16), elements=token))


def labeled_rows(min_rows=1):
    """Strategy for (rows of tokens, emotions)."""
    return token_rows(min_rows).flatmap(
        lambda X: st.tuples(
            st.just(X), st.lists(st.sampled_from(NAMES), min_size=len(X), max_size=len(X)).map(np.array)
        )
    )
