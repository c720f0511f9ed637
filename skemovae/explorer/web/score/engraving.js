/**
 * One voice in notation, as a picture. Everything is drawn in the color of the surrounding text.
 */

import { draw } from "./drawing.js";
import { ready } from "./melody.js";
import { Pen } from "./pen.js";
import { drawBeams, drawNote, drawRest, drawTie, drawTriplet, headWidth, placedSigns } from "./signs.js";
import * as spacing from "./spacing.js";
import { clefFor, keySteps } from "./spelling.js";

const LINE_BETWEEN = 2.2; // staff spaces, the minimum from one system to the next
/** The height at which a sharp or flat of each step stands in a treble staff, C first; 0 is the middle line. */
const SHARPS = [1, 2, 3, 4, 2, -1, 0];
const FLATS = [1, 2, 3, -3, -2, -1, 0];

/**
 * @typedef {object} Options
 * @property {number} width In pixels.
 * @property {number} [space] Pixels from one line of a staff to the next; fewer if a bar would not fit otherwise.
 * @property {(bar: number, start: number) => string | null} [colorOf] The color behind a bar (0 is the first, with the
 *   step where it begins), as in CSS, or null for none.
 * @property {string} [label] What the picture shows, for people who cannot see it.
 */

/**
 * @typedef {object} Sheet What is drawn, and with which settings.
 * @property {Pen} pen
 * @property {import("./spacing.js").Measured[]} bars
 * @property {import("./spelling.js").Clef} clef
 * @property {import("./melody.js").Melody} melody
 * @property {{ source: number }[]} notes
 * @property {number} ticks
 * @property {Options} options
 */

/**
 * @typedef {object} OpenTie A tie whose second note is still to come.
 * @property {number} x
 * @property {boolean} up
 */

/**
 * Return a melody in notation.
 *
 * Each note head is a `g` of class "note" with these attributes: `data-note` (the note's index), `data-onset`,
 * `data-length` and `data-pitch` as in the melody, `data-bar` (0 is the first bar), and `data-start` and `data-value`
 * for the part of the note that the head stands for. All times are in steps. Rests are `g` of class "rest" with the
 * last three attributes.
 *
 * @param {import("./melody.js").Melody} melody
 * @param {Options} options
 * @returns {SVGSVGElement}
 */
export function engrave(melody, options) {
  const { bars: ready_, notes, ticks } = ready(melody);
  const bars = spacing.measured(ready_);
  const clef = clefFor(ready_.flatMap(({ signs }) => signs.flatMap(({ name }) => (name ? [name] : []))));
  const usual = options.space ?? (options.width < 480 ? 8 : 9);
  const most = Math.max(...bars.map((bar) => spacing.headWidth(bar, clef) + spacing.placesOf(bar, 0, true).width + 1));
  const space = Math.max(Math.min(usual, options.width / most), 4);
  const svg = /** @type {SVGSVGElement} */ (draw(null, "svg", { class: "engraving", role: "img" }));
  svg.setAttribute("aria-label", options.label ?? "Melody in notation");
  const width = options.width / space;
  let [y, height] = [0, 0];
  /** @type {OpenTie | null} */
  let tie = null;
  for (const [i, system] of spacing.systemsOf(bars, clef, width).entries()) {
    const pen = new Pen(space);
    const group = draw(svg, "g", { class: "system" });
    tie = drawSystem({ pen, bars, clef, melody, notes, ticks, options }, group, system, tie);
    y = Math.ceil(y + (i ? LINE_BETWEEN : 0.3) * space - pen.top * space);
    group.setAttribute("transform", `translate(0 ${y})`);
    y += pen.bottom * space;
    height = Math.ceil(y + 0.3 * space);
  }
  svg.setAttribute("viewBox", `0 0 ${options.width} ${height}`);
  svg.setAttribute("width", String(options.width));
  svg.setAttribute("height", String(height));
  return svg;
}

/**
 * Mark the note that is playing with the class "sounding".
 *
 * @param {SVGSVGElement} svg As returned by :func:`engrave`.
 * @param {number | null} step Null removes the mark.
 */
export function highlight(svg, step) {
  for (const note of /** @type {NodeListOf<SVGElement>} */ (svg.querySelectorAll(".note"))) {
    const onset = Number(note.dataset.onset);
    note.classList.toggle("sounding", step !== null && step >= onset && step < onset + Number(note.dataset.length));
  }
}

