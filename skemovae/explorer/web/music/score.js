/**
 * Scores, as muspy.Music holds them, and what every score is checked for: whether it is possible, and where its bars
 * lie. Times are integers, in time steps; a score's `resolution` is the number of steps per quarter note.
 *
 * @typedef {{ time: number, pitch: number, duration: number, velocity: number }} ScoreNote pitch and velocity of MIDI
 * @typedef {{ program: number, isDrum: boolean, name: string | null, notes: ScoreNote[] }} Track
 * @typedef {{ time: number, qpm: number }} Tempo in quarter notes per minute
 * @typedef {{ time: number, root: number | null, mode: string | null, fifths: number | null }} KeySignature
 * @typedef {{ time: number, numerator: number, denominator: number }} TimeSignature
 * @typedef {object} Score
 * @property {string | null} title
 * @property {number} resolution
 * @property {Tempo[]} tempos
 * @property {KeySignature[]} keySignatures
 * @property {TimeSignature[]} timeSignatures
 * @property {{ time: number }[]} barlines empty if the file does not say where they are
 * @property {Track[]} tracks
 * @property {string[]} [texts] what else the file contains: "lyrics", "annotations"
 */

import { ceilDivide, floorDivide } from "../numbers/integers.js";

/**
 * What makes a score impossible, as a text that follows "has", or null if it is possible.
 *
 * @param {Score} score
 * @returns {string | null}
 */
export function whyImpossible(score) {
  if (!Number.isInteger(score.resolution) || score.resolution < 1) {
    return `a resolution of ${score.resolution} time steps per quarter note`;
  }
  for (const { notes } of score.tracks) {
    for (const { time, pitch, duration } of notes) {
      const whole = Number.isSafeInteger(time) && Number.isSafeInteger(duration) && Number.isInteger(pitch);
      if (!whole || time < 0 || duration < 0 || pitch < 0 || pitch > 127) {
        return `an impossible note (onset ${time}, pitch ${pitch}, length ${duration})`;
      }
    }
  }
  return null;
}

/**
 * The bars of a possible score, at least one.
 *
 * A time signature begins a bar and ends the one before; without a time signature the meter is 4/4.
 *
 * @param {Score} score
 * @param {number | null} [end] the last bar is the one in which this time step lies; null takes the last note or mark
 * @param {number} [units] the result's time units per time step
 * @returns {[number, number][]} start and end of each bar in time units, rounded down if a bar begins between two
 *   units; the last bar may end after `end`
 */
export function barsOf(score, end = null, units = 1) {
  const signatures = inOrder(score.timeSignatures);
  const until = Math.max(end ?? endOf(score), 1);
  const meters = new Map([[0, [4, 4]]]);
  for (const { time, numerator, denominator } of signatures) {
    if (time < until) meters.set(Math.max(time, 0), [numerator, denominator]);
  }
  /** @type {[number, number][]} */
  const bars = [];
  const starts = [...meters.keys()];
  starts.forEach((first, i) => {
    const [numerator, denominator] = /** @type {number[]} */ (meters.get(first));
    const length = 4 * numerator * score.resolution; // in units of 1 / `denominator` time steps
    const following = starts[i + 1] ?? until;
    const n = ceilDivide((following - first) * denominator, length);
    const last = i + 1 < starts.length ? following * denominator : first * denominator + n * length;
    for (let bar = 0; bar < n; bar += 1) {
      const start = first * denominator + bar * length;
      const both = [start, Math.min(start + length, last)];
      bars.push(/** @type {[number, number]} */ (both.map((time) => floorDivide(time * units, denominator))));
    }
  });
  return bars;
}

/**
 * The stretches of a tune that are made of whole bars.
 *
 * A bar may be written in two parts, as the upbeat of a repeated section is. What comes before the first whole bar is
 * an upbeat and belongs to no stretch. The last bar of the tune may be incomplete.
 *
 * @param {number[]} lines times of all bar lines, from the beginning to the end of the tune
 * @param {number} bar length of a whole bar
 * @returns {[number, number][]} start and end of each
 */
export function regularStretches(lines, bar) {
  /** @type {[number, number][]} */
  const stretches = [];
  let start = lines[0];
  let barStart = lines[0];
  for (let i = 1; i < lines.length; i += 1) {
    const [before, line] = [lines[i - 1], lines[i]];
    if ((line - barStart) % bar === 0) {
      barStart = line; // one whole bar, or several without bar lines between them
    } else if (line - barStart > bar) {
      // too long: the stretch ends before this bar, and another one begins as soon as possible
      stretches.push([start, barStart]);
      start = (line - before) % bar === 0 ? before : line;
      barStart = line;
    }
  }
  stretches.push([start, lines[lines.length - 1]]);
  return stretches.filter(([first, end]) => end - first >= bar);
}

/**
 * The marks of a score in order of time; marks at the same time keep their order.
 *
 * @template {{ time: number }} Mark
 * @param {Mark[]} marks
 * @returns {Mark[]}
 */
export function inOrder(marks) {
  return [...marks].sort((a, b) => a.time - b.time);
}

/**
 * The time step, at least 1, by which the last note has ended and after which no mark follows.
 *
 * @param {Score} score
 * @returns {number}
 */
export function endOf(score) {
  let end = 1;
  for (const { notes } of score.tracks) {
    for (const { time, duration } of notes) end = Math.max(end, time + duration);
  }
  for (const { time } of [...score.tempos, ...score.keySignatures, ...score.timeSignatures]) {
    end = Math.max(end, time + 1);
  }
  return end;
}

/**
 * Compare two notes: by time, then by pitch, length and loudness.
 *
 * @param {ScoreNote} a
 * @param {ScoreNote} b
 */
export function compareNotes(a, b) {
  return a.time - b.time || a.pitch - b.pitch || a.duration - b.duration || a.velocity - b.velocity;
}
