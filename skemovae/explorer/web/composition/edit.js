/**
 * Windows of a tune, and what a model makes of them when their points are moved.
 *
 * @typedef {object} Editor a model from model/model.js, as far as it is used here
 * @property {EditorSettings} settings
 * @property {(rows: number[][]) => ArrayLike<number>[]} transform
 * @property {(points: number[][]) => ArrayLike<number>[]} inverseTransform
 * @property {(points: ArrayLike<number>[]) => ArrayLike<number>} classOf
 *
 * @typedef {object} EditorSettings
 * @property {number} nSteps of a row
 * @property {number} resolution steps per quarter note
 * @property {number[]} vocabulary the tokens that the model knows
 * @property {number[][]} means the mean of each class's training data
 * @property {number[]} counts how many rows of training data each class had
 *
 * @typedef {object} Edited a window that the model can represent, and what the model makes of it
 * @property {number} window its index
 * @property {Section} section
 * @property {number[]} row
 * @property {number[]} point
 * @property {number[]} moved
 * @property {number[]} decoded
 * @property {number} scale how many times as long the notes of the decoded row last
 *
 * @typedef {object} AtOneScale what is known of it once the whole tune has one time scale
 * @property {number[]} atScale the decoded row at this time scale
 * @property {number} onsetsKept
 * @property {number} notesKept
 * @property {number} leaning of notes that differ by mode, those now in the parallel mode minus the others
 */

import { REST } from "../music/tokens.js";
import { compare, move, scaledRow, timeScale } from "./move.js";

/**
 * @typedef {import("./sections.js").Section} Section
 * @typedef {import("./windows.js").Window} Window
 */

/**
 * The windows that have a row, with their rows and latent points.
 *
 * @param {Editor} editor
 * @param {Window[]} windows
 * @returns {{ window: number, section: Section, row: number[], point: number[] }[]}
 */
export function encodeWindows(editor, windows) {
  const held = windows.flatMap(({ tokens: row, section }, window) => (row ? [{ window, section, row }] : []));
  if (!held.length) return [];
  const points = editor.transform(held.map(({ row }) => row));
  return held.map((each, i) => ({ ...each, point: Array.from(points[i]) }));
}

/**
 * What a model makes of windows when their points are moved.
 *
 * @param {Editor} editor
 * @param {Window[]} windows
 * @param {[number, number]} target
 * @param {number} amount the share of the way to the target
 * @returns {Edited[]} of the windows that have a row
 */
export function editWindows(editor, windows, target, amount) {
  const held = encodeWindows(editor, windows);
  if (!held.length) return [];
  const moved = held.map(({ point }) => move(point, target, amount));
  const decoded = editor.inverseTransform(moved);
  return held.map((each, i) => {
    const scale = timeScale(each.row, decoded[i], moved[i][1] - each.point[1]);
    return { ...each, moved: moved[i], decoded: Array.from(decoded[i]), scale };
  });
}

/**
 * An edit at one time scale, and what it kept. Rows with another time scale are decoded again with their original
 * arousal.
 *
 * @param {Editor} editor
 * @param {Window[]} windows
 * @param {Edited[]} edit
 * @param {number} scale
 * @returns {(Edited & AtOneScale)[]}
 */
export function withOneScale(editor, windows, edit, scale) {
  const other = edit.filter((each) => each.scale !== scale);
  const moved = other.map((each) => each.moved.map((value, i) => (i === 1 ? each.point[1] : value)));
  const decoded = other.length ? editor.inverseTransform(moved) : [];
  return edit.map((each) => {
    const i = other.indexOf(each);
    const changed = i < 0 ? each : { ...each, moved: moved[i], decoded: Array.from(decoded[i]), scale: 1 };
    const { firstStep, lastStep } = windows[each.window];
    // without what the row holds before and after its window
    const own = each.row.map((token, step) => (step < firstStep || step >= lastStep ? REST : token));
    return {
      ...changed,
      atScale: scaledRow(changed.decoded, scale / changed.scale).row,
      ...compare(own, changed.decoded, each.section.mode, changed.scale),
    };
  });
}
