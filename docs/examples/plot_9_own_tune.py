"""
Your own tune with another emotion
==================================

``reemote`` changes the emotion of a tune and keeps the tune. Before and after, to read
and to hear, with the editor that comes with the package: nothing is trained.
"""

# %%
# The tune is that of "O Haupt voll Blut und Wunden" in Bach's St Matthew Passion, four
# bars of it, in C. A score of any length, key and number of voices will do, or the path
# of a MIDI or MusicXML file. ``locate`` says where it lies.

from skemovae import load_bach_chorales, locate

tune = load_bach_chorales().data[93]
place = locate(tune)
print(place.key, place.overall_emotion, place.points[0, :2].round(1))

# %%
# Before and after
# ----------------
#
# "Emotion" is mode and speed here: happy is major and fast, sad is minor and slow. The
# speed is written in the notes, which last twice as long; the tempo mark stays.

from skemovae import Melodies, reemote

happy = reemote(tune, emotion="happy")
relaxed = reemote(tune, emotion="relaxed")
Melodies(
    [tune, happy.music, relaxed.music], [place.overall_emotion, "happy", "relaxed"]
)

# %%
# The same as piano rolls, side by side:

import matplotlib.pyplot as plt

from skemovae import PianoRollDisplay

figure, axes = plt.subplots(1, 2, figsize=(12, 3.2), sharey=True, layout="constrained")
PianoRollDisplay.from_music(tune, emotion=place.overall_emotion, ax=axes[0])
PianoRollDisplay.from_music(happy.music, emotion="happy", ax=axes[1])

# %%
# What was kept
# -------------
#
# The report says of every window of four bars where it lay, where it was moved, and
# what came back. ``notes_kept`` counts notes with their own pitch or that of the
# parallel mode.

for name, result in {"happy": happy, "relaxed": relaxed}.items():
    report = result.report
    print(
        f"{name}: {report.key_before} to {report.key_after}, "
        f"notes last {report.time_scale} times as long, "
        f"onsets kept {report.onsets_kept.mean():.2f}, "
        f"notes kept {report.notes_kept.mean():.2f}"
    )

# %%
# A part of the way
# -----------------
#
# ``amount`` moves less. At 0 the tune is what the model gives back of it; the mode
# changes somewhere on the way, and so does the reading.

for amount in (0, 0.25, 0.5, 0.75, 1):
    report = reemote(tune, emotion="happy", amount=amount).report
    print(amount, report.key_after, report.points_after[0, :2].round(1))

# %%
# Much the same from the command line::
#
#     python -m skemovae reemote tune.mid --emotion happy --amount 0.75
#
# :doc:`/own_tune` says what becomes of other voices, other keys, and what the model
# cannot hold.

# sphinx_gallery_thumbnail_number = 1
