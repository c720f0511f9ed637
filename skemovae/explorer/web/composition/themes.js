/** The phrases of a piece, one after another: new themes, themes that return, and their variations. */

import { medianNoteLength, SHORT_NOTE_STEPS } from "../music/durations.js";
import { isOnset, restEmptyHolds } from "../music/tokens.js";
import { contextOf, continuedPhrases, endsOnTonic, FINAL, FIRST, firstPitch, INNER, lastPitch } from "./phrases.js";

/**
 * @typedef {import("../model/model.js").Model} Model
 * @typedef {import("../numbers/random.js").Generator} Generator
 * @typedef {import("./curve.js").Point} Point
 * @typedef {{ row: number[], asked: Point }} Theme as it first sounds: its tokens, and the point on the editor's plane
 *   that was asked for
 */

const CANDIDATES = 16; // phrases from which one is chosen
const FIFTH = 7; // semitones, the largest interval from one phrase to the next if it can be avoided
// About how many of a hundred phrases of folk tunes begin 0, 1, ..., 7 semitones above or below the note before
const SEAMS = [5, 23, 37, 7, 6, 12, 1, 3];
const MUST = 100; // outweighs everything else
// The costs of a semitone off the wanted interval, of one unit of the plane off the curve, and of one note more or less
// than the mean number of notes.
const SEMITONE = 0.2;
const PLANE = 2;
const NOTE = 0.2;

const SEAM_SHARES = SEAMS.map((count) => count / SEAMS.reduce((a, b) => a + b));

/**
 * What a writer is to write.
 *
 * @typedef {object} Plan
 * @property {Model} model makes new phrases
 * @property {Model} editor changes the emotion of a phrase
 * @property {string[]} names the theme of each phrase
 * @property {Point[]} points the point that is asked for in each phrase, on the plane of the model
 * @property {Point[]} editorPoints the same on the plane of the editor
 * @property {number} temperature
 * @property {Generator} generator
 */

/** Writes the phrases of a piece in order. */
export class PhraseWriter {
  /**
   * @param {Plan} plan
   * @param {Theme[]} [written] the first phrases if they are already written: each as it sounds, with the point that
   *   was asked for
   */
  constructor(plan, written = []) {
    this.plan = plan;
    /** @type {Map<string, Theme>} */
    this.themes = new Map();
    /** @type {number[][]} */
    this.rows = [];
    for (const phrase of written) this.#append(phrase);
  }

  /**
   * The next phrase.
   *
   * @returns {number[] | null} a row of tokens; null at the end of the piece
   */
  next() {
    const place = this.rows.length;
    if (place === this.plan.names.length) return null;
    const row = this.#best(this.#candidates(place), place);
    this.#append({ row, asked: this.plan.editorPoints[place] });
    return row;
  }

