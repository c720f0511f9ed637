/** MIDI files as scores, as the package reads them (`skemovae/io/_midi.py`). */

import { compareNotes } from "../music/score.js";
import { MAX_MARKS, MAX_NOTES, MAX_TRACKS, ReadError, checkScore } from "./limits.js";

/**
 * @typedef {import("../music/score.js").Score} Score
 * @typedef {import("../music/score.js").Track} Track
 */

const DRUM_CHANNEL = 9; // counted from 0
const MAX_DENOMINATOR_EXPONENT = 7; // of a meter; 1 / 2 ** 7 is the smallest note value that a notation program writes
const MAX_NUMBER_BYTES = 4;
const SMPTE_SECOND = 2; // quarter notes, at the default tempo of MIDI files
const SYSTEM_BYTES = new Map([[0xf1, 1], [0xf2, 2], [0xf3, 1], [0xf6, 0], [0xf8, 0], [0xfa, 0], [0xfb, 0], [0xfc, 0],
  [0xfe, 0]]); // data bytes of messages that no file should contain, but some do
const DAMAGED = "This MIDI file is damaged";

/**
 * Whether bytes are those of a MIDI file, plain or in a RIFF container.
 *
 * @param {Uint8Array} bytes
 * @returns {boolean}
 */
export function isMidi(bytes) {
  return textAt(bytes, 0) === "MThd" || (textAt(bytes, 0) === "RIFF" && textAt(bytes, 8) === "RMID");
}

/**
 * The score of a MIDI file. Each channel and program of a track becomes a track of the score, with the notes that begin
 * with this program, in order of time. Key signatures, tempos and meters that no score can have are left out. If a
 * pitch sounds several times at once, the end of a note ends the one that began first. A note that nothing ends lasts
 * to the end of its track. Files that count time in seconds (SMPTE) are read at 120 quarter notes per minute, whatever
 * their tempo.
 *
 * @param {Uint8Array} bytes
 * @returns {Score}
 * @throws {ReadError} if the file is broken or does not count in quarter notes
 */
export function readMidi(bytes) {
  const data = midiOf(bytes);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 14 || view.getUint32(4) < 6) throw new ReadError(`${DAMAGED}: it ends before any music.`);
  const headerSize = view.getUint32(4);
  const format = view.getUint16(8);
  const nTracks = view.getUint16(10);
  const division = view.getUint16(12);
  const isSmpte = (division & 0x8000) !== 0;
  const resolution = isSmpte ? (256 - (division >> 8)) * (division & 0xff) : division;
  if (format === 2) throw new ReadError("This MIDI file holds patterns without a common time (format 2), not a piece.");
  if (resolution === 0) throw new ReadError(`${DAMAGED}: it does not say how long a quarter note is.`);
  /** @type {Score} */
  const score = {
    title: null, resolution, tempos: [], keySignatures: [], timeSignatures: [], barlines: [], tracks: [], texts: [],
  };
  const counts = { notes: 0, marks: 0, lyrics: 0, annotations: 0 };
  let position = 8 + headerSize;
  let found = 0;
  while (position + 8 <= data.length) {
    const start = position + 8;
    const end = start + view.getUint32(position + 4);
    if (textAt(data, position) === "MTrk") {
      const scale = isSmpte ? SMPTE_SECOND : 1;
      readTrack(new ByteReader(data, start, end), scale, format === 0 || found === 0, score, counts);
      found += 1;
      if (found === nTracks) break;
    }
    position = end;
  }
  if (found === 0) throw new ReadError(`${DAMAGED}: it holds no track.`);
  if (isSmpte) score.tempos = [];
  for (const track of score.tracks) track.notes.sort(compareNotes);
  if (counts.lyrics) score.texts?.push("lyrics");
  if (counts.annotations) score.texts?.push("annotations");
  checkScore(score);
  return score;
}

