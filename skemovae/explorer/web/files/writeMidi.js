/** Scores as MIDI files, with the same events that the package writes. */

import { KEY_FIFTHS } from "./keys.js";

/** @typedef {import("../music/score.js").Score} Score */
/** @typedef {{ time: number, bytes: number[] }} Event */

const MAX_TICKS = 32_767; // per quarter note, in a MIDI file
const COMMON_TICKS = 10_080; // divisible by 1 to 10; finer scores are rounded to it
const MAX_TEMPO = 2 ** 24; // microseconds per quarter note, exclusive
const DRUM_CHANNEL = 9;
const TRACK_NAME = 0x03;

/**
 * A score as the bytes of a MIDI file of format 1: a track of marks, then a track per track of the score. Keys in modes
 * other than major and minor are left out, as MIDI cannot express them.
 *
 * @param {Score} score
 * @returns {Uint8Array}
 * @throws {Error} if a tempo is beyond MIDI's range
 */
export function writeMidi(score) {
  const isTooFine = score.resolution > MAX_TICKS;
  const resolution = isTooFine ? COMMON_TICKS : score.resolution;
  /** @param {number} time */
  const ticks = (time) => (isTooFine ? Math.round((time * resolution) / score.resolution) : time);
  const tracks = [marksOf(score, ticks), ...score.tracks.map((track, i) => eventsOf(track, i, ticks))];
  const chunks = [chunk("MThd", [0, 1, ...twoBytes(tracks.length), ...twoBytes(resolution)])];
  for (const events of tracks) chunks.push(chunk("MTrk", trackBytes(events)));
  const file = new Uint8Array(chunks.reduce((total, part) => total + part.length, 0));
  let position = 0;
  for (const part of chunks) {
    file.set(part, position);
    position += part.length;
  }
  return file;
}

/**
 * The title, tempos, meters and keys of a score.
 *
 * @param {Score} score
 * @param {(time: number) => number} ticks
 * @returns {Event[]}
 */
function marksOf(score, ticks) {
  /** @type {Event[]} */
  const events = [];
  if (score.title !== null) events.push({ time: 0, bytes: meta(TRACK_NAME, utf8(score.title)) });
  for (const { time, qpm } of score.tempos) {
    const microseconds = roundHalfToEven(60e6 / qpm);
    if (!(qpm > 0 && microseconds >= 1 && microseconds < MAX_TEMPO)) {
      throw new Error(`MIDI cannot hold a tempo of ${qpm} quarter notes per minute; it holds 3.58 to 60,000,000.`);
    }
    events.push({ time: ticks(time), bytes: meta(0x51, [microseconds >> 16, (microseconds >> 8) & 255,
      microseconds & 255]) });
  }
  for (const { time, numerator, denominator } of score.timeSignatures) {
    // the last two: ticks of a metronome, and the number of 32nd notes per quarter note
    events.push({ time: ticks(time), bytes: meta(0x58, [numerator & 255, Math.floor(Math.log2(denominator)), 24, 8]) });
  }
  const keys = [...score.keySignatures].sort((a, b) => a.time - b.time);
  for (const { time, root, mode } of keys) {
    if (root === null || mode === null || !Object.hasOwn(KEY_FIFTHS, mode)) continue;
    events.push({ time: ticks(time), bytes: meta(0x59, [KEY_FIFTHS[mode][root] & 255, mode === "minor" ? 1 : 0]) });
  }
  return events;
}

/**
 * A track's name, program and notes.
 *
 * @param {import("../music/score.js").Track} track
 * @param {number} index of the track; up to 15 tracks have channels of their own
 * @param {(time: number) => number} ticks
 * @returns {Event[]}
 */
function eventsOf(track, index, ticks) {
  const melodic = index % 15;
  const channel = track.isDrum ? DRUM_CHANNEL : melodic + (melodic >= DRUM_CHANNEL ? 1 : 0);
  /** @type {Event[]} */
  const events = [];
  if (track.name !== null) events.push({ time: 0, bytes: meta(TRACK_NAME, utf8(track.name)) });
  events.push({ time: 0, bytes: [0xc0 | channel, track.program] });
  for (const { time, pitch, duration, velocity } of track.notes) {
    events.push({ time: ticks(time), bytes: [0x90 | channel, pitch, velocity] });
    events.push({ time: ticks(time + duration), bytes: [0x90 | channel, pitch, 0] });
  }
  return events;
}

/**
 * Events as they are written to a file: in order of time, each with the time since the event before. A status that
 * equals that of the event before is left out.
 *
 * @param {Event[]} events
 * @returns {number[]}
 */
function trackBytes(events) {
  const inOrder = [...events].sort((a, b) => a.time - b.time);
  /** @type {number[]} */
  const data = [];
  let now = 0;
  let running = 0;
  for (const { time, bytes } of inOrder) {
    pushNumber(data, time - now);
    now = time;
    const status = bytes[0] === 0xff ? 0 : bytes[0];
    for (let i = status !== 0 && status === running ? 1 : 0; i < bytes.length; i += 1) data.push(bytes[i]);
    running = status;
  }
  data.push(0, 0xff, 0x2f, 0);
  return data;
}

/**
 * @param {number} kind
 * @param {ArrayLike<number>} content
 * @returns {number[]}
 */
function meta(kind, content) {
  /** @type {number[]} */
  const bytes = [0xff, kind];
  pushNumber(bytes, content.length);
  for (let i = 0; i < content.length; i += 1) bytes.push(content[i]);
  return bytes;
}

/**
 * Append a number with seven bits in each byte, the highest first.
 *
 * @param {number[]} bytes
 * @param {number} number
 */
function pushNumber(bytes, number) {
  const digits = [number % 128];
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128)) digits.push((rest % 128) | 128);
  for (let i = digits.length - 1; i >= 0; i -= 1) bytes.push(digits[i]);
}

/**
 * @param {string} name
 * @param {number[]} content
 * @returns {Uint8Array}
 */
function chunk(name, content) {
  const bytes = new Uint8Array(8 + content.length);
  bytes.set(utf8(name));
  new DataView(bytes.buffer).setUint32(4, content.length);
  bytes.set(content, 8);
  return bytes;
}

/** @param {number} number */
function twoBytes(number) {
  return [number >> 8, number & 255];
}

/** @param {string} text */
function utf8(text) {
  return new TextEncoder().encode(text);
}

/**
 * A number rounded as Python rounds.
 *
 * @param {number} number
 */
function roundHalfToEven(number) {
  const floor = Math.floor(number);
  if (number - floor !== 0.5) return Math.round(number);
  return floor + (floor % 2);
}
