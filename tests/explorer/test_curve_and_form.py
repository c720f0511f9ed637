"""composition/curve.js and form.js, compared with the package."""

import numpy as np
import pytest

from skemovae import load_pretrained
from skemovae.composition._curve import read_curve, words_of
from skemovae.composition._form import read_form
from skemovae.emotion import EMOTIONS

from .javascript import run_module

MESSAGE = """
import { readForm } from "@/composition/form.js";
import { readCurve } from "@/composition/curve.js";
const model = { settings: { counts: [3, 3, 0, 3], means: [[1, 1], [-1, 1], [0, 0], [1, -1]] } };
try {
  if (data.curve) readCurve(data.curve, model);
  else readForm(data.form, data.nPhrases ?? null);
  answer("nothing");
} catch (error) {
  answer(error.message);
}
"""


def random_curve(generator):
    """Return a curve of one to six keyframes, labels and points mixed, in Python's form and in the page's."""
    bars = generator.choice([0, 1, 2.5, 4, 7, 8, 8.25, 16, 33, 100.1], size=generator.integers(1, 7), replace=False)
    python, page = {}, []
    for bar in bars.tolist():
        if generator.random() < 0.4:
            emotion = int(generator.integers(4))
            python[bar] = EMOTIONS[emotion].name
            page.append({"bar": bar, "at": emotion})
        else:
            point = generator.normal(size=2).round(int(generator.integers(1, 16))).tolist()
            python[bar] = tuple(point)
            page.append({"bar": bar, "at": point})
    return python, page


def test_curves_are_those_of_the_package_to_the_bit():
    vae = load_pretrained()
    generator = np.random.default_rng(0)
    curves = [random_curve(generator) for _ in range(300)]
    bars = np.concatenate([np.arange(0, 120, 2), generator.uniform(0, 110, size=40)]).tolist()
    found = run_module(
        """
import { readCurve, wordsOf } from "@/composition/curve.js";
const model = { settings: { counts: [1, 1, 1, 1], means: data.means } };
answer(data.curves.map((curve) => {
  const read = readCurve(curve, model);
  return [data.bars.map((bar) => read.at(bar)), wordsOf(curve)];
}));
""",
        {"means": vae.latent_mean_.tolist(), "curves": [page for _, page in curves], "bars": bars},
    )
    for (python, _), (points, words) in zip(curves, found, strict=True):
        assert points == read_curve(python, vae).at(bars).tolist()
        assert words == words_of(python)


def test_of_two_places_at_one_bar_the_later_counts():
    found = run_module(
        """
import { readCurve } from "@/composition/curve.js";
answer(readCurve([{ bar: 4, at: [1, 1] }, { bar: 4, at: [0, -1] }], { settings: {} }).at(4));
"""
    )
    assert found == [0, -1]


@pytest.mark.parametrize("form", ["A", "AABA", "AA'BA", "A''BA'", "ZYXZ", "A" * 40])
@pytest.mark.parametrize("n_phrases", [None, 1, 3, 17])
def test_forms_are_those_of_the_package(form, n_phrases):
    found = run_module(
        """
import { readForm } from "@/composition/form.js";
answer(readForm(data.form, data.nPhrases));
""",
        {"form": form, "nPhrases": n_phrases},
    )
    assert found == read_form(form, n_phrases)


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (
            {"form": ""},
            "A form is a capital letter for each phrase, with ' for a variation, such as AABA or AA'BA; “” ",
        ),
        ({"form": "AaBA"}, "“AaBA” is none"),
        ({"form": "'A"}, "“'A” is none"),
        ({"form": "A B"}, "“A B” is none"),
        ({"form": "ÄA"}, "“ÄA” is none"),
        ({"form": "AB", "nPhrases": 0}, "The number of phrases is a whole number from 1 on, not 0"),
        ({"form": "AB", "nPhrases": 1.5}, "not 1.5"),
        ({"curve": []}, "A path has at least one point"),
        ({"curve": [{"bar": -1, "at": 0}]}, "The bars of a path are numbers from 0 on, not -1"),
        ({"curve": [{"bar": None, "at": 0}]}, "not null"),
        ({"curve": [{"bar": 0, "at": [1]}]}, r"two numbers, valence and arousal, not [1]"),
        ({"curve": [{"bar": 0, "at": [1, None]}]}, r"not [1,null]"),
        ({"curve": [{"bar": 0, "at": 2}]}, "This model was trained on no melody of sadness"),
        ({"curve": [{"bar": 0, "at": 7}]}, "no melody of emotion 7"),
    ],
)
def test_what_is_no_form_or_curve_is_refused(wish, message):
    assert message in run_module(MESSAGE, wish)
