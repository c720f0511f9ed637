/**
 * A changed melody back in its score: in its own key, octave and tempo, with its title and the other voices.
 *
 * @typedef {object} Part the new content of a window
 * @property {Window} window
 * @property {number} scale how many times as long the window lasts
 * @property {Mode} mode its new mode
 * @property {Span[]} notes counted from the beginning of the window
 *
 * @typedef {{ start: number, stop: number, root: number, mode: Mode }} ModeSpan a span whose mode changes, and the new
 *   one
 * @typedef {Span & { velocity: number }} Struck
 */

import { keyName, makeKeySignature, statedKey } from "../music/key.js";
import { toParallelMode } from "../music/mode.js";
import { inOrder } from "../music/score.js";
import { greatestCommonDivisor } from "../numbers/integers.js";
import { bisectRight } from "../numbers/search.js";

/**
 * @typedef {import("../music/mode.js").Mode} Mode
 * @typedef {import("../music/score.js").KeySignature} KeySignature
 * @typedef {import("../music/score.js").Score} Score
 * @typedef {import("../music/score.js").ScoreNote} ScoreNote
 * @typedef {import("../music/score.js").TimeSignature} TimeSignature
 * @typedef {import("../music/score.js").Track} Track
 * @typedef {import("../music/tokens.js").Span} Span
 * @typedef {import("./windows.js").Tune} Tune
 * @typedef {import("./windows.js").Window} Window
 */

/** Where the moments of a tune lie if some of its windows have become longer or shorter. */
export class Timeline {
  /** @param {Part[]} parts the whole tune, in order */
  constructor(parts) {
    this.starts = parts.map(({ window }) => window.start);
    this.scales = parts.map(({ scale }) => scale);
    this.places = [this.starts[0]];
    for (const { window, scale } of parts) {
      this.places.push(this.places[this.places.length - 1] + Math.trunc((window.stop - window.start) * scale));
    }
  }

  /**
   * @param {number} time in the original tune
   * @returns {number} where that moment lies now
   */
  place(time) {
    const i = Math.max(bisectRight(this.starts, time) - 1, 0);
    return this.places[i] + Math.trunc((time - this.starts[i]) * this.scales[i]);
  }

  /**
   * @param {number} time
   * @returns {number} the moment of the original tune that now lies there
   */
  source(time) {
    const i = Math.min(Math.max(bisectRight(this.places, time) - 1, 0), this.starts.length - 1);
    return this.starts[i] + Math.trunc((time - this.places[i]) / this.scales[i]);
  }
}

/**
 * The score of a changed melody.
 *
 * @param {Tune} tune
 * @param {Part[]} parts all windows of the tune, in order
 * @param {Map<string, Mode>} newModes the new mode of each key, by the key's name
 * @param {boolean} keepsOthers whether the other voices are kept, in the mode and at the speed of the melody
 * @returns {Score}
 */
export function restore(tune, parts, newModes, keepsOthers) {
  const timeline = new Timeline(parts);
  const spans = changedSpans(parts);
  const tracks = tune.score.tracks.flatMap((track, i) => {
    const isMelody = i === tune.track;
    if (!isMelody && !keepsOthers) return [];
    const notes = isMelody ? struck(tune, joined(tune, parts, timeline), timeline) : [];
    if (keepsOthers) {
      notes.push(...moved(tune, isMelody ? tune.others : track.notes, timeline, track.isDrum ? [] : spans));
    }
    return [{ track, notes: notes.sort((a, b) => a.start - b.start || a.pitch - b.pitch) }];
  });
  return asScore(tune, tracks, timeline, newModes);
}

/**
 * The pitches of notes. Where a key changes, they are moved by the rule for the parallel mode.
 *
 * @param {Span[]} notes in order, so that the rule sees what follows a leading note
 * @param {ModeSpan[]} spans
 * @returns {number[]}
 */
export function toModes(notes, spans) {
  const pitches = notes.map(({ pitch }) => pitch);
  for (const { start, stop, root, mode } of spans) {
    const inside = notes.flatMap((note, i) => (start <= note.start && note.start < stop ? [i] : []));
    const row = inside.map((i) => pitches[i] - root + (pitches[i] < root ? 12 : 0)); // tokens are not below 0
    toParallelMode(row, mode).forEach((token, i) => {
      pitches[inside[i]] += token - row[i];
    });
  }
  return pitches;
}

/**
 * Where the mode changes; adjacent parts make one span.
 *
 * @param {Part[]} parts
 * @returns {ModeSpan[]}
 */
export function changedSpans(parts) {
  /** @type {ModeSpan[]} */
  const spans = [];
  for (const { window, mode } of parts) {
    const { section, start, stop } = window;
    if (mode === section.mode) continue;
    const last = spans[spans.length - 1];
    if (last?.stop === start && last.root === section.root && last.mode === mode) last.stop = stop;
    else spans.push({ start, stop, root: section.root, mode });
  }
  return spans;
}

/**
 * The notes of all parts at their new places. A note that was held over a border between parts is held again.
 *
 * @param {Tune} tune
 * @param {Part[]} parts
 * @param {Timeline} timeline
 * @returns {Span[]}
 */
function joined(tune, parts, timeline) {
  /** @type {Span[]} */
  const notes = [];
  parts.forEach((part, i) => {
    const begin = timeline.places[i];
    const tied = tune.soundsOver(part.window.start);
    for (const { start, end, pitch } of part.notes) {
      const last = notes[notes.length - 1];
      if (tied && start === 0 && last?.end === begin && last.pitch === pitch) last.end = begin + end;
      else notes.push({ start: begin + start, end: begin + end, pitch });
    }
  });
  return notes;
}

