"""The inputs of fuzz_read.py, and the process that reads them one by one."""

import gc
import hashlib
import re
import resource
import shutil
import tempfile
import time
import warnings
import zipfile
from functools import partial
from io import BytesIO
from pathlib import Path
from random import Random
from unittest.mock import patch

import _mutations
from _mutations_abc import damage_abc
from _mutations_xml import damage_xml
from _report import peak_mib, resident_mib

KINDS = ("MIDI",) * 8 + ("MusicXML",) * 5 + ("mxl",) * 4 + ("ABC",) * 3 + ("data archive", "cache", "model")
SUFFIXES = {"MIDI": ".mid", "MusicXML": ".musicxml", "mxl": ".mxl", "ABC": ".abc", "data archive": ".zip"}
SUFFIXES |= {"cache": ".npz", "model": ".safetensors"}
DAMAGE = {
    "MIDI": _mutations.damage_midi,
    "MusicXML": damage_xml,
    "mxl": lambda random, data, other: _mutations.damage_archive(random, data, other, damage_xml),
    "ABC": damage_abc,
    "data archive": _mutations.damage_archive,
    "cache": _mutations.damage_bytes,  # in the user's own folder: accidents happen to it, forgers do not
    "model": _mutations.damage_model,
}
LONGEST_MESSAGE = 1500  # five reasons of five scores, and some
CORPUS_FILES = 40
TUNES_OF_A_BOOK = 2
MOST_TUNES = 20  # that are read of a damaged tune book
MOST_NOTES = 300  # of a score that music21 writes
MOST_QUARTERS = 100  # in all its tracks together, for some 5 ms each