/**
 * The plain MIDI file within bytes, which may be a RIFF container, as Windows' RMI files are.
 *
 * @param {Uint8Array} bytes
 * @returns {Uint8Array}
 */
function midiOf(bytes) {
  if (textAt(bytes, 0) === "MThd") return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let position = 12; isMidi(bytes) && position + 8 <= bytes.length;) {
    const size = view.getUint32(position + 4, true);
    if (textAt(bytes, position) === "data") {
      const inner = bytes.subarray(position + 8, position + 8 + size);
      if (textAt(inner, 0) === "MThd") return inner;
      break;
    }
    position += 8 + size + (size % 2);
  }
  throw new ReadError(`${DAMAGED}: there is no music in it.`);
}

/**
 * Read the events of a track and add them to a score.
 *
 * @param {ByteReader} reader
 * @param {number} scale by which times are multiplied
 * @param {boolean} namesScore whether the name of this track is the title
 * @param {Score} score
 * @param {{ notes: number, marks: number, lyrics: number, annotations: number }} counts of what has been read so far
 */
function readTrack(reader, scale, namesScore, score, counts) {
  const programs = new Array(16).fill(0);
  /** @type {Map<number, Track>} */
  const tracks = new Map(); // by channel and program
  /** @type {Map<number, { time: number, velocity: number, program: number }[]>} */
  const open = new Map(); // sounding notes, by channel and pitch, in the order in which they began
  /** @type {Map<number, number>} */
  const nClosed = new Map(); // how many of those in `open` have ended
  /** @type {string | null} */
  let name = null;
  let time = 0;
  let running = 0;

  /**
   * @param {number} channel
   * @param {number} program
   */
  const trackOf = (channel, program) => {
    const key = program * 16 + channel;
    let track = tracks.get(key);
    if (!track) {
      if (score.tracks.length >= MAX_TRACKS) throw new ReadError("This MIDI file holds too many tracks.");
      track = { program, isDrum: channel === DRUM_CHANNEL, name: null, notes: [] };
      tracks.set(key, track);
      score.tracks.push(track);
    }
    return track;
  };

  /**
   * @param {number} channel
   * @param {number} pitch
   * @param {{ time: number, velocity: number, program: number }} begun
   */
  const endNote = (channel, pitch, { program, ...begun }) => {
    trackOf(channel, program).notes.push({ ...begun, pitch, duration: time - begun.time });
  };

  while (!reader.atEnd()) {
    time += reader.number() * scale;
    let first = reader.byte();
    if (first === 0xff) {
      const kind = reader.byte();
      const content = reader.take(reader.number());
      if (kind === 0x2f) break;
      if (kind === 0x05) counts.lyrics += 1;
      if (kind === 0x03) {
        if (namesScore) score.title = nameOf(content);
        else name = nameOf(content);
      } else if (addMark(kind, content, time, score)) {
        counts.marks += 1;
        if (counts.marks > MAX_MARKS) throw new ReadError("This MIDI file holds too many marks.");
      }
      continue;
    }
    if (first === 0xf0 || first === 0xf7) {
      reader.take(reader.number());
      continue;
    }
    if (first > 0xf0) {
      const size = SYSTEM_BYTES.get(first);
      if (size === undefined) throw new ReadError(`${DAMAGED}: it holds bytes that are not a MIDI message.`);
      reader.take(size);
      continue;
    }
    const status = first < 0x80 ? running : first;
    if (status === 0) throw new ReadError(`${DAMAGED}: it holds bytes that are not a MIDI message.`);
    if (first >= 0x80) first = reader.dataByte();
    running = status;
    const kind = status >> 4;
    const channel = status & 15;
    const second = kind === 0xc || kind === 0xd ? 0 : reader.dataByte();
    if (kind === 0xc) programs[channel] = first;
    else if (kind === 0xb) {
      trackOf(channel, programs[channel]); // as in MusPy, a controller alone makes a track
      counts.annotations += 1;
    } else if (kind === 0x9 || kind === 0x8) {
      const key = channel * 128 + first;
      let notes = open.get(key);
      if (!notes) open.set(key, (notes = []));
      if (kind === 0x9 && second > 0) {
        notes.push({ time, velocity: second, program: programs[channel] });
        counts.notes += 1;
        if (counts.notes > MAX_NOTES) throw new ReadError("This MIDI file holds too many notes.");
        continue;
      }
      const closed = nClosed.get(key) ?? 0;
      if (closed === notes.length) continue;
      endNote(channel, first, notes[closed]);
      nClosed.set(key, closed + 1);
    }
  }
  for (const [key, notes] of open) {
    for (const begun of notes.slice(nClosed.get(key) ?? 0)) endNote(key >> 7, key & 127, begun);
  }
  for (const track of tracks.values()) track.name = name;
}

