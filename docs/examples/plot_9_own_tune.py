"""
Your own tune with another emotion
==================================

``reemote`` changes the emotion of a tune but keeps the tune. Here is a tune before and
after, in notation and sound. The editor is included in the package; nothing is trained.
"""

# %%
# The tune is four bars of "O Haupt voll Blut und Wunden" from Bach's St Matthew
# Passion, in C. You can use a score of any length, in any key and with any number of
# voices, or the path of a MIDI or MusicXML file. ``locate`` places it on the plane.

from skemovae import load_bach_chorales, locate

tune = load_bach_chorales().data[93]
place = locate(tune)
print(place.key, place.overall_emotion, place.points[0, :2].round(1))

# %%
# Before and after
# ----------------
#
# Here, "emotion" means mode and speed: happy is major and fast, sad is minor and slow.
# In a slower tune, notes last twice as long; the tempo mark stays the same.

from skemovae import Melodies, reemote

happy = reemote(tune, emotion="happy")
relaxed = reemote(tune, emotion="relaxed")
Melodies(
    [tune, happy.music, relaxed.music], [place.overall_emotion, "happy", "relaxed"]
)

# %%
# Two of them as piano rolls, one above the other:

import matplotlib.pyplot as plt

from skemovae import PianoRollDisplay

# sphinx_gallery_alt = "Piano rolls of the tune and of its happy version. The melody"
# sphinx_gallery_alt = "rises and falls in the same places; some notes are a"
# sphinx_gallery_alt = "semitone higher."
figure, axes = plt.subplots(2, 1, figsize=(8, 5.4), sharey=True, layout="constrained")
PianoRollDisplay.from_music(tune, emotion=place.overall_emotion, ax=axes[0])
PianoRollDisplay.from_music(happy.music, emotion="happy", ax=axes[1])

# %%
# What was kept
# -------------
#
# For every window of four bars, the report gives the point before, the point that it
# was moved to, and what was kept. ``notes_kept`` counts notes with the same pitch or
# with that of the parallel mode.

for name, result in {"happy": happy, "relaxed": relaxed}.items():
    report = result.report
    print(
        f"{name}: {report.key_before} to {report.key_after}, "
        f"notes last {report.time_scale} times as long, "
        f"onsets kept {report.onsets_kept.mean():.2f}, "
        f"notes kept {report.notes_kept.mean():.2f}"
    )

# %%
# Part of the way
# ---------------
#
# ``amount`` moves the tune part of the way. At 0, the result is the model's
# reconstruction; the mode changes somewhere along the way, and so does the model's
# reading.

for amount in (0, 0.25, 0.5, 0.75, 1):
    report = reemote(tune, emotion="happy", amount=amount).report
    print(amount, report.key_after, report.points_after[0, :2].round(1))

# %%
# To do much the same on the command line::
#
#     python -m skemovae reemote tune.mid --emotion happy --amount 0.75
#
# :doc:`/own_tune` explains how other voices, other keys, and bars that the model cannot
# represent are handled.

# sphinx_gallery_thumbnail_number = 1
