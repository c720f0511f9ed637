"""The command line: ``skemovae VERB``, or ``python -m skemovae VERB``.

It is thin and only calls the package. Each verb has a file with its options and what it does, which prints for people
and returns what ``--json`` prints for scripts.

=============  ==================================================================
_main.py       the verbs, one line for each error, exit codes, ``--json``
_options.py    the parser, and options that several verbs share
_values.py     what the text of an argument means, checked before anything heavy is loaded
_estimators.py models and pipelines: from files, from a training, what they encode
_data.py       the data sets as what an estimator takes
_output.py     folders and files that are read and written, and what ``--force`` replaces
_terminal.py   all that is printed, and how: no name of a file reaches the terminal as a command
=============  ==================================================================
"""

from ._main import main

__all__ = ["main"]
