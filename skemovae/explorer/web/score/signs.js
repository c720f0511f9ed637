/**
 * The symbols of a bar as shapes: notes with stems and flags, rests, beams, ties and triplets.
 */

import { beamPieces, beamsOf } from "./beams.js";
import { draw } from "./drawing.js";
import { HEADS } from "./spacing.js";
import { diatonic } from "./spelling.js";
import { beamLine, stemEnd, stemsGoUp } from "./stems.js";

const STEM_WIDTH = 0.1;
const BEAM = 0.5;
const BEAM_STEP = 0.75; // from one beam to the next
const ACCIDENTALS = new Map([[-2, "doubleFlat"], [-1, "flat"], [0, "natural"], [1, "sharp"], [2, "doubleSharp"]]);
const RESTS = new Map([
  [192, "wholeRest"], [96, "halfRest"], [48, "quarterRest"], [24, "eighthRest"], [12, "sixteenthRest"],
  [6, "thirtySecondRest"], [3, "sixtyFourthRest"],
]);
const FLAGS = ["", "eighthFlag", "sixteenthFlag", "thirtySecondFlag", "sixtyFourthFlag"];

/**
 * @typedef {object} Placed A sign and its place.
 * @property {import("./melody.js").Sign} sign
 * @property {number} x
 * @property {number} position In the staff: 0 is the middle line.
 * @property {boolean} up Whether its stem goes up.
 * @property {number} end Where its stem ends.
 */

/**
 * The signs of a bar with their places, and with stems that reach their beams.
 *
 * @param {import("./spacing.js").Measured} bar
 * @param {number[]} xs
 * @param {import("./spelling.js").Clef} clef
 * @returns {{ placed: Placed[], lines: { start: number, slope: number }[] }} `lines` are those of the beams.
 */
export function placedSigns({ ready, beams }, xs, clef) {
  const placed = ready.signs.map((sign, i) => {
    const position = sign.name ? diatonic(sign.name) - clef.middle : 0;
    const up = stemsGoUp([position]);
    return { sign, x: xs[i], position, up, end: stemEnd(position, up) };
  });
  const lines = beams.map((group) => {
    const notes = group.map((i) => placed[i]);
    const positions = notes.map(({ position }) => position);
    const up = stemsGoUp(positions);
    const stems = notes.map((note) => stemPlace({ ...note, up }));
    const line = beamLine(stems, positions, up, notes.map(({ sign }) => sign));
    notes.forEach((note, i) => {
      note.up = up;
      note.end = line.start + line.slope * (stems[i] - stems[0]);
    });
    return line;
  });
  return { placed, lines };
}

/**
 * @param {{ sign: import("./melody.js").Sign, x: number, up: boolean }} note
 * @returns {number} The x of the middle of its stem.
 */
function stemPlace({ x, up, sign }) {
  return up ? x + headWidth(sign) - STEM_WIDTH / 2 : x + STEM_WIDTH / 2;
}

/**
 * @param {import("./melody.js").Sign} sign
 * @returns {number}
 */
export function headWidth({ base }) {
  return HEADS.get(base) ?? 1.3;
}

/**
 * Draw a note: accidental, ledger lines, head, dot, stem and flag.
 *
 * @param {import("./pen.js").Pen} pen
 * @param {Element} parent
 * @param {Placed} note
 * @param {boolean} joined Whether it has a beam instead of a flag.
 * @param {{ [name: string]: string | number }} data Attributes of the note's element.
 */
export function drawNote(pen, parent, note, joined, data) {
  const { sign, x, position, up, end } = note;
  const group = draw(parent, "g", { class: "note", ...data });
  const y = -position / 2;
  const width = headWidth(sign);
  for (let line = 6; line <= Math.abs(position); line += 2) {
    pen.line(group, x - 0.35, (-Math.sign(position) * line) / 2, width + 0.7, "ledger");
  }
  if (sign.accidental !== null) drawAccidental(pen, group, sign.accidental, x, y);
  const head = sign.base >= 192 ? "wholeHead" : sign.base >= 96 ? "halfHead" : "blackHead";
  pen.glyph(group, head, x, y, "head");
  if (sign.dots) drawDot(pen, group, x + width, position % 2 === 0 ? y - 0.5 : y);
  pen.reach(y - 0.6, y + 0.6);
  if (sign.base >= 192) return;
  const from = y + (up ? -0.16 : 0.17);
  pen.box(group, stemPlace(note) - STEM_WIDTH / 2, Math.min(from, end), STEM_WIDTH, Math.abs(end - from), "stem");
  pen.reach(Math.min(end, y), Math.max(end, y));
  const tails = beamsOf(sign);
  if (joined || tails === 0) return;
  const edge = stemPlace(note) - STEM_WIDTH / 2;
  pen.glyph(group, `${FLAGS[Math.min(tails, 4)]}${up ? "Up" : "Down"}`, edge, end, "flag");
  pen.reach(end - (up ? 0.75 * Math.max(tails - 2, 0) : 0), end + (up ? 0 : 0.75 * Math.max(tails - 2, 0)));
}

