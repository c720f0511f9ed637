/**
 * MusicXML as scores: repeats are played out, ties are merged, pitches and keys sound as they are transposed, and grace
 * notes and cue notes are left out.
 */

import {
  MAX_ELEMENTS, MAX_MARKS, MAX_NOTES, MAX_RESOLUTION, MAX_TRACKS, ReadError, checkScore,
} from "./limits.js";
import { readMeasures } from "./measures.js";
import { newPart, oneLine, partsOf, partwise } from "./parts.js";
import { measureOrder } from "./repeats.js";
import { OpenTies } from "./ties.js";

/**
 * @typedef {import("../music/score.js").Score} Score
 * @typedef {import("../music/score.js").Track} Track
 * @typedef {import("./xml.js").XmlElement} XmlElement
 * @typedef {import("./measures.js").Measure} Measure
 */

const COMMON_RESOLUTION = 10_080; // divisible by 1 to 10; for files whose own is beyond the limit
const DEFAULT_VELOCITY = 64;

/**
 * The score of a MusicXML document.
 *
 * It is what the package's reader returns, but for these: a measure lasts as long as the longest of its voices, and
 * begins in all parts at once, where the package's ends in each part where its last voice ends; notes are tied within
 * their voice, where the package takes any note of the pitch; a repeat returns to the key, the metre and the divisions
 * that are written there; the shorter notes of a chord do not end it; and what the package refuses is read where it
 * has a meaning, such as metres in several fractions, quarter tones (without them) and documents ordered by measures.
 *
 * @param {XmlElement} root
 * @returns {Score}
 * @throws {ReadError} if the document is no score, is broken or asks for more than any score needs
 */
export function readMusicXml(root) {
  if (root.name === "score-timewise") root = partwise(root);
  if (root.name !== "score-partwise") throw new ReadError("This XML file is not a MusicXML score.");
  const elements = root.findAll("part");
  if (elements.length === 0) throw new ReadError("This MusicXML file holds no part.");
  const resolution = resolutionOf(root);
  const listed = partsOf(root);
  const first = elements[0].findAll("measure");
  const order = measureOrder(first);
  /** @type {Track[]} */
  const tracks = [];
  const parts = elements.flatMap((element, i) => {
    const part = listed.get(element.get("id") ?? "") ?? (i === 0 || listed.size === 0 ? newPart(null) : null);
    if (!part) return [];
    tracks.push(...part.tracks);
    if (tracks.length > MAX_TRACKS) throw new ReadError("This MusicXML file holds too many instruments.");
    return [{ ...part, measures: readMeasures(element.findAll("measure"), resolution, part.instruments) }];
  });
  const lengths = first.map((_, i) => lengthOf(parts.flatMap(({ measures }) => measures[i] ?? []), resolution));
  if (order.length * parts.length > MAX_ELEMENTS) {
    throw new ReadError("This MusicXML file plays more measures than any score.");
  }
  /** @type {number[]} */
  const starts = [];
  let end = 0;
  for (const index of order) {
    starts.push(end);
    end += lengths[index];
  }
  /** @type {Score} */
  const score = {
    title: oneLine(root.textOf("movement-title")) ?? oneLine(root.textOf("work/work-title")),
    resolution,
    tempos: [],
    keySignatures: [],
    timeSignatures: [],
    barlines: starts.map((time) => ({ time })),
    tracks,
    texts: parts.some(({ measures }) => measures.some(({ hasLyrics }) => hasLyrics)) ? ["lyrics"] : [],
  };
  playMarks(parts[0].measures, order, starts, score);
  let nNotes = 0;
  for (const { tracks: ofPart, measures } of parts) {
    for (const index of order) nNotes += measures[index]?.sounds.length ?? 0;
    if (nNotes > MAX_NOTES) throw new ReadError("This MusicXML file plays more notes than any score.");
    playNotes(measures, order, starts, ofPart);
  }
  checkScore(score);
  return score;
}

/**
 * How long a measure lasts, of which each part may say something else: up to the farthest point that a part plays to.
 * A part that only rests rests as long as the others play; in some files the rest of a whole measure has the length
 * of another metre.
 *
 * @param {Measure[]} measures the same one of all parts
 * @param {number} resolution
 */
function lengthOf(measures, resolution) {
  const playing = measures.filter(({ isSilent }) => !isSilent);
  const lengths = (playing.length > 0 ? playing : measures).map(({ length }) => length);
  const metre = measures[0].metres.at(-1) ?? measures[0].metreBefore;
  const whole = metre ? (4 * metre.numerator * resolution) / metre.denominator : 0;
  return playing.length === 0 && lengths.includes(whole) ? whole : Math.max(...lengths);
}

