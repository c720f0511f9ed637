/**
 * Russell's valence-arousal plane: the four emotions, their spellings and their quadrants.
 *
 * @typedef {object} Emotion
 * @property {string} quadrant
 * @property {string} code
 * @property {string} name
 * @property {string} adjective
 * @property {number} number
 * @property {1 | -1} valence
 * @property {1 | -1} arousal
 */

/** @type {readonly Emotion[]} */
export const EMOTIONS = [
  { quadrant: "Q1", code: "e1", name: "happiness", adjective: "happy", number: 1, valence: 1, arousal: 1 },
  { quadrant: "Q2", code: "e2", name: "anger", adjective: "angry", number: 2, valence: -1, arousal: 1 },
  { quadrant: "Q3", code: "e3", name: "sadness", adjective: "sad", number: 3, valence: -1, arousal: -1 },
  { quadrant: "Q4", code: "e4", name: "relaxation", adjective: "relaxed", number: 4, valence: 1, arousal: -1 },
];

/**
 * The emotion that a label in any known spelling means; case and surrounding spaces do not matter.
 *
 * @param {string | number} label a quadrant ("Q3"), code ("e3"), name ("sadness"), adjective ("sad") or number (3)
 * @returns {Emotion | null} null if the label is not known
 */
export function asEmotion(label) {
  const key = typeof label === "string" ? label.trim().toLowerCase() : label;
  const spellings = (/** @type {Emotion} */ { quadrant, code, name, adjective, number }) => [
    quadrant.toLowerCase(),
    code,
    name,
    adjective,
    number,
  ];
  return EMOTIONS.find((emotion) => spellings(emotion).includes(key)) ?? null;
}

/**
 * The index into EMOTIONS of a point's quadrant; a coordinate of zero counts as positive.
 *
 * @param {ArrayLike<number>} point valence and arousal first
 * @returns {number}
 */
export function quadrantIndex(point) {
  if (point[1] >= 0) return point[0] >= 0 ? 0 : 1;
  return point[0] >= 0 ? 3 : 2;
}