/**
 * Notes of the melody, each as loud as the note that was played there before.
 *
 * @param {Tune} tune
 * @param {Span[]} notes
 * @param {Timeline} timeline
 * @returns {Struck[]}
 */
function struck(tune, notes, timeline) {
  /** @type {Map<number, number>} */
  const velocities = new Map();
  for (const { time, velocity } of tune.score.tracks[tune.track].notes) {
    if (!velocities.has(time * tune.units)) velocities.set(time * tune.units, velocity);
  }
  const starts = [...velocities.keys()].sort((a, b) => a - b);
  return notes.map((note) => {
    const before = starts[Math.max(bisectRight(starts, timeline.source(note.start)) - 1, 0)];
    return { ...note, velocity: /** @type {number} */ (velocities.get(before)) };
  });
}

/**
 * Notes of other voices, at their new places and in their new keys.
 *
 * @param {Tune} tune
 * @param {ScoreNote[]} notes
 * @param {Timeline} timeline
 * @param {ModeSpan[]} spans
 * @returns {Struck[]}
 */
function moved(tune, notes, timeline, spans) {
  const sorted = [...notes].sort((a, b) => a.time - b.time || a.pitch - b.pitch);
  const found = sorted.map(({ time, duration, pitch }) => {
    return { start: time * tune.units, end: (time + duration) * tune.units, pitch };
  });
  const pitches = toModes(found, spans);
  return found.map(({ start, end }, i) => ({
    start: timeline.place(start),
    end: timeline.place(end),
    pitch: pitches[i],
    velocity: sorted[i].velocity,
  }));
}

/**
 * The score in the coarsest time steps that can represent it, but not coarser than those of the tune.
 *
 * @param {Tune} tune
 * @param {{ track: Track, notes: Struck[] }[]} tracks
 * @param {Timeline} timeline
 * @param {Map<string, Mode>} newModes
 * @returns {Score}
 */
function asScore(tune, tracks, timeline, newModes) {
  const { score, units } = tune;
  const tempos = score.tempos.map((mark) => ({ ...mark, time: timeline.place(mark.time * units) }));
  const keySignatures = keySignaturesOf(tune, timeline, newModes);
  const timeSignatures = timeSignaturesOf(tune, timeline);
  let unit = units;
  for (const { time } of [...tempos, ...keySignatures, ...timeSignatures]) unit = greatestCommonDivisor(unit, time);
  for (const { notes } of tracks) {
    for (const { start, end } of notes) unit = greatestCommonDivisor(unit, start, end);
  }
  /** @template {{ time: number }} Mark @param {Mark} mark @returns {Mark} */
  const at = (mark) => ({ ...mark, time: mark.time / unit });
  return {
    title: score.title,
    resolution: (score.resolution * units) / unit,
    tempos: tempos.map(at),
    keySignatures: keySignatures.map(at),
    timeSignatures: timeSignatures.map(at),
    barlines: [],
    tracks: tracks.map(({ track: { program, isDrum, name }, notes }) => ({
      program,
      isDrum,
      name,
      notes: notes.map(({ start, end, pitch, velocity }) => {
        return { time: start / unit, pitch, duration: (end - start) / unit, velocity };
      }),
    })),
  };
}

/**
 * The key signatures of the new score, their times in time units.
 *
 * @param {Tune} tune
 * @param {Timeline} timeline
 * @param {Map<string, Mode>} newModes
 * @returns {KeySignature[]}
 */
function keySignaturesOf(tune, timeline, newModes) {
  const first = { root: tune.sections[0].root, mode: tune.sections[0].mode };
  const marks = inOrder(tune.score.keySignatures).map((mark) => {
    const key = statedKey(mark) ?? (mark.time <= 0 ? first : null);
    const mode = key && newModes.get(keyName(key));
    const signature = key && mode && mode !== key.mode ? makeKeySignature({ root: key.root, mode }) : mark;
    return { ...signature, time: timeline.place(Math.max(mark.time, 0) * tune.units) };
  });
  const mode = newModes.get(keyName(first));
  if (!marks.length && mode && mode !== first.mode) marks.push(makeKeySignature({ root: first.root, mode }));
  return marks;
}

/**
 * The time signatures of the new score, with times in time units. An upbeat gets a time signature of its own, which
 * says where the bars begin.
 *
 * @param {Tune} tune
 * @param {Timeline} timeline
 * @returns {TimeSignature[]}
 */
function timeSignaturesOf(tune, timeline) {
  /** @type {TimeSignature[]} */
  const marks = [];
  for (const section of tune.sections) {
    const [start, stop] = [timeline.place(section.start), timeline.place(section.stop)];
    let [numerator, denominator] = section.meter.split("/").map(Number);
    const whole = 4 * tune.quarter;
    const divisor = greatestCommonDivisor(stop - start, whole);
    if (!section.regular && stop - start < section.bar && whole / divisor <= 32) {
      const factor = Math.max(Math.floor(4 / (whole / divisor)), 1);
      [numerator, denominator] = [((stop - start) / divisor) * factor, (whole / divisor) * factor];
    }
    const last = marks[marks.length - 1];
    if (last?.numerator !== numerator || last.denominator !== denominator) {
      marks.push({ time: start, numerator, denominator });
    }
  }
  return marks.length > 1 || tune.score.timeSignatures.length ? marks : [];
}
