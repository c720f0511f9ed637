"""Worker that samples and transforms with a saved model, or makes the model.

Arguments: "make", a file of tokens, a dict of units and epochs, and the file to save the model in; or "use", the file
of tokens, the saved model, a dict of melodies, rows and answers, and the file for the answers. The answers, by which
two commits are compared, are the rows that random points decode to, and the points of the tokens.
"""

import numpy as np
from _estimators import condition_of, make_vae, package_folder
from _report import resident_mib
from _workers import arguments, serve

TEMPERATURES = 0.0, 0.7
PLANE = 2.0  # the standard deviation of random points, which reaches beyond those of the training data


def main():
    """Serve "make", or the cases of a model."""
    what, tokens, *others = arguments()
    with np.load(tokens) as arrays:
        X, y = arrays["X"], arrays["y"]
    cases, sizes = {"make": make_cases, "use": use_cases}[what](X, y, *others)
    serve(cases, sizes=sizes, resident_mib=resident_mib(), package=package_folder())


def make_cases(X, y, settings, model):
    """Return the case that trains and saves a model, and how many rows it takes."""
    from sklearn.pipeline import make_pipeline

    from skemovae import PitchEncoder, save_model

    def make():
        units = settings["units"]
        vae = make_vae(units, condition=condition_of(units), max_iter=settings["epochs"], random_state=0).fit(X, y)
        save_model(make_pipeline(PitchEncoder(), vae), model)

    return {"make": make}, {"make": len(X)}


def use_cases(X, y, model, settings, answers):
    """Return the cases of sampling, transforming and answering, and the number of rows of those that are timed."""
    from skemovae import load_model

    vae = load_model(model)[-1]
    cases, sizes = {}, {}
    for n in settings["melodies"]:
        for temperature in TEMPERATURES:
            name = f"sample {n:,}, temperature {temperature:g}"
            cases[name], sizes[name] = sampler(vae, n, temperature), n
    for n in settings["rows"]:
        rows = np.resize(X, (n, X.shape[1]))
        cases[f"transform {n:,}"], sizes[f"transform {n:,}"] = lambda rows=rows: quiet(vae.transform(rows)), n

    def answer():
        points = np.random.default_rng(0).normal(scale=PLANE, size=(settings["answers"], 2))
        seeded = vae.sample(settings["answers"], temperature=0.7, random_state=0)[0]
        np.savez(answers, tokens=vae.inverse_transform(points), drawn=seeded, points=vae.transform(X))

    return {**cases, "answer": answer}, sizes


def sampler(vae, n, temperature):
    """Return a function that samples."""
    return lambda: quiet(vae.sample(n, temperature=temperature, random_state=0))


def quiet(result):
    """Return None, as a case of a worker does that has no seconds of its own to report."""


if __name__ == "__main__":
    main()
