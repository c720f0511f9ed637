"""Damage to files, as a hostile or broken program would do it: bytes, MIDI events, zip archives, headers of models.

Every function takes a ``random.Random`` first, so that an input is known by its seed alone.
"""

import re
import struct
import zipfile
from io import BytesIO

INTERESTING = (
    *(0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 95, 96, 99, 100, 127, 128, 255, 256, 480, 999, 1000, 1023, 1024),
    *(4095, 4096, 10_080, 20_000, 32_767, 32_768, 65_535, 65_536, 99_999, 200_000, 1_000_000, 2**24, 2**28 - 1),
    *(2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53, 2**63, 10**18, 10**40, 10**400, -1, -2, -4, -128, -(2**31), -(10**18)),
)
PATHS = (
    "../../x.xml",
    "/etc/hostname",
    "..\\x.xml",
    "C:/x.xml",
    "META-INF/container.xml",
    "x\0y",
    "",
    "a/" * 99,
    "./s",
)


def damage_bytes(random, data, other):
    """Return the bytes with one to six faults: bit flips, cuts, copies, numbers, a splice with another file."""
    data = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        random.choice(_BYTE_FAULTS)(random, data, other)
    return bytes(data)


def damage_midi(random, data, other):
    """Return a MIDI file with damaged bytes, or with faults inside tracks whose lengths are right."""
    if random.random() < 0.4 or data[:4] != b"MThd":
        return damage_bytes(random, data, other)
    header, tracks = data[:14], _tracks_of(data)
    for _ in range(random.choice((1, 1, 2, 4))):
        action = random.randrange(6)
        if action == 0:
            place = random.choice((8, 10, 12))
            header = header[:place] + struct.pack(">H", random.choice(INTERESTING) % 2**16) + header[place + 2 :]
        elif action == 1 and tracks:
            tracks = (tracks * random.choice((2, 3, 50)))[:2000]
            header = header[:10] + struct.pack(">H", len(tracks)) + header[12:]
        elif tracks:
            i = random.randrange(len(tracks))
            track = bytearray(tracks[i])
            if action == 2:
                tracks[i] = damage_bytes(random, track, other)
                continue
            place = random.randrange(len(track) + 1)
            track[place:place] = _midi_event(random) * random.choice((1, 1, 1, 2, 100))
            tracks[i] = bytes(track)
    return header + b"".join(b"MTrk" + struct.pack(">I", len(track)) + track for track in tracks)


def damage_archive(random, data, other, damage_member=damage_bytes):
    """Return a zip archive with damaged bytes, repacked damaged members, or false claims in its directory."""
    action = random.randrange(5)
    if action == 0:
        return damage_bytes(random, data, other)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except zipfile.BadZipFile:
        return damage_bytes(random, data, other)
    i = random.randrange(len(members))
    if action in (1, 2):
        i = max(range(len(members)), key=lambda i: len(members[i][1])) if random.random() < 0.8 else i
        members[i] = members[i][0], damage_member(random, members[i][1], other)
    elif action == 3:
        members = _rearranged(random, members, i)
    packed = _pack(random, members)
    return _false_claims(random, packed) if action == 4 else packed


def damage_model(random, data, other):
    """Return a safetensors file with damaged bytes, or with a damaged header whose length is right."""
    if random.random() < 0.4:
        return damage_bytes(random, data, other)
    n_bytes = int.from_bytes(data[:8], "little")
    header = data[8 : 8 + n_bytes].decode()
    for _ in range(random.choice((1, 1, 2, 4))):
        tokens = re.findall(r'\\?"[^"\\]*\\?"|-?[0-9.]+|[^"\\0-9-]+|.', header)
        i = random.randrange(len(tokens))
        action = random.randrange(4)
        if action == 0:
            del tokens[i : i + random.choice((1, 2, 5, 50))]
        elif action == 1:
            tokens[i:i] = tokens[i : i + random.choice((1, 2, 5, 50))]
        elif action == 2:
            tokens[i] = tokens[random.randrange(len(tokens))]
        else:
            numbers = [k for k, token in enumerate(tokens) if token.strip("-.").isdigit()] or [i]
            texts = ("null", "true", "[]", "{}", "NaN", "1e999", "[" * 10_000, '\\"x\\"', *map(str, INTERESTING))
            tokens[random.choice(numbers)] = random.choice(texts)
        header = "".join(tokens)
    header = header.encode("utf-8", "surrogatepass")
    return len(header).to_bytes(8, "little") + header + data[8 + n_bytes :]


# --- bytes ------------------------------------------------------------------------------------------------------------


def _block(random, data):
    """Return a random (start, end) in the data, mostly short."""
    start = random.randrange(len(data) + 1)
    return start, start + random.choice((1, 1, 2, 4, 8, 16, 64, 256, 4096))


def _flip(random, data, _):
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _replace(random, data, _):
    if data:
        data[random.randrange(len(data))] = random.choice((0, 1, 127, 128, 254, 255, random.randrange(256)))


