/**
 * The map of emotions: regions, words and training points at the bottom, and on top what the user moves. It draws what
 * it is given, and converts positions in the window to points.
 *
 * @typedef {[number, number]} Point valence and arousal
 *
 * @typedef {object} PlaneClass How a class of the model is drawn.
 * @property {string} word
 * @property {string} color
 * @property {string} marker
 * @property {boolean} trained whether the model has learned from melodies of the class
 * @property {Point} mean
 *
 * @typedef {{ limit: number, classes: PlaneClass[] }} Frame the part of the plane that is shown, and its classes
 *
 * @typedef {object} Scene What the user moves.
 * @property {Point | null} cursor
 * @property {string} color of the cursor
 * @property {{ at: Point, label: string }[]} phrases
 * @property {Point | null} from where the tune was before
 * @property {Point[]} way a path
 * @property {{ at: Point, label: string, chosen: boolean }[]} handles
 * @property {Point | null} running the point that is playing now
 */

import { draw } from "../score/drawing.js";
import { markerPath } from "./markers.js";

const MARGIN = 1.06; // so that the outermost points keep a little distance from the edge
const REACH = 24; // pixels from the middle of a handle within which a press still grabs it

export class Plane {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.svg = draw(element, "svg", { "aria-hidden": "true" });
    this.ground = draw(this.svg, "g");
    this.dots = draw(this.svg, "g");
    this.ways = draw(this.svg, "g"); // below the words, which stay legible
    this.words = draw(this.svg, "g");
    this.moving = draw(this.svg, "g");
    this.size = 0;
    /** @type {Frame} */
    this.frame = { limit: 1, classes: [] };
  }

  /**
   * Where a point is, in pixels.
   *
   * @param {ArrayLike<number>} point
   * @returns {[number, number]}
   */
  toPixels(point) {
    const half = this.size / 2;
    const scale = half / (this.frame.limit * MARGIN);
    return [half + scale * point[0], half - scale * point[1]];
  }

  /**
   * The point at a position in the window, limited to the map and rounded to thousandths.
   *
   * @param {number} x
   * @param {number} y
   * @returns {Point}
   */
  toPoint(x, y) {
    const box = this.svg.getBoundingClientRect();
    const scale = (2 * this.frame.limit * MARGIN) / box.width;
    return this.within([(x - box.left - box.width / 2) * scale, (box.top + box.height / 2 - y) * scale]);
  }

  /**
   * @param {Point} point
   * @returns {Point} the nearest one on the map, rounded to thousandths
   */
  within(point) {
    const { limit } = this.frame;
    const keep = (/** @type {number} */ value) => Math.round(1000 * Math.max(-limit, Math.min(limit, value))) / 1000;
    return [keep(point[0]) || 0, keep(point[1]) || 0];
  }

  /**
   * The index of the handle at a position in the window; -1 if there is none.
   *
   * @param {Point[]} places
   * @param {number} x
   * @param {number} y
   */
  handleAt(places, x, y) {
    const box = this.svg.getBoundingClientRect();
    let [nearest, least] = [-1, REACH];
    places.forEach((place, i) => {
      const [px, py] = this.toPixels(place);
      const distance = Math.hypot(px - (x - box.left), py - (y - box.top));
      if (distance < least) [nearest, least] = [i, distance];
    });
    return nearest;
  }

  /**
   * Draw what does not move.
   *
   * @param {Frame} frame
   * @param {{ places: Point[], classes: number[] } | null} points melodies to show; null shows none
   */
  drawStill(frame, points) {
    this.frame = frame;
    this.size = this.element.clientWidth;
    this.svg.setAttribute("viewBox", `0 0 ${this.size} ${this.size}`);
    for (const layer of [this.ground, this.dots, this.words]) layer.replaceChildren();
    this.drawRegions();
    if (points) this.drawPoints(points);
    this.drawAxes();
    for (const one of frame.classes) if (one.trained) this.drawClass(one);
  }

  /** A soft cloud around the mean of each class. */
  drawRegions() {
    const shades = draw(this.ground, "defs");
    const radius = 0.62 * this.size;
    this.frame.classes.forEach(({ color, mean, trained }, i) => {
      if (!trained) return;
      const [cx, cy] = this.toPixels([1.35 * mean[0], 1.35 * mean[1]]);
      const where = { gradientUnits: "userSpaceOnUse", cx, cy, r: radius };
      const shade = draw(shades, "radialGradient", { id: `shade-${i}`, ...where });
      for (const [offset, opacity] of [[0, 0.62], [0.35, 0.36], [0.7, 0.1], [1, 0]]) {
        draw(shade, "stop", { offset, "stop-color": color, "stop-opacity": opacity });
      }
      draw(this.ground, "circle", { class: "wash", cx, cy, r: radius, fill: `url(#shade-${i})` });
    });
  }

  /** The axes, with labels at their ends: everyday words and the technical terms. */
  drawAxes() {
    const { size } = this;
    const half = size / 2;
    draw(this.ground, "path", { class: "axis", d: `M${half} 42V${size - 24}M58 ${half}H${size - 58}` });
    const word = (/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y, anchor = "middle") =>
      draw(this.words, "text", { class: "word halo", x, y, "text-anchor": anchor }, text);
    const term = (/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y, anchor = "middle") =>
      draw(this.words, "text", { class: "term halo", x, y, "text-anchor": anchor }, text);
    word("energetic", half, 20);
    term("arousal ↑", half, 35);
    word("calm", half, size - 10);
    word("dark", 10, half + 4, "start");
    word("bright", size - 10, half - 1, "end");
    term("valence →", size - 10, half + 14, "end");
  }

  /**
   * A class's word and marker.
   *
   * @param {PlaneClass} one
   */
  drawClass({ word, color, marker, mean }) {
    const [x, y] = this.toPixels(mean);
    draw(this.words, "path", { class: "mark", d: markerPath(marker, x, y, 7), fill: color });
    const text = word.length > 18 ? `${word.slice(0, 17)}…` : word;
    draw(this.words, "text", { class: "name halo", x, y: y + 27, "text-anchor": "middle" }, text);
  }

  /**
   * One path for all points of a class, so that thousands of them are still fast to draw.
   *
   * @param {{ places: Point[], classes: number[] }} points
   */
  drawPoints({ places, classes }) {
    for (const index of new Set(classes)) {
      const { color, marker } = this.frame.classes[index] ?? { color: "#888888", marker: "o" };
      const outlines = places.filter((_, i) => classes[i] === index).map((place) => {
        const [x, y] = this.toPixels(place);
        return markerPath(marker, x, y, 2.6);
      });
      draw(this.dots, "path", { class: "points", d: outlines.join(""), fill: color });
    }
  }

  /**
   * Draw what moves.
   *
   * @param {Scene} scene
   */
  drawScene({ cursor, color, phrases, from, way, handles, running }) {
    for (const layer of [this.ways, this.moving]) layer.replaceChildren();
    if (way.length > 1) {
      const d = `M${way.map((point) => this.toPixels(point).map((value) => value.toFixed(1)).join(" ")).join("L")}`;
      for (const kind of ["way-under", "way"]) draw(this.ways, "path", { class: kind, d });
    }
    for (const { at, label } of phrases) {
      const [x, y] = this.toPixels(this.within(at));
      draw(this.moving, "circle", { class: "phrase", cx: x, cy: y, r: 8 });
      draw(this.moving, "text", { class: "phrase-number", x, y: y + 3.5 }, label);
    }
    if (from && cursor) {
      const [[x0, y0], [x1, y1]] = [this.toPixels(this.within(from)), this.toPixels(cursor)];
      draw(this.moving, "circle", { class: "from", cx: x0, cy: y0, r: 11 });
      if (Math.hypot(x1 - x0, y1 - y0) > 24) draw(this.ways, "path", { class: "thin", d: `M${x0} ${y0}L${x1} ${y1}` });
    }
    for (const { at, label, chosen } of handles) {
      const [x, y] = this.toPixels(at);
      draw(this.moving, "circle", { class: chosen ? "handle chosen" : "handle", cx: x, cy: y, r: 11 });
      draw(this.moving, "text", { class: "handle-number", x, y: y + 4.2 }, label);
    }
    if (running) {
      const [cx, cy] = this.toPixels(running);
      draw(this.moving, "circle", { class: "running", cx, cy, r: 8 });
    }
    if (cursor) {
      const [cx, cy] = this.toPixels(cursor);
      draw(this.moving, "circle", { class: "handle", cx, cy, r: 12 });
      draw(this.moving, "circle", { cx, cy, r: 6.5, fill: color });
    }
  }
}
