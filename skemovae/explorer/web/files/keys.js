/** The usual names of keys, as their places on the circle of fifths: the number of sharps; negative for flats. */

/**
 * By pitch class of the tonic: the number of accidentals of the key name that the package writes, so E flat major
 * rather than D sharp major.
 *
 * @type {Record<string, number[]>}
 */
export const KEY_FIFTHS = {
  major: [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5],
  minor: [-3, 4, -1, -6, 1, -4, 3, -2, 5, 0, -5, 2],
};
