/**
 * From notes to what is written in each bar: values, ties, rests and triplets. Times are in ticks (see meter.js).
 */

import { QUARTER, SHORTEST } from "./meter.js";
import { frameOf, split } from "./values.js";

/**
 * @typedef {object} Note
 * @property {number} onset
 * @property {number} length
 * @property {number} pitch
 */

/**
 * @typedef {object} Tuplet Three in the time of two.
 * @property {number} start
 * @property {number} length
 */

/**
 * @typedef {object} Written A note head with its stem, or a rest.
 * @property {number} start
 * @property {number} length How long it lasts; in a triplet, two thirds of its value.
 * @property {number} base The value without its dot: 192 is a whole note.
 * @property {number} dots
 * @property {number | null} note The index of the note, or null for a rest.
 * @property {boolean} tiedFrom Whether a tie ends at it.
 * @property {boolean} tiedTo Whether a tie begins at it.
 * @property {Tuplet | null} tuplet
 * @property {boolean} wholeBar Whether it is the rest of an empty bar.
 */

/**
 * Ticks by which a time may miss a grid and still count as on it, because a step may not be a whole number of
 * ticks.
 */
const EXACT = 0.6;

/**
 * The grids on which the onsets in a beat may lie, the easiest to read first: ticks, the allowed error, and whether it
 * is the grid of a triplet.
 *
 * @type {[number, number, boolean][]}
 */
const GRIDS = [
  [QUARTER / 4, 2.5, false],
  [QUARTER / 3, 2, true],
  [QUARTER / 8, 1, false],
  [QUARTER / 6, 1, true],
  [SHORTEST, 0.5, false],
];

/**
 * Notes with times that can be written, and the triplets needed for this. If several notes begin together, the highest
 * is kept. A note ends where the next begins.
 *
 * @param {Note[]} notes Times may be fractions of a tick.
 * @param {import("./meter.js").Bar[]} bars
 * @returns {{ notes: (Note & { source: number })[], tuplets: Tuplet[] }} `source` is the note's index in `notes`.
 */
export function quantized(notes, bars) {
  const sorted = notes.map((note, source) => ({ ...note, source })).sort(
    (a, b) => a.onset - b.onset || b.pitch - a.pitch,
  );
  const windows = bars.flatMap((bar) => windowsOf(bar, sorted));
  /** @type {(Note & { source: number })[]} */
  const kept = [];
  for (const note of sorted) {
    const end = note.onset + note.length;
    const onset = snap(windows.find((window) => note.onset < window.end), note.onset);
    const before = kept[kept.length - 1];
    if (before && before.onset >= onset) {
      // Too short to be written separately: a grace note gives way to the note that it leads to.
      if (note.onset === notes[before.source].onset || note.length <= notes[before.source].length) continue;
      kept.pop();
    }
    const last = windows.find((window) => end <= window.end);
    const until = Math.max(snap(last, end), onset + (last?.grid ?? SHORTEST));
    if (kept.length) before.length = Math.min(before.length, onset - before.onset);
    kept.push({ ...note, onset, length: until - onset });
  }
  const tuplets = windows.filter(({ triplet }) => triplet).map(({ start, end }) => ({ start, length: end - start }));
  return { notes: kept, tuplets };
}

/**
 * @typedef {{ start: number, end: number, grid: number, triplet: boolean }} Window A beat and the grid of its notes.
 */

/**
 * @param {import("./meter.js").Bar} bar
 * @param {Note[]} notes
 * @returns {Window[]}
 */
function windowsOf(bar, notes) {
  const lines = linesOf(bar);
  const onsets = notes.map(({ onset }) => onset).filter((onset) => onset >= bar.start && onset < bar.end + 1);
  const ends = notes.map(({ onset, length }) => onset + length).filter((end) => end > bar.start && end <= bar.end);
  /** @type {Window[]} */
  const windows = [];
  for (let i = 0; i + 1 < lines.length; i += 1) {
    const [start, end, next] = [lines[i], lines[i + 1], lines[i + 2]];
    if (isWideTriplet(start, end, next, onsets, ends)) {
      windows.push({ start, end: next, grid: (2 * QUARTER) / 3, triplet: true });
      i += 1;
    } else {
      windows.push({ start, end, ...gridOf(start, end, onsets, ends) });
    }
  }
  return windows;
}

/**
 * The borders of the beats of a bar. Beats longer than a quarter note are cut into quarter notes if they divide by two.
 *
 * @param {import("./meter.js").Bar} bar
 * @returns {number[]}
 */
function linesOf({ start, end, offset, meter }) {
  const lines = [];
  let line = start - offset;
  for (const beat of meter.beats) {
    const size = beat > QUARTER && beat % 9 !== 0 ? QUARTER : beat;
    for (let part = 0; part < beat; part += size) lines.push(line + part);
    line += beat;
  }
  return [start, ...lines.filter((time) => start < time && time < end), end];
}

/**
 * Whether three quarter notes are played in the time of two, from a beat line to the second one after it.
 *
 * @param {number} start
 * @param {number} middle
 * @param {number | undefined} end
 * @param {number[]} onsets
 * @param {number[]} ends
 * @returns {boolean}
 */
function isWideTriplet(start, middle, end, onsets, ends) {
  if (end === undefined || middle - start !== QUARTER || end - middle !== QUARTER) return false;
  const third = (2 * QUARTER) / 3;
  const inside = onsets.filter((time) => start + 3 < time && time < end - 3);
  const borders = [...inside, ...ends.filter((time) => start + 3 < time && time < end - 3)];
  return inside.length > 0 && borders.every((time) => errorOf(time - start, third) <= 2);
}

