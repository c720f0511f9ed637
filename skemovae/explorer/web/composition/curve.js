/** An emotion over time: keyframes on the valence-arousal plane, and straight lines between them. */

import { EMOTIONS, quadrantIndex } from "../music/emotion.js";

/**
 * @typedef {import("../model/model.js").Model} Model
 * @typedef {[number, number]} Point valence and arousal
 * @typedef {{ bar: number, at: Point | number }} Keyframe in bars from the beginning; the place is a point, or the
 *   index of an emotion. If two are at the same bar, the later one counts
 */

/** An emotion over time: a point of the plane at every moment. */
export class Curve {
  /**
   * @param {number[]} bars when each keyframe is reached, in bars from the beginning; ascending
   * @param {Point[]} points where the curve is then
   */
  constructor(bars, points) {
    this.bars = bars;
    this.points = points;
  }

  /**
   * The point at a time.
   *
   * It lies on a straight line between two keyframes. Before the first keyframe and after the last, it stays the same.
   *
   * @param {number} bar
   * @returns {Point}
   */
  at(bar) {
    const { bars, points } = this;
    const next = bars.findIndex((reached) => reached > bar);
    if (next === 0) return points[0];
    const last = next < 0 ? points.length - 1 : next - 1;
    if (next < 0 || bars[last] === bar) return points[last];
    // In NumPy's order, so that the rounding is the same
    const between = (/** @type {0 | 1} */ axis) => {
      const slope = (points[next][axis] - points[last][axis]) / (bars[next] - bars[last]);
      return slope * (bar - bars[last]) + points[last][axis];
    };
    return [between(0), between(1)];
  }
}

/**
 * An emotion over time on the plane of a model. An emotion's point is the mean of its class.
 *
 * @param {Keyframe[]} keyframes in any order
 * @param {Model} model of the four emotions
 * @returns {Curve}
 */
export function readCurve(keyframes, model) {
  const ordered = inOrder(keyframes);
  return new Curve(
    ordered.map(({ bar }) => bar),
    ordered.map(({ at }) => pointOf(at, model)),
  );
}

/**
 * A curve in words, such as "sad to happy": its emotions, or those of the quadrants in which its points lie.
 *
 * @param {Keyframe[]} keyframes
 * @returns {string}
 */
export function wordsOf(keyframes) {
  const words = inOrder(keyframes).map(({ at }) => EMOTIONS[typeof at === "number" ? at : quadrantIndex(at)].adjective);
  return words.filter((word, i) => word !== words[i - 1]).join(" to ");
}

/**
 * @param {Keyframe[]} keyframes
 * @returns {Keyframe[]} in order of their bars, one per bar
 */
function inOrder(keyframes) {
  const wrong = keyframes.find(({ bar }) => !Number.isFinite(bar) || bar < 0);
  if (wrong) throw new Error(`The bars of a path are numbers from 0 on, not ${wrong.bar}.`);
  if (!keyframes.length) throw new Error("A path has at least one point.");
  const byBar = new Map(keyframes.map((keyframe) => [keyframe.bar, keyframe]));
  return [...byBar.values()].sort((a, b) => a.bar - b.bar);
}

/**
 * @param {Point | number} at
 * @param {Model} model
 * @returns {Point} where an emotion lies on the plane of the model; a point is returned as it is
 */
function pointOf(at, { settings }) {
  if (typeof at !== "number") {
    if (at.length === 2 && at.every(Number.isFinite)) return at;
    throw new Error(`A point of a path is two numbers, valence and arousal, not ${JSON.stringify(at)}.`);
  }
  if (!settings.counts[at]) {
    const { name } = EMOTIONS[at] ?? { name: `emotion ${at}` };
    throw new Error(`This model was trained on no melody of ${name}, so that it knows no place for it.`);
  }
  const [valence, arousal] = settings.means[at];
  return [valence, arousal];
}
