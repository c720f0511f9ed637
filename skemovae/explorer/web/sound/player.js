/**
 * Plays melodies. Notes are scheduled in the browser's synthesizer a moment ahead, so that the music can change while
 * it plays: its notes, tempo, timbre and volume.
 */

import { Instrument } from "./instrument.js";
import { Timeline } from "./timeline.js";

const AHEAD = 0.15; // seconds that are scheduled ahead
const AHEAD_HIDDEN = 1.6; // in a hidden page, whose timers run once per second
const EVERY = 25; // milliseconds between two calls of `schedule`
const LEAD = 0.06; // seconds before the first note, for the audio device to start
const LEAST = 0.12; // seconds a note must still last to be started in its middle, or must have lasted to be cut short
const GESTURES = ["pointerdown", "pointerup", "touchend", "keydown"];

/**
 * @typedef {object} Part
 * @property {{ onset: number, length: number, pitch: number, velocity?: number | null }[]} notes In steps.
 * @property {string} [timbre] A name of timbres.js, instead of the player's.
 * @property {number} [volume] 0 to 1
 */

/**
 * @typedef {object} Tune
 * @property {Part[]} parts
 * @property {number} resolution Steps per quarter note.
 * @property {number} end Where it ends, in steps; a loop continues at 0.
 */

/**
 * @typedef {object} Settings
 * @property {number} [qpm] Quarter notes per minute.
 * @property {boolean} [loop]
 * @property {number} [volume] 0 to 1
 * @property {string} [timbre]
 * @property {() => void} [onEnd] Called when the tune is over or was stopped.
 */

export class Player {
  /**
   * @param {Settings} [settings]
   */
  constructor({ qpm = 120, loop = false, volume = 0.8, timbre = "piano", onEnd = () => {} } = {}) {
    this.qpm = qpm;
    this.loop = loop;
    this.volume = volume;
    this.timbre = timbre;
    this.onEnd = onEnd;
    /** @type {Tune | null} */
    this.tune = null;
    /** @type {Instrument | null} */
    this.instrument = null;
    /** @type {Timeline | null} Null while the audio device starts. */
    this.timeline = null;
    /** @type {{ part: number, pitch: number, voice: import("./instrument.js").Voice }[]} */
    this.sounding = []; // and what is scheduled to sound in a moment
    this.reached = 0; // the step up to which notes are scheduled
    this.paused = 0; // the step at which it was paused
    this.calls = 0; // the number of calls of `play`
    this.timer = 0;
  }

  /** @returns {boolean} Whether it plays, or waits for the audio device to start. */
  get playing() {
    return this.tune !== null;
  }

  /**
   * Play a tune. Browsers allow sound only after a click or a key press; until then, playing waits.
   *
   * @param {Tune} tune
   * @param {number} [from] The step where it begins.
   * @returns {Promise<boolean>} Whether it began, and was not stopped while the audio device started.
   */
  async play(tune, from = 0) {
    this.silence();
    this.tune = tune;
    this.calls += 1;
    const mine = this.calls;
    if (!this.instrument) {
      this.instrument = new Instrument(new AudioContext({ latencyHint: "interactive" }));
      this.instrument.setVolume(this.volume);
    }
    const { context } = this.instrument;
    if (context.state !== "running") await wake(context);
    if (!this.tune || mine !== this.calls) return false;
    this.reached = from >= 0 && from < this.tune.end ? from : 0;
    this.timeline = new Timeline({ time: context.currentTime + LEAD, step: this.reached }, this.secondsAStep);
    this.timer = window.setInterval(() => this.schedule(), EVERY);
    this.schedule();
    return true;
  }

  /**
   * Continue with another tune from the current step. Its notes are heard at once, but it changes at most a few times
   * per second.
   *
   * @param {Tune} tune
   */
  change(tune) {
    if (!this.tune) return;
    const share = tune.resolution / this.tune.resolution; // its steps may be other parts of a quarter note
    this.tune = tune;
    this.goOn((step) => {
      const moved = step * share;
      return this.loop && moved >= tune.end && tune.end > 0 ? moved % tune.end : moved;
    });
  }

  /** Pause; :meth:`resume` continues. */
  pause() {
    if (!this.tune) return;
    this.paused = this.position() ?? 0;
    this.silence();
  }

  /**
   * Continue from where it was paused.
   *
   * @param {Tune} tune
   * @returns {Promise<boolean>} As for :meth:`play`.
   */
  resume(tune) {
    return this.play(tune, this.paused);
  }

  /** Stop, and start at the beginning next time. */
  stop() {
    const { playing } = this;
    this.paused = 0;
    this.silence();
    if (playing) this.onEnd();
  }

  /**
   * Where the music is.
   *
   * @returns {number | null} The step that is heard, with its fraction, or null if nothing plays.
   */
  position() {
    if (!this.tune || !this.timeline || !this.instrument) return null;
    const { context } = this.instrument;
    const { step } = this.timeline.at(context.currentTime - (context.outputLatency || 0));
    return Math.min(Math.max(step, 0), this.tune.end);
  }

  /**
   * @param {number} qpm Quarter notes per minute.
   */
  setTempo(qpm) {
    if (!(qpm > 0)) return;
    this.qpm = qpm;
    this.goOn();
  }