/**
 * @param {Sheet} sheet
 * @param {Element} group
 * @param {import("./spacing.js").System} system
 * @param {OpenTie | null} tie The tie that the previous system left open.
 * @returns {OpenTie | null} The tie that continues in the next system.
 */
function drawSystem(sheet, group, { first, last, stretch }, tie) {
  const { pen, bars, clef } = sheet;
  const staff = draw(group, "g", { class: "staff" });
  pen.reach(-2.2, 2.2);
  const number = bars[first].ready.bar.number;
  if (first > 0) drawNumber(pen, group, number);
  let x = drawHead(pen, group, bars[first], clef);
  let open = tie ? { ...tie, x: x - 0.9 } : null;
  for (let i = first; i <= last; i += 1) {
    open = drawBar(sheet, group, i, x, { stretch, atStart: i === first, final: i === bars.length - 1 }, open);
    x += spacing.placesOf(bars[i], stretch, i === first).width;
  }
  const next = bars[last + 1];
  const end = x + spacing.tailWidth(next);
  if (next) drawChanges(pen, group, next, x + 0.5, clef);
  if (open) drawOpenTie(sheet, group, bars[last], open, x - 0.1);
  for (let line = -2; line <= 2; line += 1) pen.line(staff, 0, line, end, "line");
  return open;
}

/**
 * @param {Pen} pen
 * @param {Element} group
 * @param {number} number
 */
function drawNumber(pen, group, number) {
  const top = -3.65;
  pen.text(group, 0, top, String(number), "number", { "font-size": Math.max(pen.pixels(1.35), 9) });
  pen.reach(top - 1.2, 0);
}

/**
 * Draw clef, key signature and time signature.
 *
 * @param {Pen} pen
 * @param {Element} group
 * @param {import("./spacing.js").Measured} bar
 * @param {import("./spelling.js").Clef} clef
 * @returns {number} Where they end.
 */
function drawHead(pen, group, { ready: { fifths, bar }, meter }, clef) {
  const y = -clef.line / 2;
  pen.glyph(group, clef.sign, spacing.MARGIN, y, "clef").dataset.clef = clef.sign === "gClef" ? "treble" : "bass";
  if (clef.sign === "gClef") pen.reach(-3.5, 3.7);
  if (clef.octave) {
    const [x, at] = clef.sign === "gClef" ? [1.5, -4.3] : [1.2, 3.1];
    pen.glyph(group, "digit8", spacing.MARGIN + x - 0.4, at, "octave", 0.55);
    pen.reach(Math.min(at - 0.6, 0), Math.max(at + 0.6, 0));
  }
  let x = spacing.MARGIN + (clef.sign === "gClef" ? spacing.CLEF.gClef : spacing.CLEF.fClef) + 0.6;
  const key = { from: 0, to: fifths };
  drawKey(pen, group, key, x, clef);
  x += spacing.keyWidth(key);
  if (meter) drawMeter(pen, group, bar.meter, x);
  return spacing.headWidth(/** @type {import("./spacing.js").Measured} */ ({ ready: { fifths, bar }, meter }), clef);
}

/**
 * Draw a change of key or meter.
 *
 * @param {Pen} pen
 * @param {Element} group
 * @param {import("./spacing.js").Measured} bar
 * @param {number} x
 * @param {import("./spelling.js").Clef} clef
 */
function drawChanges(pen, group, { key, meter, ready: { bar } }, x, clef) {
  if (key) drawKey(pen, group, key, x, clef);
  if (meter) drawMeter(pen, group, bar.meter, x + spacing.keyWidth(key));
}

/**
 * @param {Pen} pen
 * @param {Element} group
 * @param {{ from: number, to: number }} key
 * @param {number} x
 * @param {import("./spelling.js").Clef} clef
 */
function drawKey(pen, group, { from, to }, x, clef) {
  const written = to || from;
  const places = written > 0 ? SHARPS : FLATS;
  const name = to === 0 ? "natural" : to > 0 ? "sharp" : "flat";
  const step = to === 0 ? 0.72 : to > 0 ? 1 : 0.9;
  const key = draw(group, "g", { class: "key" });
  keySteps(written).forEach((note, i) => {
    const position = places[note] - (clef.sign === "gClef" ? 0 : 2);
    pen.glyph(key, name, x + i * step, -position / 2);
  });
}

