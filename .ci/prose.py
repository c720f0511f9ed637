"""Report what proselint finds in files, and the phrases that this project avoids (``phrases.txt``).

proselint reads any text. It is given the whole source of a program, so that docstrings, comments and messages are
checked, too. The marks of comments and strings are blanked: a phrase may begin on one line and end on the next.

Usage: python .ci/prose.py FILE ...
"""

import re
import sys
from pathlib import Path

from proselint import checks
from proselint.config import DEFAULT
from proselint.registry import CheckRegistry
from proselint.registry.checks import Check, CheckFlags, types
from proselint.tools import LintFile

PHRASES = Path(__file__).with_name("phrases.txt")
#: Checks that report code and plain words here: straight quotes, repeated names, "12p", "ANALYSES", "very".
OFF = (
    "typography",
    "lexical_illusions",
    "dates_times",
    "spelling.consistency",
    "misc.preferred_forms",
    "weasel_words.very",
    "redundancy.misc.after_the_deadline",
)
MARKS = re.compile(r"""^[ \t]*(?://|\#:?|\*|>|[rbf]*["'`]+)|["'`]+[ \t]*[+\\]?$""", re.MULTILINE)


def read_phrases():
    """Return {regular expression: replacement}."""
    lines = [line for line in PHRASES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {pattern.replace(" ", r"\s+"): words for pattern, words in (line.split("->") for line in lines)}


def main(paths):
    """Print what is found, a line each, and return the exit code."""
    registry = CheckRegistry()
    registry.register_many(checks.__register__)
    phrases = types.PreferredForms(read_phrases())
    advice = "'{1}' is a phrase that the project avoids. Use: {0}."
    registry.register(Check(phrases, path="phrases", message=advice, flags=CheckFlags(allow_quotes=True)))
    switches = dict.fromkeys(OFF, False)
    # The first key that fits a check decides, and of one key the last value.
    config = DEFAULT | {"checks": switches | {"phrases": True} | DEFAULT["checks"] | switches}
    found = 0
    for path in paths:
        text = MARKS.sub(lambda marks: " " * len(marks[0]), Path(path).read_text(encoding="utf-8")) or "\n"
        for result in LintFile(path, text).lint(config):
            line, column = result.pos
            found += 1
            message = " ".join(result.check_result.message.split())  # a phrase may hold the end of a line
            print(f"{path}:{line}:{column}: {result.check_result.check_path}: {message}")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
