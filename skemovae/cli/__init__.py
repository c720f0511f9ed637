"""The command line: ``skemovae COMMAND``, or ``python -m skemovae COMMAND``.

It is a thin layer that only calls the package. Each command has a file with its options and a function that runs it.
This function prints for people, and returns what ``--json`` prints for scripts.

=============  ==================================================================
_main.py       the commands, errors on one line, exit codes, ``--json``
_options.py    the parser, and options that several commands share
_values.py     what the text of an argument means, checked before heavy libraries are loaded
_estimators.py models and pipelines: from files or from training, and what they encode
_data.py       the data sets in the form that an estimator takes
_output.py     files and folders that are read and written, and what ``--force`` replaces
_terminal.py   everything that is printed: no file's name reaches the terminal as a command
=============  ==================================================================
"""

from ._main import main

__all__ = ["main"]
