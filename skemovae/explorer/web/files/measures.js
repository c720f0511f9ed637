/**
 * What happens in each measure of a part of MusicXML, with times in steps from the measure's beginning. What holds on
 * from measure to measure as it is written (divisions, transposition) is settled here, so that measures can be played
 * in any order.
 */

import { MAX_ALTER, MAX_FIFTHS, MAX_QUARTERS, ReadError } from "./limits.js";

/**
 * @typedef {import("./xml.js").XmlElement} XmlElement
 * @typedef {object} MeasureNote
 * @property {number} onset
 * @property {number} duration
 * @property {number} pitch as it sounds
 * @property {number} track index of its instrument in the part
 * @property {string} voice
 * @property {boolean} tieStart whether it goes on in a note that follows
 * @property {boolean} tieStop whether it goes on from one before
 * @typedef {{ onset: number, velocity: number }} Dynamics
 * @typedef {{ onset: number, root: number | null, mode: string | null, fifths: number }} Key
 * @typedef {{ onset: number, numerator: number, denominator: number }} Metre
 * @typedef {object} Measure
 * @property {number} length up to the farthest point that a voice reaches
 * @property {(MeasureNote | Dynamics)[]} sounds in the order of the file
 * @property {Key[]} keys
 * @property {Metre[]} metres
 * @property {{ onset: number, qpm: number }[]} tempos
 * @property {Key | null} keyBefore what holds where the measure begins, as it is written
 * @property {Metre | null} metreBefore
 * @property {boolean} isSilent
 * @property {boolean} hasLyrics
 */

/** @type {Record<string, number>} */
const STEPS = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
/**
 * The places of the tonics of modes on the circle of fifths, counted from that of the major key with equal signs.
 *
 * @type {Record<string, number>}
 */
export const MODE_CENTERS = {
  lydian: -1, major: 0, ionian: 0, mixolydian: 1, dorian: 2, minor: 3, aeolian: 3, phrygian: 4, locrian: 5,
};
const FARTHEST_FLAT = -8; // the tonic F flat, and so on the other side B sharp
const FARTHEST_SHARP = 12;
/** In quarter notes. @type {Record<string, number>} */
const NOTE_TYPES = {
  "1024th": 1 / 256, "512th": 1 / 128, "256th": 1 / 64, "128th": 1 / 32, "64th": 1 / 16, "32nd": 1 / 8,
  "16th": 1 / 4, eighth: 1 / 2, quarter: 1, half: 2, whole: 4, breve: 8, long: 16, maxima: 32,
};
const BEAT_TYPES = [1, 2, 4, 8, 16, 32, 64, 128];
const MAX_BEATS_OF_BAR = 1000;
const MIDDLE_OF_STAFF = 71; // B4, where percussion without a place is drawn

/**
 * The measures of a part.
 *
 * @param {XmlElement[]} elements the <measure>s, or what stands for them
 * @param {number} resolution steps per quarter note
 * @param {Map<string, number>} instruments index of each instrument of the part, by id
 * @returns {Measure[]}
 * @throws {ReadError} if a number in them is broken
 */
export function readMeasures(elements, resolution, instruments) {
  const state = { resolution, instruments, divisions: 1, semitones: 0, fifths: 0 };
  /** @type {Key | null} */
  let key = null;
  /** @type {Metre | null} */
  let metre = null;
  return elements.map((element) => {
    const measure = readMeasure(element, state);
    measure.keyBefore = key;
    measure.metreBefore = metre;
    key = measure.keys.at(-1) ?? key;
    metre = measure.metres.at(-1) ?? metre;
    return measure;
  });
}

/**
 * @param {XmlElement} element
 * @param {State} state
 * @typedef {object} State
 * @property {number} resolution
 * @property {Map<string, number>} instruments
 * @property {number} divisions per quarter note
 * @property {number} semitones from the written to the sounding pitch
 * @property {number} fifths from the written to the sounding key
 * @returns {Measure}
 */
