/**
 * Pitches as notes on a staff: their names in a key, the accidentals in a bar, and the clef.
 */

/** The line of fifths, beginning with F, as steps above C. */
const FIFTHS = [3, 0, 4, 1, 5, 2, 6];
const LETTERS = "CDEFGAB";

/**
 * @typedef {object} Name
 * @property {number} step 0 is C, 6 is B.
 * @property {number} alter Semitones: 1 is a sharp, -1 a flat.
 * @property {number} octave Middle C begins octave 4.
 */

/**
 * @typedef {object} Clef
 * @property {string} sign "gClef" or "fClef"
 * @property {number} line Where the sign stands, in staff positions: 0 is the middle line, 2 the line above.
 * @property {number} middle The middle line's note: 7 times its octave, plus its step.
 * @property {number} octave 1 if everything sounds an octave higher than written, -1 if an octave lower.
 */

/** @type {Clef} */
const TREBLE = { sign: "gClef", line: -2, middle: 34, octave: 0 };
/** @type {Clef} */
const BASS = { sign: "fClef", line: 2, middle: 22, octave: 0 };
const CLEFS = [
  { clef: TREBLE, cost: 0 },
  { clef: BASS, cost: 1.2 }, // in ledger lines per note
  { clef: { ...TREBLE, middle: 41, octave: 1 }, cost: 2 },
  { clef: { ...BASS, middle: 15, octave: -1 }, cost: 2.4 },
];

/**
 * The fifths of a key signature.
 *
 * @param {{ fifths?: number | null, root?: number | null, mode?: string | null }} signature
 * @returns {number} -7 to 7: flats are negative.
 */
export function fifthsOf({ fifths, root, mode }) {
  if (typeof fifths === "number") return Math.max(-7, Math.min(7, Math.round(fifths)));
  if (typeof root !== "number") return 0;
  const major = (root + (mode === "minor" ? 3 : 0)) % 12;
  return [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5][major];
}

/**
 * The scale that holds most of the notes; in a tie, the one with the fewest sharps or flats. It determines how notes
 * are spelled if no key is stated.
 *
 * @param {{ pitch: number }[]} notes
 * @returns {number} The number of its sharps; negative for flats.
 */
export function guessFifths(notes) {
  const counts = Array(12).fill(0);
  for (const { pitch } of notes) counts[pitch % 12] += 1;
  let best = { held: -1, fifths: 0 };
  for (let fifths = -6; fifths <= 6; fifths += 1) {
    let held = 0;
    for (let place = fifths - 1; place < fifths + 6; place += 1) held += counts[mod(7 * place, 12)];
    const simpler = Math.abs(fifths) < Math.abs(best.fifths);
    if (held > best.held || (held === best.held && simpler)) best = { held, fifths };
  }
  return best.fifths;
}

/**
 * The name of a pitch in a key: the one in the scale, or else the usual one (in C major C sharp, E flat, F sharp,
 * G sharp, B flat; in C minor D flat and F sharp). In major, a note that leads up by a semitone is
 * spelled with a sharp, and one that leads down with a flat.
 *
 * @param {number} pitch The MIDI number.
 * @param {number} fifths Of the key signature.
 * @param {string | null} mode "minor", or anything else for major.
 * @param {number | null} next The pitch that follows.
 * @returns {Name}
 */
export function spell(pitch, fifths, mode, next) {
  const lowest = fifths - (mode === "minor" ? 2 : 3);
  let place = lowest + mod(pitch * 7 - lowest, 12); // on the line of fifths, where C is 0
  const degree = place - fifths;
  if (mode !== "minor" && next !== null) {
    if (next === pitch - 1 && degree >= 7) place -= 12;
    if (next === pitch + 1 && degree <= -2) place += 12;
  }
  const step = FIFTHS[mod(place + 1, 7)];
  const alter = Math.floor((place + 1) / 7);
  return { step, alter, octave: Math.floor((pitch - alter) / 12) - 1 };
}

/**
 * How a key signature alters a step.
 *
 * @param {number} step
 * @param {number} fifths
 * @returns {number} Semitones.
 */
export function keyAlter(step, fifths) {
  const place = FIFTHS.indexOf(step);
  if (fifths > 0) return Number(place < fifths);
  return place >= 7 + fifths ? -1 : 0;
}

/**
 * The steps of a key signature's accidentals, in the order of writing.
 *
 * @param {number} fifths
 * @returns {number[]}
 */
export function keySteps(fifths) {
  return fifths >= 0 ? FIFTHS.slice(0, fifths) : FIFTHS.slice(7 + fifths).reverse();
}

/**
 * The accidentals that are written in a bar: those that differ from the key signature, or from the last one on the same
 * line or space in the bar. A tie carries an accidental over a bar line, but not to the notes that follow.
 *
 * @param {{ name: Name, tiedFrom: boolean }[]} notes Of one bar.
 * @param {number} fifths
 * @returns {(number | null)[]} Semitones, null where no accidental is written.
 */
export function accidentalsOf(notes, fifths) {
  /** @type {Map<number, number | null>} */
  const valid = new Map();
  return notes.map(({ name, tiedFrom }) => {
    const place = diatonic(name);
    const usual = keyAlter(name.step, fifths);
    const now = valid.has(place) ? valid.get(place) : usual;
    if (tiedFrom) {
      if (name.alter !== now) valid.set(place, null);
      return null;
    }
    valid.set(place, name.alter);
    return name.alter === now ? null : name.alter;
  });
}

/**
 * @param {Name} name
 * @returns {number} Seven times the octave, plus the step.
 */
export function diatonic({ step, octave }) {
  return 7 * octave + step;
}

/**
 * The clef that needs the fewest ledger lines; treble if the difference is small.
 *
 * @param {Name[]} names
 * @returns {Clef}
 */
export function clefFor(names) {
  const ledgers = (/** @type {Clef} */ clef) => names.reduce(
    (sum, name) => sum + Math.max(0, Math.floor(Math.abs(diatonic(name) - clef.middle) / 2) - 2), 0,
  );
  const costs = CLEFS.map(({ clef, cost }) => ledgers(clef) + cost * names.length);
  return CLEFS[costs.indexOf(Math.min(...costs))].clef;
}

/**
 * The name as it is read aloud.
 *
 * @param {Name} name
 * @returns {string} Such as "E flat 4".
 */
export function spokenName({ step, alter, octave }) {
  const word = { "-2": "double flat ", "-1": "flat ", 0: "", 1: "sharp ", 2: "double sharp " }[alter] ?? "";
  return `${LETTERS[step]} ${word}${octave}`;
}

/**
 * The key's name as it is read aloud.
 *
 * @param {number} fifths
 * @param {string | null} mode
 * @returns {string} Such as "C minor"; "2 flats" where the mode is not known.
 */
export function spokenKey(fifths, mode) {
  if (mode === "major" || mode === "minor") {
    const place = fifths + (mode === "minor" ? 3 : 0);
    const alter = Math.floor((place + 1) / 7);
    return `${LETTERS[FIFTHS[mod(place + 1, 7)]]}${alter > 0 ? " sharp" : alter < 0 ? " flat" : ""} ${mode}`;
  }
  if (fifths === 0) return "no sharps or flats";
  const number = Math.abs(fifths);
  return `${number} ${fifths > 0 ? "sharp" : "flat"}${number > 1 ? "s" : ""}`;
}

/**
 * @param {number} value
 * @param {number} modulus
 * @returns {number} From 0 up to, but not including, the modulus.
 */
function mod(value, modulus) {
  return ((value % modulus) + modulus) % modulus;
}
