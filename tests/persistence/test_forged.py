"""Other people's files: files that are not models, and models that no fit has made."""

import json
import tracemalloc

import numpy as np
import pytest
from safetensors.numpy import save_file
from sklearn.pipeline import make_pipeline

from skemovae import ModelFileError, PitchEncoder, load_model, save_model

from .files import forge, parts_of, set_in


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "(?i:header ?too ?small)"),
        (b"not a model", r"it is not a safetensors file: its first 8 bytes announce .* and at most 16,777,216"),
        (b"\x80\x04K\x01.", r"announce a header of [\d,]+ bytes"),
        (bytes(1000), "deserializing header"),
        ((2**24 + 1).to_bytes(8, "little") + b"{" * (2**24 + 1), "announce a header of 16,777,217 bytes"),
    ],
)
def test_files_that_are_no_model(content, message, tmp_path):
    path = tmp_path / "m.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=rf"cannot load .*m\.safetensors: .*{message}"):
        load_model(path)


@pytest.mark.parametrize("metadata", [None, {"x": "1"}, {"skemovae": "[1]"}, {"skemovae": "null"}])
def test_safetensors_of_somebody_else(metadata, tmp_path):
    save_file({"a": np.zeros(3)}, tmp_path / "m.safetensors", metadata=metadata)
    with pytest.raises(ModelFileError, match="it does not contain a skemovae model"):
        load_model(tmp_path / "m.safetensors")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, "recursion"),
        ('{"format_version": ' + "9" * 5000 + "}", "integer string conversion"),
        ("{", "Expecting property name"),
        ("{}", "format_version is missing: expected one of type int"),
    ],
)
def test_metadata_that_are_no_header(text, message, parts, tmp_path):
    save_file(parts[1], tmp_path / "m", metadata={"skemovae": text})
    with pytest.raises(ModelFileError, match=message):
        load_model(tmp_path / "m")


def architecture(name, **options):
    """Return an architecture as a header describes it."""
    return {"name": name, "options": options}


