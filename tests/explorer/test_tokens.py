import numpy as np

from skemovae.preprocessing import notes_of_row

from .javascript import run_module


def test_notes_of_rows_are_those_of_the_package():
    rows = np.random.default_rng(0).choice([60, 64, 67, 128, 129, 129], size=(200, 16))
    found = run_module(
        """
import { notesOfRow } from "@/music/tokens.js";
answer(data.map((row) => notesOfRow(row).map(({ onset, pitch, length }) => [onset, pitch, length])));
""",
        rows.tolist(),
    )
    assert found == [[list(map(int, note)) for note in notes_of_row(row)] for row in rows]