function readMeasure(element, state) {
  /** @type {Measure} */
  const measure = {
    length: 0, sounds: [], keys: [], metres: [], tempos: [], keyBefore: null, metreBefore: null, isSilent: true,
    hasLyrics: false,
  };
  let position = 0;
  let lastOnset = 0; // of a note that others can be in a chord with
  let isAfterNote = false;
  /** @param {XmlElement} child */
  const stepsOf = (child) => {
    const duration = numberOf(child.textOf("duration"), "duration");
    const steps = (Math.max(duration, 0) * state.resolution) / state.divisions;
    if (!(position + steps <= MAX_QUARTERS * state.resolution)) {
      throw new ReadError(`This file is longer than ${MAX_QUARTERS.toLocaleString("en-US")} quarter notes.`);
    }
    return steps;
  };
  for (const child of element.children) {
    if (child.name === "attributes") {
      readAttributes(child, position, state, measure);
    } else if (child.name === "direction" || child.name === "sound") {
      readDirection(child, position, measure);
    } else if (child.name === "forward") {
      position += stepsOf(child);
    } else if (child.name === "backup") {
      position = Math.max(position - stepsOf(child), 0);
    } else if (child.name === "note" && !child.find("grace")) {
      const isInChord = isAfterNote && child.find("chord") !== null;
      const steps = stepsOf(child);
      const onset = isInChord ? lastOnset : position;
      if (!isInChord) position += steps;
      measure.length = Math.max(measure.length, onset + steps);
      if (child.find("rest") || child.find("cue")) continue;
      measure.isSilent = false;
      isAfterNote = true;
      lastOnset = onset;
      measure.sounds.push(readNote(child, onset, steps, state));
      measure.hasLyrics ||= child.textOf("lyric/text") !== null;
    }
    measure.length = Math.max(measure.length, position);
  }
  measure.length = Math.round(measure.length);
  return measure;
}

/**
 * @param {XmlElement} note
 * @param {number} onset
 * @param {number} steps
 * @param {State} state
 * @returns {MeasureNote}
 */
function readNote(note, onset, steps, state) {
  const pitch = note.find("pitch");
  const unpitched = note.find("unpitched");
  let sounding = MIDDLE_OF_STAFF;
  if (unpitched) {
    const step = unpitched.textOf("display-step");
    if (step) sounding = midiPitch(step, unpitched.textOf("display-octave"));
  } else {
    if (!pitch) throw broken("a note has no pitch");
    const alter = Math.trunc(numberOf(pitch.textOf("alter") ?? "0", "alter"));
    if (Math.abs(alter) > MAX_ALTER) throw broken("a pitch is altered too far");
    sounding = midiPitch(pitch.textOf("step"), pitch.textOf("octave")) + alter + state.semitones;
  }
  const ties = note.findAll("tie").map((tie) => tie.get("type"));
  const start = Math.round(onset);
  return {
    onset: start,
    duration: Math.round(onset + steps) - start,
    pitch: sounding,
    track: state.instruments.get(note.find("instrument")?.get("id") ?? "") ?? 0,
    voice: note.textOf("voice")?.trim() ?? "",
    tieStart: ties.includes("start"),
    tieStop: ties.includes("stop"),
  };
}

/**
 * @param {string | null} step
 * @param {string | null} octave
 */
function midiPitch(step, octave) {
  const name = step?.trim() ?? "";
  if (!Object.hasOwn(STEPS, name)) throw broken("a note has no pitch");
  return 12 * (numberOf(octave, "octave") + 1) + STEPS[name];
}

/**
 * @param {XmlElement} attributes
 * @param {number} position
 * @param {State} state
 * @param {Measure} measure
 */
function readAttributes(attributes, position, state, measure) {
  const divisions = attributes.textOf("divisions");
  if (divisions !== null) state.divisions = numberOf(divisions, "divisions");
  const transpose = attributes.find("transpose");
  if (transpose) {
    const chromatic = Math.trunc(numberOf(transpose.textOf("chromatic"), "chromatic"));
    const octaves = Math.trunc(numberOf(transpose.textOf("octave-change") ?? "0", "octave-change"));
    state.semitones = chromatic + 12 * octaves;
    state.fifths = 7 * chromatic;
  }
  const onset = Math.round(position);
  const key = attributes.findAll("key").find((element) => element.find("fifths"));
  const fifths = Math.trunc(numberOf(key?.textOf("fifths") ?? "0", "fifths"));
  if (key && Math.abs(fifths) <= MAX_FIFTHS) {
    measure.keys.push(makeKey(onset, soundingFifths(fifths, state.fifths), key.textOf("mode")?.trim() ?? null));
  }
  const time = attributes.findAll("time").find((element) => element.find("beats"));
  const metre = time ? readTime(time) : null;
  if (metre) measure.metres.push({ onset, ...metre });
}

