"""Tunes that everyone knows, in the public domain, as scores."""

import muspy

# "Ah! vous dirai-je, maman", as (degree in semitones above the tonic, length in quarter notes)
FIRST = [(0, 1), (0, 1), (7, 1), (7, 1), (9, 1), (9, 1), (7, 2), (5, 1), (5, 1), (4, 1), (4, 1), (2, 1), (2, 1), (0, 2)]
MIDDLE = [(7, 1), (7, 1), (5, 1), (5, 1), (4, 1), (4, 1), (2, 2)] * 2
TWINKLE = FIRST + MIDDLE + FIRST
# "Auld Lang Syne", with its upbeat of a quarter note
AULD = [
    *[(-5, 1), (0, 1.5), (0, 0.5), (0, 1), (4, 1), (2, 1.5), (0, 0.5), (2, 1), (4, 1)],
    *[(0, 1.5), (0, 0.5), (4, 1), (7, 1), (9, 3), (9, 1), (7, 1.5), (4, 0.5), (4, 1), (0, 1), (2, 1.5)],
    *[(0, 0.5), (2, 1), (4, 1), (0, 1.5), (-3, 0.5), (-3, 1), (-5, 1), (0, 3)],
]


def score_of(notes, tonic=67, mode="major", resolution=4, qpm=100, meter=(4, 4), title="A tune"):
    """Return a score with one voice: notes as (semitones above the tonic, length in quarter notes)."""
    found, time = [], 0
    for degree, length in notes:
        steps = round(length * resolution)
        found.append(muspy.Note(time, tonic + degree, steps, 80))
        time += steps
    return muspy.Music(
        metadata=muspy.Metadata(title=title),
        resolution=resolution,
        tempos=[muspy.Tempo(0, qpm)],
        key_signatures=[muspy.KeySignature(0, root=tonic % 12, mode=mode)],
        time_signatures=[muspy.TimeSignature(0, *meter)],
        tracks=[muspy.Track(program=40, name="Violin", notes=found)],
    )


def with_upbeat(music, quarters=1):
    """Return the score with bar lines that make its first notes an upbeat, as a score read from MusicXML has them."""
    end = music.get_end_time()
    first, bar = quarters * music.resolution, 4 * music.resolution
    music.barlines = [muspy.Barline(time) for time in [0, *range(first, end, bar)]]
    return music


def transposed(music, semitones):
    """Return a copy of a score in another key."""
    music = music.deepcopy()
    for track in music.tracks:
        for note in track.notes:
            note.pitch += 0 if track.is_drum else semitones
    for key in music.key_signatures:
        key.root = (key.root + semitones) % 12
        key.fifths = key.root_str = None
    return music


def as_lists(music):
    """Return the notes of every track as lists of (onset, pitch, length), with times in quarter notes."""
    steps = music.resolution
    return [[(n.time / steps, n.pitch, n.duration / steps) for n in track.notes] for track in music.tracks]