  /**
   * @param {boolean} loop Whether to start again at the end.
   */
  setLoop(loop) {
    this.loop = loop;
    this.goOn();
  }

  /**
   * @param {string} timbre The timbre of the notes to come.
   */
  setTimbre(timbre) {
    this.timbre = timbre;
    this.goOn();
  }

  /**
   * @param {number} volume 0 to 1
   */
  setVolume(volume) {
    this.volume = volume;
    this.instrument?.setVolume(volume);
  }

  /** @returns {number} */
  get secondsAStep() {
    return 60 / this.qpm / (this.tune?.resolution ?? 1);
  }

  /** End everything that sounds. */
  silence() {
    window.clearInterval(this.timer);
    const now = this.instrument?.context.currentTime ?? 0;
    for (const { voice } of this.sounding) this.instrument?.silence(voice, now);
    this.sounding = [];
    this.timeline = null;
    this.tune = null;
  }

  /**
   * Schedule the notes to come again, because something about them has changed.
   *
   * @param {(step: number) => number} [moved] Where the music continues, if at another step.
   */
  goOn(moved = (step) => step) {
    const { instrument, tune, timeline } = this;
    if (!instrument || !tune || !timeline) return;
    const now = instrument.context.currentTime;
    const { time, step } = timeline.at(now);
    const place = { time, step: moved(step) };
    for (const { voice } of this.sounding) if (voice.start > now - 1e-6) instrument.silence(voice, now);
    this.sounding = this.sounding.filter(({ voice }) => voice.start <= now - 1e-6 && voice.end > now);
    this.timeline = new Timeline(place, this.secondsAStep);
    this.reached = place.step;
    if (time <= now) tune.parts.forEach((part, index) => this.joinIn(part, index, place));
    this.schedule();
  }

  /**
   * Adapt the sounding notes of a part to its new notes: end them, replace their pitches, or begin what should sound.
   *
   * @param {Part} part
   * @param {number} index
   * @param {import("./timeline.js").Moment} now
   */
  joinIn(part, index, { time, step }) {
    const timeline = /** @type {Timeline} */ (this.timeline);
    const held = part.notes.find(({ onset, length }) => onset < step && step < onset + length);
    const until = held ? timeline.timeOf(held.onset + held.length) : time;
    let fits = false; // whether a sounding note may continue
    for (const { voice, pitch } of this.sounding.filter((one) => one.part === index)) {
      const stays = held && (pitch === held.pitch || time - voice.start < LEAST);
      this.instrument?.end(voice, stays ? until : time);
      fits ||= Boolean(stays);
    }
    if (held && !fits && until - time > LEAST) this.sound(part, index, held, time, until);
  }

  /** Schedule the notes of the next moment, and stop at the end. */
  schedule() {
    const { instrument, tune, timeline } = this;
    if (!instrument || !tune || !timeline) return;
    const now = instrument.context.currentTime;
    const late = now - timeline.timeOf(this.reached);
    if (late > 0.1 && this.reached < tune.end) timeline.delay(late); // the page was suspended; nothing is rushed
    const until = now + (document.hidden ? AHEAD_HIDDEN : AHEAD);
    while (timeline.timeOf(this.reached) < until) {
      const to = Math.min(timeline.stepOf(until), tune.end);
      this.handOver(this.reached, to);
      this.reached = to;
      if (to < tune.end) break;
      if (!this.loop || !(tune.end > 0)) {
        if (now >= timeline.timeOf(tune.end)) this.stop();
        return;
      }
      timeline.turn(tune.end);
      this.reached = 0;
    }
    this.sounding = this.sounding.filter(({ voice }) => voice.end > now);
  }

  /**
   * Schedule the notes that begin from one step up to, but not including, another.
   *
   * @param {number} from
   * @param {number} to
   */
  handOver(from, to) {
    const [tune, timeline] = [/** @type {Tune} */ (this.tune), /** @type {Timeline} */ (this.timeline)];
    tune.parts.forEach((part, index) => {
      for (const note of part.notes) {
        if (note.onset < from || note.onset >= to) continue;
        const end = Math.min(note.onset + note.length, tune.end);
        this.sound(part, index, note, timeline.timeOf(note.onset), timeline.timeOf(end));
      }
    });
  }

  /**
   * @param {Part} part
   * @param {number} index
   * @param {{ pitch: number, velocity?: number | null }} note
   * @param {number} start Seconds of the audio clock.
   * @param {number} end
   */
  sound(part, index, { pitch, velocity }, start, end) {
    const timbre = part.timbre ?? this.timbre;
    const voice = this.instrument?.begin(timbre, pitch, (velocity ?? 80) * (part.volume ?? 1), start, end);
    if (voice) this.sounding.push({ part: index, pitch, voice });
  }
}

/**
 * Start the audio device, which may need a click or a key press.
 *
 * @param {AudioContext} context
 * @returns {Promise<void>}
 */
async function wake(context) {
  const resume = () => void context.resume();
  for (const kind of GESTURES) document.addEventListener(kind, resume, { capture: true });
  resume();
  await new Promise((resolve) => {
    const look = () => context.state === "running" && resolve(null);
    context.addEventListener("statechange", look);
    look();
  });
  for (const kind of GESTURES) document.removeEventListener(kind, resume, { capture: true });
}