/**
 * The steps per quarter note on which every time of a document lies, if they are not too many.
 *
 * @param {XmlElement} root
 * @returns {number}
 */
function resolutionOf(root) {
  let multiple = 1;
  for (const part of root.findAll("part")) {
    for (const measure of part.findAll("measure")) {
      for (const attributes of measure.findAll("attributes")) {
        const text = attributes.textOf("divisions");
        if (text === null) continue;
        const divisions = Number(text);
        if (!Number.isInteger(divisions) || divisions < 1 || divisions > MAX_RESOLUTION) {
          throw new ReadError("This MusicXML file is damaged: its <divisions> are no number of parts of a note.");
        }
        if (multiple <= MAX_RESOLUTION) multiple *= divisions / greatestCommonDivisor(multiple, divisions);
      }
    }
  }
  return multiple <= MAX_RESOLUTION ? multiple : COMMON_RESOLUTION;
}

/**
 * Add the tempos, keys and metres of the first part to a score. Where the playing goes back to a measure, the key and
 * the metre are again those that are written there.
 *
 * @param {Measure[]} measures
 * @param {number[]} order
 * @param {number[]} starts
 * @param {Score} score
 */
function playMarks(measures, order, starts, score) {
  let nMarks = 0;
  order.forEach((index, i) => {
    const { tempos, keys, metres, keyBefore, metreBefore } = measures[index];
    const hasJumped = i > 0 && order[i - 1] !== index - 1;
    /**
     * @template {{ onset: number }} Mark
     * @param {Mark[]} marks
     * @param {Mark | null} before
     * @param {Mark | undefined} now what was played last
     * @returns {Mark[]}
     */
    const played = (marks, before, now) => {
      const isWrittenAgain = marks.length > 0 && marks[0].onset === 0;
      if (!hasJumped || !before || isWrittenAgain || isSame(before, now)) return marks;
      return [{ ...before, onset: 0 }, ...marks];
    };
    const last = i > 0 ? measures[order[i - 1]] : null;
    const keyNow = last ? (last.keys.at(-1) ?? last.keyBefore ?? undefined) : undefined;
    const metreNow = last ? (last.metres.at(-1) ?? last.metreBefore ?? undefined) : undefined;
    const start = starts[i];
    for (const { onset, qpm } of tempos) score.tempos.push({ time: start + onset, qpm });
    for (const { onset, ...key } of played(keys, keyBefore, keyNow)) {
      score.keySignatures.push({ time: start + onset, ...key });
    }
    for (const { onset, ...metre } of played(metres, metreBefore, metreNow)) {
      score.timeSignatures.push({ time: start + onset, ...metre });
    }
    nMarks += tempos.length + keys.length + metres.length;
    if (nMarks > MAX_MARKS) throw new ReadError("This MusicXML file plays more marks than any score.");
  });
  for (const marks of [score.tempos, score.keySignatures, score.timeSignatures]) marks.sort((a, b) => a.time - b.time);
}

/**
 * Whether two marks say the same.
 *
 * @param {Record<string, any>} a
 * @param {Record<string, any> | undefined} b
 */
function isSame(a, b) {
  return b !== undefined && Object.keys(a).every((name) => name === "onset" || a[name] === b[name]);
}

/**
 * Add the notes of a part to its tracks.
 *
 * @param {Measure[]} measures
 * @param {number[]} order
 * @param {number[]} starts
 * @param {Track[]} tracks
 */
function playNotes(measures, order, starts, tracks) {
  const ties = new OpenTies();
  let velocity = DEFAULT_VELOCITY;
  order.forEach((index, i) => {
    const isForward = i === 0 || order[i - 1] < index; // from one ending into another, too
    for (const sound of measures[index]?.sounds ?? []) {
      if (!("pitch" in sound)) {
        velocity = sound.velocity;
        continue;
      }
      const { pitch, duration, track } = sound;
      const time = starts[i] + sound.onset;
      let note = ties.take(sound, time, isForward);
      if (note) {
        note.duration += duration;
      } else {
        note = { time, pitch, duration, velocity };
        tracks[track].notes.push(note);
      }
      if (sound.tieStart) ties.add(sound, note);
    }
  });
  for (const { notes } of tracks) {
    notes.sort((a, b) => a.time - b.time || a.pitch - b.pitch || a.duration - b.duration || a.velocity - b.velocity);
  }
}

/**
 * @param {number} a
 * @param {number} b
 * @returns {number}
 */
function greatestCommonDivisor(a, b) {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