PARAMETERS = ("steps", 0, 2)
HOSTILE = [
    (("package_version",), None, "package_version is missing: expected one of type str"),
    (("steps",), [], "its steps have the names"),
    (("steps", 0), [None, "PCA", {}], "step None is 'PCA': expected EmotionRegularizedVAE"),
    (("steps", 0), [None, "os.system", {"command": "true"}], "step None is 'os.system'"),
    (("steps", 0), [None, "EmotionRegularizedVAE"], r"step 1 is \[None, 'EmotionRegularizedVAE'\]: expected \[name"),
    (("steps", 0), 7, r"step 1 is 7: expected \[name, class, parameters\]"),
    (("steps", 0, 0), "a__b", "its steps have the names"),
    (("steps", 0, 0), 7, "its steps have the names"),
    (("steps", 0, 2), [], r"step 1 is \[None, 'EmotionRegularizedVAE', \[\]\]: expected"),
    ((*PARAMETERS, "units"), 4, r"EmotionRegularizedVAE has the parameters \['units'\]"),
    ((*PARAMETERS, "architecture"), "no_such", "architecture='no_such': expected one of .*'gru'"),
    ((*PARAMETERS, "architecture"), ["gru"], r"architecture=\['gru'\]: expected one of .*'gru'"),
    ((*PARAMETERS, "architecture"), None, "architecture=None: expected one of .*'gru'"),
    ((*PARAMETERS, "architecture"), {"name": "gru"}, r"architecture has \['name'\]: expected name and options"),
    ((*PARAMETERS, "architecture"), architecture("no_such"), "its architecture is 'no_such': expected one of .*'gru'"),
    ((*PARAMETERS, "architecture"), architecture("gru", units=-1), "units=-1: expected a positive integer"),
    ((*PARAMETERS, "architecture"), architecture("gru", depth=2), r"'gru' has the options \['depth'\]: expected some"),
    ((*PARAMETERS, "kl_weight"), [], r"kl_weight=\[\]: expected"),
    ((*PARAMETERS, "random_state"), "a", "random_state='a': expected None"),
    ((*PARAMETERS, "no_such"), 1, r"EmotionRegularizedVAE has the parameters \['no_such'\]"),
    ((*PARAMETERS, "checkpoint_path"), "/tmp/x", r"EmotionRegularizedVAE has the parameters \['checkpoint_path'\]"),
    ((*PARAMETERS, "regularizer"), "eval", "regularizer='eval': expected one of"),
    ((*PARAMETERS, "class_positions"), [["a", [1.0, 1.0]], ["a", [1.0, -1.0]]], "class_positions=.*different labels"),
    ((*PARAMETERS, "class_positions"), [["a", ["1", "1"]]], "class_positions=.*two decimal numbers"),
    ((*PARAMETERS, "class_positions"), [7], r"class_positions=\[7\]: expected different labels"),
    ((*PARAMETERS, "class_positions"), [[None, [1.0, 1.0]]], "label None: expected a string or a number"),
    ((*PARAMETERS, "class_positions"), [["a", [1.0, 1.0]]], "unknown labels"),
    (("sizes", "n_symbols"), 10**12, r"vocabulary_ is I64 of shape \(13,\): expected .* \(1000000000000,\)"),
    (("sizes", "n_steps"), 10**12, "n_steps=1000000000000: expected at most 1,000,000"),
    (("sizes", "n_classes"), 10**12, "n_classes=1000000000000: expected"),
    (("sizes", "n_components"), 10**12, r"latent_mean_ is F64 of shape \(4, 2\): expected F64 of shape"),
    (("sizes", "n_components"), 1, r"latent_mean_ is F64 of shape \(4, 2\): expected F64 of shape \(4, 1\)"),
    (("sizes", "n_components"), -2, "n_components=-2: expected a positive integer"),
    (("sizes", "n_components"), True, "n_components=True: expected a positive integer"),
    (("sizes", "n_symbols"), 13.0, "n_symbols=13.0: expected a positive integer"),
    (("sizes", "condition"), "x", "condition='x': expected one of"),
    (("sizes", "condition"), "both", r"should not have, the arrays \['weights/encoder/label/bias', "),
    (
        ("sizes", "condition"),
        None,
        r"weights/decoder/gru/kernel is F32 of shape \(6, 24\): expected F32/F16 of shape \(2, ",
    ),
    (("sizes", "depth"), 2, "sizes has .*'depth'.*: expected"),
    (("sizes",), [8, 13, 4, 2, None], "sizes is .*: expected one of type dict"),
    (("architecture",), "gru", "architecture is 'gru': expected one of type dict"),
    (("architecture",), {}, r"architecture has \[\]: expected name and options"),
    (("architecture", "more"), 1, "architecture has .*'more'.*: expected name and options"),
    (("architecture", "name"), "no_such", "its architecture is 'no_such': .*first import the module that registers it"),
    (("architecture", "name"), "dense", r"architecture 'dense' has the options \['units'\]: expected some of"),
    (("architecture", "name"), 7, "name is 7: expected one of type str"),
    (("architecture", "options"), [], r"options is \[\]: expected one of type dict"),
    (("architecture", "options"), {}, r"weights/encoder/gru/kernel is F32 of shape \(13, 24\): .* shape \(13, 384\)"),
    (("architecture", "options"), {"depth": 1}, r"'gru' has the options \['depth'\]: expected some of \['units'\]"),
    (("architecture", "options", "units"), 10**9, "weights/encoder/gru/kernel is F32 of shape .*3000000000"),
    (("architecture", "options", "units"), 4, r"weights/encoder/gru/kernel is F32 of shape .* \(13, 12\)"),
    (("architecture", "options", "units"), 0, "units=0: expected a positive integer"),
    (("architecture", "options", "units"), -8, "units=-8: expected a positive integer"),
    (("architecture", "options", "units"), 8.0, "units=8.0: expected a positive integer"),
    (("architecture", "options", "units"), "8", "units='8': expected a positive integer"),
    (("architecture", "options", "units"), True, "units=True: expected a positive integer"),
    (("architecture", "options", "units"), None, "units=None: expected a positive integer"),
    (("architecture", "options", "units"), [8], r"units=\(8,\): expected a positive integer"),
    (("architecture", "options", "units"), {"a": 8}, "units={'a': 8}: expected a positive integer"),
    (("architecture",), architecture("dense", hidden_layer_sizes=8), "hidden_layer_sizes=8: expected a tuple of"),
    (("architecture",), architecture("dense", hidden_layer_sizes=[]), r"hidden_layer_sizes=\(\): expected a tuple of"),
    (("architecture",), architecture("dense", hidden_layer_sizes=[[8]]), r"hidden_layer_sizes\[0\]=\(8,\): expected"),
    (("architecture",), architecture("dense", hidden_layer_sizes=[8, 0.5]), r"hidden_layer_sizes\[1\]=0.5: expected a"),
    (
        ("architecture",),
        architecture("dense", hidden_layer_sizes=[8]),
        "it lacks, or should not have, the arrays .*hidden0",
    ),
    (("architecture",), architecture("convolutional", filters=[8]), r"filters=\(8,\): expected a tuple of 2 positive"),
    (
        ("architecture",),
        architecture("convolutional", filters=[8, -1]),
        r"filters\[1\]=-1: expected a positive integer",
    ),
    (("architecture",), architecture("convolutional", kernels="round"), "kernels='round': expected one of 'square', "),
    (("architecture",), architecture("convolutional", kernels=["square"]), r"kernels=\('square',\): expected one of"),
    (("classes",), ["happy"], "classes=.*: expected those of class_positions"),
    (("classes",), ["sad", "happy", "angry", "relaxed"], "classes=.*: expected those of class_positions"),
    (("classes",), ["a", "b", "c", "d"], "unknown emotion 'a'"),
    (("classes",), [[]] * 4, r"label \[\]: expected a string or a number"),
    (("n_iter",), 0, "n_iter=0: expected a positive integer"),
    (("n_iter",), 1.0, "n_iter is 1.0: expected one of type int"),
    (("feature_names_in",), ["a"], r"feature_names_in=\['a'\]: expected 8 strings"),
    (("feature_names_in",), 8 * [1], r"feature_names_in=\[1, 1, .*: expected 8 strings"),
    (("history", "loss"), 10**12, "history=.*1000000000000.*: expected the length of 'loss'"),
    (("history", "loss"), "many", r"length of history_\['loss'\]='many': expected a positive integer"),
    (("history", "more"), 1, "history=.*'more': 1}: expected the length of 'loss', and the same length for all"),
    (("history", "more"), 30, r"it lacks, or should not have, the arrays \['history_more'\]"),
    (("history",), {}, "history={}: expected the length of 'loss'"),
    (("history",), [], r"history is \[\]: expected one of type dict"),
]


