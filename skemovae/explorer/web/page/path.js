/**
 * The path of a piece: from a drawn line to a few points, and from the points to a place at each time.
 *
 * @typedef {import("./state.js").Point} Point
 * @typedef {import("./state.js").Station} Station
 */

const MOST = 10; // the most points that a drawn line becomes

/**
 * A few points that a drawn line goes through. Each one's time is the share of the line drawn up to it.
 *
 * @param {Point[]} stroke at least two points
 * @param {number} limit of the map, by which to tell a bend from a tremble
 * @returns {Station[]}
 */
export function drawnPath(stroke, limit) {
  const lengths = [0];
  for (let i = 1; i < stroke.length; i += 1) {
    lengths.push(lengths[i - 1] + Math.hypot(stroke[i][0] - stroke[i - 1][0], stroke[i][1] - stroke[i - 1][1]));
  }
  const whole = lengths[lengths.length - 1] || 1;
  let tolerance = 0.05 * limit;
  let kept = bends(stroke, tolerance);
  while (kept.length > MOST) {
    tolerance *= 1.4;
    kept = bends(stroke, tolerance);
  }
  return kept.map((i, k) => ({ time: k === kept.length - 1 ? 1 : thousandths(lengths[i] / whole), at: stroke[i] }));
}

/**
 * The indices of the points that determine a line's shape (Ramer-Douglas-Peucker).
 *
 * @param {Point[]} line
 * @param {number} tolerance
 * @returns {number[]} ascending, including the first and the last
 */
function bends(line, tolerance) {
  const kept = new Set([0, line.length - 1]);
  const open = [[0, line.length - 1]];
  for (let span = open.pop(); span; span = open.pop()) {
    const [first, last] = span;
    let [farthest, most] = [-1, tolerance];
    for (let i = first + 1; i < last; i += 1) {
      const distance = distanceToLine(line[i], line[first], line[last]);
      if (distance > most) [farthest, most] = [i, distance];
    }
    if (farthest < 0) continue;
    kept.add(farthest);
    open.push([first, farthest], [farthest, last]);
  }
  const all = [...kept].sort((a, b) => a - b);
  for (let k = all.length - 2; k > 0; k -= 1) { // a point that was the farthest on a straight stretch is not a bend
    const [before, after] = [all[k - 1], all[k + 1]];
    const stretch = line.slice(before + 1, after);
    const isBend = stretch.some((point) => distanceToLine(point, line[before], line[after]) > tolerance);
    if (!isBend) all.splice(k, 1);
  }
  return all;
}

/**
 * @param {Point} point
 * @param {Point} start
 * @param {Point} end
 * @returns {number} the distance of the point from the segment between the other two
 */
function distanceToLine(point, start, end) {
  const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
  const square = dx * dx + dy * dy;
  const share = square ? ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / square : 0;
  const t = Math.max(0, Math.min(1, share));
  return Math.hypot(point[0] - start[0] - t * dx, point[1] - start[1] - t * dy);
}

/**
 * Where a path is at a time.
 *
 * @param {Station[]} path
 * @param {number} time from 0 to 1
 * @returns {Point}
 */
export function pointOfPath(path, time) {
  const next = path.findIndex((station) => station.time > time);
  if (next < 0) return path[path.length - 1].at;
  if (next === 0) return path[0].at;
  const [a, b] = [path[next - 1], path[next]];
  const share = (time - a.time) / (b.time - a.time);
  return [a.at[0] + share * (b.at[0] - a.at[0]), a.at[1] + share * (b.at[1] - a.at[1])];
}

/**
 * A path with one station moved to another time, which stays between those of its neighbors.
 *
 * @param {Station[]} path
 * @param {number} index
 * @param {number} time
 * @returns {Station[]}
 */
export function retimed(path, index, time) {
  const least = index > 0 ? path[index - 1].time : 0;
  const most = index < path.length - 1 ? path[index + 1].time : 1;
  const kept = thousandths(Math.max(least, Math.min(most, time)));
  return path.map((station, i) => (i === index ? { ...station, time: kept } : station));
}

/** @param {number} value @returns {number} */
function thousandths(value) {
  return Math.round(1000 * value) / 1000;
}