  /** @param {Theme} phrase */
  #append(phrase) {
    const name = this.plan.names[this.rows.length];
    if (!this.themes.has(name)) this.themes.set(name, phrase);
    this.rows.push(phrase.row);
  }

  /**
   * @param {number} place
   * @returns {number[][]} the phrases from which one is chosen
   */
  #candidates(place) {
    const name = this.plan.names[place];
    const theme = this.#themeOf(name);
    if (!theme) return this.#continued(place, []);
    const row = this.#moved(theme, place);
    const [wasFast, isFast] = [theme.row, row].map((tokens) => medianNoteLength(tokens) < SHORT_NOTE_STEPS);
    if ((isFast && !wasFast) || !this.themes.has(name)) {
      // A slow theme at double speed fills half a phrase: the editor did not learn what follows. A variation is made in
      // the same way, because its beginning is what makes a theme recognizable.
      return this.#continued(place, row.slice(0, Math.floor(row.length / 2)));
    }
    if (this.#isLast(place) && !endsOnTonic(row)) {
      // The last bar is written anew or, if its only note began before it, the second half
      return [3, 2].flatMap((kept) => this.#continued(place, row.slice(0, Math.floor((row.length * kept) / 4))));
    }
    return [row];
  }

  /**
   * The theme that a phrase repeats or, if no theme has its name, varies.
   *
   * @param {string} name of the phrase
   * @returns {Theme | undefined} undefined for a new theme
   */
  #themeOf(name) {
    return this.themes.get(name) ?? [...this.themes].find(([known]) => known[0] === name[0])?.[1];
  }

  /**
   * A theme with its valence and arousal moved as far as the curve has moved since the theme first sounded.
   *
   * Where the editor's reconstructions with and without the move agree, the theme stays as it was. So errors of the
   * editor that have nothing to do with the move are not heard, and without a move the theme is unchanged.
   *
   * @param {Theme} theme
   * @param {number} place
   * @returns {number[]}
   */
  #moved(theme, place) {
    const { editor, editorPoints } = this.plan;
    const [point] = editor.transform([theme.row]);
    const target = point.slice();
    for (const axis of [0, 1]) target[axis] += editorPoints[place][axis] - theme.asked[axis];
    const [before, after] = editor.inverseTransform([point, target]);
    return restEmptyHolds(theme.row.map((token, step) => (before[step] === after[step] ? token : after[step])));
  }

  /**
   * New phrases with a given beginning.
   *
   * @param {number} place
   * @param {number[]} beginning
   * @returns {number[][]}
   */
  #continued(place, beginning) {
    const { model, points, temperature, generator } = this.plan;
    const context = contextOf(model, this.#context(place));
    const settings = { at: points[place], context, temperature, generator };
    return continuedPhrases(model, beginning, CANDIDATES, settings).map(restEmptyHolds);
  }

  /**
   * @param {number} place
   * @returns {number[]}
   */
  #context(place) {
    if (this.#closes(place)) return FINAL;
    return place === 0 ? FIRST : INNER;
  }

  /**
   * @param {number} place
   * @returns {boolean} whether a phrase ends the piece, now or when its theme returns
   */
  #closes(place) {
    return this.plan.names[place] === this.plan.names[this.plan.names.length - 1];
  }

  /**
   * @param {number} place
   * @returns {boolean}
   */
  #isLast(place) {
    return place === this.plan.names.length - 1;
  }

  /**
   * The phrase that joins its neighbors best, closes if it has to, and is nearest to what was asked for.
   *
   * @param {number[][]} rows
   * @param {number} place
   * @returns {number[]} the first of several that are equally good
   */
  #best(rows, place) {
    if (rows.length === 1) return rows[0];
    const [valence, arousal] = this.plan.points[place];
    const nNotes = rows.map((row) => row.filter(isOnset).length);
    const mean = nNotes.reduce((a, b) => a + b) / rows.length;
    const worth = this.plan.model.transform(rows).map((point, i) => {
      const [x, y] = [point[0] - valence, point[1] - arousal];
      return -PLANE * Math.sqrt(x * x + y * y) - NOTE * Math.abs(nNotes[i] - mean);
    });
    if (this.#closes(place)) rows.forEach((row, i) => (worth[i] += MUST * Number(endsOnTonic(row))));
    for (const [before, after] of this.#seams(rows, place)) {
      const wanted = this.plan.generator.choice(SEAM_SHARES);
      for (let i = 0; i < rows.length; i += 1) {
        const interval = Math.abs(after(i) - before(i)) || 0; // 0 next to silence
        worth[i] -= SEMITONE * Math.abs(interval - wanted) + MUST * Number(interval > FIFTH);
      }
    }
    return rows[worth.indexOf(Math.max(...worth))];
  }

  /**
   * The pitches before and after each border between phrases that the choice affects.
   *
   * These are the border to the phrase before, and all borders at which the theme will stand next to itself or to a
   * theme that is already known.
   *
   * @param {number[][]} rows
   * @param {number} place
   * @returns {[(i: number) => number, (i: number) => number][]} each for the phrase with an index; NaN for silence
   */
  #seams(rows, place) {
    const { names } = this.plan;
    const name = names[place];
    const [firsts, lasts] = [rows.map(firstPitch), rows.map(lastPitch)];
    const [first, last] = [firsts, lasts].map((pitches) => (/** @type {number} */ i) => pitches[i]);
    /** @type {[(i: number) => number, (i: number) => number][]} */
    const seams = [];
    if (place) {
      const before = lastPitch(this.rows[place - 1]);
      seams.push([() => before, first]);
    }
    /** @type {Set<string>} */
    const seen = new Set();
    for (let at = place; at + 1 < names.length; at += 1) {
      const [left, right] = [names[at], names[at + 1]];
      const isNew = !seen.has(`${left} ${right}`);
      seen.add(`${left} ${right}`);
      if (!isNew || (left !== name && right !== name)) continue;
      const before = left === name ? last : this.#known(left, lastPitch);
      const after = right[0] === name[0] ? first : this.#known(right, firstPitch);
      if (before && after) seams.push([before, after]);
    }
    return seams;
  }

  /**
   * A function that returns a pitch of a theme.
   *
   * @param {string} name
   * @param {(row: number[]) => number} pitch
   * @returns {(() => number) | null} null if the theme is not known yet
   */
  #known(name, pitch) {
    const theme = this.themes.get(name);
    if (!theme) return null;
    const found = pitch(theme.row);
    return () => found;
  }
}
