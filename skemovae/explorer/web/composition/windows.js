/**
 * A score as rows of tokens: its melody is moved to C and to the octave of the training data, and cut into windows at
 * bar lines.
 *
 * @typedef {object} Window a part of a tune, and the row of tokens that holds it
 * @property {Section} section
 * @property {number} start
 * @property {number} stop
 * @property {number} begin where its row begins: before `start` for an upbeat, whose row continues with the next bars
 * @property {number} shift semitones to C in the octave of the training data
 * @property {number[] | null} tokens
 * @property {string} reason why there is no row
 * @property {number} firstStep the first step of the row that belongs to the window
 * @property {number} lastStep the step after the last one
 */

import { keyName } from "../music/key.js";
import { whyImpossible } from "../music/score.js";
import { highestTrack, REST, rowOfNotes, skyline } from "../music/tokens.js";
import { ceilDivide, floorDivide } from "../numbers/integers.js";
import { bisectLeft, bisectRight } from "../numbers/search.js";
import { barLines, sectionsOf } from "./sections.js";

/**
 * @typedef {import("../music/score.js").Score} Score
 * @typedef {import("../music/score.js").ScoreNote} ScoreNote
 * @typedef {import("../music/tokens.js").Span} Span
 * @typedef {import("./edit.js").Editor} Editor
 * @typedef {import("./sections.js").Section} Section
 */

const MIDDLE_DOUBLED = 131; // twice the mean pitch of the tunes that the models learned from
const MAX_QUARTERS = 40_000; // ten thousand bars of 4/4; a longer score has an error in its times
const HALVES = 2; // time units per time step and per step of a row, so that both can be halved

/** The reason for a window in which nothing needs to be changed. */
export const SILENT = "no notes";

/** The melody of a score, and everything else in the score. */
export class Tune {
  /**
   * @param {object} parts
   * @param {Score} parts.score
   * @param {number} parts.track which of the score's tracks holds the melody
   * @param {Span[]} parts.notes in time units
   * @param {ScoreNote[]} parts.others notes of that track that sound below the melody
   * @param {number[]} parts.lines the bar lines
   * @param {Section[]} parts.sections
   * @param {Editor["settings"]} parts.settings of the model
   */
  constructor({ score, track, notes, others, lines, sections, settings }) {
    this.score = score;
    this.track = track;
    this.notes = notes;
    this.others = others;
    this.lines = lines;
    this.sections = sections;
    this.nSteps = settings.nSteps;
    this.resolution = settings.resolution;
    this.vocabulary = new Set(settings.vocabulary);
    this.units = HALVES * settings.resolution; // time units per time step of the score
    this.step = HALVES * score.resolution; // time units per step of a row
    this.quarter = this.units * score.resolution;
  }

  /**
   * The number of the bar at a time: 1 for the first whole bar, 0 for an upbeat before it.
   *
   * @param {number} time
   * @returns {number}
   */
  barNumber(time) {
    return bisectRight(this.lines, time) - (this.sections[0].regular ? 0 : 1);
  }

  /**
   * The windows that make up the tune, each of at most `nSteps` steps.
   *
   * They follow each other from the first whole bar of each section. An upbeat is a window of its own. Its row
   * continues with the bars that follow, so that the upbeat keeps its place in the bar.
   *
   * @param {number} [nSteps] by default the length of a row
   * @returns {Window[]}
   */
  windows(nSteps = this.nSteps) {
    const length = this.nSteps * this.step;
    const stride = nSteps * this.step;
    const shifts = new Map();
    /** @type {Window[]} */
    const windows = [];
    this.sections.forEach((section, i) => {
      const after = this.sections[i + 1];
      const key = keyName(section);
      if (!shifts.has(key)) shifts.set(key, this.shiftOf(section));
      const shift = shifts.get(key);
      if (length % section.bar && section.bar % length) {
        const none = { shift, tokens: null, reason: `${section.meter} time`, firstStep: 0, lastStep: 0 };
        for (let start = section.start; start < section.stop; start += 4 * section.bar) {
          const stop = Math.min(start + 4 * section.bar, section.stop);
          windows.push({ section, start, stop, begin: start, ...none });
        }
        return;
      }
      for (let start = section.start; start < section.stop; start += stride) {
        const stop = Math.min(start + stride, section.stop);
        let begin = start;
        if (!section.regular && after?.regular && stop === section.stop) {
          const bar = Math.min(after.bar, stride);
          begin = stop - ceilDivide(stop - start, bar) * bar;
        }
        const firstStep = floorDivide(start - begin, this.step);
        const lastStep = ceilDivide(stop - begin, this.step);
        const row = this.rowOf(start, stop, begin, shift);
        windows.push({ section, start, stop, begin, shift, ...row, firstStep, lastStep });
      }
    });
    return windows;
  }

  /**
   * @param {number} start
   * @param {number} stop
   * @returns {Span[]} the notes that sound between two times
   */
  notesIn(start, stop) {
    const first = bisectRight(this.notes, start, (note) => note.end);
    return this.notes.slice(
      first,
      bisectLeft(this.notes, stop, (note) => note.start),
    );
  }

  /**
   * @param {number} time
   * @returns {boolean} whether a note that began before a time is held over it
   */
  soundsOver(time) {
    return this.notesIn(time - 1, time + 1).some(({ start, end }) => start < time && time < end);
  }

