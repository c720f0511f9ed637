"""What the studies share: the labeled melodies, and finished parts that are kept, so that a study can be continued."""

import json
from pathlib import Path

from _report import machine, versions

from skemovae import PitchEncoder, fetch_musgenvae, load_music_folder
from skemovae.io import atomic_path

WORK = Path(__file__).parent / "work"


def add_study_options(parser, data=True):
    """Add the options --data (unless the study needs none), --work and --jobs."""
    if data:
        parser.add_argument("--data", type=Path, help="folder e1 to e4 of the published melodies (default: fetched)")
    parser.add_argument(
        "--work",
        type=Path,
        default=WORK,
        help="folder for the finished parts, from which a later run continues (%(default)s)",
    )
    parser.add_argument("--jobs", type=int, default=1, help="parts that run side by side (%(default)s)")


def load_published(path):
    """Return the melodies labeled by people, and their tokens as the paper made them, cut or filled to 64 steps."""
    melodies = fetch_musgenvae() if path is None else load_music_folder(path)
    encoder = PitchEncoder(polyphony="skyline", off_grid="round", out_of_window="clip")
    return melodies, encoder.fit_transform(melodies.data)


def kept(path, make):
    """Return what `make` returns, JSON values; if an earlier run wrote them to the file, from there.

    The file also holds the versions it was made with and the machine; see :func:`commits` and :func:`processor_of`.
    """
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))["result"]
    result = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as temporary:
        temporary.write_text(
            json.dumps({"versions": versions(), "machine": machine(), "result": result}), encoding="utf-8"
        )
    return result


def commits(folder):
    """Return the commits that made the kept parts in a folder, for the report."""
    parts = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json")))
    return sorted({part["versions"].get("commit", "unknown") for part in parts})


def processor_of(path):
    """Return what a kept part was made on: the GPU, or the CPU and its cores."""
    made_on = json.loads(path.read_text(encoding="utf-8"))["machine"]
    return made_on.get("gpu") or f"{made_on['cpu'].partition(' (')[0]}, {made_on['cores']} cores"
