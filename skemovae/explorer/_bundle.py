"""The page's ES modules as a single classic script, so that one file contains them and one hash allows them.

The modules use only a small part of the syntax: imports of names from relative paths, and exports in front of a
function, a class or a const. So no parser is needed, and the code in the bundle is the code in the modules.
"""

import posixpath
import re
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files

IMPORT = re.compile(r'^import\s+(?:\{([^}]*)\}|\*\s+as\s+(\w+))\s+from\s+"(\.[^"]+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export\s+(?=(?:async\s+)?(?:function\*?|class|const)\s+(\w+))", re.MULTILINE)
OTHER = re.compile(r"^\s*(?:import\b(?!\()|export\b).*", re.MULTILINE)


def bundle(entry, read=None):
    """Return a script that runs a module after those that it imports.

    Each module becomes a function that runs once and returns its exports; names that are not exported stay private.

    Parameters
    ----------
    entry : str
        The name of the module, relative to the folder ``web``, such as "main.js".
    read : callable, default=None
        Returns the text of a module by name; None reads the package's own modules.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a module has imports or exports of other forms, or modules import each other in a cycle.
    """
    read = read or _read
    modules, waiting = {}, [entry]
    while waiting:
        name = waiting.pop()
        if name not in modules:
            modules[name] = _Module(name, read(name))
            waiting += modules[name].imports
    try:
        order = list(TopologicalSorter({name: module.imports for name, module in modules.items()}).static_order())
    except CycleError as error:
        raise ValueError(f"modules import each other in a cycle: {' -> '.join(error.args[1])}") from None
    numbers = {name: f"module{i}" for i, name in enumerate(order)}
    return "".join(modules[name].text(numbers) for name in order)


class _Module:
    """A module, with its imports and exports removed from its text.

    Parameters
    ----------
    name : str
    source : str
    """

    def __init__(self, name, source):
        self.name, self.imports, self.exports = name, [], EXPORT.findall(source)
        self.lines = []
        body = EXPORT.sub("", IMPORT.sub(self._take, source))
        if other := OTHER.search(body):
            raise ValueError(
                f"{name}: {other[0].strip()!r}: expected imports as 'import {{ name }} from \"./module.js\";' and "
                "exports in front of a function, a class or a const"
            )
        self.body = body

    def _take(self, match):
        names, whole, path = match.groups()
        source = posixpath.normpath(posixpath.join(posixpath.dirname(self.name), path))
        self.imports.append(source)
        self.lines.append((whole or "{ " + re.sub(r"\s+as\s+", ": ", " ".join(names.split())) + " }", source))
        return ""

    def text(self, numbers):
        """Return the module as a function that is called at once; `numbers` has the names of the other modules."""
        lines = "".join(f"const {names} = {numbers[source]};\n" for names, source in self.lines)
        exports = ", ".join(self.exports)
        function = f"(() => {{\n{lines}{self.body}return {{ {exports} }};\n}})()"
        return f"// {self.name}\nconst {numbers[self.name]} = {function};\n"


def _read(name):
    return (files(__package__) / "web" / name).read_text(encoding="utf-8")
