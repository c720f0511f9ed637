"""Scores as the explorer's modules hold them (``web/music/score.js``), to compare Python and JavaScript."""

import warnings

import muspy

from skemovae import read_music

TEXTS = ("lyrics", "annotations")


def to_json(music):
    """Return a muspy.Music in the form of the explorer's scores, which JSON can hold."""
    tracks = [
        {
            "program": int(track.program),
            "isDrum": bool(track.is_drum),
            "name": track.name,
            "notes": [
                {
                    "time": int(note.time),
                    "pitch": int(note.pitch),
                    "duration": int(note.duration),
                    "velocity": _whole(note.velocity),
                }
                for note in track.notes
            ],
        }
        for track in music.tracks
    ]
    return {
        "title": music.metadata.title if music.metadata else None,
        "resolution": int(music.resolution),
        "tempos": [{"time": int(mark.time), "qpm": float(mark.qpm)} for mark in music.tempos],
        "keySignatures": [
            {"time": int(mark.time), "root": _whole(mark.root), "mode": mark.mode, "fifths": _whole(mark.fifths)}
            for mark in music.key_signatures
        ],
        "timeSignatures": [
            {"time": int(mark.time), "numerator": int(mark.numerator), "denominator": int(mark.denominator)}
            for mark in music.time_signatures
        ],
        "barlines": [{"time": int(mark.time)} for mark in music.barlines],
        "tracks": tracks,
        "texts": [
            name
            for name in TEXTS
            if getattr(music, name, None) or any(getattr(track, name, None) for track in music.tracks)
        ],
    }


def from_json(score):
    """Return the muspy.Music for a score of the explorer; it lacks what :func:`to_json` leaves out."""
    return muspy.Music(
        metadata=muspy.Metadata(title=score["title"]),
        resolution=score["resolution"],
        tempos=[muspy.Tempo(**mark) for mark in score["tempos"]],
        key_signatures=[muspy.KeySignature(**mark) for mark in score["keySignatures"]],
        time_signatures=[muspy.TimeSignature(**mark) for mark in score["timeSignatures"]],
        barlines=[muspy.Barline(**mark) for mark in score["barlines"]],
        tracks=[
            muspy.Track(
                program=track["program"],
                is_drum=track["isDrum"],
                name=track["name"],
                notes=[muspy.Note(**note) for note in track["notes"]],
            )
            for track in score["tracks"]
        ],
    )


def differences(found, expected):
    """Return how two scores in the explorer's form differ, as short texts; an empty list if they are the same.

    Parameters
    ----------
    found : dict
        The answer of a module.
    expected : dict or muspy.Music
    """
    expected = expected if isinstance(expected, dict) else to_json(expected)
    found = {"texts": [], **found}
    texts = [
        f"{name}: {found.get(name)!r} instead of {value!r}"
        for name, value in expected.items()
        if name != "tracks" and found.get(name) != value
    ]
    tracks, others = found["tracks"], expected["tracks"]
    if len(tracks) != len(others):
        texts.append(f"{len(tracks)} tracks instead of {len(others)}")
    for i, (track, other) in enumerate(zip(tracks, others, strict=False)):
        for name in ("program", "isDrum", "name"):
            if track[name] != other[name]:
                texts.append(f"{name} of track {i}: {track[name]!r} instead of {other[name]!r}")
        if len(track["notes"]) != len(other["notes"]):
            texts.append(f"{len(track['notes'])} notes in track {i} instead of {len(other['notes'])}")
        pairs = zip(track["notes"], other["notes"], strict=False)
        wrong = next(((note, right) for note, right in pairs if note != right), None)
        if wrong:
            texts.append(f"track {i}: {wrong[0]!r} instead of {wrong[1]!r}")
    return texts


def _whole(value):
    return None if value is None else int(value)


def python_read(path, content):
    """Return the score that the package reads from the content of a file, or None."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read_music(path)
    except ValueError:
        return None
