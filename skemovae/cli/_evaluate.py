"""evaluate: measure how well a saved model arranges a data set on its plane."""

from .._pipelines import encoder_of, fitted_model, model_and_tokens
from ._data import check_data, load_data, misfit
from ._estimators import load_estimator, trained_labels
from ._options import add_command, add_data, add_model, add_temperature
from ._terminal import say

N_SAMPLED = 100  # melodies of each emotion


def add_to(add_parser, name):
    """Add the command to the command line."""
    parser = add_command(
        add_parser,
        name,
        run,
        "measure how well a saved model orders a data set on its plane, and compare its melodies with the data",
        "melodies/model.safetensors --data bach",
    )
    add_model(parser)
    add_data(parser)
    add_temperature(parser)


def run(options):
    """Evaluate; return the quadrant accuracy, and the metrics of the data and of sampled melodies."""
    check_data(options)
    estimator = load_estimator(options.model)
    import numpy as np

    from ..metrics import format_metric_table, metric_table

    model = fitted_model(estimator)
    if model.layout_.own_classes:
        own = ", ".join(map(str, model.classes_.tolist()))
        raise ValueError(f"{options.model} has its own classes ({own}): expected a model of the four emotions")
    if model.latent_mean_.shape[1] < 2:
        raise ValueError(f"{options.model} has only valence (n_components=1): expected a model with a plane")
    X, y = load_data(options, estimator)
    if misfit(estimator, X):
        raise ValueError(f"{misfit(estimator, X)}: expected the same number")
    model, tokens = model_and_tokens(estimator, X)
    accuracy, mean = print_accuracy(model.transform(tokens), y, "melodies")
    encoder = encoder_of(estimator)
    emotions = np.repeat(trained_labels(model), N_SAMPLED)
    sampled = model.sample(len(emotions), emotion=emotions, temperature=options.temperature, random_state=0)[0]
    tables = {
        "generated": metric_table(encoder.inverse_transform(sampled), emotions),
        "data": metric_table(encoder.inverse_transform(tokens), y),
    }
    say("", *format_metric_table(tables).splitlines(), "")
    return {
        "model": str(options.model),
        "data": options.data,
        "n_melodies": len(y),
        "quadrant_accuracy": accuracy,
        "mean_quadrant_accuracy": mean,
        "metrics": {name: _plain(table) for name, table in tables.items()},
    }


def print_accuracy(points, labels, what):
    """Print and return the quadrant accuracy in percent: per quadrant with melodies, and the mean."""
    from ..metrics import quadrant_accuracy

    result = quadrant_accuracy(points, labels)
    shares = {q: round(100 * share, 1) for q, share in result.per_quadrant.items() if share == share}
    by_quadrant = ", ".join(f"{q} {share:.0f} %" for q, share in shares.items())
    say(f"{what} that lie in their emotion's quadrant: {by_quadrant} (mean {100 * result.mean:.0f} %)")
    return shares, round(100 * result.mean, 1)


def _plain(table):
    """Return a metric table as {metric: {emotion: {"mean": ..., "std": ...}}}, only for emotions with melodies."""
    return {
        metric: {
            emotion: {"mean": round(float(mean), 6), "std": round(float(std), 6)}
            for emotion, mean, std in zip(table.emotions, means, stds, strict=True)
            if mean == mean
        }
        for metric, means, stds in zip(table.metrics, table.mean, table.std, strict=True)
    }
