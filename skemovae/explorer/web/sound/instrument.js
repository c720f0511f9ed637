/**
 * The browser's synthesizer: notes that begin and end at times of the audio clock.
 */

import { VIBRATO_DELAY, VIBRATO_RATE, frequencyOf, halfLifeOf, timbreOf } from "./timbres.js";

const LOUDNESS = 0.32; // of one voice, so that several together do not drive the limiter hard
const WET = 0.3;

/**
 * @typedef {object} Voice A note that has been started.
 * @property {number} start Seconds of the audio clock.
 * @property {number} end
 * @property {number} release Seconds.
 * @property {OscillatorNode[]} oscillators
 * @property {GainNode} gate
 */

export class Instrument {
  /**
   * @param {AudioContext} context
   */
  constructor(context) {
    this.context = context;
    /** @type {Map<number[], PeriodicWave>} */
    this.waves = new Map();
    /** @type {OscillatorNode | null} */
    this.swing = null;
    this.output = context.createGain();
    this.setVolume(1);
    const limiter = context.createDynamicsCompressor();
    const room = context.createConvolver();
    room.buffer = roomResponse(context);
    const wet = context.createGain();
    wet.gain.value = WET;
    this.output.connect(limiter);
    this.output.connect(room).connect(wet).connect(limiter);
    limiter.connect(context.destination);
  }

  /**
   * @param {number} volume 0 to 1; 0.5 sounds about half as loud.
   */
  setVolume(volume) {
    const now = this.context.currentTime;
    this.output.gain.setTargetAtTime(LOUDNESS * Math.max(0, Math.min(1, volume)) ** 2, now, 0.015);
  }

  /**
   * Begin a note.
   *
   * @param {string} name Of the timbre.
   * @param {number} pitch
   * @param {number} velocity 0 to 127
   * @param {number} start Seconds of the audio clock, now or later.
   * @param {number} end
   * @returns {Voice}
   */
  begin(name, pitch, velocity, start, end) {
    const { context } = this;
    const timbre = timbreOf(name);
    const gate = context.createGain();
    gate.gain.setValueAtTime((velocity / 127) ** 0.7, start);
    gate.connect(this.output);
    const oscillators = timbre.layers.map((layer) => {
      const oscillator = context.createOscillator();
      const gain = context.createGain();
      oscillator.setPeriodicWave(this.wave(layer.harmonics));
      oscillator.frequency.value = frequencyOf(pitch, layer.detune);
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(layer.level, start + timbre.attack);
      const tau = halfLifeOf(timbre, layer, pitch) / Math.LN2;
      gain.gain.setTargetAtTime(layer.level * layer.sustain, start + timbre.attack, tau);
      if (timbre.vibrato) this.connectVibrato(oscillator, timbre.vibrato, start);
      oscillator.connect(gain).connect(gate);
      oscillator.start(start);
      return oscillator;
    });
    const voice = { start, end, release: timbre.release, oscillators, gate };
    oscillators[0].onended = () => gate.disconnect();
    this.end(voice, end);
    return voice;
  }

  /**
   * Let a note end at another time than planned.
   *
   * @param {Voice} voice
   * @param {number} time Seconds of the audio clock, now or later.
   */
  end(voice, time) {
    const { gate, release, oscillators } = voice;
    gate.gain.cancelScheduledValues(Math.max(this.context.currentTime, voice.start + 1e-4));
    gate.gain.setTargetAtTime(0, time, release / 4);
    for (const oscillator of oscillators) oscillator.stop(Math.max(time, voice.start) + 2 * release);
    voice.end = time;
  }

  /**
   * End a note at once, or cancel it if it has not begun.
   *
   * @param {Voice} voice
   * @param {number} now Seconds of the audio clock.
   */
  silence(voice, now) {
    if (voice.start <= now - 1e-6) {
      if (voice.end > now) this.end(voice, now);
      return;
    }
    voice.gate.disconnect();
    for (const oscillator of voice.oscillators) oscillator.stop(voice.start);
    voice.end = voice.start;
  }

  /**
   * @param {number[]} harmonics
   * @returns {PeriodicWave}
   */
  wave(harmonics) {
    const known = this.waves.get(harmonics);
    if (known) return known;
    const imaginary = Float32Array.from([0, ...harmonics]);
    const settings = { disableNormalization: true }; // like the samples of synthesizer.js
    const wave = this.context.createPeriodicWave(new Float32Array(imaginary.length), imaginary, settings);
    this.waves.set(harmonics, wave);
    return wave;
  }

  /**
   * @param {OscillatorNode} oscillator
   * @param {number} cents
   * @param {number} start
   */
  connectVibrato(oscillator, cents, start) {
    if (!this.swing) {
      this.swing = this.context.createOscillator();
      this.swing.frequency.value = VIBRATO_RATE;
      this.swing.start(0);
    }
    const depth = this.context.createGain();
    depth.gain.setValueAtTime(0, start);
    depth.gain.setValueAtTime(0, start + VIBRATO_DELAY / 2);
    depth.gain.linearRampToValueAtTime(cents, start + VIBRATO_DELAY);
    this.swing.connect(depth).connect(oscillator.detune);
    oscillator.addEventListener("ended", () => depth.disconnect());
  }
}

/**
 * The reverberation of a small room: noise that fades, different on the left and the right.
 *
 * @param {AudioContext} context
 * @returns {AudioBuffer}
 */
function roomResponse(context) {
  const rate = context.sampleRate;
  const buffer = context.createBuffer(2, Math.round(1.1 * rate), rate);
  let state = 1;
  for (let channel = 0; channel < 2; channel += 1) {
    const samples = buffer.getChannelData(channel);
    let smooth = 0;
    for (let i = 0; i < samples.length; i += 1) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // the generator of Numerical Recipes
      smooth += 0.35 * (state / 2 ** 31 - 1 - smooth); // walls absorb high frequencies
      samples[i] = smooth * Math.exp((-5 * i) / samples.length) * Math.min(1, i / (0.008 * rate));
    }
  }
  return buffer;
}