@pytest.mark.parametrize(("keys", "new", "message"), HOSTILE)
def test_hostile_headers_are_refused_before_anything_is_allocated(keys, new, message, parts, tmp_path):
    header, arrays = parts
    set_in(header, keys, new)
    forge(tmp_path / "m", header, arrays)
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match=f"cannot load .*: .*{message}"):
            load_model(tmp_path / "m")
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("more", np.zeros(2**20)),
        ("latent_mean_", np.zeros(2**20)),
        ("weights/encoder/gru/kernel", np.zeros((13, 2**16))),
    ],
)
def test_no_array_is_read_before_names_types_and_shapes_are_checked(name, wrong, parts, tmp_path):
    header, arrays = parts
    forge(tmp_path / "m", header, arrays | {name: wrong})
    message = rf"cannot load .*: (it lacks, or should not have, the arrays \['{name}'\]|{name} is F64 of shape)"
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match=message):
            load_model(tmp_path / "m")
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("keys", "new", "message"),
    [
        ((*PARAMETERS, "kl_weight"), "u" * 10**6, "kl_weight='uuuu"),
        ((*PARAMETERS, "kl_weight"), "\x9b" * 10**6, r"kl_weight='\\x9b\\x9b"),
        (("package_version",), "\N{TAG SPACE}" * 10**6, "package_version is missing"),
        (("architecture",), architecture("dense", hidden_layer_sizes=[8] * 10**6), r"hidden_layer_sizes=\(8, 8, "),
        (
            ("history",),
            {"loss": 30} | {f"more{i}": 30 for i in range(10**4)},
            "it lacks, or should not have, the arrays",
        ),
    ],
)
def test_a_message_is_short_whatever_the_file_holds(keys, new, message, parts, tmp_path):
    header, arrays = parts
    set_in(header, keys, new)
    if keys == ("package_version",):
        header["format_version"], message = 3, "saved by the newer version"
    forge(tmp_path / "m", header, arrays)
    with pytest.raises(ModelFileError, match=message) as caught:
        load_model(tmp_path / "m")
    assert len(str(caught.value)) < 1000


COMMAND = "\x1b]0;owned\x07\x9b2J\u202e\nall is well"  # a terminal's command, one in 8 bits, reversed text