/**
 * @param {number} fifths as written
 * @param {number} shift
 */
function soundingFifths(fifths, shift) {
  if (shift === 0) return fifths;
  return ((((fifths + shift + 5) % 12) + 12) % 12) - 5;
}

/**
 * @param {number} onset
 * @param {number} fifths
 * @param {string | null} mode
 * @returns {Key}
 */
function makeKey(onset, fifths, mode) {
  if (mode === null || !Object.hasOwn(MODE_CENTERS, mode)) return { onset, root: null, mode: null, fifths };
  const place = MODE_CENTERS[mode] + fifths;
  const isNamed = place >= FARTHEST_FLAT && place <= FARTHEST_SHARP;
  return { onset, root: isNamed ? (((7 * place) % 12) + 12) % 12 : null, mode, fifths };
}

/**
 * The metre of a <time>, in one fraction if it is written in several, or null if no score has it.
 *
 * @param {XmlElement} time
 * @returns {{ numerator: number, denominator: number } | null}
 */
function readTime(time) {
  const units = time.findAll("beat-type").map((element) => Number(element.text));
  const counts = time.findAll("beats").map((element) => {
    return element.text.split("+").reduce((sum, beats) => sum + numberOf(beats, "beats"), 0);
  });
  if (units.length !== counts.length || units.some((unit) => !BEAT_TYPES.includes(unit))) return null;
  const denominator = Math.max(...units);
  const numerator = counts.reduce((sum, count, i) => sum + (count * denominator) / units[i], 0);
  const isMetre = Number.isInteger(numerator) && numerator >= 1 && numerator <= MAX_BEATS_OF_BAR;
  return isMetre ? { numerator, denominator } : null;
}

/**
 * Read tempo and loudness of a <direction>, or of a <sound> by itself.
 *
 * @param {XmlElement} direction
 * @param {number} position
 * @param {Measure} measure
 */
function readDirection(direction, position, measure) {
  const onset = Math.round(position);
  const sound = direction.name === "sound" ? direction : direction.find("sound");
  const tempo = sound?.get("tempo") ?? null;
  const metronome = tempo === null ? direction.find("direction-type/metronome") : null;
  const qpm = tempo === null ? readMetronome(metronome) : Number(tempo);
  if (qpm > 0 && qpm < Infinity) measure.tempos.push({ onset, qpm });
  const dynamics = sound?.get("dynamics") ?? null;
  if (dynamics !== null && Number.isFinite(Number(dynamics))) {
    measure.sounds.push({ onset, velocity: Math.min(Math.max(Math.round(Number(dynamics)), 1), 127) });
  }
}

/**
 * The quarter notes per minute of a <metronome>, or NaN where it is none.
 *
 * @param {XmlElement | null} metronome
 */
function readMetronome(metronome) {
  const unit = metronome?.textOf("beat-unit")?.trim() ?? "";
  const perMinute = /\d+(\.\d+)?/.exec(metronome?.textOf("per-minute") ?? ""); // as in "ca. 120"
  if (!metronome || !perMinute || !Object.hasOwn(NOTE_TYPES, unit)) return NaN;
  return NOTE_TYPES[unit] * Number(perMinute[0]) * (metronome.find("beat-unit-dot") ? 1.5 : 1);
}

/**
 * @param {string | null} text
 * @param {string} name of the element that holds it
 * @returns {number}
 */
function numberOf(text, name) {
  const trimmed = (text ?? "").trim();
  const number = trimmed === "" ? NaN : Number(trimmed);
  if (!Number.isFinite(number)) throw broken(`its <${name}> is not a number`);
  return number;
}

/** @param {string} reason */
function broken(reason) {
  return new ReadError(`This MusicXML file is damaged: ${reason}.`);
}