/**
 * @param {import("./pen.js").Pen} pen
 * @param {Element} group
 * @param {number} alter
 * @param {number} x Of the note head.
 * @param {number} y
 */
function drawAccidental(pen, group, alter, x, y) {
  const width = { "-2": 1.48, "-1": 0.81, 0: 0.68, 1: 0.98, 2: 1.1 }[alter] ?? 1;
  pen.glyph(group, ACCIDENTALS.get(alter) ?? "natural", x - width - 0.22, y, "accidental");
  pen.reach(y - (alter < 0 ? 1.9 : 1.4), y + 1.4);
}

/**
 * @param {import("./pen.js").Pen} pen
 * @param {Element} group
 * @param {number} x Of the head or rest before it.
 * @param {number} y
 */
function drawDot(pen, group, x, y) {
  const center = { cx: pen.pixels(x + 0.55), cy: pen.pixels(y), r: pen.pixels(0.2) };
  draw(group, "circle", { class: "dot", ...center, fill: "currentColor" });
}

/**
 * Draw a rest.
 *
 * @param {import("./pen.js").Pen} pen
 * @param {Element} parent
 * @param {Placed} rest
 * @param {{ [name: string]: string | number }} data Attributes of the rest's element.
 */
export function drawRest(pen, parent, { sign, x }, data) {
  const group = draw(parent, "g", { class: "rest", ...data });
  pen.glyph(group, RESTS.get(sign.base) ?? "quarterRest", x, sign.base === 192 ? -1 : 0);
  if (sign.dots) drawDot(pen, group, x + 1.1, -0.5);
}

/**
 * Draw the beams of a group.
 *
 * @param {import("./pen.js").Pen} pen
 * @param {Element} parent
 * @param {Placed[]} notes
 * @param {{ start: number, slope: number }} line
 */
export function drawBeams(pen, parent, notes, { start, slope }) {
  const stems = notes.map(stemPlace);
  const inward = notes[0].up ? 1 : -1;
  for (const { level, from, to, stub } of beamPieces(notes.map(({ sign }) => sign))) {
    const half = STEM_WIDTH / 2;
    const left = stems[from] - half - (stub < 0 ? 1 : 0);
    const right = stems[to] + half + (stub > 0 ? 1 : 0);
    const shift = inward * BEAM_STEP * (level - 1);
    const [y0, y1] = [left, right].map((x) => start + slope * (x - stems[0]) + shift);
    const thick = inward * BEAM;
    pen.shape(parent, ["M", left, y0, "L", right, y1, "L", right, y1 + thick, "L", left, y0 + thick, "Z"], "beam");
  }
}

/**
 * Draw a tie.
 *
 * @param {import("./pen.js").Pen} pen
 * @param {Element} parent
 * @param {number} from
 * @param {number} to
 * @param {number} y Of the heads.
 * @param {boolean} below
 */
export function drawTie(pen, parent, from, to, y, below) {
  const sign = below ? 1 : -1;
  const length = to - from;
  const height = sign * Math.min(0.35 + 0.07 * length, 1.1);
  const edge = y + sign * 0.7;
  const [a, b] = [from + 0.25 * length, to - 0.25 * length];
  const [outer, inner] = [edge + height + sign * 0.12, edge + height - sign * 0.14];
  const path = ["M", from, edge, "C", a, outer, b, outer, to, edge, "C", b, inner, a, inner, from, edge, "Z"];
  pen.shape(parent, path, "tie");
  pen.reach(Math.min(edge, outer), Math.max(edge, outer));
}

/**
 * Draw the number of a triplet, with a bracket unless a beam shows which notes it includes.
 *
 * @param {import("./pen.js").Pen} pen
 * @param {Element} parent
 * @param {Placed[]} signs What the triplet includes.
 * @param {boolean} joined Whether one beam joins all of it.
 */
export function drawTriplet(pen, parent, signs, joined) {
  const notes = signs.filter(({ sign }) => sign.name);
  const above = !notes.length || notes.filter(({ up }) => up).length * 2 >= notes.length;
  const edges = notes.flatMap(({ position, end, sign }) => [-position / 2, sign.base >= 192 ? -position / 2 : end]);
  const y = above ? Math.min(-2, ...edges) - 0.9 : Math.max(2, ...edges) + 0.9;
  const [left, right] = [signs[0].x - 0.1, signs[signs.length - 1].x + 1.4];
  const middle = (left + right) / 2;
  if (!joined) {
    const hook = above ? y + 0.6 : y - 0.6;
    for (const [from, to, end] of [[left, middle - 0.8, left], [middle + 0.8, right, right]]) {
      pen.box(parent, from, y - 0.06, to - from, 0.12, "bracket");
      pen.box(parent, end - 0.06, Math.min(y, hook), 0.12, 0.6, "bracket");
    }
  }
  const font = { "font-size": pen.pixels(1.7), "font-style": "italic", "font-family": "serif" };
  pen.text(parent, middle, y + 0.55, "3", "tuplet", { ...font, "text-anchor": "middle" });
  pen.reach(y - 0.7, y + 0.7);
}
