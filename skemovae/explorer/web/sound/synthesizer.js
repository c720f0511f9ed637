/**
 * Scores as samples. It mirrors skemovae/sound.py, with more timbres.
 */

import { VIBRATO_DELAY, VIBRATO_RATE, frequencyOf, halfLifeOf, timbreOf } from "./timbres.js";

const PEAK = 0.9; // of the loudest moment, so that rounding cannot clip it
const DEFAULT_QPM = 120;
const DEFAULT_VELOCITY = 64;
const MAX_SAMPLES = 80_000_000; // half an hour at 44.1 kHz
const MAX_SOUNDING = 10 * MAX_SAMPLES; // samples of all notes together
const TABLE = 8192; // samples of a wave; linear interpolation between them is accurate enough (1e-5)

/** @typedef {{ time: number, pitch: number, duration: number, velocity?: number | null }} Note In steps. */

/**
 * @typedef {object} Sounding The parts of a score that matter for its sound.
 * @property {number} resolution Steps per quarter note.
 * @property {{ time: number, qpm: number }[]} [tempos]
 * @property {{ isDrum?: boolean, notes: Note[] }[]} tracks
 */

/**
 * Return a score as sound: one channel, with a peak of 0.9.
 *
 * With the timbre "mild" these are the samples of skemovae.synthesize to within 1e-3. The sound ends after the last
 * note's release.
 *
 * @param {Sounding} score Drums are left out.
 * @param {{ sampleRate?: number, timbre?: string, qpm?: number | null }} [options] `qpm` is a tempo that replaces the
 *   score's own.
 * @returns {Float32Array}
 * @throws {Error} If it would be longer than half an hour, or take too long to make.
 */
export function synthesize(score, { sampleRate = 44_100, timbre = "mild", qpm = null } = {}) {
  const tone = timbreOf(timbre);
  const seconds = clockOf(score, qpm);
  const notes = score.tracks.filter(({ isDrum }) => !isDrum).flatMap((track) => track.notes).map((note) => ({
    onset: seconds(note.time), end: seconds(note.time + note.duration), pitch: note.pitch,
    velocity: note.velocity ?? DEFAULT_VELOCITY,
  }));
  const end = notes.reduce((most, note) => Math.max(most, note.end), 0) + tone.release;
  const sounding = notes.reduce((sum, note) => sum + note.end - note.onset + tone.release, 0);
  if (end * sampleRate > MAX_SAMPLES || sounding * sampleRate > MAX_SOUNDING) {
    throw new Error(`This piece lasts ${Math.round(end / 60)} minutes, and is too long to be saved as sound.`);
  }
  const sound = new Float32Array(Math.round(end * sampleRate));
  const tables = new Map();
  for (const note of notes) addNote(sound, note, tone, sampleRate, tables);
  const loudest = sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return loudest ? sound.map((sample) => (sample * PEAK) / loudest) : sound;
}

/**
 * The times of steps in seconds, according to tempo marks.
 *
 * @param {Sounding} score
 * @param {number | null} [qpm] A tempo that replaces the score's own.
 * @returns {(time: number) => number} Steps to seconds.
 */
export function clockOf({ resolution, tempos = [] }, qpm = null) {
  const marks = new Map([[0, DEFAULT_QPM]]);
  for (const tempo of qpm === null ? tempos : [{ time: 0, qpm }]) marks.set(Math.max(tempo.time, 0), tempo.qpm);
  let passed = 0;
  const spans = [...marks].sort((a, b) => a[0] - b[0]).map(([start, beats], i, all) => {
    const rate = 60 / beats / resolution; // seconds per step
    const begin = passed;
    if (i + 1 < all.length) passed += (all[i + 1][0] - start) * rate;
    return { start, rate, begin };
  });
  return (time) => {
    const span = spans.findLast(({ start }) => start <= time) ?? spans[0];
    return span.begin + (time - span.start) * span.rate;
  };
}

/**
 * @param {Float32Array} sound The note is added to it.
 * @param {{ onset: number, end: number, pitch: number, velocity: number }} note
 * @param {import("./timbres.js").Timbre} timbre
 * @param {number} sampleRate
 * @param {Map<string, Float32Array>} tables Cached waves.
 */
function addNote(sound, { onset, end, pitch, velocity }, timbre, sampleRate, tables) {
  const first = Math.round(onset * sampleRate);
  const n = Math.round((end - onset + timbre.release) * sampleRate);
  const last = Math.min(n, sound.length - first);
  const length = n / sampleRate;
  for (const layer of timbre.layers) {
    const frequency = frequencyOf(pitch, layer.detune);
    const table = waveOf(layer.harmonics, frequency, sampleRate, tables);
    const fading = 0.5 ** (1 / (halfLifeOf(timbre, layer, pitch) * sampleRate)); // per sample
    const attackEnd = timbre.attack * sampleRate;
    let decayed = 1;
    let phase = 0;
    for (let i = 0; i < last; i += 1) {
      const time = i / sampleRate;
      if (i > attackEnd) decayed *= i - attackEnd < 1 ? fading ** (i - attackEnd) : fading;
      const rise = time < timbre.attack ? 0.5 - 0.5 * Math.cos((Math.PI * time) / timbre.attack) : 1;
      const left = length - time;
      const fall = left < timbre.release ? 0.5 - 0.5 * Math.cos((Math.PI * left) / timbre.release) : 1;
      const place = phase * TABLE;
      const k = Math.floor(place);
      const wave = table[k] + (place - k) * (table[k + 1] - table[k]);
      const level = layer.sustain + (1 - layer.sustain) * decayed;
      sound[first + i] += velocity * layer.level * level * rise * fall * wave;
      phase += (frequency * swing(timbre.vibrato, time)) / sampleRate;
      phase -= Math.floor(phase);
    }
  }
}

/**
 * @param {number} vibrato Cents.
 * @param {number} time Seconds after the note's beginning.
 * @returns {number} The factor of the frequency.
 */
function swing(vibrato, time) {
  if (!vibrato || time < VIBRATO_DELAY / 2) return 1;
  const depth = vibrato * Math.min(1, (2 * time) / VIBRATO_DELAY - 1);
  return 2 ** ((depth * Math.sin(2 * Math.PI * VIBRATO_RATE * time)) / 1200);
}

/**
 * One wave of harmonics, without those above half of the sample rate. Its first sample is repeated at the end.
 *
 * @param {number[]} harmonics
 * @param {number} frequency
 * @param {number} sampleRate
 * @param {Map<string, Float32Array>} tables
 * @returns {Float32Array}
 */
function waveOf(harmonics, frequency, sampleRate, tables) {
  const heard = harmonics.filter((_, i) => (i + 1) * frequency < sampleRate / 2);
  const key = heard.join();
  const known = tables.get(key);
  if (known) return known;
  const table = Float32Array.from({ length: TABLE + 1 }, (_, i) =>
    heard.reduce((sum, strength, k) => sum + strength * Math.sin((2 * Math.PI * (k + 1) * i) / TABLE), 0),
  );
  tables.set(key, table);
  return table;
}