/**
 * Add a tempo, key signature or meter to a score.
 *
 * @param {number} kind of meta event
 * @param {Uint8Array} content
 * @param {number} time
 * @param {Score} score
 * @returns {boolean} whether a mark was added
 */
function addMark(kind, content, time, score) {
  if (kind === 0x51 && content.length >= 3) {
    const microseconds = (content[0] << 16) | (content[1] << 8) | content[2];
    if (microseconds === 0) return false;
    score.tempos.push({ time, qpm: 60e6 / microseconds });
  } else if (kind === 0x58 && content.length >= 2) {
    if (content[0] === 0 || content[1] > MAX_DENOMINATOR_EXPONENT) return false;
    score.timeSignatures.push({ time, numerator: content[0], denominator: 2 ** content[1] });
  } else if (kind === 0x59 && content.length >= 2) {
    const fifths = (content[0] << 24) >> 24;
    if (Math.abs(fifths) > 7 || content[1] > 1) return false;
    const isMinor = content[1] === 1;
    const root = (((7 * fifths + (isMinor ? 9 : 0)) % 12) + 12) % 12;
    score.keySignatures.push({ time, root, mode: isMinor ? "minor" : "major", fifths: null });
  } else {
    return false;
  }
  return true;
}

/**
 * A name, decoded as UTF-8, which most programs write today, or else as Latin-1, which older ones wrote.
 *
 * @param {Uint8Array} content
 * @returns {string | null}
 */
function nameOf(content) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content) || null;
  } catch {
    let name = "";
    for (const byte of content) name += String.fromCharCode(byte); // TextDecoder's latin1 is Windows-1252
    return name;
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} position
 */
function textAt(bytes, position) {
  return String.fromCharCode(...bytes.subarray(position, position + 4));
}

/** Bytes from a start to an end, read one after another; the end of the file is also an end. */
class ByteReader {
  /**
   * @param {Uint8Array} bytes
   * @param {number} start
   * @param {number} end
   */
  constructor(bytes, start, end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end; // as the file states it
    this.last = Math.min(end, bytes.length);
  }

  /** Whether the end of the track has been reached. */
  atEnd() {
    return this.position >= this.end;
  }

  byte() {
    if (this.position >= this.last) throw new ReadError(`${DAMAGED}: it ends in the middle of a track.`);
    this.position += 1;
    return this.bytes[this.position - 1];
  }

  dataByte() {
    const byte = this.byte();
    if (byte > 127) throw new ReadError(`${DAMAGED}: it holds bytes that are not a MIDI message.`);
    return byte;
  }

  /** A number of one to four bytes, with seven bits in each. */
  number() {
    let number = 0;
    for (let i = 0; i < MAX_NUMBER_BYTES; i += 1) {
      const byte = this.byte();
      number = number * 128 + (byte & 127);
      if (byte < 128) return number;
    }
    throw new ReadError(`${DAMAGED}: it holds bytes that are not a MIDI message.`);
  }

  /** @param {number} length */
  take(length) {
    if (!(length <= this.last - this.position)) throw new ReadError(`${DAMAGED}: it ends in the middle of a track.`);
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }
}
