"""check_architecture: everything that an architecture must do."""

import json
from dataclasses import replace
from itertools import chain

import numpy as np

from ..nn.architectures import Sizes, architecture_name, as_architecture, make_architecture
from ..nn.backend import start_backend
from ._common import N_ROWS, combine, require
from ._estimator import check_estimator

CONDITIONS = ("both", "decoder", None)
ODD_SIZES = ((7, 5, 3), (5, 3, 1))  # steps, symbols, components: few, and not multiples of a beat or an octave
N_CONTEXT = 2
N_FILLERS = 3
N_DRAWS = 3  # of weights: in a single one, a ReLU unit may be dead
TOLERANCE = 1e-4  # between Keras and NumPy


def check_architecture(architecture):
    """Raise AssertionError unless an architecture meets all requirements of its base class.

    The check builds the network in several sizes under each condition and trains it on a few rows, which takes seconds;
    use small options.

    These are the requirements. The table of weights has unique names and positive shapes, and every weight is used. The
    encoders and decoders in Keras and in NumPy return the same numbers to within 1e-4 and the same likeliest symbols,
    and those in NumPy need no Keras. Non-trainable state changes in training but not in validation. Filler rows change
    nothing. If it is not `one_shot`, it writes, step by step, what its decoder predicts for whole rows, and does not
    look ahead. If it `reads_context`, the output depends on the context. A :class:`skemovae.EmotionRegularizedVAE` with
    the architecture can be trained, cloned, used in a search, pickled (if its class can be imported), and saved and
    loaded (if it is registered).

    Parameters
    ----------
    architecture : Architecture or str
        An instance of a subclass of :class:`skemovae.nn.architectures.Architecture`, or a registered name.

    Raises
    ------
    AssertionError
        If a check fails; the message says what was found, what was expected, and how to fix it.
    ValueError
        If it is not an architecture, or its options are not valid.

    See Also
    --------
    skemovae.nn.architectures.register_architecture : Gives an architecture a name.

    Examples
    --------
    >>> from skemovae.nn.architectures import DenseArchitecture
    >>> from skemovae.testing import check_architecture
    >>> check_architecture(DenseArchitecture(hidden_layer_sizes=(6,)))
    """
    architecture = as_architecture(architecture)
    start_backend()
    from ._case import Case  # it loads TensorFlow, which is not needed before

    _check_options(architecture)
    of_sizes = [[Sizes(*size[:2], 4, size[2], condition) for condition in CONDITIONS] for size in ODD_SIZES]
    if architecture.reads_context:
        of_sizes[0].insert(0, of_sizes[0][1]._replace(n_context=N_CONTEXT))
    for sizes in chain(*of_sizes):
        _check_table(architecture, sizes)
    for i, of_conditions in enumerate(of_sizes):
        for sizes in of_conditions:
            case = Case(architecture, sizes)
            _check_shapes(case)
            _check_halves_agree(case)
            _check_symbols_are_read(case)
            _check_every_weight_is_used(case)
            if sizes.n_context:
                _check_context_is_read(case)
            if sizes.condition == CONDITIONS[i]:  # tracing a gradient takes the most time
                _check_every_weight_is_trained(case)
                _check_state(case)
                _check_filler_rows(case)
    check_estimator(architecture)


def _check_options(architecture):
    require(
        replace(architecture) == architecture and hash(replace(architecture)) == hash(architecture),
        f"{architecture!r} does not equal a copy of itself: expected options that are compared by value, so that fits "
        "with equal ones share a compiled graph; use numbers, strings and tuples, and leave eq=True in @dataclass",
    )
    try:
        options = json.loads(json.dumps(architecture.options))
    except TypeError as error:
        raise AssertionError(
            f"{architecture!r} has options that a model file cannot contain ({error}): expected numbers, strings, "
            "True, False, None and tuples of these"
        ) from error
    name = architecture_name(architecture)
    if name is not None:
        require(
            make_architecture(name, options) == architecture,
            f"{architecture!r} is read from JSON as {make_architecture(name, options)!r}: expected options that "
            "are numbers, strings, True, False, None and tuples of these",
        )


