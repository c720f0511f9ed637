/**
 * What the page asks of the networks: melodies, the user's tune at another place, pieces, files. It does not know the
 * page.
 *
 * @typedef {import("./page/state.js").Music} Music
 * @typedef {import("./page/state.js").Point} Point
 * @typedef {import("./music/score.js").Score} Score
 * @typedef {{ settings: any, bytes: string }} Packed a model; its bytes are in base64
 */

import { readCurve } from "./composition/curve.js";
import { readForm } from "./composition/form.js";
import { generateAt, generateEmotion } from "./composition/generate.js";
import { locate } from "./composition/locate.js";
import { Composition } from "./composition/piece.js";
import { reemote } from "./composition/reemote.js";
import { SILENT } from "./composition/windows.js";
import { readScore } from "./files/files.js";
import { writeMidi } from "./files/writeMidi.js";
import { writeMusicXml } from "./files/writeMusicxml.js";
import { Model } from "./model/model.js";
import { findKey, keyName } from "./music/key.js";
import { highestTrack } from "./music/tokens.js";
import { synthesize } from "./sound/synthesizer.js";
import { wavOf } from "./sound/wav.js";
import { odeToJoy } from "./tunes/odeToJoy.js";

const SAMPLE_RATE = 44_100;

export class Workshop {
  /**
   * @param {Packed} writer writes melodies
   * @param {Packed | null} editor moves tunes; if it is null, only melodies are made
   */
  constructor(writer, editor) {
    /** @type {{ [name: string]: Packed | null }} */
    this.packed = { writer, editor };
    /** @type {Map<string, Promise<Model>>} */
    this.models = new Map();
    /** @type {Score | null} */
    this.tune = null;
    /** @type {{ kind: string, phrases: import("./composition/piece.js").Phrase[] } | null} the last piece */
    this.piece = null;
  }

  /**
   * A model, which is unpacked when it is first asked for.
   *
   * @param {"writer" | "editor"} name
   * @returns {Promise<Model>}
   */
  model(name) {
    let model = this.models.get(name);
    if (!model) {
      const packed = this.packed[name];
      if (!packed) throw new Error("This page has no network that can change tunes.");
      this.packed[name] = null; // megabytes of text
      model = Model.unpack(packed.settings, bytesOf(packed.bytes));
      this.models.set(name, model);
    }
    return model;
  }

  /** Prepare the writer. */
  async start() {
    await this.model("writer");
    return true;
  }

  /**
   * A melody.
   *
   * @param {import("./page/state.js").MelodyWish} wish
   * @returns {Promise<Music>}
   */
  async write(wish) {
    const model = await this.model("writer");
    const { score, row, classIndex } = wish.at
      ? generateAt(model, wish.at, wish)
      : generateEmotion(model, wish.emotion ?? 0, wish);
    const place = wish.at ?? pointOf(model.transform([row])[0]);
    const notes = score.tracks[0].notes.length;
    return {
      wish, score, track: 0, key: notes ? keyName(findKey(score)) : "", places: [place],
      middle: place, classOfAll: classIndex, messages: [], end: row.length,
    };
  }

  /**
   * Read a file, and keep it as the tune to move.
   *
   * @param {Uint8Array} bytes
   * @param {string} name
   */
  async open(bytes, name) {
    return this.take(await readScore(bytes, name), name.replace(/\.[^.]*$/, ""));
  }

  /** Take the sample tune. */
  async openSample() {
    return this.take(odeToJoy(), "Ode to Joy");
  }

  /**
   * @param {Score} score
   * @param {string} name
   * @returns {Promise<import("./page/state.js").OwnTune>}
   */
  async take(score, name) {
    const located = locate(score, await this.model("editor"));
    this.tune = score;
    const places = placed(located.points);
    return {
      name, wish: {}, score, track: melodyTrack(score), key: located.key, places, messages: limitsOf(located), end: null,
      middle: located.meanPoint ? pointOf(located.meanPoint) : [0, 0],
      classOfAll: located.overallEmotion ?? -1,
    };
  }

  /**
   * The user's tune at another place.
   *
   * @param {import("./page/state.js").TuneWish} wish
   * @returns {Promise<Music>}
   */
  async move(wish) {
    if (!this.tune) throw new Error("There is no tune yet.");
    const { at, emotion, amount } = wish;
    const wanted = { at, emotion: at ? null : emotion, amount };
    const { music, report } = reemote(this.tune, wanted, await this.model("editor"));
    const places = placed(report.pointsAfter);
    return {
      wish, score: music, track: melodyTrack(music), key: report.keyAfter, places, middle: meanOf(places),
      classOfAll: -1, messages: report.messages, end: null,
    };
  }

