// Melodies: tokens to notes, paths to tokens, notes to MIDI.
// A token is a pitch 0-127 that begins, 128 for a rest, 129 to hold what sounds; a step is a part of a quarter note.

const REST = 128;
const HOLD = 129;
const MICROSECONDS_A_QUARTER = 500000; // 120 quarter notes a minute

// Return the notes of tokens as [{onset, length, pitch}], in steps. A hold with nothing to hold is a rest.
function notesOf(tokens) {
  const notes = [];
  let sounding = null;
  tokens.forEach((token, step) => {
    if (token < REST) {
      sounding = { onset: step, length: 1, pitch: token };
      notes.push(sounding);
    } else if (token === HOLD && sounding) {
      sounding.length += 1;
    } else {
      sounding = null;
    }
  });
  return notes;
}

// Return the tokens from step `start` to `end`; a note that was held into the part begins anew at its beginning.
function partOf(tokens, start, end) {
  const part = Array.from(tokens.slice(start, end));
  if (part[0] === HOLD) {
    let before = start;
    while (before >= 0 && tokens[before] === HOLD) before -= 1;
    part[0] = before >= 0 ? tokens[before] : REST;
  }
  return part;
}

// Return `count` points at equal distances along a line of points [[valence, arousal], ...].
function alongLine(line, count) {
  const distances = [0];
  for (let i = 1; i < line.length; i += 1) {
    distances.push(distances[i - 1] + Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1]));
  }
  const total = distances[distances.length - 1];
  const points = [];
  let i = 0;
  for (let k = 0; k < count; k += 1) {
    const wanted = count > 1 ? (total * k) / (count - 1) : 0;
    while (i < line.length - 2 && distances[i + 1] < wanted) i += 1;
    const span = i + 1 < line.length ? distances[i + 1] - distances[i] : 0;
    const share = span > 0 ? Math.min((wanted - distances[i]) / span, 1) : 0;
    const next = line[Math.min(i + 1, line.length - 1)];
    points.push([line[i][0] + share * (next[0] - line[i][0]), line[i][1] + share * (next[1] - line[i][1])]);
  }
  return points;
}

function lengthOfLine(line) {
  return line.reduce((sum, p, i) => (i ? sum + Math.hypot(p[0] - line[i - 1][0], p[1] - line[i - 1][1]) : 0), 0);
}

// Return the pitch's name, such as C4 for 60.
function pitchName(pitch) {
  const names = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];
  return names[pitch % 12] + (Math.floor(pitch / 12) - 1);
}

// What the plane can be shaded by: the value of a melody, or null where there is nothing to measure.
const MEASURES = {
  density: {
    text: "notes per quarter note",
    signed: false,
    of: (tokens, resolution) => (resolution * tokens.filter((token) => token < REST).length) / tokens.length,
  },
  mode: { text: "major (+) or minor (−)", signed: true, of: (tokens) => majorLessMinor(tokens) },
  height: {
    text: "mean pitch",
    signed: false,
    of: (tokens) => meanOf(Array.from(tokens.filter((token) => token < REST))),
  },
};

// Share of the onsets that lie in C major less those in C natural minor.
function majorLessMinor(tokens) {
  const onsets = Array.from(tokens.filter((token) => token < REST));
  const inMajor = [1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1];
  const inMinor = [1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0];
  return meanOf(onsets.map((pitch) => inMajor[pitch % 12] - inMinor[pitch % 12]));
}

function meanOf(values) {
  return values.length ? values.reduce((a, b) => a + b, 0) / values.length : null;
}

// Return a MIDI file of one track as a Uint8Array.
function midiOf(tokens, resolution, title) {
  const ticks = Math.max(1, Math.floor(480 / resolution)); // a step; 480 a quarter note where that divides
  const events = [];
  for (const note of notesOf(tokens)) {
    events.push([note.onset * ticks, 1, [0x90, note.pitch, 64]]);
    events.push([(note.onset + note.length) * ticks, 0, [0x80, note.pitch, 0]]);
  }
  events.sort((a, b) => a[0] - b[0] || a[1] - b[1]); // where notes meet, the first ends before the second begins
  const name = Array.from(new TextEncoder().encode(title));
  const tempo = [16, 8, 0].map((shift) => (MICROSECONDS_A_QUARTER >> shift) & 255);
  const track = [0, 0xff, 0x03, ...lengthBytes(name.length), ...name, 0, 0xff, 0x51, 3, ...tempo];
  track.push(0, 0xff, 0x58, 4, 4, 2, 24, 8); // 4/4
  let now = 0;
  for (const [time, , bytes] of events) {
    track.push(...lengthBytes(time - now), ...bytes);
    now = time;
  }
  track.push(...lengthBytes(tokens.length * ticks - now), 0xff, 0x2f, 0); // rests at the end count, too
  const header = [0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 0, 0, 1, ...bigEndian(ticks * resolution, 2)];
  return Uint8Array.from([...header, 0x4d, 0x54, 0x72, 0x6b, ...bigEndian(track.length, 4), ...track]);
}

// Return a number in MIDI's variable length: seven bits a byte, all but the last marked.
function lengthBytes(number) {
  const bytes = [number & 127];
  for (let rest = number >> 7; rest; rest >>= 7) bytes.unshift((rest & 127) | 128);
  return bytes;
}

function bigEndian(number, count) {
  return Array.from({ length: count }, (_, i) => (number >> (8 * (count - 1 - i))) & 255);
}