def _delete(random, data, _):
    start, end = _block(random, data)
    del data[start:end]


def _insert(random, data, _):
    start, end = _block(random, data)
    data[start:start] = random.choice((random.randbytes(end - start), bytes(end - start), b"\xff" * (end - start)))


def _duplicate(random, data, _):
    start, end = _block(random, data)
    data[end:end] = data[start:end] * random.choice((1, 1, 2, 10, 100))


def _swap(random, data, _):
    (a, b), c = _block(random, data), random.randrange(len(data) + 1)
    block = data[a:b]
    del data[a:b]
    data[c:c] = block


def _truncate(random, data, _):
    del data[random.randrange(len(data) + 1) :]


def _splice(random, data, other):
    start, end = _block(random, other)
    place = random.randrange(len(data) + 1)
    if random.random() < 0.5:
        data[place:] = other[start:]
    else:
        data[place:place] = other[start:end]


def _number(random, data, _):
    place, value = random.randrange(len(data) + 1), random.choice(INTERESTING)
    width = random.choice((1, 2, 4, 8))
    block = (value % 2 ** (8 * width)).to_bytes(width, random.choice(("big", "little")))
    data[place : place + width] = block


def _varying(random, data, _):
    place = random.randrange(len(data) + 1)
    data[place : place + random.choice((0, 1))] = variable_length(random)


_BYTE_FAULTS = (_flip, _replace, _delete, _insert, _duplicate, _swap, _truncate, _splice, _number, _varying)


# --- MIDI -------------------------------------------------------------------------------------------------------------


def variable_length(random):
    """Return a number as MIDI writes it, or one that never ends."""
    if random.random() < 0.1:
        return b"\xff" * random.choice((4, 5, 9, 100, 5000)) + b"\x7f"
    value = abs(random.choice(INTERESTING)) % 2**35
    groups = [value & 127]
    while value := value >> 7:
        groups.append(value & 127 | 128)
    return bytes(reversed(groups))


def _tracks_of(data):
    tracks, place = [], 14
    while place + 8 <= len(data):
        size = struct.unpack(">I", data[place + 4 : place + 8])[0]
        tracks.append(data[place + 8 : place + 8 + size])
        place += 8 + size
    return tracks


def _midi_event(random):
    """Return a delta time and a message."""
    delta = b"\0" if random.random() < 0.6 else variable_length(random)
    kind = random.randrange(4)
    if kind == 0:  # a channel message
        return delta + bytes((random.randrange(128, 240), random.randrange(128), random.randrange(128)))
    if kind == 1:  # of the system, some of them without a meaning
        return delta + bytes((random.randrange(240, 256),)) + random.randbytes(random.randrange(4))
    kinds = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 32, 33, 47, 81, 84, 88, 89, 127, random.randrange(256))
    text = random.choice((b"", random.randbytes(random.choice((1, 2, 3, 4, 5))), b"\0" * 5, b"\xff" * 5, b"x" * 300))
    length = bytes((len(text),)) if len(text) < 128 and random.random() < 0.9 else variable_length(random)
    return delta + bytes((255, random.choice(kinds))) + length + text


# --- archives ---------------------------------------------------------------------------------------------------------


def _rearranged(random, members, i):
    """Return members that are missing, duplicated, in another place or huge."""
    name, content = members[i]
    action = random.randrange(6)
    if action == 0:
        return members[:i] + members[i + 1 :]
    if action == 1:
        return [*members, (name, random.choice(members)[1])]
    if action == 2:
        return [*members[:i], (random.choice(PATHS), content), *members[i + 1 :]]
    if action == 3:
        return [*members, *((path, content) for path in PATHS if path)]
    if action == 4:  # a container that points elsewhere
        path = f'full-path="{random.choice(PATHS)}"'.encode()
        return [(n, re.sub(rb'full-path="[^"]*"', lambda _: path, c)) for n, c in members]
    size = random.choice((10**4, 10**5, 10**6, 19_000_000, 30_000_000) if random.random() < 0.1 else (10**3, 10**4))
    place = random.randrange(len(content) + 1)
    return [*members[:i], (name, content[:place] + b" " * size + content[place:]), *members[i + 1 :]]


def _pack(random, members):
    buffer = BytesIO()
    method = random.choice((zipfile.ZIP_DEFLATED,) * 5 + (zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name.replace("\0", ""))
            info.compress_type = method
            archive.writestr(info, content)
    return buffer.getvalue()


def _false_claims(random, data):
    """Return an archive with a false directory: flags, method, sizes, offsets, lengths of names."""
    data = bytearray(data)
    entries = [match.start() for match in re.finditer(rb"PK\x01\x02", data)]
    for _ in range(random.choice((1, 1, 2))):
        place = random.choice(entries)
        offset, width = random.choice(((8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (38, 4), (42, 4)))
        value = random.choice(INTERESTING) % 2 ** (8 * width)
        data[place + offset : place + offset + width] = value.to_bytes(width, "little")
    return bytes(data)
