"""The explorer's reemote and locate with the page's own network: the package's tunes, note for note.

The network's numbers differ from Python's in their last bits, so a symbol may differ if two are almost equally likely.
The number of windows in which this happens is bounded; a score without any is the same to the last note.
"""

import itertools

import numpy as np
import pytest

from skemovae import load_bach_chorales, load_pretrained, locate, read_music, reemote
from skemovae.explorer._pack import pack
from skemovae.nn.quantization import quantize

from .javascript import run_module
from .odd_tunes import folk_tunes, odd_scores, random_tune, random_wanted
from .reports import check_report, wanted_json
from .score_json import differences, to_json

MOST_TIES = 0.002  # of the windows
SOURCE = """
import { locate } from "@/composition/locate.js";
import { reemote } from "@/composition/reemote.js";
import { Model } from "@/model/model.js";
import { bytesOfBase64 } from "@/numbers/unpack.js";

const editor = await Model.unpack(data.packed.settings, bytesOfBase64(data.packed.bytes));
answer(data.asked.map(({ score, wanted }) => {
  try {
    return wanted ? reemote(score, wanted, editor) : locate(score, editor);
  } catch (error) {
    return { error: String(error) };
  }
}));
"""


@pytest.fixture(scope="module")
def editor():
    model = load_pretrained("editor")
    model.weights_ = quantize(model.weights_)  # as the page holds them
    return model


def check(asked, model):
    """Assert that the page answers as the package does; return the number of windows, and how many of them differ."""
    questions = [{"score": to_json(music), "wanted": wanted and wanted_json(wanted)} for music, wanted in asked]
    found = run_module(SOURCE, {"packed": pack(model, 4), "asked": questions})
    classes, n_windows, n_ties = model.classes_.tolist(), 0, 0
    for i, ((music, wanted), each) in enumerate(zip(asked, found, strict=True)):
        where = f"{i}: {wanted}"
        try:
            result = reemote(music, **wanted, model=model) if wanted else locate(music, model=model)
        except ValueError:
            assert "error" in each, where
            continue
        assert "error" not in each, (where, each)
        if wanted is None:
            check_report(each, result, classes)
            continue
        rows, others = each["report"]["rowsAfter"], result.report.rows_after.tolist()
        differ = sum(row is not None and row != other for row, other in zip(rows, others, strict=True))
        n_windows, n_ties = n_windows + len(others), n_ties + differ
        if not differ:
            assert differences(each["music"], result.music) == [], where
            check_report(each["report"], result.report, classes)
    assert n_ties <= max(MOST_TIES * n_windows, 1)
    return n_windows, n_ties


def test_odd_scores_become_those_of_the_package(editor):
    wanted = [{"emotion": "sad"}, {"emotion": "angry"}, {"at": [0.4, 1.2], "amount": 0.4, "unsupported": "keep"}, None]
    check(list(itertools.product(odd_scores(), wanted)), editor)


def test_published_melodies_become_those_of_the_package(published, editor):
    generator = np.random.default_rng(4)
    scores = [read_music(path) for path in sorted(published.rglob("*.mid"))[::9]]
    check([(music, random_wanted(generator)) for music in scores], editor)


def test_random_scores_become_those_of_the_package(editor):
    generator = np.random.default_rng(5)
    check([(random_tune(generator), random_wanted(generator)) for _ in range(30)], editor)


@pytest.mark.slow
@pytest.mark.parametrize("emotion", ["happy", "angry", "sad", "relaxed"])
def test_all_published_melodies_become_those_of_the_package(published, editor, emotion):
    scores = [read_music(path) for path in sorted(published.rglob("*.mid"))]
    n_windows, n_ties = check([(music, {"emotion": emotion}) for music in scores], editor)
    assert n_windows >= 344
    print(f"{emotion}: {n_windows} windows, {n_ties} differ")


@pytest.mark.slow
def test_chorales_and_tunes_become_those_of_the_package(editor, data_home):
    generator = np.random.default_rng(6)
    scores = load_bach_chorales(subset="all", form="scores", data_home=data_home).data[::3] + folk_tunes(8)
    n_windows, n_ties = check([(music, random_wanted(generator)) for music in scores], editor)
    print(f"{len(scores)} scores: {n_windows} windows, {n_ties} differ")
