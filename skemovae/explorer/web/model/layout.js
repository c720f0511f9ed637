/**
 * The classes of a model and their regions on the plane. It mirrors `skemovae/plane/_layout.py`.
 */

import { argmax } from "./predictor.js";

/** @typedef {ArrayLike<number>[]} Points each has nComponents numbers, valence and arousal first */

/** Which classes there are, and which region of the plane belongs to each. */
export class ClassLayout {
  /**
   * @param {number[][]} positions valence and arousal of each class
   * @param {number[]} counts the number of training rows of each class; a class without rows was not trained
   * @param {boolean} ownClasses whether the classes are a user's own instead of the four emotions
   */
  constructor(positions, counts, ownClasses) {
    this.positions = positions;
    this.counts = counts;
    this.ownClasses = ownClasses;
    /** The indices of the classes with training rows, ascending. */
    this.trained = counts.flatMap((count, i) => (count ? [i] : []));
  }

  /**
   * The class in whose region each point lies. For points of one number, it is the first class on the point's side of
   * 0.
   *
   * @param {Points} points
   * @returns {Int32Array} class indices
   */
  classOf(points) {
    return Int32Array.from(points, (point) =>
      this.ownClasses || point.length === 1 ? nearestDirection(point, this.positions) : quadrantIndex(point),
    );
  }

  /**
   * Whether a point lies in the region of a class.
   *
   * @param {ArrayLike<number>} point
   * @param {number} index of the class
   * @returns {boolean}
   */
  contains(point, index) {
    if (point.length === 1) return point[0] * this.positions[index][0] >= 0;
    return this.classOf([point])[0] === index;
  }

  /**
   * The class of each point or, if that class was not trained, the trained class nearest in direction.
   *
   * @param {Points} points
   * @returns {Int32Array} class indices
   */
  nearestTrained(points) {
    const { trained } = this;
    const places = trained.map((i) => this.positions[i]);
    return this.classOf(points).map((index, i) =>
      this.counts[index] ? index : trained[nearestDirection(points[i], places)],
    );
  }
}

/**
 * The quadrant of a point, from 0 for Q1 (happiness) to 3 for Q4 (relaxation). A coordinate of zero counts as positive.
 *
 * @param {ArrayLike<number>} point
 * @returns {number}
 */
export function quadrantIndex(point) {
  if (point[1] >= 0) return point[0] >= 0 ? 0 : 1;
  return point[0] >= 0 ? 3 : 2;
}

/**
 * The position that is nearest to a point in direction, as seen from the origin; in a tie, the first.
 *
 * @param {ArrayLike<number>} point
 * @param {number[][]} positions
 * @returns {number} its index
 */
export function nearestDirection(point, positions) {
  return argmax(
    positions.map(([x, y]) => {
      const length = Math.sqrt(x * x + y * y);
      return point[0] * (x / length) + (point.length > 1 ? point[1] * (y / length) : 0);
    }),
  );
}
