/**
 * Piano rolls: time to the right, pitch upward. Several melodies are placed above one another on the same time scale.
 */

import { draw, rounded } from "./drawing.js";
import { QUARTER, barsOf, inTicks } from "./meter.js";

const LEFT = 30; // pixels for the names of pitches
const RIGHT = 4;
const NUMBERS = 16; // pixels for the bars' numbers, below
const BETWEEN = 12; // pixels from one melody to the next
const LABEL = 16; // pixels for a melody's name, above it
const LEAST_RANGE = 14; // semitones, the smallest range that is shown
const BLACK_KEYS = [1, 3, 6, 8, 10];

/**
 * @typedef {object} Row How a melody is drawn.
 * @property {string} [label]
 * @property {(bar: number, start: number) => string | null} [colorOf] The color of a bar's notes (0 is the first bar,
 *   with the step where it begins), as in CSS, or null for the color of the text.
 */

/**
 * Return melodies as piano rolls.
 *
 * A note is a `rect` of class "note" with `data-row` (0 is the first melody), `data-note` (its index in the list),
 * `data-onset`, `data-length` and `data-pitch`; times are in steps of the first melody.
 *
 * @param {(import("./melody.js").Melody & Row)[]} melodies One or more; the bars are those of the first.
 * @param {{ width: number, height: number, label?: string }} options In pixels; the height is that of one melody.
 * @returns {SVGSVGElement}
 */
export function drawRoll(melodies, { width, height, label = "Piano roll" }) {
  const svg = /** @type {SVGSVGElement} */ (draw(null, "svg", { class: "roll", role: "img", "aria-label": label }));
  const { resolution } = melodies[0];
  const ends = melodies.flatMap((melody) =>
    [melody.end ?? 0, ...melody.notes.map(({ onset, length }) => onset + length)].map(
      (time) => (time * resolution) / melody.resolution,
    ),
  );
  const bars = barLines(melodies[0], Math.max(...ends));
  const end = bars[bars.length - 1].end;
  const scale = (width - LEFT - RIGHT) / end; // pixels per step
  let y = 0;
  for (const [row, melody] of melodies.entries()) {
    if (row > 0) y += BETWEEN;
    if (melody.label) {
      y += LABEL;
      draw(svg, "text", { class: "label", x: LEFT, y: y - 5, fill: "currentColor" }, melody.label);
    }
    const group = draw(svg, "g", { class: "row", transform: `translate(0 ${y})` });
    drawMelody(group, melody, { row, bars, scale, width, height, share: resolution / melody.resolution });
    y += height;
  }
  drawNumbers(svg, bars, scale, y + 12);
  y += NUMBERS;
  draw(svg, "path", { class: "playhead", d: "", fill: "none", stroke: "currentColor" });
  Object.assign(svg.dataset, { left: LEFT, scale, bottom: y - NUMBERS });
  for (const [name, value] of Object.entries({ width, height: y, viewBox: `0 0 ${width} ${y}` })) {
    svg.setAttribute(name, String(value));
  }
  return svg;
}

/**
 * Mark how far the music has come: playing notes get the class "sounding", and a line shows the time.
 *
 * @param {SVGSVGElement} svg As returned by :func:`drawRoll`.
 * @param {number | null} step Null removes the mark.
 */
export function markRoll(svg, step) {
  for (const note of /** @type {NodeListOf<SVGElement>} */ (svg.querySelectorAll(".note"))) {
    const onset = Number(note.dataset.onset);
    note.classList.toggle("sounding", step !== null && step >= onset && step < onset + Number(note.dataset.length));
  }
  const { left, scale, bottom } = svg.dataset;
  const x = rounded(Number(left) + (step ?? 0) * Number(scale));
  svg.querySelector(".playhead")?.setAttribute("d", step === null ? "" : `M${x} 0V${bottom}`);
}

/**
 * The step at a position in the picture, for example of a click.
 *
 * @param {SVGSVGElement} svg As returned by :func:`drawRoll`.
 * @param {number} x Pixels from its left edge, at its own size.
 * @returns {number} 0 or more
 */
export function stepAt(svg, x) {
  return Math.max(0, (x - Number(svg.dataset.left)) / Number(svg.dataset.scale));
}

/**
 * @param {import("./melody.js").Melody} melody
 * @param {number} end In steps.
 * @returns {{ start: number, end: number, number: number }[]} Bars, in steps.
 */
