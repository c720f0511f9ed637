"""The folk melodies as tokens, split into training and test tunes, and the context of phrases."""

import numpy as np
from sklearn.model_selection import GroupShuffleSplit
from sklearn.utils import Bunch

from skemovae import PitchEncoder
from skemovae.datasets import load_folk_tunes

HELD_OUT = 0.15  # of the groups of tunes


def load_folk_rows(verbose=True):
    """Return the melodies of the collections that may be distributed, as a Bunch of arrays, with "train" and "test".

    `context` has the columns: known (1), first phrase, final phrase.
    """
    folk = load_folk_tunes(verbose=verbose)
    context = np.stack([np.ones(len(folk.data)), folk.is_first, folk.is_final], axis=1)
    train, test = next(GroupShuffleSplit(1, test_size=HELD_OUT, random_state=0).split(folk.target, groups=folk.groups))
    return Bunch(
        tokens=PitchEncoder().fit_transform(folk.data),
        target=folk.target,
        groups=folk.groups,
        context=context,
        train=train,
        test=test,
    )
