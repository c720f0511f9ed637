"""Support for scikit-learn's callbacks, which a fit calls in every epoch. Before scikit-learn 1.9 there are none."""

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks

    N_WRAPPERS = 1  # frames between a method with callbacks and its caller
except ImportError:
    N_WRAPPERS = 0

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Stands in where scikit-learn has no callbacks."""

    def with_callbacks(method):
        """Return the method as it is."""
        return method


class FitTasks:
    """A fit and its epochs as tasks that are reported to the estimator's callbacks, if it has any.

    Parameters
    ----------
    estimator : estimator
    X, y : arrays
        The training data.
    """

    def __init__(self, estimator, X, y):
        self.arguments = {"estimator": estimator, "X": X, "y": y}
        self.context = None
        if hasattr(estimator, "_init_callback_context"):
            self.context = estimator._init_callback_context(max_subtasks=estimator.max_iter)
            self.context.call_on_fit_task_begin(**self.arguments)
        self.has_callbacks = bool(getattr(estimator, "_skl_callbacks", None))

    def begin_epoch(self):
        """Tell the callbacks that an epoch begins."""
        if self.context is not None and self.has_callbacks:
            self.epoch = self.context.subcontext(task_name="epoch").call_on_fit_task_begin(**self.arguments)

    def end_epoch(self, make_attributes):
        """Tell the callbacks that an epoch is over, and return whether one asks to stop.

        Parameters
        ----------
        make_attributes : callable
            Returns the fitted attributes as a dict, as if the fit had stopped here; called if a callback asks for a
            fitted estimator.
        """
        if not self.has_callbacks:
            return False
        return bool(self.epoch.call_on_fit_task_end(**self.arguments, reconstruction_attributes=make_attributes))

    def end(self):
        """Tell the callbacks that the fit is over."""
        if self.context is not None:
            self.context.call_on_fit_task_end(**self.arguments, reconstruction_attributes={})
