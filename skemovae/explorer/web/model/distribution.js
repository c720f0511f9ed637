/**
 * Where each class lies on the plane, and draws from there: a truncated Gaussian, by rejection sampling. It mirrors
 * `skemovae/plane/_distribution.py`.
 */

const MAX_ROUNDS = 1000;

/** A Gaussian for each class; points drawn from it are restricted to the class's region. */
export class ClassDistributions {
  /**
   * @param {number[][]} means of shape (nClasses, nComponents)
   * @param {Float64Array} factors of shape (nClasses, nComponents, nComponents): a class's factor F turns standard
   *   normal numbers into its deviations, so that the covariance is F F^T
   */
  constructor(means, factors) {
    this.means = means;
    this.factors = factors;
  }

  /**
   * The same distributions with their centers moved along valence and arousal.
   *
   * @param {number} intensity how many times as far from the origin the centers lie
   * @returns {ClassDistributions}
   */
  withIntensity(intensity) {
    const means = this.means.map((mean) => mean.map((x, i) => (i < 2 ? x * intensity : x)));
    return new ClassDistributions(means, this.factors);
  }

  /**
   * A point for each class in an index, inside the region of the class. Draws outside the region are repeated.
   *
   * @param {Int32Array} index
   * @param {import("./layout.js").ClassLayout} layout
   * @param {import("../numbers/random.js").Generator} generator
   * @returns {Float64Array[]} points
   */
  draw(index, layout, generator) {
    /** @type {Float64Array[]} */
    const points = new Array(index.length);
    for (const c of [...new Set(index)].sort((a, b) => a - b)) {
      const rows = [...index.keys()].filter((row) => index[row] === c);
      const drawn = this.drawInside(c, layout, rows.length, generator);
      rows.forEach((row, i) => (points[row] = drawn[i]));
    }
    return points;
  }

  /**
   * @param {number} c the class
   * @param {import("./layout.js").ClassLayout} layout
   * @param {number} n
   * @param {import("../numbers/random.js").Generator} generator
   * @returns {Float64Array[]} n points
   */
  drawInside(c, layout, n, generator) {
    const mean = this.means[c];
    const width = mean.length;
    /** @type {Float64Array[]} */
    const accepted = [];
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const normal = generator.standardNormal(4 * n * width);
      for (let row = 0; row < 4 * n; row += 1) {
        const point = this.place(c, normal.subarray(row * width, (row + 1) * width));
        if (layout.contains(point, c)) accepted.push(point);
      }
      if (accepted.length >= n) return accepted.slice(0, n);
    }
    throw new Error(`Of ${4 * MAX_ROUNDS * n} draws ${accepted.length} lie where their class does.`);
  }

  /**
   * @param {number} c the class
   * @param {Float64Array} normal standard normal numbers
   * @returns {Float64Array} the point
   */
  place(c, normal) {
    const width = normal.length;
    const start = c * width * width;
    return Float64Array.from(this.means[c], (mean, i) => {
      let sum = 0;
      for (let j = 0; j < width; j += 1) sum += normal[j] * this.factors[start + i * width + j];
      return mean + sum;
    });
  }
}
