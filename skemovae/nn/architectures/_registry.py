"""Which architectures there are, by name, and which values stand for one."""

from dataclasses import fields

from ._base import Architecture

_REGISTERED: dict[str, type[Architecture]] = {}


def register_architecture(name):
    """Return a class decorator that gives an architecture a name.

    By its name ``EmotionRegularizedVAE(architecture=name)`` makes one with the default options, and
    :func:`skemovae.load_model` makes the one that a file was saved with; so the module that registers it has to be
    imported before a file is loaded.

    Parameters
    ----------
    name : str

    Raises
    ------
    ValueError
        If another class has the name.
    TypeError
        If the class is no frozen dataclass derived from :class:`Architecture`.

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
            raise ValueError(f"architecture {name!r} is {earlier.__module__}.{earlier.__qualname__} already")
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

    A subclass that forgets the decorator would have its base's fields, and two of it would always be equal.
    """
    own = vars(cls).get("__dataclass_params__") if isinstance(cls, type) and issubclass(cls, Architecture) else None
    return own is not None and own.frozen and cls is not Architecture


def architecture_name(architecture):
    """Return the name under which the class of an architecture is registered, or None."""
    return next((name for name, cls in _REGISTERED.items() if type(architecture) is cls), None)


def as_architecture(value):
    """Return the architecture of a name, or the object itself, with valid options.

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
            f"architecture={value!r}: expected options that can be hashed, such as numbers, texts and tuples, so that "
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
    """Return the architecture of a registered name with options as JSON gives them, in which tuples are lists.

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