  /**
   * A piece, phrase by phrase. Where it is not yet written, the corresponding part of the last piece is heard.
   *
   * @param {import("./page/state.js").PieceWish} wish
   * @param {(music: Music) => void} show called with the piece after each phrase
   * @param {() => Promise<boolean>} isWanted says after each phrase whether to continue
   * @returns {Promise<Music | null>} null if it was abandoned before its end
   */
  async compose({ path, form, phrases: nPhrases, temperature, seed }, show, isWanted) {
    const [writer, editor] = [await this.model("writer"), await this.model("editor")];
    const bars = 4 * readForm(form, nPhrases).length;
    const curve = path.map(({ time, at }) => ({ bar: time * bars, at }));
    const kind = JSON.stringify([form, nPhrases, temperature, seed]);
    const before = this.piece?.kind === kind ? this.piece.phrases : [];
    const keep = unchanged(before, readCurve(curve, writer));
    const composition = new Composition({ curve, form, nPhrases, temperature, seed, keep: [...keep] }, writer, editor);
    while (composition.next()) {
      if (!(await isWanted())) return null;
      if (composition.phrases.length < composition.length) show({ ...musicOf(composition, before), unfinished: true });
    }
    this.piece = { kind, phrases: [...composition.phrases] };
    return musicOf(composition, []);
  }

  /**
   * A score as a file.
   *
   * @param {Score} score
   * @param {"midi" | "musicxml" | "wav"} format
   * @param {string} timbre of the sound
   * @returns {Promise<Uint8Array>}
   */
  async save(score, format, timbre) {
    if (format === "midi") return writeMidi(score);
    if (format === "musicxml") return new TextEncoder().encode(writeMusicXml(score));
    return wavOf(synthesize(score, { sampleRate: SAMPLE_RATE, timbre }), SAMPLE_RATE);
  }
}

/**
 * The first phrases that a piece shares with another one of the same form and seed: those up to which the two curves
 * are the same.
 *
 * @param {import("./composition/piece.js").Phrase[]} phrases
 * @param {import("./composition/curve.js").Curve} curve
 */
function unchanged(phrases, curve) {
  const first = phrases.findIndex(({ asked, bar }) => {
    const now = curve.at(bar + 2);
    return asked[0] !== now[0] || asked[1] !== now[1];
  });
  return first < 0 ? phrases : phrases.slice(0, first);
}

/**
 * A piece as far as it is written, continued by the phrases of another one.
 *
 * @param {Composition} composition
 * @param {import("./composition/piece.js").Phrase[]} others
 * @returns {Music}
 */
function musicOf(composition, others) {
  const written = composition.phrases.length;
  composition.phrases.push(...others.slice(written));
  const { music: score, read: places, form } = composition.piece();
  composition.phrases.length = written;
  return {
    wish: {}, score, track: 0, key: keyName(findKey(score)), places, middle: meanOf(places), classOfAll: -1,
    messages: [], form, end: 16 * score.resolution * composition.length,
  };
}

/**
 * One sentence about the parts of a tune that the network cannot represent, if there are any; parts without notes do
 * not count.
 *
 * @param {{ bar: number[], reason: string[] }} located
 * @returns {string[]}
 */
export function limitsOf({ bar, reason }) {
  const reasons = [...new Set(reason)].filter((one) => one && one !== SILENT);
  const parts = reasons.map((one) => {
    const bars = bar.filter((_, i) => reason[i] === one);
    const shown = bars.length > 4 ? [...bars.slice(0, 3), "others"] : bars;
    const list = [shown.slice(0, -1).join(", "), shown[shown.length - 1]].filter((text) => text !== "").join(" and ");
    return `${one} (from bar${bars.length > 1 ? "s" : ""} ${list} on)`;
  });
  return parts.length ? [`Plain rules change what the network cannot hold: ${parts.join("; ")}.`] : [];
}

/**
 * @param {Score} score
 * @returns {number} index of the track with the melody
 */
function melodyTrack(score) {
  const tracks = score.tracks.filter(({ isDrum, notes }) => !isDrum && notes.length);
  return tracks.length ? score.tracks.indexOf(highestTrack(tracks)) : 0;
}

/**
 * @param {(ArrayLike<number> | null)[]} points null for windows that the model cannot represent
 * @returns {Point[]} the other points
 */
function placed(points) {
  return points.flatMap((point) => (point ? [pointOf(point)] : []));
}

/**
 * @param {Point[]} points
 * @returns {Point}
 */
function meanOf(points) {
  const n = Math.max(points.length, 1);
  const sum = points.reduce(([v, a], point) => [v + point[0], a + point[1]], [0, 0]);
  return [sum[0] / n, sum[1] / n];
}

/**
 * @param {ArrayLike<number>} point
 * @returns {Point} its valence and arousal
 */
function pointOf(point) {
  return [point[0], point[1]];
}

/**
 * @param {string} text in base64
 * @returns {Uint8Array<ArrayBuffer>}
 */
function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
