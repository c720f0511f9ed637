"""The explorer's reemote and locate with the answers of the package's model: what surrounds the network is the same."""

import itertools

import muspy
import numpy as np
import pytest

from skemovae import load_bach_chorales, load_pretrained, locate, read_music, reemote
from skemovae.datasets._folk_collection import corpus_folder
from skemovae.io import parse_abc, read_tune_book

from ..composition.test_odd_scores import TRIPLETS, four_voices
from ..composition.tunes import AULD, TWINKLE, score_of, transposed, with_upbeat
from ..conftest import make_score
from .javascript import run_module
from .score_json import differences, to_json

REPLAY = """
import { locate } from "@/composition/locate.js";
import { reemote } from "@/composition/reemote.js";
import { quadrantIndex } from "@/music/emotion.js";

// A model that knows the answers to the questions that are asked of it in their order
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
EMOTIONS = ("happy", "angry", "sad", "relaxed")
NAMES = {
    "bar": "bar",
    "start": "start",
    "stop": "stop",
    "represented": "represented",
    "reason": "reason",
    "changed_by": "changedBy",
    "points_before": "pointsBefore",
    "points_after": "pointsAfter",
    "emotion_before": "emotionBefore",
    "emotion_after": "emotionAfter",
    "rule_before": "ruleBefore",
    "rule_after": "ruleAfter",
    "onsets_kept": "onsetsKept",
    "notes_kept": "notesKept",
    "rows_before": "rowsBefore",
    "rows_after": "rowsAfter",
    "key_before": "keyBefore",
    "key_after": "keyAfter",
    "time_scale": "timeScale",
    "messages": "messages",
    "points": "points",
    "emotion": "emotion",
    "rule": "rule",
    "mean_point": "meanPoint",
    "overall_emotion": "overallEmotion",
    "key": "key",
}
WINDOW = ("points", "rows")  # null where the model cannot hold the window


@pytest.fixture(scope="module")
def editor():
    return load_pretrained("editor")


class Recorder:
    """Keeps what a model is asked and what it answers, as long as it is patched."""

    def __init__(self, model, patch):
        self.calls, self.n_predictions = [], 0
        predict = model.predict
        for method in ("transform", "inverse_transform"):
            patch.setattr(model, method, self._recorded(method, getattr(model, method)))

        def predict_and_record(rows):
            self.n_predictions += 1
            if self.n_predictions % 2 == 0:  # of the rows as they were, which come first, the page has the points
                model.transform(rows)
            return predict(rows)

        patch.setattr(model, "predict", predict_and_record)

    def take(self):
        """Return the calls since the last time."""
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


def wanted_json(wanted):
    """Return what is wanted as the page says it, an emotion by its index."""
    return {name: EMOTIONS.index(value) if name == "emotion" else value for name, value in wanted.items()}


def check_report(found, expected, classes):
    """Assert that a report of the page says what one of the package says."""
    assert set(found) == {NAMES[name] for name in expected}
    for name, value in expected.items():
        value, mine = value.tolist() if isinstance(value, np.ndarray) else value, found[NAMES[name]]
        if name.startswith("emotion"):
            mine = [None if index is None else classes[index] for index in mine]
        elif name == "overall_emotion":
            mine = None if mine is None else classes[mine]
        elif name.startswith(WINDOW):
            shown = expected["represented"].tolist()
            assert [each is not None for each in mine] == shown
            value, mine = ([row for row, is_held in zip(rows, shown, strict=True) if is_held] for rows in (value, mine))
            if name.startswith("points") and value:
                np.testing.assert_allclose(mine, value, atol=1e-3)
                continue
        elif name in ("onsets_kept", "notes_kept", "mean_point"):
            mine = np.nan if mine is None else [np.nan if each is None else each for each in mine]
            np.testing.assert_allclose(mine, value, atol=1e-3 if name == "mean_point" else 0)
            continue
        assert mine == value, name


def check(asked, model, monkeypatch):
    """Assert that the page answers as the package does: `asked` are pairs of a score and what is wanted of it."""
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


def odd_scores():
    """Return scores of all kinds that the model cannot hold as they are."""
    notes = [0, 4, 7, 4, 5, 2, 4, 0]
    upbeat_in_meter = score_of(AULD, tonic=60)
    upbeat_in_meter.time_signatures = [muspy.TimeSignature(0, 1, 4), muspy.TimeSignature(4, 4, 4)]
    two_keys = score_of(TWINKLE)
    two_keys.key_signatures += [muspy.KeySignature(60, root=2, mode="minor"), muspy.KeySignature(100, fifths=-1)]
    more_keys = score_of(TWINKLE)
    more_keys.key_signatures += [muspy.KeySignature(62, root=2, mode="minor"), muspy.KeySignature(99, 0, "dorian", 2)]
    meters = score_of(TWINKLE)
    meters.time_signatures += [muspy.TimeSignature(*mark) for mark in [(30, 3, 4), (80, 5, 8), (81, 7, 6)]]
    keyless = score_of(TWINKLE, mode="minor")
    keyless.key_signatures = []
    silent = score_of(TWINKLE[:14])
    for note in silent.tracks[0].notes[7:]:
        note.time += 200
    short = score_of(TWINKLE, resolution=480)
    for note in short.tracks[0].notes:
        note.duration = note.duration * 19 // 20
    chords = score_of(TWINKLE)
    chords.tracks[0].notes += [muspy.Note(n.time, n.pitch - 4, n.duration, 3) for n in chords.tracks[0].notes[:5]]
    texts = score_of(TWINKLE)
    texts.lyrics, texts.tracks[0].annotations = [muspy.Lyric(0, "la")], [muspy.Annotation(0, "fine")]
    loud = score_of([(note, 1.5) for note in notes * 6])
    for i, note in enumerate(loud.tracks[0].notes):
        note.velocity = i
    loud.tempos.append(muspy.Tempo(7, 33.5))
    return [
        score_of(TWINKLE),
        score_of(TWINKLE, tonic=61, mode="minor", title=None),
        with_upbeat(score_of(AULD)),
        with_upbeat(score_of(AULD, resolution=24), 2),
        upbeat_in_meter,
        two_keys,
        more_keys,
        meters,
        keyless,
        silent,
        short,
        chords,
        texts,
        loud,
        transposed(four_voices(), -7),
        score_of(TWINKLE[:14] + TRIPLETS + TWINKLE[:14], resolution=12),
        score_of(TWINKLE, meter=(3, 4)),
        score_of(TWINKLE, meter=(2, 2)),
        score_of(TWINKLE, meter=(12, 8), resolution=3),
        score_of([(0, 1), (48, 1), *TWINKLE[2:14]]),
        score_of([(note, 1 / 3) for note in notes * 40], tonic=40, resolution=3),
        score_of([(note, 8) for note in notes * 4], tonic=20),
        score_of([(note, 1 / 4) for note in notes * 40], tonic=100, mode="minor", resolution=8),
        score_of([(0, 1)], resolution=1),
    ]


def random_tune(generator):
    """Return a score whose notes, marks and bar lines may be anything."""
    resolution = int(generator.choice([1, 2, 3, 4, 6, 8, 24, 480]))
    steps = [step for step in (resolution // 4, resolution // 3, resolution // 2, resolution, 3 * resolution) if step]
    tracks = []
    for _ in range(generator.integers(1, 4)):
        time, notes, middle = 0, [], int(generator.integers(40, 90))
        for _ in range(generator.integers(1, 80)):
            length = int(generator.choice(steps))
            if generator.random() < 0.9:
                pitch = int(np.clip(middle + generator.integers(-9, 10), 0, 127))
                gap = int(generator.integers(0, 2) * generator.integers(0, max(length // 3, 1)))
                notes.append(muspy.Note(time, pitch, length - gap, int(generator.integers(1, 128))))
            time += length if generator.random() < 0.95 else 0
        tracks.append(muspy.Track(int(generator.integers(128)), bool(generator.random() < 0.15), notes=notes))
    end = max((n.time + n.duration for track in tracks for n in track.notes), default=1)

    def times(most):
        found = generator.integers(0, end, int(generator.integers(0, most + 1))) // resolution * resolution
        return map(int, found)

    kinds = [(4, 4), (4, 4), (2, 4), (3, 4), (6, 8), (2, 2), (1, 4), (5, 7)]
    keys = [(0, "major", None), (9, "minor", None), (None, "dorian", -2), (None, "minor", 3)]
    keys += [(None, None, 1)] if generator.random() < 0.2 else []
    return muspy.Music(
        resolution=resolution,
        tempos=[muspy.Tempo(time, float(generator.integers(40, 200))) for time in times(2)],
        key_signatures=[muspy.KeySignature(time, *keys[generator.integers(len(keys))]) for time in times(3)],
        time_signatures=[muspy.TimeSignature(time, *kinds[generator.integers(len(kinds))]) for time in times(3)],
        barlines=[muspy.Barline(time) for time in times(12)] if generator.random() < 0.4 else [],
        tracks=tracks,
    )


def random_wanted(generator):
    """Return what is wanted of reemote, of all its parameters; None stands for locate."""
    if generator.random() < 0.1:
        return None
    target = (
        {"emotion": str(generator.choice(EMOTIONS))}
        if generator.random() < 0.6
        else {"at": generator.uniform(-2, 2, 2).round(3).tolist()}
    )
    return {
        **target,
        "amount": float(generator.choice([0, 0.3, 0.5, 1])),
        "accompaniment": str(generator.choice(["keep", "keep", "drop"])),
        "unsupported": str(generator.choice(["rule", "keep", "rule", "keep", "error"])),
    }


def folk_tunes(stride):
    """Return tunes of music21's corpus, with upbeats, repeats and other metres."""
    tunes = []
    for name in ("aird", "ryan", "miscellaneous"):
        for path in sorted(corpus_folder(name).glob("*.abc"))[:2]:
            for text in read_tune_book(path)[::stride]:
                try:
                    tunes.append(parse_abc(text))
                except ValueError:
                    continue
    return tunes


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