/**
 * @param {Pen} pen
 * @param {Element} group
 * @param {import("./meter.js").Meter} meter
 * @param {number} x
 */
function drawMeter(pen, group, meter, x) {
  const signature = draw(group, "g", { class: "meter" });
  const rows = [String(meter.numerator), String(meter.denominator)];
  const longest = Math.max(...rows.map((row) => row.length));
  rows.forEach((row, i) => {
    const indent = (1.65 * (longest - row.length)) / 2;
    [...row].forEach((digit, k) => pen.glyph(signature, `digit${digit}`, x + indent + 1.65 * k, i ? 1 : -1));
  });
}

/**
 * @param {Sheet} sheet
 * @param {Element} parent
 * @param {number} index
 * @param {number} x
 * @param {{ stretch: number, atStart: boolean, final: boolean }} place
 * @param {OpenTie | null} tie
 * @returns {OpenTie | null}
 */
function drawBar({ pen, bars, clef, melody, notes, ticks, options }, parent, index, x, place, tie) {
  const bar = bars[index];
  const { places, width, changes } = spacing.placesOf(bar, place.stretch, place.atStart);
  const group = draw(parent, "g", { class: "bar", "data-bar": index });
  const color = options.colorOf?.(index, bar.ready.bar.start / ticks);
  if (color) {
    const ground = pen.box(group, x, -2, width, 4, "ground");
    ground.setAttribute("fill-opacity", "0.2");
    ground.style.fill = color;
  }
  if (!place.atStart) drawChanges(pen, group, bar, x + changes, clef);
  const { placed, lines } = placedSigns(bar, places.map((at) => at + x), clef);
  const joined = new Set(bar.beams.flat());
  const inner = x + width - (place.final ? 0.95 : 0);
  let open = tie;
  placed.forEach((one, i) => {
    const { sign } = one;
    const data = { "data-bar": index, "data-start": sign.start / ticks, "data-value": sign.length / ticks };
    if (sign.wholeBar) one.x = (x + places[0] - (place.atStart ? 0 : 1) + inner) / 2 - 0.65; // in the middle of the bar
    if (sign.note === null) return drawRest(pen, group, one, data);
    const { source } = notes[sign.note];
    const { onset, length, pitch } = melody.notes[source];
    const whole = { "data-note": source, "data-onset": onset, "data-length": length, "data-pitch": pitch };
    drawNote(pen, group, one, joined.has(i), { ...whole, ...data });
    if (sign.tiedFrom && open) drawTie(pen, group, open.x, one.x + 0.35, -one.position / 2, open.up && one.up);
    open = sign.tiedTo ? { x: one.x + headWidth(sign) - 0.3, up: one.up } : null;
  });
  bar.beams.forEach((members, i) => drawBeams(pen, group, members.map((k) => placed[k]), lines[i]));
  for (const tuplet of new Set(bar.ready.signs.map((sign) => sign.tuplet))) {
    if (!tuplet) continue;
    const inside = placed.filter(({ sign }) => sign.tuplet === tuplet);
    const one = bar.beams.some((members) => inside.every((sign) => members.includes(placed.indexOf(sign))));
    drawTriplet(pen, group, inside, one);
  }
  drawBarLine(pen, group, x + width, place.final);
  return open;
}

/**
 * @param {Sheet} sheet
 * @param {Element} group
 * @param {import("./spacing.js").Measured} bar
 * @param {OpenTie} open
 * @param {number} to
 */
function drawOpenTie({ pen, clef }, group, bar, open, to) {
  const signs = placedSigns(bar, bar.columns.map(() => 0), clef).placed;
  drawTie(pen, group, open.x, to, -signs[signs.length - 1].position / 2, open.up);
}

/**
 * @param {Pen} pen
 * @param {Element} group
 * @param {number} x Its right edge.
 * @param {boolean} final
 */
function drawBarLine(pen, group, x, final) {
  if (!final) pen.box(group, x - 0.16, -2, 0.16, 4, "barline");
  else {
    pen.box(group, x - 0.55, -2, 0.55, 4, "barline");
    pen.box(group, x - 0.55 - 0.37 - 0.18, -2, 0.18, 4, "barline");
  }
}
