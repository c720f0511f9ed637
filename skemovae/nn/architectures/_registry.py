"""The registry of architectures by name, and how a parameter's value becomes an architecture."""

from dataclasses import fields

from ._base import Architecture

_REGISTERED: dict[str, type[Architecture]] = {}


def register_architecture(name):
    """Return a class decorator that registers an architecture under a name.

    ``EmotionRegularizedVAE(architecture=name)`` then makes one with the default options, and
    :func:`skemovae.load_model` can make the one with which a file was saved. The module that registers the architecture
    must therefore be imported before such a file is loaded.

    Parameters
    ----------
    name : str

    Raises
    ------
    ValueError
        If another class has the name.
    TypeError
        If the class is not a frozen dataclass derived from :class:`Architecture`.

    See Also
    --------
    Architecture : The base class.
    skemovae.testing.check_architecture : Tests an architecture.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from skemovae.nn.architectures import GRUArchitecture, as_architecture, register_architecture
    >>> @register_architecture("small")
    ... @dataclass(frozen=True)
    ... class SmallArchitecture(GRUArchitecture):
    ...     units: int = 16
    >>> as_architecture("small")
    SmallArchitecture(units=16)
    """

    def register(cls):
        earlier = _REGISTERED.get(name)
        same = earlier is not None and (earlier.__module__, earlier.__qualname__) == (cls.__module__, cls.__qualname__)
        if earlier is not None and not same:  # a module that is loaded again may register again
            raise ValueError(f"architecture {name!r} is already {earlier.__module__}.{earlier.__qualname__}")
        if not is_architecture_class(cls):
            raise TypeError(f"{cls!r}: expected a class derived from Architecture under @dataclass(frozen=True)")
        _REGISTERED[name] = cls
        return cls

    return register


def registered_architectures():
    """Return the registered classes by name."""
    return dict(_REGISTERED)


def is_architecture_class(cls):
    """Return whether a class derives from Architecture and is itself a frozen dataclass, whose fields are its options.

    A subclass without the decorator would have only its base's fields, and any two instances would compare equal.
    """
    own = vars(cls).get("__dataclass_params__") if isinstance(cls, type) and issubclass(cls, Architecture) else None
    return own is not None and own.frozen and cls is not Architecture


def architecture_name(architecture):
    """Return the name under which the class of an architecture is registered, or None."""
    return next((name for name, cls in _REGISTERED.items() if type(architecture) is cls), None)


def as_architecture(value):
    """Return the architecture that a name stands for, or the object itself, after checking its options.

    Parameters
    ----------
    value : str or Architecture

    Raises
    ------
    ValueError
        If it is neither, or an option is not valid.

    Examples
    --------
    >>> from skemovae.nn.architectures import as_architecture
    >>> as_architecture("gru")
    GRUArchitecture(units=128)
    """
    architecture = _REGISTERED[value]() if isinstance(value, str) and value in _REGISTERED else value
    if not is_architecture_class(type(architecture)):
        raise ValueError(
            f"architecture={value!r}: expected one of {', '.join(map(repr, _REGISTERED))}, or an object such as "
            "GRUArchitecture(units=64), of a class derived from Architecture under @dataclass(frozen=True)"
        )
    architecture.check()
    if not _can_be_hashed(architecture):
        raise ValueError(
            f"architecture={value!r}: expected hashable options, such as numbers, strings and tuples, so that "
            "fits with equal ones share a compiled graph"
        )
    return architecture


def _can_be_hashed(value):
    try:
        hash(value)
    except TypeError:
        return False
    return True


def make_architecture(name, options):
    """Return the architecture of a registered name with options read from JSON, in which tuples are lists.

    Raises
    ------
    ValueError
        If the name is not known, or an option is unknown or not valid.
    """
    if name not in _REGISTERED:
        raise ValueError(
            f"its architecture is {name!r}: expected one of {', '.join(map(repr, _REGISTERED))}; first import the "
            "module that registers it"
        )
    known = [field.name for field in fields(_REGISTERED[name])]
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise ValueError(f"architecture {name!r} has the options {unknown}: expected some of {known}")
    return as_architecture(_REGISTERED[name](**{key: _with_tuples(value) for key, value in options.items()}))


def _with_tuples(value):
    return tuple(map(_with_tuples, value)) if isinstance(value, list) else value
