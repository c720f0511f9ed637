"""composition/piece.js, compared with compose_piece: from the same seeds they write the same pieces, to the token."""

from copy import copy

import numpy as np
import pytest

from skemovae import compose_piece, load_pretrained
from skemovae.composition import _models
from skemovae.emotion import EMOTIONS
from skemovae.explorer._pack import pack
from skemovae.nn.quantization import split

from .javascript import run_module
from .score_json import differences

RESOLUTION = 4
FORMS = ["AABA", "AA'BA", "ABCD", "AAA''", "ABACA'BA", "A"]
MODELS = """
import { Model } from "@/model/model.js";
const [writer, editor] = await Promise.all(data.models.map(({ settings, bytes }) => {
  return Model.unpack(settings, Uint8Array.from(Buffer.from(bytes, "base64")));
}));
"""
PIECES = f"""
import {{ composePiece }} from "@/composition/piece.js";
{MODELS}
answer(data.wishes.map((wish) => composePiece(wish, writer, editor)));
"""


def as_packed(model):
    """Return a model with its weights as the page holds them."""
    packed = copy(model)
    packed.weights_ = {
        name: weight if split(weight) else weight.astype(np.float16).astype(np.float32)
        for name, weight in model.weights_.items()
    }
    return packed


@pytest.fixture(scope="module")
def shipped():
    """Return the included models as the page holds them, and let compose_piece use them."""
    models = {name: as_packed(load_pretrained(name)) for name in ("generator", "editor")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_models, "_shipped", models.get)
        yield models


def make_wishes(n, first=0):
    """Return requests with labels and points, one to four keyframes, and different temperatures."""
    wishes = []
    for seed in range(first, first + n):
        generator = np.random.default_rng(seed)
        bars = generator.choice(np.arange(0, 30, 0.5), size=generator.integers(1, 5), replace=False).tolist()
        places = [int(generator.integers(4)) if generator.random() < 0.5 else generator.normal(size=2) for _ in bars]
        wishes.append(
            {
                "curve": [
                    {"bar": bar, "at": at if isinstance(at, int) else at.tolist()}
                    for bar, at in zip(bars, places, strict=True)
                ],
                "form": FORMS[seed % len(FORMS)],
                "temperature": generator.choice([0, 0.5, 0.95, 0.95, 1.2]),
                "seed": int(generator.integers(2**53)) if seed % 2 else seed,
            }
        )
    return wishes


def composed(wish, model=None):
    """Return the piece that Python composes."""
    curve = {
        keyframe["bar"]: EMOTIONS[keyframe["at"]].adjective if isinstance(keyframe["at"], int) else keyframe["at"]
        for keyframe in wish["curve"]
    }
    settings = {"temperature": wish["temperature"], "random_state": wish["seed"]}
    return compose_piece(curve, wish["form"], wish.get("nPhrases"), model=model, **settings)


def in_page(source, writer, editor, **data):
    """Return the answer of a module that gets both models."""
    return run_module(source, {"models": [pack(model, RESOLUTION) for model in (writer, editor)], **data})


def differing(found, expected):
    """Return how many phrases differ from Python's; everything else in the pieces must be the same."""
    n = 0
    for piece, wanted in zip(found, expected, strict=True):
        assert piece["form"] == wanted.form
        assert piece["bars"] == wanted.bars.tolist()
        assert piece["asked"] == wanted.asked.tolist()
        wrong = (np.array(piece["tokens"]) != wanted.tokens).any(axis=1)
        n += wrong.sum()
        assert np.abs(np.array(piece["read"]) - wanted.read)[~wrong].max(initial=0) < 1e-4
        if not wrong.any():
            assert differences(piece["music"], wanted.music) == []
    return n


def test_pieces_are_those_of_the_package(shipped):
    wishes = make_wishes(4)
    found = in_page(PIECES, *shipped.values(), wishes=wishes)
    assert differing(found, [composed(wish) for wish in wishes]) == 0


@pytest.mark.slow
@pytest.mark.parametrize("first", [6, 46])
def test_many_pieces_are_those_of_the_package(shipped, first):
    """At most one of about 160 phrases differs: where rounding decides between two symbols or candidates."""
    wishes = make_wishes(40, first)
    found = in_page(PIECES, *shipped.values(), wishes=wishes)
    assert differing(found, [composed(wish) for wish in wishes]) <= 1