function barLines({ resolution, timeSignatures = [], barlines = [] }, end) {
  const ticks = (/** @type {number} */ time) => inTicks(time, resolution);
  // Bars are made of 32nd notes at the shortest, so they begin at whole steps or at eighths of a step.
  const steps = (/** @type {number} */ time) => Math.round((8 * time * resolution) / QUARTER) / 8;
  return barsOf(
    ticks(end),
    timeSignatures.map((signature) => ({ ...signature, time: ticks(signature.time) })),
    barlines.map(({ time }) => ticks(time)),
  ).map((bar) => ({ start: steps(bar.start), end: steps(bar.end), number: bar.number }));
}

/**
 * @param {Element} group
 * @param {import("./melody.js").Melody & Row} melody
 * @param {{ row: number, bars: { start: number, end: number }[], scale: number, width: number, height: number,
 *   share: number }} place `share` converts the melody's steps to those of the first.
 */
function drawMelody(group, { notes, colorOf }, { row, bars, scale, width, height, share }) {
  const pitches = notes.map(({ pitch }) => pitch);
  let [low, high] = pitches.length ? [Math.min(...pitches) - 1, Math.max(...pitches) + 1] : [60, 72];
  for (let up = true; high - low + 1 < LEAST_RANGE; up = !up) [low, high] = up ? [low, high + 1] : [low - 1, high];
  const size = height / (high - low + 1);
  const top = (/** @type {number} */ pitch) => (high - pitch) * size;
  drawKeys(group, low, high, size, width);
  for (const bar of [...bars.map(({ start }) => start), bars[bars.length - 1].end]) {
    const line = { class: "barline", d: `M${rounded(LEFT + bar * scale)} 0V${height}`, stroke: "currentColor" };
    draw(group, "path", { ...line, "stroke-opacity": 0.35 });
  }
  notes.forEach(({ onset, length, pitch }, note) => {
    const [start, steps] = [onset * share, length * share];
    const bar = Math.max(bars.findLastIndex((one) => one.start <= start), 0);
    const box = draw(group, "rect", {
      class: "note", x: LEFT + start * scale + 0.75, y: top(pitch) + 0.5, rx: Math.min(3, size / 3),
      width: Math.max(steps * scale - 1.5, 1.5), height: Math.max(size - 1, 2), fill: "currentColor",
      "data-row": row, "data-note": note, "data-onset": start, "data-length": steps, "data-pitch": pitch,
    });
    const color = colorOf?.(bar, bars[bar].start);
    if (color) box.style.fill = color;
  });
  if (!notes.length) {
    const middle = { class: "empty", x: (width + LEFT) / 2, y: height / 2, "text-anchor": "middle" };
    draw(group, "text", { ...middle, fill: "currentColor" }, "This melody is all rests.");
  }
}

/**
 * @param {Element} group
 * @param {number} low
 * @param {number} high
 * @param {number} size Pixels per semitone.
 * @param {number} width
 */
function drawKeys(group, low, high, size, width) {
  let lastName = -Infinity; // the height of the name above
  for (let pitch = high; pitch >= low; pitch -= 1) {
    const y = (high - pitch) * size;
    if (BLACK_KEYS.includes(pitch % 12)) {
      const box = { class: "black", x: LEFT, y, width: width - LEFT - RIGHT, height: size };
      draw(group, "rect", { ...box, fill: "currentColor", "fill-opacity": 0.06 });
    } else if (pitch % 12 === 0 || (pitch % 12 === 7 && size > 5)) {
      if (y - lastName < 11 || y + size / 2 < 6) continue; // names that would touch or be cut off
      lastName = y;
      const line = { class: "octave", d: `M${LEFT} ${rounded(y + size)}H${width - RIGHT}`, stroke: "currentColor" };
      draw(group, "path", { ...line, "stroke-opacity": 0.15 });
      const place = { class: "tick", x: LEFT - 5, y: y + size / 2 + 3.5, "text-anchor": "end", "font-size": 10.5 };
      draw(group, "text", { ...place, fill: "currentColor" }, `${pitch % 12 ? "G" : "C"}${Math.floor(pitch / 12) - 1}`);
    }
  }
}

/**
 * @param {Element} svg
 * @param {{ start: number, number: number }[]} bars
 * @param {number} scale
 * @param {number} y
 */
function drawNumbers(svg, bars, scale, y) {
  let free = -Infinity; // where the next number may begin
  for (const { start, number } of bars) {
    const x = LEFT + start * scale + 3;
    if (number === 0 || x < free) continue;
    const place = { class: "tick", x, y, "font-size": 10.5, fill: "currentColor" };
    draw(svg, "text", place, String(number));
    free = x + 7 * String(number).length + 6;
  }
}
