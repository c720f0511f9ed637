/** What notation needs and a score does not state: voices, rests, names of pitches, and note values. */

import { greatestCommonDivisor, remainder } from "../numbers/integers.js";

/**
 * @typedef {import("../music/score.js").Score} Score
 * @typedef {import("../music/score.js").Track} Track
 * @typedef {{ time: number, duration: number, pitches: number[], fifths: number, voice: number }} Chord voices count
 *   from 0
 * @typedef {{ time: number, fifths: number, mode: string | null }} Key
 */

const STEPS = "FCGDAEB"; // in the order of the line of fifths, on which C is 0
const TYPES = ["breve", "whole", "half", "quarter", "eighth", "16th", "32nd", "64th", "128th", "256th"];
const BREVE = 8; // in quarter notes
const MAX_TUPLET = 15;

/**
 * The notes of a track as chords of one onset and length, in voices that have no overlapping notes.
 *
 * @param {Track} track
 * @param {number} units
 * @param {Key[]} keys
 * @param {number} guessed sharps where no key is given
 * @returns {Chord[]}
 */
export function chordsOf(track, units, keys, guessed) {
  const notes = track.notes.filter(({ duration }) => duration > 0);
  notes.sort((a, b) => a.time - b.time || b.duration - a.duration || a.pitch - b.pitch);
  /** @type {Chord[]} */
  const chords = [];
  /** @type {number[]} */
  const ends = []; // of the voices
  let key = -1;
  for (const { time, duration, pitch } of notes) {
    const last = chords[chords.length - 1];
    const start = time * units;
    const length = duration * units;
    // a pitch that is already there gets a voice of its own: within a chord the two would be one note
    if (last?.time === start && last.duration === length && !last.pitches.includes(pitch)) {
      last.pitches.push(pitch);
      continue;
    }
    while (key + 1 < keys.length && keys[key + 1].time <= start) key += 1;
    let voice = ends.findIndex((end) => end <= start);
    if (voice < 0) voice = ends.length;
    ends[voice] = start + length;
    const fifths = key < 0 ? guessed : keys[key].fifths;
    chords.push({ time: start, duration: length, pitches: [pitch], fifths, voice });
  }
  return chords;
}

/**
 * Where nothing sounds, up to the end of the last bar.
 *
 * @param {{ time: number, duration: number }[]} notes in order
 * @param {number} end
 * @returns {{ time: number, duration: number }[]}
 */
export function gapsOf(notes, end) {
  const gaps = [];
  let free = 0;
  for (const { time, duration } of [...notes, { time: end, duration: 0 }]) {
    if (free < time) gaps.push({ time: free, duration: time - free });
    free = Math.max(free, time + duration);
  }
  return gaps;
}

/**
 * The number of sharps (negative for flats) in the scale that holds most of the notes; in a tie, the smallest number.
 *
 * @param {Score} score
 * @returns {number}
 */
export function guessFifths(score) {
  const pitches = new Array(12).fill(0);
  for (const { isDrum, notes } of score.tracks) {
    if (!isDrum) for (const { pitch } of notes) pitches[pitch % 12] += 1;
  }
  let [best, most] = [0, -1];
  for (let fifths = -6; fifths <= 6; fifths += 1) {
    let held = 0;
    for (let place = fifths - 1; place < fifths + 6; place += 1) held += pitches[remainder(7 * place, 12)];
    if (held > most || (held === most && Math.abs(fifths) < Math.abs(best))) [best, most] = [fifths, held];
  }
  return best;
}

/**
 * The name of a pitch in a key. The twelve names are neighbors on the line of fifths: the scale, two names on the flat
 * side and three on the sharp side, so that C major has E flat, B flat, F sharp, C sharp and G sharp.
 *
 * @param {number} pitch of MIDI
 * @param {number} fifths
 * @returns {{ step: string, alter: number, octave: number }}
 */
export function spell(pitch, fifths) {
  const lowest = fifths - 3;
  const place = lowest + remainder(7 * pitch - lowest, 12);
  const alter = Math.floor((place + 1) / 7);
  return { step: STEPS[remainder(place + 1, 7)], alter, octave: Math.floor((pitch - alter) / 12) - 1 };
}

/**
 * The note values, tied to each other, in which a length is written, the longest first. A value has no type if no note
 * value has its length.
 *
 * @param {number} length
 * @param {number} quarter
 * @returns {{ duration: number, type: string | null, dots: number, actual: number, normal: number }[]} `actual` notes
 *   of a tuplet take the time of `normal` ones
 */
export function valuesOf(length, quarter) {
  const denominator = quarter / greatestCommonDivisor(length, quarter);
  let actual = denominator;
  while (actual % 2 === 0) actual /= 2;
  const normal = 2 ** Math.floor(Math.log2(actual));
  const unit = quarter / denominator; // of which all values are multiples
  const written = normal === actual ? 1 : actual / normal;
  const values = [];
  for (let left = length; left > 0;) {
    const count = left / unit;
    let [best, dots] = [0, 0];
    // in multiples of 1 (no dot), 1 + 1/2 and 1 + 1/2 + 1/4 of a power of two
    for (const [n, multiple] of [[0, 1], [1, 3], [2, 7]]) {
      if (multiple > count) continue;
      const candidate = multiple * 2 ** Math.floor(Math.log2(count / multiple));
      if (candidate > best) [best, dots] = [candidate, n];
    }
    const duration = best * unit;
    const undotted = ((duration / quarter) * written) / (2 - 2 ** -dots);
    const type = actual > MAX_TUPLET ? undefined : TYPES[Math.log2(BREVE / undotted)];
    if (type === undefined) {
      if (undotted <= BREVE || actual > MAX_TUPLET) {
        values.push({ duration: left, type: null, dots: 0, actual: 1, normal: 1 });
        break;
      }
      // longer than any value: begin with breves
      const breve = (BREVE * quarter) / written;
      values.push({ duration: breve, type: TYPES[0], dots: 0, actual, normal });
      left -= breve;
      continue;
    }
    values.push({ duration, type, dots, actual, normal });
    left -= duration;
  }
  return values;
}
