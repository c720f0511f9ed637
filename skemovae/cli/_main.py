"""main: from arguments to an exit code."""

import os
import sys
import warnings
from argparse import ArgumentTypeError
from contextlib import redirect_stdout

from . import _compose, _evaluate, _explore, _generate, _info, _interpolate, _locate, _piece, _reemote, _train
from ._options import Parser, joined_points, program
from ._terminal import say, say_json
from ._values import did_you_mean

COMMANDS = {
    "compose": _compose,
    "generate": _generate,
    "reemote": _reemote,
    "piece": _piece,
    "locate": _locate,
    "interpolate": _interpolate,
    "train": _train,
    "evaluate": _evaluate,
    "explore": _explore,
    "info": _info,
}
WRONG, STOPPED, UNREAD = 2, 130, 141  # exit codes; the last two are those of programs ended by SIGINT and SIGPIPE
MAX_MESSAGE = 1000  # characters; a message can name hundreds of files


def main(arguments=None):
    """Run the command line.

    Parameters
    ----------
    arguments : list of str, default=None
        None takes those of the process.

    Returns
    -------
    int
        The exit code: 0; 2 after one line on standard error that says what was wrong; 130 after Ctrl-C; 141 if nobody
        reads the output any more.

    Raises
    ------
    SystemExit
        If the arguments are wrong (2), and after ``--help`` and ``--version`` (0).

    Examples
    --------
    >>> from skemovae.cli import main
    >>> main(["generate", "no/such/model.safetensors"])
    2
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    parser = _make_parser()
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help", "--version")):
        arguments.insert(0, "compose")
    if not arguments[0].startswith("-") and arguments[0] not in COMMANDS:
        parser.error(f"unknown command {arguments[0]}: {did_you_mean(arguments[0], COMMANDS, ', '.join(COMMANDS))}")
    options = parser.parse_args(joined_points(arguments))
    try:
        with warnings.catch_warnings():
            warnings.showwarning = lambda message, *_: say(f"note: {_one_line(message)}", error=True)
            _run(options)
    except BrokenPipeError:  # for example by "| head"
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # otherwise Python complains when it exits
        return UNREAD
    except (ValueError, OSError, FloatingPointError, ArgumentTypeError) as error:
        say(f"skemovae {options.command}: {_one_line(error)}", error=True)
        return WRONG
    except MemoryError:
        say(f"skemovae {options.command}: not enough memory", error=True)
        return WRONG
    except KeyboardInterrupt:
        say("", f"skemovae {options.command}: stopped", error=True)
        return STOPPED
    return 0


def _run(options):
    """Run the command; with ``--json``, standard output gets its result and nothing else."""
    if options.json:
        with redirect_stdout(sys.stderr):
            result = options.run(options)
        say_json(result)
    else:
        options.run(options)
    sys.stdout.flush()  # here, so that a reader that has gone away is noticed


def _one_line(error):
    """Return the message of an error or a warning as one line."""
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        folder, _, name = str(error.filename).rpartition("/")
        # the temporary name of a file that is being written means nothing to a user
        place = folder or "this folder" if name.startswith(".writing-") else error.filename
        return f"{place}: {error.strerror[0].lower()}{error.strerror[1:]}"
    first, *rest = str(error).splitlines() or [type(error).__name__]
    text = " ".join([first.strip(), "; ".join(line.strip() for line in rest)]).strip()
    return text if len(text) <= MAX_MESSAGE else f"{text[:MAX_MESSAGE]} ..."


def _make_parser():
    from .. import __version__

    parser = Parser(
        prog=program(),
        description="Write melodies and pieces with a chosen emotion, or change the emotion of a tune.\n"
        "The default command is compose. Each command has its own --help.",
        epilog="examples:\n"
        f"  {program()} --out melodies\n"
        f"  {program()} generate --emotion sad --out sad\n"
        f"  {program()} reemote tune.mid --emotion sad\n"
        f"  {program()} info melodies/model.safetensors\n\n"
        "exit codes:\n"
        "  0    done\n"
        f"  {WRONG}    error; one line on standard error says what\n"
        f"  {STOPPED}  stopped by Ctrl-C (a training that has begun ends early instead, and its model is kept)\n"
        f"  {UNREAD}  the output was closed before its end, as by | head",
    )
    parser.add_argument("--version", action="version", version=f"skemovae {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, module in COMMANDS.items():
        module.add_to(commands.add_parser, name)
    return parser
