/**
 * The arrays of a packed model, from the bytes in the page, which `skemovae/explorer/_pack.py` writes.
 */

/**
 * @typedef {{ name: string, kind: "int8" | "float16" | "float64", shape: number[] }} Entry describes an array
 * @typedef {{ shape: number[], values: Float32Array | Float64Array }} NamedArray in row-major order
 * @typedef {Record<string, NamedArray>} NamedArrays by name
 */

/**
 * Base64 text as bytes.
 *
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function bytesOfBase64(text) {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

/**
 * The arrays that a table describes.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes compressed by zlib
 * @param {Entry[]} table
 * @returns {Promise<NamedArrays>} float64 where the table says so, or else float32
 */
export async function unpackArrays(bytes, table) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(stream).arrayBuffer();
  /** @type {NamedArrays} */
  const arrays = {};
  let start = 0;
  const take = (/** @type {number} */ length) => {
    start += length;
    return buffer.slice(start - length, start);
  };
  for (const { name, kind, shape } of table) {
    const size = shape.reduce((product, n) => product * n, 1);
    if (kind === "float64") {
      arrays[name] = { shape, values: new Float64Array(take(8 * size)) };
    } else if (kind === "float16") {
      arrays[name] = { shape, values: fromHalf(new Uint16Array(take(2 * size))) };
    } else {
      const whole = new Int8Array(take(size));
      arrays[name] = { shape, values: scaled(whole, fromHalf(new Uint16Array(take(2 * shape[shape.length - 1])))) };
    }
  }
  return arrays;
}

/**
 * Half-precision numbers as float32.
 *
 * @param {Uint16Array} bits of finite float16 numbers
 * @returns {Float32Array}
 */
export function fromHalf(bits) {
  const numbers = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i += 1) {
    const exponent = (bits[i] >> 10) & 31;
    const fraction = bits[i] & 1023;
    const size = exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24;
    numbers[i] = bits[i] & 0x8000 ? -size : size;
  }
  return numbers;
}

/**
 * Integers times the scale of their channel.
 *
 * @param {Int8Array} whole of shape (n, scales.length)
 * @param {Float32Array} scales
 * @returns {Float32Array}
 */
function scaled(whole, scales) {
  const numbers = new Float32Array(whole.length);
  const nChannels = scales.length;
  for (let start = 0; start < whole.length; start += nChannels) {
    for (let i = 0; i < nChannels; i += 1) numbers[start + i] = whole[start + i] * scales[i];
  }
  return numbers;
}
