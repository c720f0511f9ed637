/** The usual names of keys, as their places on the circle of fifths: sharps, or below 0 flats. */

/**
 * By pitch class of the tonic; as many signs as the name of the key has that the package writes, so E flat major and
 * not D sharp major.
 *
 * @type {Record<string, number[]>}
 */
export const KEY_FIFTHS = {
  major: [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5],
  minor: [-3, 4, -1, -6, 1, -4, 3, -2, 5, 0, -5, 2],
};