def make_seeds(folder, published, models):
    """Write whole files of every kind to FOLDER/KIND: published, of music21's corpus, and made here."""
    from music21 import common

    from skemovae import write_music
    from skemovae.datasets._cache import cached_scores
    from skemovae.io import read_tune_book

    for kind in SUFFIXES:
        (folder / kind).mkdir()
    scores = [random_score(Random(i)) for i in range(8)]
    for i, score in enumerate(scores):
        for kind in ("MIDI", "MusicXML", "mxl"):
            write_music(score, folder / kind / f"made-{i}{SUFFIXES[kind]}")
    for path in sorted(published.rglob("*.mid"))[::9] if published else []:
        shutil.copy(path, folder / "MIDI" / f"published-{path.name}")
    corpus = Path(common.getCorpusFilePath())
    smallest = sorted((path for path in corpus.rglob("*.mxl")), key=lambda path: (path.stat().st_size, path.name))
    for path in smallest[: 5 * CORPUS_FILES : 5]:
        shutil.copy(path, folder / "mxl" / path.name)
        with zipfile.ZipFile(path) as archive:
            largest = max(archive.infolist(), key=lambda info: info.file_size)
            (folder / "MusicXML" / f"{path.stem}.musicxml").write_bytes(archive.read(largest))
    books = sorted(corpus.rglob("*.abc"))
    for path in books[:: len(books) // CORPUS_FILES]:
        tunes = "".join(read_tune_book(path)[:TUNES_OF_A_BOOK])
        (folder / "ABC" / path.name).write_text(tunes, encoding="utf-8")
    (folder / "MusicXML" / "repeats.musicxml").write_text(REPEATS, encoding="utf-8")
    with zipfile.ZipFile(folder / "data archive" / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for i, path in enumerate(sorted((folder / "MIDI").glob("made-*"))):
            archive.write(path, f"musgenvae-0/public_html/training_dataset/e{i % 4 + 1}/{path.name}")
    cached_scores("cache/scores.npz", folder, lambda: scores)
    for path in models.glob("*.safetensors"):
        shutil.copy(path, folder / "model" / path.name)


def random_score(random):
    """Return a score in which everything is that the formats know."""
    import muspy

    resolution = random.choice((4, 12, 24))
    tracks = []
    for number in range(random.choice((1, 2, 4))):
        notes, now = [], 0
        for _ in range(random.randrange(4, 24)):
            length = random.choice((resolution // 4, resolution // 2, resolution, 2 * resolution))
            for _ in range(random.choice((1, 1, 1, 2, 3))):
                notes.append(muspy.Note(now, random.randrange(36, 96), length, random.randrange(1, 128)))
            now += random.choice((length, length, length // 2 or 1, length + resolution))
        tracks.append(muspy.Track(random.randrange(128), number == 3, f"Part {number}", notes))
    return muspy.Music(
        metadata=muspy.Metadata(title="Made here", source_filename=f"made-{random.random()}"),
        resolution=resolution,
        tempos=[muspy.Tempo(0, random.choice((60, 90, 240)))],
        key_signatures=[muspy.KeySignature(0, root=random.randrange(12), mode=random.choice(("major", "minor")))],
        time_signatures=[muspy.TimeSignature(0, *random.choice(((4, 4), (3, 4), (6, 8))))],
        tracks=tracks,
    )


NOTE = "<note>{}<pitch><step>{}</step><octave>4</octave></pitch><duration>{}</duration>{}</note>"
MEASURES = (
    "<attributes><divisions>4</divisions><key><fifths>-3</fifths><mode>minor</mode></key><time><beats>4</beats>"
    "<beat-type>4</beat-type></time><transpose><chromatic>-2</chromatic></transpose></attributes>"
    + "<direction><sound tempo='90' dynamics='80'/></direction>"
    + NOTE.format("<grace/>", "D", 0, "<type>eighth</type>")
    + NOTE.format("", "C", 8, "<tie type='start'/>")
    + NOTE.format("<chord/>", "E", 8, "<lyric><syllabic>begin</syllabic><text>A</text></lyric>"),
    NOTE.format("", "C", 4, "<tie type='stop'/>") + "<backup><duration>4</duration></backup>",
    "<barline><repeat direction='forward'/></barline>" + NOTE.format("", "G", 16, "<instrument id='I1'/>"),
    "<barline><ending number='1' type='start'/><repeat direction='backward' times='3'/></barline>",
    "<barline><ending number='2' type='start'/></barline><forward><duration>8</duration></forward>",
    "<sound dalsegno='x'/>" + NOTE.format("<cue/>", "A", 4, ""),
)
REPEATS = (
    "<?xml version='1.0'?><score-partwise><part-list><score-part id='P1'><part-name>V</part-name><score-instrument "
    "id='I1'><instrument-name>Oboe</instrument-name></score-instrument><midi-instrument id='I1'><midi-channel>1"
    "</midi-channel><midi-program>69</midi-program></midi-instrument></score-part></part-list><part id='P1'>"
    + "".join(f"<measure number='{i}'>{measure}</measure>" for i, measure in enumerate(MEASURES, start=1))
    + "</part></score-partwise>"
)


def read_seeds(folder):
    """Return the whole files of make_seeds: kind -> contents."""
    return {kind: [path.read_bytes() for path in sorted((folder / kind).iterdir())] for kind in SUFFIXES}


def make_input(seeds, seed, number):
    """Return (kind, content) of an input."""
    random = Random(f"{seed}-{number}")
    kind = KINDS[number % len(KINDS)]
    return kind, DAMAGE[kind](random, random.choice(seeds[kind]), random.choice(seeds[kind]))


# --- the process that reads -------------------------------------------------------------------------------------------


def serve(connection, folder, seed):
    """Answer the numbers that come with [number, kind, outcome, seconds of the slowest call, MiB].

    The memory is what the process has grown since its start, at most during the input, so that what earlier inputs
    left behind counts, too.
    """
    warnings.simplefilter("ignore")
    seeds = read_seeds(folder)
    with tempfile.TemporaryDirectory(prefix="fuzz-work-") as work:
        examiner = Examiner(Path(work), seeds["data archive"][0])
        for kind, contents in seeds.items():  # imports what is imported late
            for number in range(2):
                outcome = examiner.examine(kind, contents[0], number)
                if outcome.startswith("FAILED"):
                    raise RuntimeError(f"the fuzzer itself is at fault, for an undamaged file ({kind}): {outcome}")
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        virtual = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (virtual + 2**31, hard))
        gc.collect()
        before = resident_mib()
        connection.send("ready")
        while (number := connection.recv()) is not None:
            kind, content = make_input(seeds, seed, number)
            outcomes = []
            examine = partial(examiner.examine, kind, content, number)
            peak = peak_mib(lambda: outcomes.append(examine()))  # noqa: B023 - it is called before the next round
            connection.send([number, kind, outcomes[0], examiner.slowest, peak - before])


class Examiner:
    """Read inputs in a folder and say what came of it: "read", "refused", or "FAILED" and how."""

    def __init__(self, work, whole_archive):
        self.work = work
        with zipfile.ZipFile(BytesIO(whole_archive)) as archive:
            members = {"/".join(info.filename.split("/")[-2:]): archive.read(info) for info in archive.infolist()}
        self.manifest = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}

    def examine(self, kind, content, number):
        """Return what came of an input; ``slowest`` is then the processor's time for the slowest call, in seconds."""
        self.slowest = 0.0
        path = self.work / f"x{SUFFIXES[kind]}"
        path.write_bytes(content)
        try:
            if kind in ("data archive", "cache", "model"):
                return {"data archive": self.fetch, "cache": self.read_cache, "model": self.load_model}[kind](path)
            if kind == "ABC":
                return self.read_tunes(path, number)
            return self.read(path, number)
        except Exception as error:
            return f"FAILED {type(error).__name__}: {error}"[:300]
        finally:
            path.unlink()

    def call(self, function, *arguments):
        """Return what a function returns, and note its time."""
        start = time.process_time()
        try:
            return function(*arguments)
        finally:
            self.slowest = max(self.slowest, time.process_time() - start)

    def read(self, path, number):
        """Read a score, transform it and write it again."""
        import skemovae

        try:
            music = self.call(skemovae.read_music, path)
        except skemovae.ScoreReadError as error:
            return judge(error, "cannot read ")
        return self.use(music, number)

    def read_tunes(self, path, number):
        """Read the tunes of a book, transform and write them; "read" where one of them is."""
        from skemovae.io import ScoreReadError, parse_abc, read_tune_book

        outcomes = []
        try:
            tunes = self.call(read_tune_book, path)
        except ScoreReadError as error:
            return judge(error, "cannot read ")
        for tune in tunes[:MOST_TUNES]:
            try:
                music = self.call(parse_abc, tune)
            except ScoreReadError as error:
                outcomes.append(judge(error, "cannot read the ABC tune "))
            else:
                outcomes.append(self.use(music, number))
        return next((outcome for outcome in sorted(outcomes) if outcome != "refused"), "refused")

    def use(self, music, number):
        """Transform a score and write it; return "read", or what is wrong."""
        small = sum(len(track.notes) for track in music.tracks) <= MOST_NOTES
        short = small and len(music.tracks) * music.get_end_time() <= MOST_QUARTERS * music.resolution
        outcomes = self.transform(music, use_signature=number % 20 != 0)
        outcomes += self.write(music, (".mid", ".musicxml") if short and number % 10 == 1 else (".mid",))
        return next((outcome for outcome in outcomes if outcome != "refused"), "read")

    def transform(self, music, use_signature):
        """Return what judge says of the refusals of the transformers."""
        from skemovae import Excerpt, KeyNormalizer, PitchEncoder, SopranoExtractor, TempoNormalizer

        encoder = PitchEncoder(polyphony="skyline", off_grid="round", out_of_window="clip")
        chains = [[TempoNormalizer(keep_speed=True)], [Excerpt()]]
        chains += [[SopranoExtractor(), Excerpt(mismatch="keep"), encoder]]
        chains += [[KeyNormalizer(use_signature=use_signature)]]
        outcomes = []
        for chain in chains:
            scores = [music]
            try:
                for step in chain:
                    scores = self.call(step.fit_transform, scores)
            except ValueError as error:
                outcomes.append(judge(error, "score 0[ :]"))  # with a name, where it has one
        return outcomes

    def write(self, music, suffixes):
        """Return what judge says of the refusals of write_music; what it writes, read_music reads."""
        from skemovae import ScoreReadError, read_music, write_music

        outcomes = []
        for suffix in suffixes:
            path = self.work / f"written{suffix}"
            try:
                if suffix == ".mid":
                    self.call(write_music, music, path)
                else:  # the time is music21's, for lengths that no notes have up to some seconds
                    write_music(music, path)
            except ValueError as error:
                outcomes.append(judge(error, "cannot write "))
                continue
            try:
                self.call(read_music, path)
            except ScoreReadError as error:
                outcomes.append(judge(error, "(?s).*(more than|beyond|larger than|at most)"))  # a limit
        return outcomes

    def fetch(self, path):
        """Read an archive as fetch_musgenvae does, with our melodies in the place of the published ones."""
        from skemovae.datasets import _musgenvae

        home = self.work / "home"
        with (
            patch.object(_musgenvae, "_read_manifest", lambda: self.manifest),
            patch.object(_musgenvae, "_retrieve", lambda target, *_: shutil.copy(path, target)),
        ):
            try:
                self.call(partial(_musgenvae.fetch_musgenvae, data_home=home, return_X_y=True))
                outcome = "read"
            except (ValueError, OSError) as error:
                outcome = judge(error, "")
        written = {str(file.relative_to(home)) for file in home.rglob("*") if file.is_file()}
        shutil.rmtree(home)
        expected = {f"musgenvae/{name}" for name in self.manifest} if outcome == "read" else set()
        strange = [*(written ^ expected), *(file.name for file in self.work.iterdir() if file.suffix == ".xml")]
        return f"FAILED wrote {strange[:3]}" if strange else outcome

    def read_cache(self, path):
        """Read a cache: the right scores come out of it, or are made again."""
        from skemovae.datasets._cache import cached_scores

        made = []

        def make():
            made.append(random_score(Random(0)))
            return made

        scores = self.call(cached_scores, path.name, self.work, make)
        if all(track.notes for score in scores for track in score.tracks):
            return "refused" if made else "read"
        return "FAILED half a score"

    def load_model(self, path):
        """Load a model."""
        from skemovae import ModelFileError, load_model

        try:
            self.call(load_model, path)
        except ModelFileError as error:
            return judge(error, "cannot load ")
        return "read"


def judge(error, beginning):
    """Return "refused", or what is wrong with the text of a documented exception."""
    text = str(error)
    if not re.match(beginning, text) or len(text) > LONGEST_MESSAGE or "MemoryError" in text:
        return f"FAILED message of {type(error).__name__}: {text[:300]}"
    return "refused"
