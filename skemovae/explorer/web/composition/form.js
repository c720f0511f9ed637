/** The form of a piece: which theme each of its phrases has. */

const PHRASES = /[A-Z]'*/g;

/**
 * The names of the themes, one for each phrase.
 *
 * @param {string} form a capital letter per phrase, with one or more primes for a variation: "AABA", "AA'BA"
 * @param {number | null} [nPhrases] the form is repeated, or cut, to this many phrases; null takes it as it is
 * @returns {string[]} such as ["A", "A'", "B", "A"]
 */
export function readForm(form, nPhrases = null) {
  const names = form.match(PHRASES) ?? [];
  if (!names.length || names.join("") !== form) {
    throw new Error(
      "A form is a capital letter for each phrase, with ' for a variation, such as AABA or AA'BA; " +
        `“${form}” is none.`,
    );
  }
  if (nPhrases === null) return names;
  if (!Number.isInteger(nPhrases) || nPhrases < 1) {
    throw new Error(`The number of phrases is a whole number from 1 on, not ${nPhrases}.`);
  }
  return Array.from({ length: nPhrases }, (_, i) => names[i % names.length]);
}
