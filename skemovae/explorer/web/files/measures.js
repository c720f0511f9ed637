/**
 * What happens in each measure of a MusicXML part, with times in steps from the measure's beginning. What stays valid
 * from one written measure to the next (divisions, transposition) is resolved here, so that measures can be played in
 * any order.
 */

import { greatestCommonDivisor } from "../numbers/integers.js";
import { MAX_ALTER, MAX_QUARTERS, MAX_RESOLUTION, ReadError } from "./limits.js";
import { decimal, integer, rational, readKey, readMeter, readMetronome } from "./marks.js";

/**
 * @typedef {import("./xml.js").XmlElement} XmlElement
 * @typedef {object} MeasureNote
 * @property {number} onset
 * @property {number} duration
 * @property {number} pitch as it sounds
 * @property {number} velocity
 * @property {number} track index of its instrument within the part
 * @property {string} voice
 * @property {boolean} tieStart whether it continues in a later note
 * @property {boolean} tieStop whether it continues an earlier one
 * @typedef {{ onset: number, root: number | null, mode: string | null, fifths: number | null }} Key
 * @typedef {{ onset: number, numerator: number, denominator: number }} Meter
 * @typedef {{ onset: number, qpm: number }} Tempo
 * @typedef {{ keys: Key | null, meters: Meter | null, tempos: Tempo | null }} Marks
 * @typedef {object} Measure
 * @property {number} length up to the latest time that a voice reaches
 * @property {MeasureNote[]} sounds
 * @property {Key[]} keys
 * @property {Meter[]} meters
 * @property {Tempo[]} tempos
 * @property {Marks} before what is in effect where the measure begins, in the order of writing
 * @property {boolean} hasLyrics
 */

/** @type {Record<string, number>} */
const STEPS = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
const DEFAULT_VELOCITY = 64;
const FORTE = 90; // the velocity that 100 percent means in MusicXML

/**
 * The measures of a part.
 *
 * @param {XmlElement[]} elements the <measure>s, or what stands for them
 * @param {number} resolution steps per quarter note
 * @param {Map<string, number>} instruments the index of each instrument of the part, by its id
 * @returns {Measure[]}
 * @throws {ReadError} if a number in them is invalid
 */
export function readMeasures(elements, resolution, instruments) {
  /** @type {State} */
  const state = { resolution, instruments, divisions: [1, 1], semitones: 0, velocity: DEFAULT_VELOCITY };
  /** @type {Marks} */
  let before = { keys: null, meters: null, tempos: null };
  return elements.map((element) => {
    const measure = readMeasure(element, before, state);
    const { keys, meters, tempos } = measure;
    before = {
      keys: keys.at(-1) ?? before.keys,
      meters: meters.at(-1) ?? before.meters,
      tempos: tempos.at(-1) ?? before.tempos,
    };
    return measure;
  });
}

/**
 * @param {XmlElement} element
 * @param {Marks} before
 * @param {State} state
 * @typedef {object} State
 * @property {number} resolution
 * @property {Map<string, number>} instruments
 * @property {[number, number]} divisions per quarter note, as a fraction
 * @property {number} semitones from the written to the sounding pitch
 * @property {number} velocity
 * @returns {Measure}
 */
function readMeasure(element, before, state) {
  /** @type {Measure} */
  const measure = { length: 0, sounds: [], keys: [], meters: [], tempos: [], before, hasLyrics: false };
  let position = 0;
  let onset = 0;
  /** @param {XmlElement} child */
  const stepsOf = (child) => {
    const [numerator, denominator] = durationOf(child);
    const steps = (numerator * state.divisions[1] * state.resolution) / (denominator * state.divisions[0]);
    if (!(position + steps <= MAX_QUARTERS * state.resolution)) {
      throw new ReadError(`This file is longer than ${MAX_QUARTERS.toLocaleString("en-US")} quarter notes.`);
    }
    return steps;
  };
  for (const child of element.children) {
    if (child.name === "attributes") {
      readAttributes(child, position, state, measure);
    } else if (child.name === "direction" || child.name === "sound") {
      readDirection(child, position, state, measure);
    } else if (child.name === "forward") {
      position += stepsOf(child);
    } else if (child.name === "backup") {
      position = Math.max(position - stepsOf(child), 0);
    } else if (child.name === "note" && !child.find("grace")) {
      const steps = stepsOf(child);
      if (!child.find("chord")) { // a further note of a chord does not advance the time
        onset = position;
        position += steps;
      }
      measure.length = Math.max(measure.length, onset + steps);
      if (child.find("rest") || child.find("cue")) continue;
      measure.sounds.push(readNote(child, onset, steps, state));
      measure.hasLyrics ||= Boolean(child.find("lyric")?.textOf("text"));
    }
    measure.length = Math.max(measure.length, position);
  }
  for (const list of [measure.sounds, measure.keys, measure.meters, measure.tempos]) {
    list.sort((a, b) => a.onset - b.onset);
  }
  return measure;
}

/**
 * The number of steps per quarter note at which all times in some measures are integers.
 *
 * @param {XmlElement[]} measures of one part, in order
 * @returns {number}
 * @throws {ReadError} if it is larger than any score needs
 */
