"""Damaged files and arbitrary headers: they are refused with a reason, or give a complete model."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from skemovae import ModelFileError, load_model, save_model

from .files import forge, parts_of


def load_or_refuse(path):
    """Return the estimator in a file, or None if there is a ModelFileError that gives a reason."""
    try:
        return load_model(path)
    except ModelFileError as error:
        refusal = str(error)
    assert refusal.removeprefix(f"cannot load {path}: ") not in ("", refusal)
    return None


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_is_found_or_changes_nothing(saved, data):
    content = bytearray(saved.read_bytes())
    n_header = int.from_bytes(content[:8], "little")
    in_header = data.draw(st.booleans())  # otherwise most flips would be in the weights
    last = 8 + n_header if in_header else len(content)
    position = data.draw(st.integers(0, 8 * last - 1))
    content[position // 8] ^= 1 << position % 8
    path = saved.parent / "flipped.safetensors"
    path.write_bytes(content)
    found = load_or_refuse(path)
    if found is not None:
        save_model(found, path)
        assert parts_of(path)[0]["sha256"] == parts_of(saved)[0]["sha256"]


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_truncated_or_longer_file_is_refused(saved, data):
    whole = saved.read_bytes()
    path = saved.parent / "cut.safetensors"
    length = data.draw(st.integers(0, len(whole) - 1))
    path.write_bytes(data.draw(st.sampled_from([whole[:length], whole + bytes(length + 1)])))
    assert load_or_refuse(path) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=5,
)


def replace_somewhere(data, value):
    """Return a JSON value with one of its parts replaced by another value, or left out."""
    if isinstance(value, dict | list) and value and data.draw(st.integers(0, 4)):
        value = copy.copy(value)
        key = data.draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
        if data.draw(st.booleans()):
            value[key] = replace_somewhere(data, value[key])
        else:
            del value[key]
        return value
    return data.draw(json_values)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_any_header_with_a_right_sha256_is_refused_or_makes_a_model(saved, data):
    header, arrays = parts_of(saved)
    header = replace_somewhere(data, header)
    path = saved.parent / "forged.safetensors"
    if isinstance(header, dict):
        forge(path, header, arrays)
    else:
        save_file(arrays, path, metadata={"skemovae": json.dumps(header)})
    found = load_or_refuse(path)
    if found is not None:
        save_model(found, path)  # saving checks it again
