"""The explorer's reemote and locate with the answers of the package's model: all but the network is the same."""

import itertools

import muspy
import numpy as np
import pytest

from skemovae import load_bach_chorales, load_pretrained, locate, read_music, reemote

from ..conftest import make_score
from .javascript import run_module
from .odd_tunes import folk_tunes, odd_scores, random_tune, random_wanted
from .reports import check_report, wanted_json
from .score_json import differences, to_json

REPLAY = """
import { locate } from "@/composition/locate.js";
import { reemote } from "@/composition/reemote.js";
import { quadrantIndex } from "@/music/emotion.js";

// A model that replays recorded answers in the order of the calls
class Replay {
  constructor(calls) {
    this.settings = data.settings;
    this.calls = calls;
  }
  take(method, question) {
    const next = this.calls.shift();
    if (next?.method !== method) throw new Error(`asked for ${method} instead of ${next?.method}`);
    question.forEach((row, i) => row.forEach((value, k) => {
      if (Math.abs(value - next.question[i][k]) > 1e-9) throw new Error(`asked with ${row}: ${next.question[i]}`);
    }));
    return next.answer;
  }
  transform(rows) { return this.take("transform", rows); }
  inverseTransform(points) { return this.take("inverse_transform", points); }
  classOf(points) { return points.map(quadrantIndex); }
}

answer(data.asked.map(({ score, wanted, calls }) => {
  const model = new Replay(calls);
  try {
    const result = wanted ? reemote(score, wanted, model) : locate(score, model);
    if (model.calls.length) throw new Error(`${model.calls.length} questions were not asked`);
    return result;
  } catch (error) {
    return { error: String(error) };
  }
}));
"""


@pytest.fixture(scope="module")
def editor():
    return load_pretrained("editor")


class Recorder:
    """Records the calls and the answers of a model while it is patched."""

    def __init__(self, model, patch):
        self.calls, self.n_predictions = [], 0
        predict = model.predict
        for method in ("transform", "inverse_transform"):
            patch.setattr(model, method, self._recorded(method, getattr(model, method)))

        def predict_and_record(rows):
            self.n_predictions += 1
            if self.n_predictions % 2 == 0:  # the page already has the points of the original rows, which come first
                model.transform(rows)
            return predict(rows)

        patch.setattr(model, "predict", predict_and_record)

    def take(self):
        """Return the calls since this was last called."""
        calls, self.calls = self.calls, []
        return calls

    def _recorded(self, method, call):
        def recorded(question):
            answer = call(question)
            self.calls.append({"method": method, "question": np.asarray(question).tolist(), "answer": answer.tolist()})
            return answer

        return recorded


def settings_of(model):
    return {
        "nSteps": model.n_features_in_,
        "resolution": 4,
        "vocabulary": model.vocabulary_.tolist(),
        "means": model.latent_mean_.tolist(),
        "counts": model.layout_.counts.tolist(),
    }


def check(asked, model, monkeypatch):
    """Assert that the page answers as the package does; `asked` holds pairs of a score and a request."""
    questions, results = [], []
    with monkeypatch.context() as patch:
        recorder = Recorder(model, patch)
        for music, wanted in asked:
            recorder.calls = []
            try:
                result = reemote(music, **wanted, model=model) if wanted else locate(music, model=model)
            except ValueError as error:
                result = error
            results.append(result)
            questions.append(
                {"score": to_json(music), "wanted": wanted and wanted_json(wanted), "calls": recorder.take()}
            )
    found = run_module(REPLAY, {"settings": settings_of(model), "asked": questions})
    classes = model.classes_.tolist()
    for i, (each, result) in enumerate(zip(found, results, strict=True)):
        where = f"{i}: {asked[i][1]}"
        if isinstance(result, Exception):
            assert "error" in each, where
            assert each["error"].endswith(".")
            continue
        assert "error" not in each, (where, each)
        if asked[i][1]:
            assert differences(each["music"], result.music) == [], where
            check_report(each["report"], result.report, classes)
        else:
            check_report(each, result, classes)
    return results


def test_odd_scores_become_those_of_the_package(editor, monkeypatch):
    wanted = [{"emotion": "sad"}, {"emotion": "angry", "unsupported": "keep"}, None]
    wanted += [{"at": [0.4, 1.2], "amount": 0.4, "accompaniment": "drop"}]
    results = check(list(itertools.product(odd_scores(), wanted)), editor, monkeypatch)
    assert not any(isinstance(result, Exception) for result in results)


def test_random_scores_become_those_of_the_package(editor, monkeypatch):
    generator = np.random.default_rng(0)
    check([(random_tune(generator), random_wanted(generator)) for _ in range(60)], editor, monkeypatch)


def test_published_melodies_become_those_of_the_package(published, editor, monkeypatch):
    generator = np.random.default_rng(1)
    scores = [read_music(path) for path in sorted(published.rglob("*.mid"))[::9]]
    check([(music, random_wanted(generator)) for music in scores], editor, monkeypatch)


def test_what_has_no_melody_is_said(editor, monkeypatch):
    scores = [
        muspy.Music(resolution=4),
        make_score([]),
        make_score(muspy.Track(is_drum=True, notes=[muspy.Note(0, 36, 1)])),
        make_score([(0, 60, 0), (4, 62, 0)]),
        make_score([(0, 60, 4), (10**6, 62, 4)]),
        make_score([(0, 60, 4)], time_signature=(0, 4)),
    ]
    results = check(list(itertools.product(scores, [{"emotion": "sad"}, None])), editor, monkeypatch)
    assert all(isinstance(result, ValueError) for result in results)


@pytest.mark.slow
def test_all_melodies_chorales_and_tunes_become_those_of_the_package(published, editor, data_home, monkeypatch):
    generator = np.random.default_rng(2)
    scores = [read_music(path) for path in sorted(published.rglob("*.mid"))]
    scores += load_bach_chorales(subset="all", form="scores", data_home=data_home).data[::3]
    scores += folk_tunes(8)
    check([(music, random_wanted(generator)) for music in scores], editor, monkeypatch)


@pytest.mark.slow
def test_many_random_scores_become_those_of_the_package(editor, monkeypatch):
    generator = np.random.default_rng(3)
    check([(random_tune(generator), random_wanted(generator)) for _ in range(600)], editor, monkeypatch)


def test_no_row_is_encoded_twice_while_it_is_remembered():
    found = run_module(
        """
import { remember } from "@/composition/remember.js";
const asked = [];
const editor = { settings: {}, transform: (rows) => (asked.push(rows.length), rows.map(([a, b]) => [a + b])) };
const model = remember(editor, 3);
const points = data.map((rows) => model.transform(rows));
answer({ points, asked });
""",
        [rows := [[1, 2], [3, 4], [1, 2]], rows, [[5, 6], [3, 4]], [[7, 8], [9, 9]], [[3, 4], [1, 2]], []],
    )
    assert found["points"] == [[[3], [7], [3]], [[3], [7], [3]], [[11], [7]], [[15], [18]], [[7], [3]], []]
    assert found["asked"] == [2, 1, 2, 1]