@pytest.mark.slow
def test_long_pieces_are_those_of_the_package(shipped):
    wishes = [wish | {"nPhrases": 16} for wish in make_wishes(4, 1)]
    found = in_page(PIECES, *shipped.values(), wishes=wishes)
    assert differing(found, [composed(wish) for wish in wishes]) <= 1


@pytest.mark.slow
def test_pieces_of_a_model_of_ones_own_are_those_of_the_package(shipped, composer):
    """It writes all steps at once, and draws the latent dimensions that a point of the plane does not determine."""
    writer, wishes = as_packed(composer), make_wishes(24)
    found = in_page(PIECES, writer, shipped["editor"], wishes=wishes)
    assert differing(found, [composed(wish, writer) for wish in wishes]) <= 1


def test_a_piece_goes_on_where_it_was_kept(shipped):
    """Unchanged, it is the same piece. With a change after the kept phrases, it is the piece of the changed path."""
    source = f"""
import {{ Composition, composePiece }} from "@/composition/piece.js";
{MODELS}
const {{ wish, later, other }} = data;
const whole = composePiece(wish, writer, editor);
const composition = new Composition(wish, writer, editor);
composition.next();
const begun = composition.piece();
composition.next();
const keep = JSON.parse(JSON.stringify(composition.phrases));
answer({{
  whole,
  begun,
  again: composePiece({{ ...wish, keep }}, writer, editor),
  changed: composePiece({{ ...wish, curve: later, keep }}, writer, editor),
  another: composePiece({{ ...other, keep }}, writer, editor),
  kept: composePiece({{ ...wish, nPhrases: 1, keep }}, writer, editor),
}});
"""
    path = [{"bar": 0, "at": 2}, {"bar": 7, "at": 3}]
    wish = {"curve": path, "form": "ABA'B", "temperature": 0.95, "seed": 4}
    later = [*path, {"bar": 12, "at": 0}]  # the middles of the first two phrases lie in bars 2 and 6
    other = wish | {"curve": [{"bar": 0, "at": 1}], "form": "CDCB"}
    found = in_page(source, *shipped.values(), wish=wish, later=later, other=other)
    assert found["again"] == found["whole"]
    assert differing([found["whole"], found["changed"]], [composed(wish), composed(wish | {"curve": later})]) == 0
    assert found["begun"]["phrases"] == found["whole"]["phrases"][:1] == found["kept"]["phrases"]
    another = found["another"]
    assert another["form"] == ["A", "B", "C", "B"]
    assert another["tokens"][:2] == found["whole"]["tokens"][:2]
    # The theme returns moved from the point that the path had when it was written: from relaxed to angry
    assert another["tokens"][3] != another["tokens"][1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"ownClasses": True}, "A piece needs a model of the four emotions; this one has classes of its own."),
        ({"nComponents": 1}, "A piece needs a model with valence and arousal; this one has one dimension."),
        ({"nSteps": 32}, "melodies of 64 steps, 4 per quarter note; this one writes 32 steps, 4 per quarter note."),
        ({"resolution": 12}, "this one writes 64 steps, 12 per quarter note."),
    ],
)
def test_a_model_that_writes_no_phrases_is_refused(settings, message):
    usual = {"ownClasses": False, "nComponents": 2, "nSteps": 64, "resolution": 4}
    source = """
import { composePiece } from "@/composition/piece.js";
const [writer, editor] = data.map((settings) => ({ settings }));
try {
  composePiece({ curve: [{ bar: 0, at: 0 }], form: "A", seed: 0 }, writer, editor);
} catch (error) {
  answer(error.message);
}
"""
    assert message in run_module(source, [usual | settings, usual])


@pytest.mark.parametrize("temperature", [-1, "x"])
def test_a_temperature_that_is_none_is_refused(temperature):
    source = """
import { composePiece } from "@/composition/piece.js";
const model = { settings: { nComponents: 2, nSteps: 64, resolution: 4 } };
try {
  composePiece({ curve: [{ bar: 0, at: 0 }], form: "A", seed: 0, temperature: data }, model, model);
} catch (error) {
  answer(error.message);
}
"""
    assert run_module(source, temperature) == f"The temperature is 0 or a number above it, not {temperature}."