  /**
   * By how many semitones the sections in a key are moved.
   *
   * @param {Section} of
   * @returns {number}
   */
  shiftOf(of) {
    const parts = this.sections.filter((section) => keyName(section) === keyName(of));
    const notes = parts.flatMap((part) => this.notesIn(part.start, part.stop));
    if (!notes.length) return -of.root;
    let [length, weighted] = [0, 0];
    for (const { start, end, pitch } of notes) {
      length += end - start;
      weighted += pitch * (end - start);
    }
    // (middle - mean + root) / 12 + 1 / 2, as one fraction of integers
    const nearest = floorDivide((MIDDLE_DOUBLED + 2 * of.root + 12) * length - 2 * weighted, 24 * length);
    const shifts = [0, 1, -1].map((octave) => 12 * (nearest + octave) - of.root);
    const outside = shifts.map((shift) => notes.filter(({ pitch }) => !this.vocabulary.has(pitch + shift)).length);
    return shifts[outside.indexOf(Math.min(...outside))];
  }

  /**
   * A row of tokens, or the reason why there is none. What lies before and after the window is left out where a row
   * cannot represent it.
   *
   * @param {number} start
   * @param {number} stop
   * @param {number} begin
   * @param {number} shift
   * @returns {{ tokens: number[] | null, reason: string }}
   */
  rowOf(start, stop, begin, shift) {
    if (!this.notesIn(start, stop).length) return { tokens: null, reason: SILENT };
    /** @type {Span[]} */
    const row = [];
    for (const note of this.notesIn(begin, begin + this.nSteps * this.step)) {
      const time = Math.max(note.start, begin) - begin;
      const first = this.nearest(time);
      const last = Math.min(Math.max(this.nearest(note.end - begin), first + 1), this.nSteps);
      const before = row[row.length - 1];
      let problem = "";
      if (Math.abs(time - first * this.step) > floorDivide(this.step, 4) || before?.start === first) {
        problem = `notes between the steps of ${this.resolution} per quarter note`;
      } else if (!this.vocabulary.has(note.pitch + shift)) {
        problem = `a note out of range (MIDI pitch ${note.pitch})`;
      }
      if (problem && note.start < stop && note.end > start) return { tokens: null, reason: problem };
      if (!problem && first < this.nSteps) {
        if (before) before.end = Math.min(before.end, first);
        row.push({ start: first, end: last, pitch: note.pitch + shift });
      }
    }
    const tokens = rowOfNotes(row, this.nSteps);
    const rests = tokens.includes(REST) && !this.vocabulary.has(REST);
    return rests ? { tokens: null, reason: "rests, which the model does not know" } : { tokens, reason: "" };
  }

  /**
   * @param {number} time
   * @returns {number} the step nearest to it
   */
  nearest(time) {
    return floorDivide(2 * time + this.step, 2 * this.step);
  }
}

/**
 * The melody of a score.
 *
 * It is the voice with the highest mean pitch. If several of its notes begin together, the highest counts, and it is
 * cut where the next one begins. Times are exact for scores of at most a million time steps per quarter note.
 *
 * @param {Score} score
 * @param {Editor} editor
 * @returns {Tune}
 * @throws {Error} if the score has no melody
 */
export function readTune(score, { settings }) {
  const problem = whyImpossible(score);
  if (problem) throw new Error(`The score has ${problem}.`);
  const pitched = score.tracks.filter(({ isDrum, notes }) => !isDrum && notes.length);
  if (!pitched.length) {
    const kind = score.tracks.some(({ notes }) => notes.length) ? "only drums" : "no notes";
    throw new Error(`The score has ${kind}: a melody is needed.`);
  }
  const chosen = highestTrack(pitched);
  const end = score.tracks.flatMap(({ notes }) => notes).reduce((a, note) => Math.max(a, note.time + note.duration), 0);
  if (end > MAX_QUARTERS * score.resolution) {
    const length = Math.round(end / score.resolution).toLocaleString("en-US");
    throw new Error(`The score lasts ${length} quarter notes: at most 40,000 are read.`);
  }
  for (const { numerator, denominator } of score.timeSignatures) {
    if (!(numerator > 0 && denominator > 0)) {
      throw new Error(`The score has a time signature ${numerator}/${denominator}: it has to be one such as 4/4.`);
    }
  }
  const [units, step] = [HALVES * settings.resolution, HALVES * score.resolution];
  const { melody, others } = splitVoice(chosen.notes);
  if (!melody.length) throw new Error("The score has a melody of notes without a length: they have to sound.");
  const notes = melody.map(({ start, end: stop, pitch }) => ({ start: start * units, end: stop * units, pitch }));
  const lines = barLines(score, units, end * units);
  return new Tune({
    score,
    track: score.tracks.indexOf(chosen),
    notes: joined(notes, step),
    others,
    lines,
    sections: sectionsOf(score, units, lines),
    settings,
  });
}

/**
 * The highest notes of a voice, and its notes that sound below them.
 *
 * @param {ScoreNote[]} notes
 * @returns {{ melody: Span[], others: ScoreNote[] }} the melody in time steps of the score
 */
function splitVoice(notes) {
  const spans = notes.map(({ time, duration, pitch }) => ({ start: time, end: time + duration, pitch }));
  spans.sort((a, b) => a.start - b.start || a.end - b.end || a.pitch - b.pitch);
  const melody = skyline(spans).filter(({ start, end }) => end > start);
  const pitches = new Map(melody.map(({ start, pitch }) => [start, pitch]));
  const others = notes.filter(({ time, pitch }) => {
    if (pitches.get(time) !== pitch) return true;
    pitches.delete(time);
    return false;
  });
  return { melody, others };
}

/**
 * Notes lengthened to the onset of the next one, if the gap is less than a step.
 *
 * Programs write notes to MIDI slightly shorter than they are, so that they do not run together.
 *
 * @param {Span[]} notes
 * @param {number} step
 * @returns {Span[]}
 */
function joined(notes, step) {
  return notes.map((note, i) => {
    const next = notes[i + 1]?.start ?? -1;
    return note.end < next && next < note.end + step ? { ...note, end: next } : note;
  });
}
