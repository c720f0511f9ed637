"""numbers/random.js, compared with numpy.random.default_rng."""

import base64

import numpy as np
import pytest

from .javascript import run_module

SEEDS = [0, 1, 2, 7, 42, 2**31 - 1, 2**32 - 1, 2**32, 2**32 + 1, 123_456_789_012_345, 2**53 - 1]
# What a piece and a sample draw, in mixed order: bits that a draw leaves over must be used by the right later draw
SCRIPT = """
import { Generator } from "@/numbers/random.js";
const draws = {
  random: (generator) => [generator.random()],
  float32: (generator, n) => [...generator.randomFloat32(n)],
  integers: (generator, high, n) => generator.integers(high, n),
  choice: (generator, p) => [generator.choice(p)],
  normal: (generator, n) => [...generator.standardNormal(n)],
};
answer(data.seeds.map((seed) => {
  const generator = new Generator(seed);
  return data.calls.flatMap(([name, ...settings]) => draws[name](generator, ...settings));
}));
"""


def drawn(seed, calls):
    """Return what NumPy draws for a list of calls."""
    generator, numbers = np.random.default_rng(seed), []
    for name, *settings in calls:
        if name == "random":
            numbers.append(generator.random())
        elif name == "float32":
            numbers.extend(generator.random(settings, dtype=np.float32).tolist())
        elif name == "integers":
            high, n = settings
            numbers.extend(generator.integers(high, size=n).tolist())
        elif name == "choice":
            p = np.array(settings[0], dtype=float)
            numbers.append(int(generator.choice(len(p), p=p / p.sum())))
        else:
            numbers.extend(generator.standard_normal(settings).tolist())
    return numbers


def some_calls(n, seed):
    """Return calls in a random order."""
    generator = np.random.default_rng(seed)
    kinds = {
        "random": lambda: (),
        "float32": lambda: (int(generator.integers(12)),),
        "integers": lambda: (int(2 ** generator.uniform(0, 32)), int(generator.integers(4))),
        "choice": lambda: (generator.integers(1, 40, size=generator.integers(1, 9)).tolist(),),
        "normal": lambda: (int(generator.integers(8)),),
    }
    return [(name, *kinds[name]()) for name in generator.choice(list(kinds), size=n).tolist()]


def test_numbers_of_many_seeds_in_calls_of_all_kinds_are_those_of_numpy():
    seeds = SEEDS + np.random.default_rng(0).integers(2**53, size=50).tolist()
    calls = some_calls(400, 1)
    assert run_module(SCRIPT, {"seeds": seeds, "calls": calls}) == [drawn(seed, calls) for seed in seeds]


def test_integers_of_every_kind_of_range_are_those_of_numpy():
    # Just above half of 2^32, about half of the words are drawn again
    calls = [("integers", high, 50) for high in (1, 2, 3, 4, 255, 2**16 + 1, 2**31, 2**31 + 1, 2**32 - 1, 2**32)]
    assert run_module(SCRIPT, {"seeds": [5], "calls": calls}) == [drawn(5, calls)]


def test_choices_follow_numpy_for_the_weights_of_seams():
    calls = [("choice", [5, 23, 37, 7, 6, 12, 1, 3])] * 2000
    assert run_module(SCRIPT, {"seeds": [3], "calls": calls}) == [drawn(3, calls)]


def test_a_million_normal_numbers_are_those_of_numpy():
    """All are equal to the bit, except that the one in 3000 from the tail may differ in a logarithm's last bit."""
    found = run_module(
        """
import { Generator } from "@/numbers/random.js";
answer(Buffer.from(new Generator(11).standardNormal(1_000_000).buffer).toString("base64"));
"""
    )
    found = np.frombuffer(base64.b64decode(found))
    expected = np.random.default_rng(11).standard_normal(1_000_000)
    inner = np.abs(expected) < 3.654
    assert (found[inner] == expected[inner]).all()
    assert np.abs(found - expected).max() <= 2**-50


def test_a_generator_goes_on_where_another_stood():
    found = run_module(
        """
import { Generator } from "@/numbers/random.js";
const generator = new Generator(2 ** 40);
generator.randomFloat32(3); // leaves half a word over
const other = Generator.from(JSON.parse(JSON.stringify(generator.state)));
answer([generator, other].map((each) => [...each.randomFloat32(5), each.random(), ...each.integers(10, 5)]));
"""
    )
    assert found[0] == found[1]


@pytest.mark.parametrize("seed", [-1, 0.5, 2**53, None, "1"])
def test_what_is_no_seed_is_refused(seed):
    found = run_module(
        """
import { Generator } from "@/numbers/random.js";
try {
  new Generator(data);
} catch (error) {
  answer(error.message);
}
""",
        seed,
    )
    assert found.startswith("A seed is a whole number from 0 to 9007199254740991, not ")
