/**
 * Bars and beats. Times are in ticks, 48 per quarter note, so that triplets and values down to the 64th are integers.
 */

/** Ticks per quarter note. */
export const QUARTER = 48;

/** Ticks of the shortest value that is written, a 64th. */
export const SHORTEST = QUARTER / 16;

/**
 * Parts of a tick to which times are rounded: a power of two, small enough that the longest score has fewer than
 * 2^53.
 */
const PARTS = 2 ** 28;

/**
 * A time in ticks. Steps may be fractions of a tick, but sums and differences of these times are exact. Otherwise the
 * bar line at the end of a bar could lie slightly after that end, and make a bar of its own.
 *
 * @param {number} time In steps.
 * @param {number} resolution Steps per quarter note.
 * @returns {number}
 */
export function inTicks(time, resolution) {
  return Math.round(((time * QUARTER) / resolution) * PARTS) / PARTS;
}

/**
 * @typedef {object} Meter
 * @property {number} numerator
 * @property {number} denominator
 * @property {number} length of a whole bar
 * @property {number[]} beats The length of each.
 */

/**
 * @typedef {object} Bar
 * @property {number} start
 * @property {number} end
 * @property {number} offset Where in a whole bar it begins: an upbeat is the end of a whole bar.
 * @property {number} number As printed; an upbeat has 0.
 * @property {Meter} meter
 */

/**
 * The meter of a time signature. One that cannot be written (its denominator is not a power of two) is read as 4/4.
 *
 * Three, six, nine or twelve eighths (or shorter values) have beats of three; so do six and nine quarter notes.
 *
 * @param {number} numerator
 * @param {number} denominator
 * @returns {Meter}
 */
export function meterOf(numerator, denominator) {
  const written = [1, 2, 4, 8, 16, 32].includes(denominator) && Number.isInteger(numerator);
  if (!written || numerator < 1 || numerator > 99) return meterOf(4, 4);
  const unit = (4 * QUARTER) / denominator;
  /** @type {number[]} */
  let beats;
  if (numerator % 3 === 0 && (denominator >= 8 || numerator > 3)) beats = Array(numerator / 3).fill(3 * unit);
  else if (denominator <= 4) beats = Array(numerator).fill(unit);
  else if (numerator === 1) beats = [unit];
  else beats = Array(numerator >> 1).fill(2 * unit).with(-1, (2 + (numerator % 2)) * unit);
  return { numerator, denominator, length: numerator * unit, beats };
}

/**
 * Where the beats of a meter begin, and where the last one ends.
 *
 * @param {Meter} meter
 * @returns {number[]}
 */
export function beatLines(meter) {
  const lines = [0];
  for (const beat of meter.beats) lines.push(lines[lines.length - 1] + beat);
  return lines;
}

/**
 * The bars of a melody, at least one. A time signature begins a bar; without a time signature the meter is 4/4.
 *
 * The first bar is an upbeat if it is shorter than its meter, or if it is the only bar of its meter and this meter is
 * shorter than the next. A bar that completes the one before, as at a repeat sign, begins in the middle of the meter.
 *
 * @param {number} end The last bar is the one in which this tick lies.
 * @param {{ time: number, numerator: number, denominator: number }[]} signatures Times in ticks.
 * @param {number[]} [lines] Ticks of all bar lines; if empty, the time signatures say where they are.
 * @returns {Bar[]}
 */
export function barsOf(end, signatures, lines = []) {
  const last = Math.max(end, 1);
  const inside = signatures.filter(({ time }) => time < last).sort((a, b) => a.time - b.time);
  const meters = new Map([[0, meterOf(4, 4)]]); // if several are at one time, the last counts
  for (const { time, numerator, denominator } of inside) meters.set(Math.max(time, 0), meterOf(numerator, denominator));
  const starts = [...meters.keys()];
  /** @type {Bar[]} */
  const bars = [];
  starts.forEach((first, i) => {
    const meter = /** @type {Meter} */ (meters.get(first));
    const until = starts[i + 1] ?? Infinity;
    const own = lines.filter((line) => line > first && line < until);
    for (let start = first; start < Math.min(until, last);) {
      const line = own.find((time) => time > start) ?? Infinity;
      const stop = Math.min(start + meter.length, until, line);
      bars.push({ start, end: stop, offset: 0, number: 0, meter });
      start = stop;
    }
  });
  return placed(bars);
}

/**
 * Bars with their numbers, and with the place in the meter of those that are incomplete.
 *
 * @param {Bar[]} bars
 * @returns {Bar[]}
 */
function placed(bars) {
  const [first, second] = bars;
  if (second && first.end - first.start < second.meter.length && first.meter !== second.meter) {
    first.meter = second.meter; // an upbeat that is written as a bar with a meter of its own
  }
  const upbeat = second && first.end - first.start < first.meter.length;
  let missing = 0; // what the bar before is short of
  bars.forEach((bar, i) => {
    const length = bar.end - bar.start;
    const completes = i > 0 && length < bar.meter.length && length === missing;
    if ((i === 0 && upbeat) || completes) bar.offset = bar.meter.length - length;
    missing = completes ? 0 : bar.meter.length - length;
    bar.number = i === 0 ? Number(!upbeat) : bars[i - 1].number + Number(!completes);
  });
  return bars;
}