@pytest.mark.parametrize(
    ("keys", "new"),
    [
        (("package_version",), COMMAND),
        (("steps", 0, 0), f"a__{COMMAND}"),
        (("steps", 0, 1), COMMAND),
        (("steps", 0, 2), {COMMAND: 1}),
        ((*PARAMETERS, "architecture"), COMMAND),
        ((*PARAMETERS, "architecture"), {COMMAND: 1}),
        ((*PARAMETERS, "regularizer"), COMMAND),
        ((*PARAMETERS, "class_positions"), [[COMMAND, [1.0, 1.0]]]),
        ((*PARAMETERS, "class_positions"), [[COMMAND, [5.0, 1.0]]]),
        (("architecture", "name"), COMMAND),
        (("architecture", "options"), {COMMAND: 1}),
        (("architecture", "options", "units"), COMMAND),
        (("sizes", COMMAND), 1),
        (("sizes", "n_steps"), COMMAND),
        (("classes", 0), COMMAND),
        (("n_iter",), COMMAND),
        (("feature_names_in",), [COMMAND]),
        (("history", COMMAND), 30),
        (("history", COMMAND), COMMAND),
    ],
)
def test_no_message_holds_what_a_terminal_obeys(keys, new, parts, tmp_path):
    header, arrays = parts
    set_in(header, keys, new)
    if keys == ("package_version",):
        header["format_version"] = 3
    forge(tmp_path / "m", header, arrays)
    with pytest.raises(ModelFileError, match=r"\\x1b\]0;owned\\x07") as caught:
        load_model(tmp_path / "m")
    assert str(caught.value).isprintable()


def test_no_name_of_an_array_is_obeyed(parts, tmp_path):
    header, arrays = parts
    header["history"][COMMAND] = 30
    forge(tmp_path / "m", header, arrays | {f"history_{COMMAND}": np.zeros(29)})
    with pytest.raises(ModelFileError, match=r"history_\\x1b\]0;owned\\x07.* is F64 of shape \(29,\)") as caught:
        load_model(tmp_path / "m")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_json_does_not_know(number, parts, tmp_path):
    header, arrays = parts
    header["steps"][0][2]["tol"] = number
    save_file(arrays, tmp_path / "m", metadata={"skemovae": json.dumps(header)})
    with pytest.raises(ModelFileError, match=f"tol={number}: expected 0 or a positive number"):
        load_model(tmp_path / "m")


KERNEL = "weights/encoder/gru/kernel"


def changed(array, place, value):
    """Return a copy of an array with a different value at a place."""
    array = array.copy()
    array[place] = value
    return array


