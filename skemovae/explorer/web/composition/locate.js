/** locate: where a tune lies on the plane. */

import { keyName } from "../music/key.js";
import { encodeWindows } from "./edit.js";
import { emotionByRule, placesOf, spread } from "./readings.js";
import { readTune } from "./windows.js";

/**
 * @typedef {object} Reading of each window (usually four bars of 4/4); null where the model cannot represent it
 * @property {(number[] | null)[]} points valence and arousal first
 * @property {(number | null)[]} emotion the index of the class that the model reads
 * @property {(string | null)[]} rule the emotion's name by the rule that labels melodies: from the mode of the key, and
 *   from whether the median note is shorter than a half note
 *
 * @typedef {object} Overall
 * @property {number[] | null} meanPoint the mean of the points, weighted by the windows' lengths; null without points
 * @property {number | null} overallEmotion the index of the class in whose region the mean point lies
 * @property {string} key in which the tune begins, such as "G major"
 *
 * @typedef {import("./readings.js").Places & Reading & Overall} Location
 */

/**
 * Say where a tune lies on the plane, window by window, and which emotion that is.
 *
 * @param {import("../music/score.js").Score} score
 * @param {import("./edit.js").Editor} editor
 * @returns {Location}
 * @throws {Error} if the score has no melody
 */
export function locate(score, editor) {
  const tune = readTune(score, editor);
  const windows = tune.windows();
  const held = encodeWindows(editor, windows);
  const emotions = held.length ? editor.classOf(held.map(({ point }) => point)) : [];
  let meanPoint = null;
  if (held.length) {
    const lengths = held.map(({ window }) => windows[window].stop - windows[window].start);
    const whole = lengths.reduce((a, b) => a + b);
    meanPoint = held[0].point.map((_, k) => held.reduce((sum, { point }, i) => sum + point[k] * lengths[i], 0) / whole);
  }
  return {
    ...placesOf(tune, windows),
    points: spread(held, windows, ({ point }) => point),
    emotion: spread(held, windows, (_, i) => emotions[i]),
    rule: spread(held, windows, ({ row, section }) => emotionByRule(row, section.mode, tune.resolution)),
    meanPoint,
    overallEmotion: meanPoint && editor.classOf([meanPoint])[0],
    key: keyName(windows[0].section),
  };
}
