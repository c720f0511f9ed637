"""Whether progress bars are shown."""


def hidden(verbose):
    """Return tqdm's ``disable``: None, which hides a bar only where there is no terminal, or True."""
    return None if verbose else True