/**
 * @param {number} start
 * @param {number} end
 * @param {number[]} onsets
 * @param {number[]} ends
 * @returns {{ grid: number, triplet: boolean }}
 */
function gridOf(start, end, onsets, ends) {
  // An onset at the end belongs to the next beat, but no onset of this beat may move there.
  const times = onsets.filter((time) => time >= start && time < end + 1).map((time) => time - start);
  // The end of a note suggests a triplet only if it is clear: players release notes early.
  for (const time of ends.filter((value) => value > start && value < end).map((value) => value - start)) {
    if (errorOf(time, QUARTER / 3) < EXACT && errorOf(time, QUARTER / 8) > 1) times.push(time);
  }
  const grids = GRIDS.filter(([, , triplet]) => !triplet || end - start === QUARTER);
  const size = new Set(times).size;
  const apart = (/** @type {number} */ grid) => new Set(times.map((time) => Math.round(time / grid))).size === size;
  const worst = (/** @type {number} */ grid) => Math.max(0, ...times.map((time) => errorOf(time, grid)));
  const exact =
    grids.find(([grid]) => worst(grid) < EXACT && apart(grid)) ??
    grids.find(([grid, error]) => worst(grid) <= error && apart(grid));
  const [first, second] = grids.filter(([grid]) => grid >= QUARTER / 4);
  const nearest = second && worst(second[0]) < 0.7 * worst(first[0]) && apart(second[0]) ? second : first;
  const fallback = apart(nearest[0]) ? nearest : grids[grids.length - 1];
  const [grid, , triplet] = exact ?? fallback;
  return { grid, triplet: triplet && times.some((time) => errorOf(Math.round(time / grid) * grid, QUARTER) > 0) };
}

/**
 * @param {number} time
 * @param {number} grid
 * @returns {number} How far the time is from the grid.
 */
function errorOf(time, grid) {
  return Math.abs(time - Math.round(time / grid) * grid);
}

/**
 * @param {Window | undefined} window
 * @param {number} time
 * @returns {number} The time, rounded to the window's grid.
 */
function snap(window, time) {
  if (!window) return Math.round(time / SHORTEST) * SHORTEST;
  const { start, end, grid } = window;
  return Math.min(start + Math.round((time - start) / grid) * grid, end);
}

/**
 * What is written in each bar.
 *
 * @param {Note[]} notes As returned by :func:`quantized`.
 * @param {Tuplet[]} tuplets
 * @param {import("./meter.js").Bar[]} bars
 * @returns {Written[][]}
 */
export function writtenBars(notes, tuplets, bars) {
  let first = 0; // the first note that reaches into the bar
  return bars.map((bar) => {
    while (first < notes.length && notes[first].onset + notes[first].length <= bar.start) first += 1;
    /** @type {Written[]} */
    const written = [];
    let time = bar.start;
    for (let i = first; i < notes.length && notes[i].onset < bar.end; i += 1) {
      const { onset, length } = notes[i];
      if (onset > time) written.push(...pieces(bar, tuplets, time, onset, null));
      const [start, end] = [Math.max(onset, bar.start), Math.min(onset + length, bar.end)];
      written.push(...tied(pieces(bar, tuplets, start, end, i), start > onset, end < onset + length));
      time = end;
    }
    if (time === bar.start) return [emptyBar(bar)];
    if (time < bar.end) written.push(...pieces(bar, tuplets, time, bar.end, null));
    return written;
  });
}

/**
 * @param {import("./meter.js").Bar} bar
 * @returns {Written}
 */
function emptyBar({ start, end }) {
  const rest = { note: null, tiedFrom: false, tiedTo: false, tuplet: null };
  return { start, length: end - start, base: 4 * QUARTER, dots: 0, wholeBar: true, ...rest };
}

/**
 * @param {import("./meter.js").Bar} bar
 * @param {Tuplet[]} tuplets
 * @param {number} start
 * @param {number} end
 * @param {number | null} note
 * @returns {Written[]}
 */
function pieces(bar, tuplets, start, end, note) {
  const common = { note, tiedFrom: false, tiedTo: false, wholeBar: false };
  const tuplet = tuplets.find((one) => one.start < end && start < one.start + one.length);
  if (!tuplet) {
    const origin = bar.start - bar.offset;
    return split(frameOf(bar.meter), start - origin, end - origin, note === null).map((value) => ({
      ...value, start: origin + value.start, tuplet: null, ...common,
    }));
  }
  const [from, to] = [Math.max(start, tuplet.start), Math.min(end, tuplet.start + tuplet.length)];
  const whole = 1.5 * tuplet.length;
  const frame = { length: whole, lines: [0, whole], binary: false };
  const inside = split(frame, 1.5 * (from - tuplet.start), 1.5 * (to - tuplet.start), note === null);
  return [
    ...(start < from ? pieces(bar, tuplets, start, from, note) : []),
    ...inside.map((value) => ({
      ...value, start: tuplet.start + value.start / 1.5, length: value.length / 1.5, tuplet, ...common,
    })),
    ...(to < end ? pieces(bar, tuplets, to, end, note) : []),
  ];
}

/**
 * @param {Written[]} written The pieces of one note.
 * @param {boolean} before Whether the note began before them.
 * @param {boolean} after Whether it continues after them.
 * @returns {Written[]}
 */
function tied(written, before, after) {
  return written.map((piece, i) => ({
    ...piece, tiedFrom: before || i > 0, tiedTo: after || i < written.length - 1,
  }));
}
