/**
 * Timbres: what the synthesizer and the player make notes from.
 *
 * A note is the sum of layers. Each layer is a wave of harmonics that rises in `attack` seconds, then falls toward
 * `sustain` (half of the way in `halfLife` seconds), and fades out in `release` seconds after the note's end.
 */

/**
 * @typedef {object} Layer
 * @property {number[]} harmonics The strength of each harmonic, beginning with the fundamental.
 * @property {number} level
 * @property {number} detune Cents.
 * @property {number} sustain As a share of the attack's level.
 * @property {number} halfLife Seconds.
 */

/**
 * @typedef {object} Timbre
 * @property {string} label
 * @property {number} program Of General MIDI, from 0.
 * @property {number} attack Seconds.
 * @property {number} release Seconds.
 * @property {number} vibrato Cents up and down.
 * @property {boolean} rings Whether high notes fade sooner than low ones, like struck strings.
 * @property {Layer[]} layers
 */

/** Oscillations per second. */
export const VIBRATO_RATE = 5.2;
/** Seconds until the vibrato has its full width; it begins half of them after the note does. */
export const VIBRATO_DELAY = 0.6;

/** @type {{ [name: string]: Timbre }} */
export const TIMBRES = {
  piano: {
    label: "Piano", program: 0, attack: 0.004, release: 0.16, vibrato: 0, rings: true,
    layers: [
      { harmonics: [1, 0.34, 0.16, 0.07, 0.04], level: 0.7, detune: 0, sustain: 0, halfLife: 0.75 },
      {
        harmonics: [0.4, 0.6, 0.5, 0.42, 0.3, 0.22, 0.16, 0.1, 0.06], level: 0.5, detune: 1.5, sustain: 0,
        halfLife: 0.16,
      },
    ],
  },
  flute: {
    label: "Flute", program: 73, attack: 0.05, release: 0.09, vibrato: 8, rings: false,
    layers: [{ harmonics: [1, 0.3, 0.13, 0.04, 0.02], level: 0.8, detune: 0, sustain: 0.85, halfLife: 0.15 }],
  },
  strings: {
    label: "Strings", program: 48, attack: 0.1, release: 0.22, vibrato: 5, rings: false,
    layers: [-5, 5].map((detune) => ({
      harmonics: [1, 0.46, 0.32, 0.2, 0.16, 0.1, 0.09, 0.06, 0.05, 0.03], level: 0.5, detune, sustain: 0.9,
      halfLife: 0.2,
    })),
  },
  plucked: {
    label: "Guitar", program: 24, attack: 0.003, release: 0.1, vibrato: 0, rings: true,
    layers: [
      { harmonics: [1, 0.5, 0.2, 0.08], level: 0.6, detune: 0, sustain: 0, halfLife: 0.4 },
      {
        harmonics: [0.5, 0.7, 0.7, 0.5, 0.45, 0.35, 0.25, 0.2, 0.14, 0.1], level: 0.5, detune: 0, sustain: 0,
        halfLife: 0.09,
      },
    ],
  },
  // The tone of skemovae.synthesize
  mild: {
    label: "Organ", program: 19, attack: 0.012, release: 0.08, vibrato: 0, rings: false,
    layers: [{ harmonics: [1, 0.5, 0.25, 0.15, 0.08, 0.04], level: 1, detune: 0, sustain: 0.6, halfLife: 0.25 / 3 }],
  },
};

/**
 * The timbre with a name, or the piano.
 *
 * @param {string} name
 * @returns {Timbre}
 */
export function timbreOf(name) {
  return Object.hasOwn(TIMBRES, name) ? TIMBRES[name] : TIMBRES.piano;
}

/**
 * The seconds in which a layer of a note falls half of the way to `sustain`.
 *
 * @param {Timbre} timbre
 * @param {Layer} layer
 * @param {number} pitch
 * @returns {number}
 */
export function halfLifeOf({ rings }, { halfLife }, pitch) {
  return rings ? halfLife * 2 ** ((60 - pitch) / 24) : halfLife;
}

/**
 * The frequency of a pitch in equal temperament, with A4 = 440 Hz.
 *
 * @param {number} pitch The MIDI number.
 * @param {number} [cents]
 * @returns {number} Hz
 */
export function frequencyOf(pitch, cents = 0) {
  return 440 * 2 ** ((pitch - 69 + cents / 100) / 12);
}
