"""The steps of a fit, from checked data to fitted attributes; importing it loads Keras."""

from contextlib import suppress

import numpy as np
from sklearn.model_selection import train_test_split

from .._validation import make_generator
from ..nn.architectures import Sizes, as_architecture
from ..nn.checkpoint import Checkpoint, fingerprint
from ..nn.inference import Predictor
from ..nn.network import NetworkSpec
from ..nn.objective import Objective
from ..nn.pool import borrowed_network
from ..nn.regularizers import REGULARIZERS
from ..nn.rows import Rows
from ..nn.training import DivergedError, TrainingHooks, TrainingSettings, train
from ..plane import ClassDistributions, learn_layout
from ._callbacks import FitTasks
from ._fitted import fitted_layout, fitted_sizes
from ._rows import VariedRows, learn_vocabulary
from ._symbols import fit_symbol_attributes, to_symbols

NO_PART_OF_A_TRAINING = {"verbose", "checkpoint_path", "checkpoint_every"}  # parameters that do not change its result


class Fit:
    """One fit of a model.

    Parameters
    ----------
    model : EmotionRegularizedVAE
        With valid parameters.
    X, y, context : arrays
        Validated; `context` may be None.
    resume : bool
        Whether to continue from what the model has learned.
    """

    def __init__(self, model, X, y, context, resume):
        self.model, self.X, self.y, self.context, self.resume = model, X, y, context, resume
        self.layout, self.index, self.targets = learn_layout(y, model.class_positions)
        self.vocabulary = model.vocabulary_ if resume else learn_vocabulary(X, model.variations)
        self.symbols = to_symbols(X, self.vocabulary, model.handle_unknown)
        sizes = Sizes(
            n_steps=X.shape[1],
            n_symbols=len(self.vocabulary),
            n_classes=len(self.layout.labels),
            n_components=model.n_components,
            condition=model.condition,
            n_context=0 if context is None else context.shape[1],
        )
        architecture = as_architecture(model.architecture)
        self.spec = NetworkSpec(architecture, sizes, model.optimizer, model.max_gradient_norm)
        if resume:
            self._check_resumable()

    def run(self):
        """Train, and give the model its fitted attributes."""
        generator = make_generator(self.model.random_state)
        weights_seed, split_seed, order_seed = (int(s) for s in generator.integers(2**31, size=3))
        training, validation, source = self._split(split_seed)
        tasks = FitTasks(self.model, self.X, self.y)
        with borrowed_network(self.spec) as network:
            self._start(network, training, weights_seed)
            hooks = TrainingHooks(
                checkpoint=self._make_checkpoint(),
                verbose=self.model.verbose,
                on_epoch_begin=tasks.begin_epoch,
                on_epoch_end=lambda history: tasks.end_epoch(lambda: self._attributes(network, history)),
            )
            try:
                history = train(network, source, self._settings(order_seed), hooks, validation)
            except DivergedError as error:
                if error.history:
                    with suppress(FloatingPointError):  # this error, not one of the rescue
                        self._publish(self._attributes(network, error.history))
                raise
            self._publish(self._attributes(network, history))
        tasks.end()

    def _check_resumable(self):
        """Raise unless the fitted weights match the network that the parameters ask for, and its classes."""
        model, sizes = self.model, self.spec.sizes
        wanted = {"architecture": self.spec.architecture, **sizes._asdict()}
        for name, fitted in {"architecture": model.architecture_, **fitted_sizes(model)._asdict()}.items():
            if wanted[name] != fitted:
                raise ValueError(
                    f"{name}={wanted[name]!r}: the fitted weights have {name}={fitted!r}; "
                    "set warm_start=False to start over"
                )
        own_classes = self.layout.own_classes or fitted_layout(model).own_classes
        if own_classes and list(self.layout.labels) != list(model.classes_):
            raise ValueError(
                f"class_positions={model.class_positions!r}: the fitted weights have the classes "
                f"{model.classes_.tolist()}, in this order; set warm_start=False to start over"
            )

    def _split(self, seed):
        """Return the training rows, those held out for early stopping or None, and the source of each epoch's rows."""
        kept, held_out = self._hold_out(seed) if self.model.early_stopping else (np.arange(len(self.X)), None)
        training = self._rows(kept)
        validation = None if held_out is None else self._rows(held_out)
        if self.model.variations is None:
            return training, validation, lambda generator: training
        context = None if self.context is None else self.context[kept]
        return training, validation, VariedRows(self.model, self.X[kept], self.y[kept], context, self.vocabulary)

    def _rows(self, chosen):
        context = None if self.context is None else self.context[chosen]
        return Rows(self.symbols[chosen], self.index[chosen], self.targets[chosen], context)

    def _hold_out(self, seed):
        """Return the indices of the rows to train on and of those to hold out."""
        model = self.model
        n_rows, counts = len(self.index), np.bincount(self.index)
        n_held_out = int(np.ceil(model.validation_fraction * n_rows))
        if n_held_out >= n_rows:
            raise ValueError(
                f"validation_fraction={model.validation_fraction} of n_samples={n_rows} leaves no rows to train on: "
                "expected more rows, or early_stopping=False"
            )
        enough = counts[counts > 0].min() > 1 and min(n_held_out, n_rows - n_held_out) >= (counts > 0).sum()
        stratify = self.index if enough else None
        return train_test_split(np.arange(n_rows), test_size=n_held_out, stratify=stratify, random_state=seed)

    def _start(self, network, training, seed):
        """Set a network's weights and everything else that its training depends on."""
        model = self.model
        if self.resume:
            network.load_weights(model.weights_)
        else:
            network.initialize_weights(seed)
        network.start(
            objective=Objective(
                regularizer=REGULARIZERS.get(model.regularizer, model.regularizer),
                emotion_prior_scale=model.emotion_prior_scale,
            ),
            symbol_attributes=fit_symbol_attributes(training.symbols, training.target, self.spec.sizes.n_symbols),
            kl_weight=model.kl_weight,
            valence_weight=model.valence_weight,
            arousal_weight=model.arousal_weight,
        )

    def _settings(self, seed):
        names = ("max_iter", "batch_size", "tol", "n_iter_no_change", "jit_compile", "learning_rate", "schedule")
        return TrainingSettings(**{name: getattr(self.model, name) for name in names}, seed=seed)

    def _make_checkpoint(self):
        """Return where the training keeps its state, or None."""
        model = self.model
        if model.checkpoint_path is None:
            return None
        parameters = model.get_params(deep=False)
        settings = {name: value for name, value in parameters.items() if name not in NO_PART_OF_A_TRAINING}
        arrays = [self.X, self.index, self.targets, *([] if self.context is None else [self.context])]
        return Checkpoint(model.checkpoint_path, model.checkpoint_every, fingerprint(arrays, settings))

    def _attributes(self, network, history):
        """Return the fitted attributes as a dict."""
        weights = network.export_weights()
        mean, log_variance = Predictor(self.spec.architecture, self.spec.sizes, weights).encode(
            self.symbols, self.index
        )
        if not np.isfinite(mean).all() or not np.isfinite(np.exp(log_variance, dtype=float)).all():
            raise FloatingPointError(
                "the latent points of the training data are NaN or infinite: the training has diverged; "
                f"try a learning_rate below {self.model.learning_rate:g}"
            )
        distributions = ClassDistributions.from_posterior(
            mean.astype(float), np.exp(log_variance, dtype=float), self.index, self.layout
        )
        return {
            "classes_": self.layout.labels,
            "class_positions_": self.layout.positions,
            "class_count_": self.layout.counts,
            "vocabulary_": self.vocabulary,
            "architecture_": self.spec.architecture,
            "condition_": self.spec.sizes.condition,
            "n_context_": self.spec.sizes.n_context,
            "weights_": weights,
            "n_iter_": len(history["loss"]),
            "history_": self._whole_history(history),
            "latent_mean_": distributions.means,
            "latent_covariance_": distributions.covariances,
        }

    def _whole_history(self, history):
        """Return the history including that of earlier fits, with NaN for epochs that did not have a term."""
        earlier, n_epochs = (self.model.history_, len(self.model.history_["loss"])) if self.resume else ({}, 0)
        new = dict.fromkeys(earlier, [np.nan] * len(history["loss"])) | history
        return {name: earlier.get(name, [np.nan] * n_epochs) + values for name, values in new.items()}

    def _publish(self, attributes):
        """Set all fitted attributes at once, so that a fit that fails earlier keeps those of the previous fit."""
        for name, value in attributes.items():
            setattr(self.model, name, value)
