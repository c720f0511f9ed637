/**
 * Windows of a tune, and what a model makes of them when their points are moved.
 *
 * @typedef {object} Editor a model as model/model.js makes it; what is asked of it here
 * @property {EditorSettings} settings
 * @property {(rows: number[][]) => ArrayLike<number>[]} transform
 * @property {(points: number[][]) => ArrayLike<number>[]} inverseTransform
 * @property {(points: ArrayLike<number>[]) => ArrayLike<number>} classOf
 *
 * @typedef {object} EditorSettings
 * @property {number} nSteps of a row
 * @property {number} resolution steps per quarter note
 * @property {number[]} vocabulary the tokens that it knows
 * @property {number[][]} means the middle of each class's training data
 * @property {number[]} counts how many rows of training data each class had
 *
 * @typedef {object} Edited a window that the model holds, and what it makes of it
 * @property {number} window its number
 * @property {Section} section
 * @property {number[]} row
 * @property {number[]} point
 * @property {number[]} moved
 * @property {number[]} decoded
 * @property {number} scale how long notes of the decoded row last, in times of what they did
 *
 * @typedef {object} AtOneScale what is known of it when the whole tune has a speed
 * @property {number[]} atScale the decoded row at this speed
 * @property {number} onsetsKept
 * @property {number} notesKept
 * @property {number} leaning notes that are now in the parallel mode, minus those that are not
 */

import { REST } from "../music/tokens.js";
import { compare, move, scaledRow, timeScale } from "./move.js";

/**
 * @typedef {import("./sections.js").Section} Section
 * @typedef {import("./windows.js").Window} Window
 */

/**
 * The windows that have a row, with their rows and the latent points of these.
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
 * What a model makes of windows whose points are moved.
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
 * An edit at one time scale, with what was kept: rows that differ are decoded with their own arousal.
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
    // without what a row holds before and behind its window
    const own = each.row.map((token, step) => (step < firstStep || step >= lastStep ? REST : token));
    return {
      ...changed,
      atScale: scaledRow(changed.decoded, scale / changed.scale).row,
      ...compare(own, changed.decoded, each.section.mode, changed.scale),
    };
  });
}
