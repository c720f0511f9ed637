"""The list of oldest dependencies agrees with the package's requirements."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEAST = re.compile(r"([A-Za-z0-9_-]+)>=([0-9.]+)")


def test_the_oldest_dependencies_are_those_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {}
    extras = project["optional-dependencies"]
    for requirement in [*project["dependencies"], *extras["dask"], *extras["score"]]:
        name, version = LEAST.match(requirement).groups()
        asked[name] = version
    lines = (ROOT / ".ci" / "oldest.txt").read_text(encoding="utf-8").splitlines()
    tested = dict(line.split("==") for line in lines if not line.startswith("#"))
    for name, version in asked.items():
        assert f"{tested[name]}.".startswith(f"{version}."), f"{name}: {tested[name]} is tested and {version} asked for"
