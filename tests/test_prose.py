"""The project's prose linter: ``.ci/prose.py`` with the phrases of ``.ci/phrases.txt``."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINTER = ROOT / ".ci" / "prose.py"
#: A sentence for each line of phrases.txt, in the same order, and the words in it that must be reported.
AVOIDED = {
    "The encoder was told the emotion.": "was told the emotion",
    "The loss has gone astray.": "gone astray",
    "A weight is no number.": "weight is no number",
    "It writes five melodies an emotion.": "melodies an emotion",
    "The file is no model.": "file is no model",
    "It has 24 steps a quarter note.": "steps a quarter note",
    "A fit goes on from its checkpoint.": "goes on from",
    "The editor gives back the notes.": "gives back",
    "Take a model of one's own.": "of one's own",
    "No run is in vain.": "in vain",
    "It is, as it were, a plane.": "as it were",
    "Sort them so as to compare them.": "so as to",
    "It does not train, nor does it save.": "nor does",
}


def lint(*paths):
    """Return the exit code and the output lines of the linter for files."""
    done = subprocess.run([sys.executable, LINTER, *paths], capture_output=True, text=True, check=False)
    assert not done.stderr
    return done.returncode, done.stdout.splitlines()


def test_every_avoided_phrase_is_reported_at_its_place(tmp_path):
    path = tmp_path / "text.md"
    path.write_text("\n\n".join(AVOIDED), encoding="utf-8")
    code, lines = lint(path)
    assert code == 1
    assert [line.split(":")[1:4:2] for line in lines] == [[str(2 * i + 1), " phrases"] for i in range(len(AVOIDED))]
    for line, words in zip(lines, AVOIDED.values(), strict=True):
        assert f"'{words}'" in line


def test_no_phrase_of_the_list_is_without_an_example():
    phrases = (ROOT / ".ci" / "phrases.txt").read_text(encoding="utf-8").splitlines()
    assert len([line for line in phrases if not line.startswith("#")]) == len(AVOIDED)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("comment.py", "x = 1\n# The loss has gone\n# astray.\n"),
        ("docstring.py", 'def f():\n    """Return it.\n\n    The loss has gone\n    astray.\n    """\n'),
        ("message.py", 'raise ValueError(\n    "the loss has gone "\n    f"astray in {epoch}"\n)\n'),
        ("comment.js", "/**\n * The loss has gone\n * astray.\n */\n"),
        ("message.js", 'say("the loss has gone " +\n  "astray");\n'),
    ],
)
def test_a_phrase_over_two_lines_is_found_in_comments_and_texts(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    code, lines = lint(path)
    assert code == 1
    assert len(lines) == 1


def test_what_proselint_knows_is_reported_too(tmp_path):
    path = tmp_path / "text.md"
    path.write_text("The results are very unique.\n", encoding="utf-8")
    code, lines = lint(path)
    assert code == 1
    assert "uncomparables" in lines[0]


def test_a_plain_text_and_an_empty_file_pass(tmp_path):
    text, empty = tmp_path / "text.md", tmp_path / "empty.py"
    text.write_text('The decoder is conditioned on the emotion: `fit(X, y)` returns "self" ...\n', encoding="utf-8")
    empty.touch()
    assert lint(text, empty) == (0, [])
