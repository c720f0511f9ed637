"""What the checks have in common; TensorFlow is not loaded for it."""

N_ROWS = 6
ROWS = ("symbols", "label", "target", "row_weight", "noise", "context")  # what of a batch has its rows


def combine(function, *batches):
    """Return a batch of what a function of a list of arrays makes of the arrays of batches, which have no partners."""
    of_rows = [name for name in ROWS if getattr(batches[0], name) is not None]
    return batches[0]._replace(**{name: function([getattr(batch, name) for batch in batches]) for name in of_rows})


def require(condition, message):
    """Raise AssertionError with a message unless a condition holds."""
    if not condition:
        raise AssertionError(message)
