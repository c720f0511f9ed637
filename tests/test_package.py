import subprocess
import sys

import pytest

import skemovae


def test_importing_the_package_loads_no_heavy_library():
    code = (
        "import sys, skemovae; "
        "heavy = {'tensorflow', 'keras', 'torch', 'jax', 'matplotlib', 'muspy', 'music21', 'sklearn'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


@pytest.mark.parametrize("name", ["PitchEncoder", "load_bach_chorales", "melody_metrics"])
def test_the_parts_without_a_network_load_no_deep_learning_framework(name):
    code = (
        f"import sys, skemovae; skemovae.{name}; print(sorted({{'tensorflow', 'keras', 'torch'}} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


@pytest.mark.parametrize("name", sorted(skemovae.__all__))
def test_every_public_name_exists_and_has_a_docstring(name):
    thing = getattr(skemovae, name)
    assert thing is not None
    if callable(thing) or name.islower():
        assert thing.__doc__


def test_a_name_that_does_not_exist():
    with pytest.raises(AttributeError, match="no_such_name"):
        skemovae.no_such_name  # noqa: B018
