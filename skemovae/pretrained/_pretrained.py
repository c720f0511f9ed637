"""load_pretrained, list_pretrained: the included models and their cards."""

import json
from importlib.resources import as_file, files

from .._validation import check_choice
from ..persistence import load_model

DEFAULT = "editor"


def list_pretrained():
    """Return the cards of the included models.

    Returns
    -------
    dict of str to dict
        The cards by name of the model. A card has the keys "summary", "data", "collections", "licence", "trained_on"
        (the processor), "figures" (each measured on tunes on which the model was not trained), "sha256" of the file's
        content, "date" and "command", which trains the model from scratch.

    See Also
    --------
    load_pretrained : Loads a model.

    Examples
    --------
    >>> from skemovae import list_pretrained
    >>> sorted(list_pretrained())
    ['editor', 'generator']
    >>> list_pretrained()["editor"]["collections"]
    "Aird, O'Neill, Ryan, miscellaneous and Nottingham, as music21 ships them; not Essen"
    """
    cards = sorted(path.name for path in _folder().iterdir() if path.name.endswith(".json"))
    return {name.removesuffix(".json"): json.loads((_folder() / name).read_text()) for name in cards}


def load_pretrained(name=None):
    """Load an included model. It is already fitted, and nothing is downloaded.

    The models read and write the tokens of :class:`PitchEncoder` with its default of 64 steps: four bars in C major or
    C minor. Prepare scores with :class:`KeyNormalizer` and :class:`SopranoExtractor`.

    Parameters
    ----------
    name : {"editor", "generator"}, default=None
        "editor" has 64 latent dimensions and reconstructs melodies, even unseen ones: use it to change the emotion of a
        tune. "generator" has only valence and arousal and writes new melodies: use ``sample`` with a temperature of
        about 0.95. None loads the editor.

    Returns
    -------
    EmotionRegularizedVAE

    Raises
    ------
    ValueError
        If there is no such model.

    See Also
    --------
    list_pretrained : What the models were trained on, and how good they are.

    Examples
    --------
    >>> from skemovae import load_pretrained
    >>> generator = load_pretrained("generator")
    >>> tokens, emotions = generator.sample(2, emotion="sad", temperature=0.95, random_state=0)
    >>> tokens.shape, emotions.tolist()
    ((2, 64), ['sadness', 'sadness'])
    """
    name = DEFAULT if name is None else name
    check_choice("name", name, tuple(list_pretrained()))
    with as_file(_folder() / f"{name}.safetensors") as path:
        return load_model(path)


def _folder():
    return files("skemovae.pretrained") / "models"