def _check_table(architecture, sizes):
    where, table = f"{architecture!r} with {sizes}", architecture.weights(sizes)
    names = [weight.name for weight in table]
    twice = sorted({name for name in names if names.count(name) > 1})
    require(not twice, f"{where}: the names {twice} occur twice in weights(): expected a different name for each")
    for weight in table:
        require(
            isinstance(weight.shape, tuple) and all(isinstance(n, int) and n > 0 for n in weight.shape),
            f"{where}: the weight {weight.name!r} has shape {weight.shape!r}: expected a tuple of positive integers; "
            "leave a weight out of weights() if it is not needed",
        )
    require(table == architecture.weights(sizes), f"{where}: weights() returns a different table each time")


def _check_shapes(case):
    n, sizes = N_ROWS, case.sizes
    expected = [(n, sizes.n_components), (n, sizes.n_components), (n, sizes.n_steps, sizes.n_symbols)]
    for half, outputs in (
        ("numpy", case.numpy_outputs(case.batch, case.weights)),
        ("keras", [output.numpy() for output in case.validate(case.batch)]),
    ):
        of_halves = [f"{half}_encoder's mean", f"{half}_encoder's log variance", f"{half}_decoder's logits"]
        for what, output, shape in zip(of_halves, outputs, expected, strict=True):
            require(
                output.shape == shape and output.dtype == np.float32,
                f"{case}: {what} has shape {output.shape} and type {output.dtype}: expected {shape} and float32; "
                "cast constants that make the result float64 with np.float32(...)",
            )


def _check_halves_agree(case):
    for seed in range(N_DRAWS):
        weights, batch = case.draw_weights(seed), case.make_batch(N_ROWS, seed)
        keras_mean, keras_log_variance, keras_logits = (output.numpy() for output in case.validate(batch))
        mean, log_variance, logits = case.numpy_outputs(batch, weights, latent=keras_mean)
        _compare(case, "the mean", "encoder", keras_mean, mean)
        _compare(case, "the log variance", "encoder", keras_log_variance, log_variance)
        _compare(case, "the logits", "decoder", keras_logits, logits)
        best = np.sort(keras_logits, axis=-1)
        clear = best[..., -1] - best[..., -2] > 2 * TOLERANCE  # no tie, even with rounding
        require(
            np.array_equal(keras_logits.argmax(-1)[clear], logits.argmax(-1)[clear]),
            f"{case}: keras_decoder and numpy_decoder have different likeliest symbols",
        )
        first = combine(lambda arrays: arrays[0][:1], batch)
        alone = case.numpy_outputs(first, weights, latent=keras_mean[:1])
        for what, one, many in zip(("encoder", "encoder", "decoder"), alone, (mean, log_variance, logits), strict=True):
            require(
                np.allclose(one, many[:1], atol=TOLERANCE),
                f"{case}: numpy_{what} returns other numbers for a row alone than among others: expected rows that do "
                "not mix outside training; use moving averages instead of batch averages",
            )


def _check_symbols_are_read(case):
    """Check which symbols the decoder depends on: none, or those before a step, as when it writes."""
    batch, weights = case.batch, case.weights
    mean, _, logits = case.numpy_outputs(batch, weights)
    if case.architecture.one_shot:
        other = (batch.symbols + 1) % case.sizes.n_symbols
        require(
            np.allclose(case.numpy_outputs(batch, weights, mean, other)[2], logits, atol=1e-6),
            f"{case}: the logits depend on the row's symbols, which are not known when new rows are written: expected "
            "that they do not, or one_shot = False and the methods numpy_start and numpy_step",
        )
        return
    for step in range(case.sizes.n_steps):
        other = batch.symbols.copy()
        other[:, step:] = (other[:, step:] + 1) % case.sizes.n_symbols
        ahead = case.numpy_outputs(batch, weights, mean, other)[2]
        require(
            np.allclose(ahead[:, : step + 1], logits[:, : step + 1], atol=1e-6),
            f"{case}: numpy_decoder looks ahead: the logits up to step {step} change with the symbols from step "
            f"{step} on; expected that a step reads only the symbols before it; shift them by one",
        )
    gap = np.abs(case.numpy_steps(batch, weights, mean) - logits).max(axis=(0, 2))
    require(
        gap.max() <= TOLERANCE,
        f"{case}: at step {int(np.argmax(gap > TOLERANCE))} numpy_step returns logits that are {gap.max():.2g} away "
        "from numpy_decoder's for the same symbols: expected the same; check that the state includes everything that "
        "the decoder reads",
    )


