/**
 * MusicXML as scores: repeats are played out, ties are merged, pitches and keys sound as they are transposed, and grace
 * notes and cue notes are left out.
 */

import {
  MAX_ELEMENTS, MAX_MARKS, MAX_NOTES, MAX_RESOLUTION, MAX_TRACKS, ReadError, checkScore,
} from "./limits.js";
import { readMeasures } from "./measures.js";
import { measureOrder } from "./repeats.js";
import { OpenTies } from "./ties.js";
import { XmlElement } from "./xml.js";

/**
 * @typedef {import("../music/score.js").Score} Score
 * @typedef {import("../music/score.js").Track} Track
 * @typedef {import("./measures.js").Measure} Measure
 * @typedef {{ tracks: Track[], instruments: Map<string, number> }} Part
 */

const COMMON_RESOLUTION = 10_080; // divisible by 1 to 10; for files whose own is beyond the limit
const DEFAULT_VELOCITY = 64;
const DRUM_CHANNEL = 10; // counted from 1
const LINE_BREAKS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/**
 * The score of a MusicXML document.
 *
 * It is what the package's reader returns, but for these: a measure lasts as long as the longest of its voices, in all
 * parts together, where the package's ends where the last voice ends; notes are tied within their voice, where the
 * package takes any note of the pitch; and what the package refuses is read where it has a meaning, such as metres in
 * several fractions, quarter tones (without them) and parts of different lengths.
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
  const lengths = first.map((_, i) => Math.max(...parts.map(({ measures }) => measures[i]?.length ?? 0)));
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
 * A document ordered by measures as one ordered by parts.
 *
 * @param {XmlElement} root
 * @returns {XmlElement}
 */
function partwise(root) {
  const turned = new XmlElement("score-partwise");
  turned.children = root.children.filter((child) => child.name !== "measure");
  /** @type {Map<string, XmlElement>} */
  const parts = new Map();
  for (const measure of root.findAll("measure")) {
    for (const content of measure.findAll("part")) {
      const id = content.get("id") ?? "";
      let part = parts.get(id);
      if (!part) {
        parts.set(id, (part = new XmlElement("part")));
        part.attributes = new Map([["id", id]]);
        turned.append(part);
      }
      content.name = "measure";
      part.append(content);
    }
  }
  return turned;
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
 * The parts that a document lists, by their ids, with a track for each instrument.
 *
 * @param {XmlElement} root
 * @returns {Map<string, Part>}
 */
function partsOf(root) {
  const parts = new Map();
  for (const list of root.findAll("part-list")) {
    for (const element of list.findAll("score-part")) {
      const name = oneLine(element.textOf("part-name"));
      const instruments = element.findAll("score-instrument");
      const part = newPart(name);
      for (const [i, instrument] of instruments.entries()) {
        // a part of one instrument has its own name, "Soprano", and not that of the instrument, "Instrument 1"
        const own = instruments.length > 1 ? oneLine(instrument.textOf("instrument-name")) : null;
        part.tracks[i] = { ...newTrack(name), name: own ?? name };
        part.instruments.set(instrument.get("id") ?? "", i);
      }
      for (const sound of element.findAll("midi-instrument")) {
        const track = part.tracks[part.instruments.get(sound.get("id") ?? "") ?? 0];
        const program = Math.trunc(Number(sound.textOf("midi-program") ?? 1)) || 1;
        track.program = Math.min(Math.max(program - 1, 0), 127); // MusicXML counts programs from 1, MIDI from 0
        track.isDrum = Number(sound.textOf("midi-channel")) === DRUM_CHANNEL;
      }
      parts.set(element.get("id") ?? "", part);
    }
  }
  return parts;
}

/**
 * @param {string | null} name
 * @returns {Part}
 */
function newPart(name) {
  return { tracks: [newTrack(name)], instruments: new Map() };
}

/**
 * @param {string | null} name
 * @returns {Track}
 */
function newTrack(name) {
  return { program: 0, isDrum: false, name, notes: [] };
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
 * A name in one line, or null where there is none.
 *
 * @param {string | null} text
 * @returns {string | null}
 */
function oneLine(text) {
  if (!text) return null;
  return text.replace(new RegExp(`(${LINE_BREAKS.source})$`), "").split(LINE_BREAKS).join(" ") || null;
}

/**
 * @param {number} a
 * @param {number} b
 * @returns {number}
 */
function greatestCommonDivisor(a, b) {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