export function resolutionOf(measures) {
  let steps = 1;
  let divisions = [1, 1];
  for (const { children } of measures) {
    for (const child of children) {
      const isTimed = ["note", "forward", "backup"].includes(child.name) && !child.find("grace");
      let [numerator, denominator] = isTimed ? durationOf(child) : [0, 1];
      const written = child.name === "attributes" ? child.find("divisions") : null;
      if (written) {
        divisions = rational(written.text) ?? [0, 1];
        if (!(divisions[0] > 0 && divisions[0] <= MAX_RESOLUTION * divisions[1])) {
          throw broken("its <divisions> do not say how many parts a quarter note has");
        }
        [numerator, denominator] = [divisions[1] === 1 ? 1 : 0, 1];
      }
      if (numerator === 0 || (denominator === 1 && divisions[1] === 1 && !written)) continue;
      const parts = denominator * divisions[0];
      steps = leastCommonMultiple(steps, parts / greatestCommonDivisor(parts, numerator * divisions[1]));
    }
  }
  return steps;
}

/**
 * @param {number} a
 * @param {number} b
 * @returns {number}
 * @throws {ReadError} if it is larger than any score needs
 */
export function leastCommonMultiple(a, b) {
  const multiple = a * (b / greatestCommonDivisor(a, b));
  if (!(multiple <= MAX_RESOLUTION)) throw broken("it divides quarter notes into too many parts");
  return multiple;
}

/**
 * A duration in divisions, as a fraction.
 *
 * @param {XmlElement} element
 */
function durationOf(element) {
  const duration = element.find("duration");
  const fraction = duration ? rational(duration.text) : [0, 1];
  if (!fraction) throw broken("its <duration> is not a number");
  return fraction;
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
  const unpitched = note.find("unpitched"); // its place on the staff (or the middle) stands for the pitch
  if (!pitch && !unpitched) throw broken("a note has no pitch");
  const alter = decimal((unpitched ?? pitch)?.textOf("alter") ?? "0");
  if (alter === null || Math.abs(alter) > MAX_ALTER) throw broken("a pitch is altered too far");
  const sounding = unpitched
    ? midiPitch(unpitched.textOf("display-step") ?? "B", unpitched.textOf("display-octave") ?? "4")
    : midiPitch(pitch?.textOf("step") ?? "", pitch?.textOf("octave") ?? "") + state.semitones;
  const ties = note.findAll("tie").map((tie) => tie.get("type"));
  return {
    onset,
    duration: steps,
    pitch: sounding + Math.trunc(alter),
    velocity: state.velocity,
    track: state.instruments.get(note.find("instrument")?.get("id") ?? "") ?? 0,
    voice: note.textOf("voice")?.trim() ?? "",
    tieStart: ties.includes("start"),
    tieStop: ties.includes("stop"),
  };
}

/**
 * @param {string} step
 * @param {string} octave
 */
function midiPitch(step, octave) {
  const name = step.trim();
  const number = integer(octave);
  if (!Object.hasOwn(STEPS, name) || number === null) throw broken("a note has no pitch");
  return 12 * (number + 1) + STEPS[name];
}

/**
 * @param {XmlElement} attributes
 * @param {number} onset
 * @param {State} state
 * @param {Measure} measure
 */
function readAttributes(attributes, onset, state, measure) {
  const divisions = attributes.find("divisions");
  if (divisions) state.divisions = rational(divisions.text) ?? state.divisions;
  const transpose = attributes.find("transpose");
  if (transpose) {
    const octaves = integer(transpose.textOf("octave-change") ?? "0");
    const semitones = decimal(transpose.textOf("chromatic") ?? "0");
    if (octaves === null || semitones === null) throw broken("a transposition is not a number");
    state.semitones = Math.trunc(semitones) + 12 * octaves;
  }
  // a key is written for the transposition that follows it; if several staves have keys of their own, the first counts
  const written = attributes.findAll("key").find((element) => element.find("fifths"));
  const key = written ? readKey(written, state.semitones) : null;
  if (key) measure.keys.push({ onset, ...key });
  const time = attributes.findAll("time").find((element) => element.find("beats"));
  const meter = time ? readMeter(time) : null;
  if (meter) measure.meters.push({ onset, ...meter });
}

/**
 * Read tempo and loudness of a <direction>, or of a <sound> by itself.
 *
 * @param {XmlElement} direction
 * @param {number} onset
 * @param {State} state
 * @param {Measure} measure
 */
function readDirection(direction, onset, state, measure) {
  let tempo = null;
  for (const sound of direction.name === "sound" ? [direction] : direction.findAll("sound")) {
    tempo = sound.get("tempo") ?? tempo;
    const dynamics = decimal(sound.get("dynamics"));
    if (dynamics !== null) state.velocity = Math.min(Math.max(Math.floor((FORTE * dynamics) / 100 + 0.5), 1), 127);
  }
  const metronome = direction.find("direction-type/metronome");
  const qpm = tempo !== null ? decimal(tempo) : metronome && readMetronome(metronome);
  if (qpm !== null && qpm > 0 && qpm < Infinity) measure.tempos.push({ onset, qpm });
}

/** @param {string} reason */
function broken(reason) {
  return new ReadError(`This MusicXML file is damaged: ${reason}.`);
}
