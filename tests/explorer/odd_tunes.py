"""Scores of all kinds, and all parameters of reemote, to test the explorer's modules."""

import muspy
import numpy as np

from skemovae.datasets._folk_collection import corpus_folder
from skemovae.io import parse_abc, read_tune_book

from ..composition.test_odd_scores import TRIPLETS, four_voices
from ..composition.tunes import AULD, TWINKLE, score_of, transposed, with_upbeat
from .reports import EMOTIONS


def odd_scores():
    """Return scores of all kinds that the model cannot represent as they are."""
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
    """Return a score with random notes, marks and bar lines."""
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
    """Return requests to reemote that use all its parameters; None stands for locate."""
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
    """Return tunes from music21's corpus, with upbeats, repeats and other meters."""
    tunes = []
    for name in ("aird", "ryan", "miscellaneous"):
        for path in sorted(corpus_folder(name).glob("*.abc"))[:2]:
            for text in read_tune_book(path)[::stride]:
                try:
                    tunes.append(parse_abc(text))
                except ValueError:
                    continue
    return tunes
