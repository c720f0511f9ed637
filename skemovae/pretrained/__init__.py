"""Models that come with the package, each with a card that says what it was trained on and how good it is."""

from ._pretrained import list_pretrained, load_pretrained

__all__ = ["list_pretrained", "load_pretrained"]