def _check_context_is_read(case):
    mean, _, logits = case.numpy_outputs(case.batch, case.weights)
    other = case.batch._replace(context=case.batch.context + np.float32(1))
    require(
        _differ(case.numpy_outputs(other, case.weights, mean)[2], logits),
        f"{case}: the logits are the same whatever the context is: expected a decoder that reads it, or "
        "reads_context = False",
    )


def _check_every_weight_is_used(case):
    unused = {weight.name for weight in case.network.table}
    for seed in range(N_DRAWS):
        weights, batch = case.draw_weights(seed), case.make_batch(N_ROWS, seed)
        outputs = case.numpy_outputs(batch, weights)
        generator = np.random.default_rng(seed)
        for name in sorted(unused):
            change = generator.uniform(0.5, 1, weights[name].shape).astype("float32")
            if any(map(_differ, case.numpy_outputs(batch, weights | {name: weights[name] + change}), outputs)):
                unused.remove(name)
    require(
        not unused,
        f"{case}: changing the weights {sorted(unused)} changes neither means nor logits: expected that the NumPy "
        "functions use every weight of weights(); use them or leave them out",
    )


def _check_every_weight_is_trained(case):
    untrained = {weight.name for weight in case.network.table if weight.trainable}
    for seed in range(N_DRAWS):
        case.draw_weights(seed)
        gradients = case.train(case.make_batch(N_ROWS, seed))[1]
        untrained -= {name for name, gradient in gradients.items() if gradient.numpy().any()}
    require(
        not untrained,
        f"{case}: the weights {sorted(untrained)} have no gradient: expected that the Keras functions use every "
        "trainable weight; declare weights without a gradient as Weight(..., trainable=False)",
    )


def _check_state(case):
    before = case.draw_weights(0)
    *_, state = case.train(case.batch)
    require(
        case.updated == set(case.state),
        f"{case}: run.update was called for {sorted(case.updated)} in training: expected {sorted(case.state)}, the "
        "weights that are not trainable; call run.update(name, value) for each when run.training",
    )
    for name, value in state.items():
        require(
            value.shape == before[name].shape and _differ(value.numpy(), before[name]),
            f"{case}: training leaves {name!r} unchanged, or gives it the shape {tuple(value.shape)}: expected a new "
            f"value of shape {before[name].shape}",
        )
    case.validate(case.batch)
    moved = [name for name, array in case.network.export_weights().items() if not np.array_equal(array, before[name])]
    require(
        not moved,
        f"{case}: a pass itself changes {moved}: expected run.update(name, value) instead of assign, so that "
        "validation changes nothing",
    )


def _check_filler_rows(case):
    examples = case.make_batch(N_ROWS - N_FILLERS, seed=1)
    fillers = case.make_batch(N_FILLERS, seed=2)._replace(row_weight=np.zeros(N_FILLERS, "float32"))
    filled = combine(np.concatenate, examples, fillers)
    alone, among = case.train(examples), case.train(filled)
    for what, mine, theirs in zip(("loss", "gradient", "next state"), among, alone, strict=True):
        for name in theirs:
            scale = 1 + np.abs(theirs[name].numpy()).max()
            require(
                np.allclose(mine[name], theirs[name], atol=TOLERANCE * scale),
                f"{case}: rows of weight 0 change the {what} {name!r}: expected that they do not count; in means over "
                "the batch, weight each row by run.row_weight and divide by its sum",
            )


def _compare(case, what, half, of_keras, of_numpy):
    gaps, allowed = np.abs(of_keras - of_numpy), TOLERANCE * np.maximum(1, np.abs(of_keras))
    worst = np.argmax(gaps / allowed)  # the first NaN, if there is one
    require(
        gaps.flat[worst] <= allowed.flat[worst],  # NaN fails
        f"{case}: {what} of keras_{half} and of numpy_{half} are {gaps.flat[worst]:.2g} apart: expected at most "
        f"{allowed.flat[worst]:.0e}; check that both do the same outside training",
    )


def _differ(mine, theirs):
    return not np.allclose(mine, theirs, rtol=1e-6, atol=1e-7)
