/**
 * MusicXML as scores. Repeats are played out, ties are merged, pitches and keys are transposed to sounding pitch, and
 * grace notes and cue notes are left out.
 */

import { compareNotes } from "../music/score.js";
import { MAX_ELEMENTS, MAX_MARKS, MAX_NOTES, MAX_TRACKS, ReadError, checkScore } from "./limits.js";
import { leastCommonMultiple, readMeasures, resolutionOf } from "./measures.js";
import { newPart, oneLine, partsOf, partwise } from "./parts.js";
import { measureOrder } from "./repeats.js";
import { OpenTies } from "./ties.js";

/**
 * @typedef {import("../music/score.js").Score} Score
 * @typedef {import("../music/score.js").Track} Track
 * @typedef {import("./xml.js").XmlElement} XmlElement
 * @typedef {import("./measures.js").Measure} Measure
 */

/**
 * The score of a MusicXML document, as the package's reader returns it (`skemovae/io/_musicxml.py`).
 *
 * @param {XmlElement} root
 * @returns {Score}
 * @throws {ReadError} if the document is not a score, is broken or is larger than any score needs
 */
export function readMusicXml(root) {
  if (root.name === "score-timewise") root = partwise(root);
  if (root.name !== "score-partwise") throw new ReadError("This XML file is not a MusicXML score.");
  const elements = root.findAll("part").map((part) => ({ id: part.get("id"), measures: part.findAll("measure") }));
  if (elements.length === 0) throw new ReadError("This MusicXML file holds no part.");
  const first = elements[0].measures;
  if (elements.some(({ measures }) => measures.length !== first.length)) {
    throw new ReadError("This MusicXML file is damaged: its parts have different numbers of measures.");
  }
  const resolution = elements.map(({ measures }) => resolutionOf(measures)).reduce(leastCommonMultiple);
  const listed = partsOf(root);
  const order = measureOrder(first);
  /** @type {Track[]} */
  const tracks = [];
  const parts = elements.map(({ id, measures }) => {
    const part = listed.get(id ?? "") ?? newPart(null);
    const ofPart = part.tracks.map((track) => ({ ...track, notes: [] }));
    tracks.push(...ofPart);
    if (tracks.length > MAX_TRACKS) throw new ReadError("This MusicXML file holds too many instruments.");
    return { tracks: ofPart, measures: readMeasures(measures, resolution, part.instruments) };
  });
  if (order.length * parts.length > MAX_ELEMENTS) {
    throw new ReadError("This MusicXML file plays more measures than any score.");
  }
  const lengths = first.map((_, i) => lengthOf(parts.map(({ measures }) => measures[i]), resolution));
  let finer = 1; // meters may last halves, quarters, ... of a step; in finer steps, all are integers
  while (!lengths.every((length) => Number.isInteger(length * finer))) finer *= 2;
  /** @type {Place[]} */
  const places = [];
  let end = 0;
  for (const index of order) {
    places.push({ index, start: end, finer });
    end += lengths[index] * finer;
  }
  /** @type {Score} */
  const score = {
    title: oneLine(root.textOf("movement-title")) ?? oneLine(root.textOf("work/work-title")),
    resolution: leastCommonMultiple(resolution, resolution * finer),
    tempos: [],
    keySignatures: [],
    timeSignatures: [],
    barlines: places.map(({ start }) => ({ time: start })),
    tracks,
    texts: parts.some(({ measures }) => order.some((index) => measures[index].hasLyrics)) ? ["lyrics"] : [],
  };
  const { measures } = parts[0];
  playMarks(measures.map(({ tempos, before }) => ({ marks: tempos, before: before.tempos })), places, score.tempos);
  playMarks(measures.map(({ keys, before }) => ({ marks: keys, before: before.keys })), places, score.keySignatures);
  playMarks(
    measures.map(({ meters, before }) => ({ marks: meters, before: before.meters })), places, score.timeSignatures,
  );
  let nNotes = 0;
  for (const part of parts) {
    for (const index of order) nNotes += part.measures[index].sounds.length;
    if (nNotes > MAX_NOTES) throw new ReadError("This MusicXML file plays more notes than any score.");
    playNotes(part.measures, places, part.tracks);
  }
  checkScore(score);
  return score;
}

/**
 * @typedef {object} Place where a measure is played
 * @property {number} index of the measure
 * @property {number} start
 * @property {number} finer how many steps of the score make one step of the measure
 */

/**
 * How long a measure lasts, on which the parts may disagree: up to the latest time that a part with notes reaches. A
 * rest that fills a measure is often written longer than the measure is. So rests count only if no part has notes, and
 * only up to the length of the meter. An empty measure has the length of the meter.
 *
 * @param {Measure[]} measures the same measure in all parts
 * @param {number} resolution
 */
function lengthOf(measures, resolution) {
  const playing = measures.filter(({ sounds }) => sounds.length > 0);
  const reached = (playing.length > 0 ? playing : measures).reduce((most, { length }) => Math.max(most, length), 0);
  const meter = measures[0].meters.at(-1) ?? measures[0].before.meters;
  if (playing.length > 0 || !meter) return reached;
  const whole = (4 * meter.numerator * resolution) / meter.denominator;
  return Math.min(reached || whole, whole);
}

/**
 * Add the tempos, keys or meters of the first part to a score. Where the playing jumps back to a measure, the marks
 * that are in effect there as written are in effect again.
 *
 * @template {{ onset: number }} Mark
 * @param {{ marks: Mark[], before: Mark | null }[]} measures
 * @param {Place[]} places
 * @param {(Omit<Mark, "onset"> & { time: number })[]} played
 */
function playMarks(measures, places, played) {
  /** @type {Mark | null} */
  let now = null;
  for (const [i, { index, start, finer }] of places.entries()) {
    const { marks, before } = measures[index];
    const hasJumped = index !== (places[i - 1]?.index ?? -1) + 1;
    /** @type {boolean} */
    const isAgain = hasJumped && marks[0]?.onset !== 0 && !isSame(before, now);
    /** @type {Mark[]} */
    const again = before && isAgain ? [{ ...before, onset: 0 }] : [];
    for (const mark of [...again, ...marks]) {
      const { onset, ...values } = mark;
      played.push({ time: start + onset * finer, ...values });
      now = mark;
    }
    if (played.length > MAX_MARKS) throw new ReadError("This MusicXML file plays more marks than any score.");
  }
}

/**
 * Whether two marks say the same.
 *
 * @param {Record<string, any> | null} a
 * @param {Record<string, any> | null} b
 */
function isSame(a, b) {
  return a !== null && b !== null && Object.keys(a).every((name) => name === "onset" || a[name] === b[name]);
}

/**
 * Add the notes of a part to its tracks.
 *
 * @param {Measure[]} measures
 * @param {Place[]} places
 * @param {Track[]} tracks
 */
function playNotes(measures, places, tracks) {
  const ties = new OpenTies();
  for (const [i, { index, start, finer }] of places.entries()) {
    const isForward = i === 0 || places[i - 1].index < index; // jumping from one ending into another is forward, too
    for (const sound of measures[index].sounds) {
      const time = start + sound.onset * finer;
      const duration = sound.duration * finer;
      let note = ties.take(sound, time, isForward);
      if (note) {
        note.duration += duration;
      } else {
        note = { time, pitch: sound.pitch, duration, velocity: sound.velocity };
        tracks[sound.track].notes.push(note);
      }
      if (sound.tieStart) ties.add(sound, note);
    }
  }
  for (const { notes } of tracks) notes.sort(compareNotes);
}
