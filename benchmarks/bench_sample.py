"""Count the melodies sampled, rows transformed and scores encoded a second, and the memory that it takes.

- Sampling, against the products that the decoder cannot avoid: of every time step the recurrence and the output, done
  as products of 4,096 rows in the same run.
- Transforming: rows of the chorales to points; the network of 512 units, with the paper's label-fed encoder, tries all
  four emotions for every row.
- Encoding: the chorales' melodies to tokens, all in one call and one a call, against ``muspy.to_pitch_representation``.
- The peak of the resident memory of this process during each, and how much of it was resident before.
"""

import numpy as np
from _report import (
    Report,
    add_threads_option,
    fastest,
    interleave,
    make_parser,
    peak_mib,
    ratio,
    resident_mib,
    set_threads,
)

N_STEPS = 64
LIMIT_ROWS = 4096
ENCODER, MUSPY = "PitchEncoder, one call", "muspy.to_pitch_representation"


def main():
    """Measure everything and write the report."""
    arguments = parse()
    set_threads(arguments.threads)
    report = Report("sample", "How fast are sampling, transforming and encoding?", arguments)
    scores, target = load()
    report.add("Encoding", encoding_rows(scores, arguments.rounds))
    details = {}
    for units in arguments.units:
        vae, tokens = fit(units, scores, target)
        rows, details[f"{units} units"] = network_rows(vae, tokens, arguments)
        report.add(f"{units} units, {'label-fed encoder' if vae.condition == 'both' else 'condition=decoder'}", rows)
    report.write(**details)


def parse():
    """Return the arguments."""
    parser = make_parser(
        __doc__, "python benchmarks/bench_sample.py --units 128 --melodies 1 2000 --rounds 2 --out /tmp/results"
    )
    add_threads_option(parser)
    parser.add_argument("--units", type=int, nargs="+", default=[128, 512], help="(%(default)s)")
    parser.add_argument("--melodies", type=int, nargs="+", default=[1, 20000], help="(%(default)s)")
    parser.add_argument("--rows", type=int, default=344, help="rows to transform (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (%(default)s)")
    return parser.parse_args()


def load():
    """Return the melodies of the chorales and their labels."""
    from skemovae.datasets import load_bach_chorales

    bach = load_bach_chorales()
    return bach.data, bach.target


def encoding_rows(scores, rounds):
    """Return the rows of the table of encoding, and check that MusPy gives the same tokens."""
    import muspy

    from skemovae import PitchEncoder

    encoder = PitchEncoder().fit(scores)
    theirs = [muspy.to_pitch_representation(score, use_hold_state=True)[:N_STEPS, 0] for score in scores]
    same = sum((row[: len(t)] == t).all() for row, t in zip(encoder.transform(scores), theirs, strict=True))
    cases = {
        ENCODER: lambda: encoder.transform(scores),
        "PitchEncoder, one score a call": lambda: [encoder.transform([score]) for score in scores],
        MUSPY: lambda: [muspy.to_pitch_representation(score, use_hold_state=True) for score in scores],
    }
    interleave(cases, 1)
    times = interleave(cases, 10 * rounds, dict.fromkeys(cases, len(scores)))
    return [
        {
            "variant": name,
            "scores a second": 1 / float(np.median(values)),
            "times as fast as MusPy": ratio(times[MUSPY], values),
            "scores with MusPy's tokens": f"{same} of {len(scores)}",
        }
        for name, values in times.items()
    ]


def fit(units, scores, target):
    """Return a model after one epoch, which decodes as fast as any other, and the tokens."""
    from skemovae import EmotionRegularizedVAE, PitchEncoder

    tokens = PitchEncoder().fit_transform(scores)
    condition = "both" if units == 512 else "decoder"  # as in the paper, as by default
    vae = EmotionRegularizedVAE(units=units, condition=condition, max_iter=1, jit_compile=False, random_state=0)
    return vae.fit(tokens, target), tokens


def network_rows(vae, tokens, arguments):
    """Return the rows of the table of one network and the times by round."""
    rows = np.resize(tokens, (arguments.rows, N_STEPS))
    cases, sizes = {}, {}
    for n in arguments.melodies:
        for temperature in (0.0, 0.7):
            name = f"sample {n:,}, temperature {temperature:g}"
            cases[name], sizes[name] = _sampler(vae, n, temperature), n
    for data in (tokens[:1], rows):
        name = f"transform {len(data):,}"
        cases[name], sizes[name] = lambda data=data: vae.transform(data), len(data)
    limits = limit_cases(vae.units, len(vae.vocabulary_))
    cases, sizes = cases | limits, sizes | dict.fromkeys(limits, LIMIT_ROWS)
    before = resident_mib()
    peaks = {name: peak_mib(function) for name, function in cases.items()}  # and the first calls
    times = interleave(cases, arguments.rounds, sizes)
    limit = fastest(times, limits)
    table = [
        {
            "what": name,
            "rows a second": 1 / float(np.median(values)),
            "its time / limit": ratio(values, times[limit]) if name.startswith("sample") else None,
            "ms a call": 1e3 * float(np.median(values)) * sizes[name],
            "peak, MiB": None if name in limits else peaks[name],
            "resident before, MiB": None if name in limits else before,
        }
        for name, values in times.items()
    ]
    return table, {"seconds_a_row": times, "limit": limit}


def _sampler(vae, n_samples, temperature):
    return lambda: vae.sample(n_samples, temperature=temperature, random_state=0)


def limit_cases(units, n_symbols):
    """Return the cases that do the products of a decoder for `LIMIT_ROWS` melodies, step after step."""
    import tensorflow as tf

    rng = np.random.default_rng(0)
    shapes = (LIMIT_ROWS, units), (units, 3 * units), (units, n_symbols)
    arrays = [rng.standard_normal(shape, dtype="float32") for shape in shapes]
    tensors = [tf.constant(array) for array in arrays]

    def products(h, u, w):
        return h @ u, h @ w

    cases = {"limit, NumPy": lambda: [products(*arrays)[0][0, 0] for _ in range(N_STEPS)]}
    for name, jit_compile in (("limit, TensorFlow", False), ("limit, XLA", True)):
        compiled = tf.function(products, jit_compile=jit_compile, autograph=False)
        cases[name] = lambda compiled=compiled: [compiled(*tensors) for _ in range(N_STEPS)][-1][1].numpy()
    return cases


if __name__ == "__main__":
    main()
