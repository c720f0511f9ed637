/**
 * Samples as a WAV file.
 */

/**
 * Return samples as a 16-bit WAV file with one channel, as skemovae.to_wav writes it.
 *
 * @param {Float32Array} samples -1 to 1.
 * @param {number} sampleRate Samples per second.
 * @returns {Uint8Array}
 */
export function wavOf(samples, sampleRate) {
  const size = 2 * samples.length;
  const bytes = new Uint8Array(44 + size);
  const view = new DataView(bytes.buffer);
  const name = (/** @type {number} */ at, /** @type {string} */ text) =>
    [...text].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  name(0, "RIFF");
  view.setUint32(4, 36 + size, true);
  name(8, "WAVEfmt ");
  view.setUint32(16, 16, true); // bytes of the format
  view.setUint16(20, 1, true); // uncompressed samples
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, 2 * sampleRate, true); // bytes per second
  view.setUint16(32, 2, true); // bytes per sample
  view.setUint16(34, 16, true); // bits per sample
  name(36, "data");
  view.setUint32(40, size, true);
  samples.forEach((sample, i) => {
    view.setInt16(44 + 2 * i, roundHalfEven(Math.fround(Math.max(-1, Math.min(1, sample)) * 32767)), true);
  });
  return bytes;
}

/**
 * @param {number} value
 * @returns {number} The nearest integer; of two equally near, the even one, as NumPy rounds.
 */
function roundHalfEven(value) {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}
