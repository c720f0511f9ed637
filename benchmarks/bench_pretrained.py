"""Time what the included models are used for: sampling, reconstructing, changing an emotion, composing.

Everything runs in one process, in NumPy, after a first call of each. A piece of 32 bars has the form AABA twice, and
the tune whose emotion is changed is such a piece.
"""

import numpy as np
from _report import Report, interleave, make_parser

from skemovae import compose_piece, generate, load_pretrained, reemote

TEMPERATURE = 0.95
CURVE = {0: "sad", 32: "happy"}


def main():
    """Time everything and write the report."""
    parser = make_parser(__doc__, "python benchmarks/bench_pretrained.py --rounds 3 --out /tmp/results")
    parser.add_argument("--rounds", type=int, default=15, help="interleaved rounds (%(default)s)")
    options = parser.parse_args()
    report = Report("pretrained", "How long do the models that come with the package take?", options)
    generator, editor = load_pretrained("generator"), load_pretrained("editor")
    rows, _ = generator.sample(344, temperature=TEMPERATURE, random_state=0)
    points, piece = editor.transform(rows), compose_piece(CURVE, n_phrases=8, random_state=0).music
    cases = {
        "load the generator": lambda: load_pretrained("generator"),
        "load the editor": lambda: load_pretrained("editor"),
        "generator: sample 1": lambda: generator.sample(1, emotion="sad", temperature=TEMPERATURE, random_state=0),
        "generator: sample 1,000": lambda: generator.sample(1000, temperature=TEMPERATURE, random_state=0),
        "generate: a closed melody, the best of eight": lambda: generate(emotion="sad", random_state=0),
        "editor: transform 344": lambda: editor.transform(rows),
        "editor: inverse_transform 344": lambda: editor.inverse_transform(points),
        "reemote: 32 bars": lambda: reemote(piece, emotion="sad"),
        "compose_piece: 32 bars": lambda: compose_piece(CURVE, n_phrases=8, random_state=0),
    }
    interleave(cases, 1)
    times = interleave(cases, options.rounds)
    report.add(
        "Milliseconds",
        [
            {"what": name, "median": 1e3 * float(np.median(values)), "least": 1e3 * float(values.min())}
            for name, values in times.items()
        ],
    )
    report.write(seconds={name: values.tolist() for name, values in times.items()})


if __name__ == "__main__":
    main()
