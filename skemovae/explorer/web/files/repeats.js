/** The order in which measures are played: repeats, endings, da capo and dal segno, as MusPy plays them. */

import { MAX_MEASURES, ReadError } from "./limits.js";

/** @typedef {import("./xml.js").XmlElement} XmlElement */

const ENDING_NUMBERS = /^\s*\d{1,4}\s*(,\s*\d{1,4}\s*){0,19}$/; // programs write others, too, which say nothing

/**
 * The indices of measures in the order of playing.
 *
 * @param {XmlElement[]} measures of the first part
 * @returns {number[]}
 * @throws {ReadError} if they are more than any score has
 */
export function measureOrder(measures) {
  const signs = measures.map(signsOf);
  /** @type {number[]} */
  const order = [];
  /** @type {Map<number, number>} */
  const plays = new Map(); // how often a repeat's measures were played
  const done = new Set(); // measures whose repeat has been played out
  let ending = 1;
  let repeatStart = 0;
  let isAfterRepeat = false;
  let jump = ""; // "", "dacapo" or "dalsegno"
  let isAfterJump = false;
  let isAfterSegno = false;
  let seeksCoda = false;
  let isAfterCoda = false;
  let index = 0;
  let steps = 0;
  while (index < measures.length) {
    steps += 1;
    if (steps > MAX_MEASURES || order.length > MAX_MEASURES) {
      throw new ReadError(`This file plays more than ${MAX_MEASURES.toLocaleString("en-US")} measures.`);
    }
    const sign = signs[index];
    if (jump === "dalsegno" && !isAfterSegno) {
      isAfterSegno = sign.segno;
      if (!isAfterSegno) {
        index += 1;
        continue;
      }
    }
    if (seeksCoda && !isAfterCoda) {
      isAfterCoda = sign.coda;
      if (!isAfterCoda) {
        index += 1;
        continue;
      }
    }
    let next = index + 1;
    if (isAfterJump) {
      seeksCoda ||= sign.tocoda;
      if (sign.fine) {
        order.push(index);
        break;
      }
    } else if (sign.dacapo || sign.dalsegno) {
      jump = sign.dalsegno ? "dalsegno" : "dacapo";
      next = 0;
    }
    if (sign.endings && !sign.endings.includes(ending)) {
      index += 1;
      isAfterRepeat = false;
      continue;
    }
    if (sign.repeat === "forward") {
      repeatStart = index;
      if (!isAfterRepeat) ending = 1;
    } else if (sign.repeat === "backward" && (!isAfterJump || sign.repeatsAfterJump)) {
      const played = plays.get(index) ?? 1;
      isAfterRepeat = !done.has(index) && played < sign.times;
      if (isAfterRepeat) {
        plays.set(index, played + 1);
        ending += 1;
        next = repeatStart;
      } else {
        done.add(index);
        ending = 1;
      }
    }
    order.push(index);
    isAfterJump ||= jump !== "";
    index = next;
  }
  return order;
}

/** @param {XmlElement} measure */
function signsOf(measure) {
  const barlines = measure.findAll("barline");
  const sounds = measure.children.flatMap((child) => {
    if (child.name === "sound") return [child];
    return child.name === "direction" ? child.findAll("sound") : [];
  });
  /** @param {string} name */
  const has = (name) => sounds.some((sound) => sound.get(name) !== null);
  const endings = barlines
    .flatMap((barline) => barline.findAll("ending"))
    .map((ending) => ending.get("number") ?? "")
    .find((number) => ENDING_NUMBERS.test(number));
  const repeat = barlines.map((barline) => barline.find("repeat")).find((element) => element);
  const times = Number(repeat?.get("times") ?? 2);
  return {
    segno: has("segno"),
    coda: has("coda"),
    tocoda: has("tocoda"),
    fine: has("fine"),
    dacapo: has("dacapo"),
    dalsegno: has("dalsegno"),
    endings: endings ? endings.split(",").map(Number) : null,
    repeat: repeat?.get("direction") ?? null,
    repeatsAfterJump: !["no", null].includes(repeat?.get("after-jump") ?? null),
    times: Number.isFinite(times) ? times : 2,
  };
}