@pytest.mark.parametrize(
    ("name", "make_wrong", "message"),
    [
        (KERNEL, lambda a: a[0], rf"{KERNEL} is F32 of shape \(24,\): expected F32/F16 of shape \(13, 24\)"),
        (KERNEL, lambda a: a.astype(float), rf"{KERNEL} is F64 of shape \(13, 24\): expected F32"),
        (KERNEL, lambda a: changed(a, 0, np.inf), f"{KERNEL} holds NaN or infinity"),
        (KERNEL, lambda a: changed(a, 0, np.nan), f"{KERNEL} holds NaN or infinity"),
        (KERNEL, lambda a: changed(a, 0, -1e30), rf"{KERNEL} holds 1e\+30: expected numbers up to 1e\+06"),
        ("vocabulary_", lambda a: a[:3], r"vocabulary_ is I64 of shape \(3,\): expected BOOL/I8"),
        ("vocabulary_", lambda a: a * 0.0, "vocabulary_ is not ascending"),
        ("vocabulary_", lambda a: a[::-1].copy(), "vocabulary_ is not ascending"),
        ("vocabulary_", lambda a: changed(a.astype(float), -1, np.inf), "vocabulary_ holds NaN or infinity"),
        ("vocabulary_", lambda a: changed(a.astype(float), 3, np.nan), "vocabulary_ holds NaN or infinity"),
        ("latent_mean_", lambda a: np.zeros((4, 5)), r"latent_mean_ is F64 of shape \(4, 5\)"),
        ("latent_mean_", lambda a: changed(a, 0, 1e30), r"latent_mean_ holds 1e\+30: expected numbers up to 1e\+06"),
        ("latent_mean_", lambda a: changed(a, 3, -np.inf), "latent_mean_ holds NaN or infinity"),
        ("latent_covariance_", lambda a: changed(a, 3, np.nan), "latent_covariance_ holds NaN"),
        ("latent_covariance_", lambda a: changed(a, 3, 1e30), r"latent_covariance_ holds 1e\+30: expected numbers up"),
        (
            "latent_covariance_",
            lambda a: changed(a, 2, -np.eye(2)),
            "latent_covariance_ of 'sad' is .*: expected a sym",
        ),
        ("latent_covariance_", lambda a: changed(a, (1, 0, 0), -1), "latent_covariance_ of 'angry' is .*negative var"),
        ("latent_covariance_", lambda a: changed(a, (0, 0, 1), 0.5), "latent_covariance_ of 'happy' is .* symmetric"),
        ("latent_covariance_", lambda a: changed(a, 0, [[1, 2], [2, 1]]), "latent_covariance_ of 'happy' is .*without"),
        (
            "class_positions_",
            lambda a: -a,
            r"class_positions_=\[\[-1.0, -1.0\].*: expected the positions of the classes, \[\[1",
        ),
        ("class_positions_", lambda a: changed(a, 0, np.nan), "class_positions_ holds NaN or infinity"),
        ("class_positions_", lambda a: changed(a, (0, 0), 0.999), "class_positions_=.*: expected the positions of the"),
        ("class_count_", lambda a: changed(a, 0, -1), r"class_count_=\[-1, 10, 10, 10\]: expected numbers of rows"),
        ("class_count_", lambda a: 0 * a, r"class_count_=\[0, 0, 0, 0\]: expected numbers of rows"),
        ("class_count_", lambda a: a.astype(float), r"class_count_ is F64 of shape \(4,\): expected I64"),
        ("more", lambda a: np.zeros(3), r"it lacks, or should not have, the arrays \['more'\]"),
    ],
)
def test_arrays_that_no_fit_has_made(name, make_wrong, message, parts, tmp_path):
    header, arrays = parts
    forge(tmp_path / "m", header, arrays | {name: make_wrong(arrays.get(name))})
    with pytest.raises(ModelFileError, match=f"cannot load .*: {message}"):
        load_model(tmp_path / "m")


def test_a_missing_array(parts, tmp_path):
    header, arrays = parts
    del arrays["latent_mean_"]
    forge(tmp_path / "m", header, arrays)
    with pytest.raises(ModelFileError, match=r"it lacks, or should not have, the arrays \['latent_mean_'\]"):
        load_model(tmp_path / "m")


def test_an_epoch_without_a_number_is_no_damage(parts, tmp_path):
    header, arrays = parts
    forge(tmp_path / "m", header, arrays | {"history_loss": changed(arrays["history_loss"], 0, np.inf)})
    assert load_model(tmp_path / "m").history_["loss"][0] == np.inf


def test_a_class_of_one_row_has_no_spread(parts, tmp_path):
    header, arrays = parts
    forge(tmp_path / "m", header, arrays | {"latent_covariance_": np.zeros((4, 2, 2))})
    assert not load_model(tmp_path / "m").latent_covariance_.any()


@pytest.mark.parametrize("change", [lambda a: a + 1000, lambda a: a + 0.5, lambda a: a - 59.0, lambda a: a * 1e300])
def test_symbols_are_tokens_where_there_is_an_encoder(change, parts, fitted, tmp_path):
    header, arrays = parts
    forge(tmp_path / "alone", header, arrays | {"vocabulary_": change(arrays["vocabulary_"])})
    assert np.array_equal(load_model(tmp_path / "alone").vocabulary_, change(fitted.vocabulary_))
    save_model(make_pipeline(PitchEncoder(8), fitted), tmp_path / "pipeline")
    header, arrays = parts_of(tmp_path / "pipeline")
    forge(tmp_path / "pipeline", header, arrays | {"vocabulary_": change(arrays["vocabulary_"])})
    message = "vocabulary_ goes from .* to .*: expected tokens of the pipeline's PitchEncoder, whole numbers 0 to 129"
    with pytest.raises(ModelFileError, match=message):
        load_model(tmp_path / "pipeline")


def test_other_content_of_the_right_shape(parts, tmp_path):
    header, arrays = parts
    save_file(arrays | {KERNEL: -arrays[KERNEL]}, tmp_path / "m", metadata={"skemovae": json.dumps(header)})
    with pytest.raises(ModelFileError, match="its sha256 does not match its content"):
        load_model(tmp_path / "m")
