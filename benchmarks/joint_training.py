"""Can one network edit and generate? An editor and a generator are trained together on one encoder, and measured.

The decoders are those of the included models: the editor's reads all 64 coordinates, the generator's only valence and
arousal. Half of the rows of each batch are for the editor, spliced and with partners; the other half are for the
generator. So twenty epochs are ten for each. Both are measured by ``pretrain.py``, as the included models are.
"""

import time
from dataclasses import dataclass

import numpy as np
from _folk_rows import load_folk_rows
from _report import Report, make_parser
from _studies import add_study_options, kept, load_published
from pretrain import COMMON, MODELS, measure_editor, measure_generator, medians

from skemovae import EmotionRegularizedVAE, load_model, save_model
from skemovae.nn.architectures import AutoregressiveArchitecture, BeatArchitecture, register_architecture

PLANE = 2  # valence and arousal, all that the generator's decoder reads of a point
WRITER = "writer/"  # the prefix of the names of the weights of the generator's decoder


@register_architecture("joint")
@dataclass(frozen=True)
class JointArchitecture(BeatArchitecture):
    """The editor with a second decoder; each half of a batch trains one of the two."""

    reads_context = True

    def weights(self, sizes):
        """Return the table of all weights."""
        writer = AutoregressiveArchitecture().weights(sizes._replace(n_components=PLANE))
        decoder = [weight for weight in writer if weight.name.startswith("decoder/")]
        return [*super().weights(sizes), *(w._replace(name=w.name.replace("decoder/", WRITER)) for w in decoder)]

    def keras_decoder(self, sizes, weights, latent, label, context, symbols, run):
        """Return the logits of every step, for each half of the batch from its own decoder."""
        from keras import ops

        n_edited = latent.shape[0] // 2
        edited = super().keras_decoder(sizes, weights, latent[:n_edited], label, None, None, run)
        writer = {
            name.replace(WRITER, "decoder/"): weights[name]
            for name in (weight.name for weight in self.weights(sizes))
            if name.startswith(WRITER)
        }
        written = AutoregressiveArchitecture().keras_decoder(
            sizes._replace(n_components=PLANE),
            writer,
            latent[n_edited:, :PLANE],
            label,
            context[n_edited:],
            symbols[n_edited:],
            run,
        )
        return ops.concatenate([edited, written], axis=0)


@dataclass(frozen=True)
class JointVariations:
    """Epochs whose first half holds rows with partners, for the editor; the second half is for the generator."""

    def __call__(self, X, y, context=None, generator=None):
        """Return the rows of one epoch."""
        edited = MODELS["editor"]["variations"](X, y, context, generator)
        written = MODELS["generator"]["variations"](X, y, context, generator)
        n_pairs = len(edited.partners)
        for name in ("X", "y", "context"):
            edited[name] = np.concatenate([edited[name][:n_pairs], written[name][n_pairs:]])
        return edited

    def vocabulary(self, X):
        """Return all tokens that the rows can hold."""
        return MODELS["editor"]["variations"].vocabulary(X)


def main():
    """Train what is missing, measure both halves, and report."""
    parser = make_parser(__doc__, "python benchmarks/joint_training.py --epochs 1 --work /tmp/w --out /tmp/o")
    add_study_options(parser)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="(%(default)s)")
    parser.add_argument("--epochs", type=int, default=20, help="of 34,685 rows (%(default)s)")
    options = parser.parse_args()
    report = Report("joint_training", "An editor and a generator trained together", options)
    folk, published = load_folk_rows(), load_published(options.data)
    editors, generators = [], []
    for seed in options.seeds:
        model, seconds = train(options, folk, seed)
        minutes = {"seed": seed, "minutes of training": round(seconds / 60, 1)}
        editors.append(minutes | measure_editor(half_of(model, BeatArchitecture()), folk, *published)[0])
        generators.append(
            minutes | measure_generator(half_of(model, AutoregressiveArchitecture()), folk, *published)[0]
        )
    for title, rows in (("As an editor", editors), ("As a generator", generators)):
        report.add(title, rows)
        if len(rows) > 1:
            report.add(f"{title}, median over the seeds", [medians(rows)])
    report.write(results={"editor": editors, "generator": generators})


def train(options, folk, seed):
    """Return a trained model with both decoders, and the seconds of its training."""
    folder = options.work / "joint"
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"joint_{options.epochs}_{seed}"

    def fit():
        model = EmotionRegularizedVAE(
            **COMMON | MODELS["editor"]["parameters"] | {"architecture": JointArchitecture()},
            max_iter=options.epochs,
            variations=JointVariations(),
            random_state=seed,
            verbose=True,
            checkpoint_path=stem.with_suffix(".checkpoint"),
            checkpoint_every=1,
        )
        start = time.perf_counter()
        model.fit(folk.tokens[folk.train], folk.target[folk.train], context=folk.context[folk.train])
        seconds = time.perf_counter() - start
        save_model(model.set_params(variations=None, verbose=False), stem.with_suffix(".safetensors"))
        return seconds

    seconds = kept(stem.with_suffix(".json"), fit)
    return load_model(stem.with_suffix(".safetensors")), seconds


def half_of(model, architecture):
    """Return a model with one of the decoders; the generator's weights for the free coordinates are zeros."""
    half = model.__class__(**model.get_params(deep=False)).set_params(architecture=architecture)
    half.__dict__.update({name: value for name, value in vars(model).items() if name.endswith("_")})
    half.architecture_, half.weights_ = architecture, dict(model.weights_)
    if isinstance(architecture, AutoregressiveArchitecture):
        for name in [name for name in half.weights_ if name.startswith("decoder/")]:
            del half.weights_[name]
        for name in [name for name in half.weights_ if name.startswith(WRITER)]:
            half.weights_[name.replace(WRITER, "decoder/")] = half.weights_.pop(name)
        plane, context = np.split(half.weights_["decoder/hidden/kernel"], [PLANE])
        free = np.zeros((model.latent_mean_.shape[1] - PLANE, plane.shape[1]), np.float32)
        half.weights_["decoder/hidden/kernel"] = np.concatenate([plane, free, context])
    else:
        half.n_context_ = 0
        half.weights_ = {name: value for name, value in half.weights_.items() if not name.startswith(WRITER)}
    return half


if __name__ == "__main__":
    main()
