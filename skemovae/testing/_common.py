"""What the checks have in common; this module does not load TensorFlow."""

N_ROWS = 6
ROWS = ("symbols", "label", "target", "row_weight", "noise", "context")  # fields of a batch, by row


def combine(function, *batches):
    """Apply a function to the lists of corresponding arrays of batches without partners, and return a batch."""
    of_rows = [name for name in ROWS if getattr(batches[0], name) is not None]
    return batches[0]._replace(**{name: function([getattr(batch, name) for batch in batches]) for name in of_rows})


def require(condition, message):
    """Raise AssertionError with a message unless a condition holds."""
    if not condition:
        raise AssertionError(message)
