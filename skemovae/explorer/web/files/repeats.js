/** The order in which measures are played: repeats, endings, da capo and dal segno. */

import { MAX_ENDINGS, MAX_MEASURES, ReadError } from "./limits.js";
import { integer } from "./marks.js";

/**
 * @typedef {import("./xml.js").XmlElement} XmlElement
 * @typedef {object} Signs what a measure says about the order of playing
 * @property {boolean} beginsRepeat
 * @property {number} repeatTimes how often the section that ends here is played; 0 if no repeat ends here
 * @property {boolean} repeatsAfterJump
 * @property {number[]} endings the endings that begin here
 * @property {boolean} endsEnding
 * @property {Set<string>} jumps
 */

const JUMPS = ["dacapo", "dalsegno", "segno", "tocoda", "coda", "fine"];

/**
 * The indices of measures in the order in which they are played.
 *
 * @param {XmlElement[]} elements the measures of the first part
 * @returns {number[]}
 * @throws {ReadError} if there are more than any score has
 */
export function measureOrder(elements) {
  const measures = elements.map(signsOf);
  const { endings, group } = endingsOf(measures);
  /** @type {number[]} */
  const order = [];
  /** @type {Map<string, number>} */
  const found = new Map(); // cached, since repeats may ask for the same mark again and again
  /**
   * The first measure from `start` on with a mark; a <sound> has priority over a printed sign.
   *
   * @param {string} name
   * @param {number} start
   * @param {number} otherwise
   */
  const find = (name, start, otherwise) => {
    const key = `${name} ${start}`;
    for (const mark of found.has(key) ? [] : [name, `${name} sign`]) {
      const place = measures.findIndex(({ jumps }, i) => i >= start && jumps.has(mark));
      if (place >= 0 && !found.has(key)) found.set(key, place);
    }
    if (!found.has(key)) found.set(key, otherwise);
    return found.get(key) ?? otherwise;
  };
  let place = 0;
  let beginning = 0; // of the repeated section
  let passing = 1;
  let isAfterJump = false;
  for (let step = 0; step <= MAX_MEASURES; step += 1) {
    if (place >= measures.length) return order;
    const { beginsRepeat, repeatTimes, repeatsAfterJump, jumps } = measures[place];
    if (beginsRepeat && place !== beginning) [beginning, passing] = [place, 1];
    const last = group[place]?.last ?? 0;
    const closes = endings[place].length > 0 && group[place + 1] !== group[place];
    const isSkipped = endings[place].length > 0 && !endings[place].includes(isAfterJump ? last : passing);
    let following = place + 1;
    if (!isSkipped) {
      order.push(place);
      if (isAfterJump && jumps.has("fine")) return order;
      const times = Math.max(repeatTimes, endings[place].length > 0 ? last : 0);
      if (repeatTimes !== 0 && passing < times && (!isAfterJump || repeatsAfterJump)) {
        [place, passing] = [beginning, passing + 1];
        continue;
      }
      if (isAfterJump && jumps.has("tocoda")) {
        following = find("coda", place + 1, measures.length);
      } else if (!isAfterJump && goesBack(jumps)) {
        isAfterJump = true;
        place = beginning = jumps.has("dalsegno") ? find("segno", 0, 0) : 0;
        passing = 1;
        continue;
      }
    }
    if (closes || (repeatTimes !== 0 && !isSkipped)) [beginning, passing] = [following, 1];
    place = following;
  }
  throw new ReadError(`This file plays more than ${MAX_MEASURES.toLocaleString("en-US")} measures.`);
}

/** @param {Set<string>} jumps */
function goesBack(jumps) {
  return jumps.has("dacapo") || jumps.has("dalsegno");
}

/**
 * The numbers of the ending that each measure is in, and groups of alternative endings, with the last number of each
 * group. Endings are not alternatives if no repeat goes back; they are played one after another.
 *
 * @param {Signs[]} measures
 * @returns {{ endings: number[][], group: ({ last: number } | null)[] }}
 */
function endingsOf(measures) {
  /** @type {number[][]} */
  const endings = [];
  /** @type {number[]} */
  let now = [];
  for (const measure of measures) {
    if (measure.endings.length > 0) now = measure.endings;
    else if (now.length === 0 && measure.endsEnding && measure.repeatTimes !== 0) now = [1]; // no number
    endings.push(now);
    if (measure.endsEnding || measure.repeatTimes !== 0) now = [];
  }
  /** @type {({ last: number } | null)[]} */
  const group = measures.map(() => null);
  for (let start = 0; start < measures.length;) {
    let end = start;
    while (end < measures.length && endings[end].length > 0) end += 1;
    const alike = { last: endings.slice(start, end).reduce((last, numbers) => Math.max(last, ...numbers), 0) };
    const areAlternatives = measures
      .slice(start, end)
      .some(({ repeatTimes, jumps }) => repeatTimes !== 0 || goesBack(jumps));
    for (let i = start; i < end; i += 1) {
      group[i] = alike;
      if (!areAlternatives) endings[i] = [];
    }
    start = end + 1;
  }
  return { endings, group };
}

/**
 * @param {XmlElement} measure
 * @returns {Signs}
 */
function signsOf(measure) {
  /** @type {Signs} */
  const signs = {
    beginsRepeat: false, repeatTimes: 0, repeatsAfterJump: false, endings: [], endsEnding: false, jumps: new Set(),
  };
  for (const child of measure.children) {
    if (child.name === "barline") for (const item of child.children) readBarline(item, signs);
    const sounds = child.name === "sound" ? [child] : child.name === "direction" ? child.findAll("sound") : [];
    for (const sound of sounds) {
      for (const name of JUMPS) if ((sound.get(name) ?? "no") !== "no") signs.jumps.add(name);
    }
    for (const type of child.name === "direction" ? child.findAll("direction-type") : []) {
      for (const name of ["segno", "coda"]) if (type.find(name)) signs.jumps.add(`${name} sign`);
    }
  }
  return signs;
}

/**
 * @param {XmlElement} item a child of a <barline>
 * @param {Signs} signs
 */
function readBarline(item, signs) {
  if (item.name === "repeat" && item.get("direction") === "forward") {
    signs.beginsRepeat = true;
  } else if (item.name === "repeat") {
    signs.repeatTimes = integer(item.get("times")) ?? 2;
    signs.repeatsAfterJump = item.get("after-jump") === "yes";
  } else if (item.name === "ending" && ["stop", "discontinue"].includes(item.get("type") ?? "")) {
    signs.endsEnding = true;
  } else if (item.name === "ending") {
    signs.endings = (item.get("number")?.match(/[0-9]{1,4}/g) ?? []).slice(0, MAX_ENDINGS).map(Number);
  }
}
