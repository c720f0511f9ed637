/**
 * Drawing in staff spaces: y is 0 at the middle line of a staff and increases downward.
 */

import { draw } from "./drawing.js";
import { GLYPHS, UNITS_A_SPACE } from "./glyphs.js";

export class Pen {
  /**
   * @param {number} space Pixels per staff space.
   */
  constructor(space) {
    this.space = space;
    this.top = Infinity; // how far up the drawing reaches
    this.bottom = -Infinity;
  }

  /**
   * Extend the drawing to include two heights and what lies between them.
   *
   * @param {number} top
   * @param {number} bottom
   */
  reach(top, bottom) {
    this.top = Math.min(this.top, top);
    this.bottom = Math.max(this.bottom, bottom);
  }

  /**
   * @param {Element} parent
   * @param {string} name
   * @param {number} x
   * @param {number} y
   * @param {string} [className]
   * @param {number} [size]
   * @returns {SVGElement}
   */
  glyph(parent, name, x, y, className = "", size = 1) {
    const scale = Math.round((1e5 * size * this.space) / UNITS_A_SPACE) / 1e5;
    const place = `translate(${this.pixels(x)} ${this.pixels(y)}) scale(${scale})`;
    const attributes = { d: GLYPHS[name], transform: place, fill: "currentColor" };
    return draw(parent, "path", className ? { class: className, ...attributes } : attributes);
  }

  /**
   * A box, such as a bar line.
   *
   * @param {Element} parent
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   * @param {string} className
   * @returns {SVGElement}
   */
  box(parent, x, y, width, height, className) {
    const [left, top] = [this.pixels(x), this.pixels(y)];
    const size = { width: Math.max(this.pixels(width), 0.5), height: Math.max(this.pixels(height), 0.5) };
    return draw(parent, "rect", { class: className, x: left, y: top, ...size, fill: "currentColor" });
  }

  /**
   * A horizontal line.
   *
   * @param {Element} parent
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {string} className
   */
  line(parent, x, y, width, className) {
    const thickness = Math.max(1, Math.round(0.11 * this.space));
    const middle = y * this.space;
    // Lines on whole pixels look alike; but they are not moved if that would make the spaces between them unequal.
    const top = Number.isInteger(2 * middle) ? Math.floor(middle) - Math.floor(thickness / 2) : middle - thickness / 2;
    const box = { x: this.pixels(x), y: Math.round(top * 100) / 100, width: this.pixels(width), height: thickness };
    draw(parent, "rect", { class: className, ...box, fill: "currentColor" });
  }

  /**
   * A filled shape.
   *
   * @param {Element} parent
   * @param {(string | number)[]} path Commands and coordinates in staff spaces.
   * @param {string} className
   * @returns {SVGElement}
   */
  shape(parent, path, className) {
    const d = path.map((part) => (typeof part === "number" ? this.pixels(part) : part)).join(" ");
    return draw(parent, "path", { class: className, d, fill: "currentColor" });
  }

  /**
   * @param {Element} parent
   * @param {number} x
   * @param {number} y
   * @param {string} text
   * @param {string} className
   * @param {{ [name: string]: string | number }} [attributes]
   */
  text(parent, x, y, text, className, attributes = {}) {
    const place = { class: className, x: this.pixels(x), y: this.pixels(y), fill: "currentColor" };
    draw(parent, "text", { ...place, ...attributes }, text);
  }

  /**
   * @param {number} length In staff spaces.
   * @returns {number}
   */
  pixels(length) {
    return Math.round(length * this.space * 100) / 100;
  }
}
