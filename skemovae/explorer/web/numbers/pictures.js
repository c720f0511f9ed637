/**
 * Convolutions over images of shape (n, height, width, channels). They mirror those in `skemovae/nn/_numpy.py`.
 */

import { multiply } from "./arrays.js";

/** @typedef {{ height: number, width: number, channels: number, values: Float32Array }} Pictures */

/**
 * A convolution with "same" padding, as Keras pads.
 *
 * @param {Pictures} x
 * @param {import("./arrays.js").Kernel} kernel reads patches, row after row
 * @param {number} size height and width of the kernel
 * @param {number} stride
 * @returns {Pictures} of height and width ceil(height / stride) and ceil(width / stride)
 */
export function convolve(x, kernel, size, stride) {
  const [height, width] = [Math.ceil(x.height / stride), Math.ceil(x.width / stride)];
  const [top, left] = [paddingBefore(x.height, size, stride), paddingBefore(x.width, size, stride)];
  const places = patches(x, height, width, (row, column) => [row * stride - top, column * stride - left], size, size);
  return { height, width, channels: kernel.nOutputs, values: multiply(places, kernel) };
}

/**
 * A convolution with strides equal to the size of its kernel; height and width are multiples of it.
 *
 * @param {Pictures} x
 * @param {import("./arrays.js").Kernel} kernel reads patches, row after row
 * @param {number} rows of the kernel
 * @param {number} columns of the kernel
 * @returns {Pictures}
 */
export function convolvePatches(x, kernel, rows, columns) {
  const [height, width] = [x.height / rows, x.width / columns];
  const places = patches(x, height, width, (row, column) => [row * rows, column * columns], rows, columns);
  return { height, width, channels: kernel.nOutputs, values: multiply(places, kernel) };
}

/**
 * A transposed convolution of 3 x 3 and stride 2 with "same" padding, which doubles height and width.
 *
 * @param {Pictures} x
 * @param {import("./arrays.js").Kernel} kernel of shape (channels, 3 * 3 * filters): what each place adds around it
 * @returns {Pictures}
 */
export function convolveTransposed(x, kernel) {
  const size = 3;
  const filters = kernel.nOutputs / (size * size);
  const spread = multiply(x.values, kernel);
  const [height, width] = [2 * x.height, 2 * x.width];
  const nRows = x.values.length / (x.height * x.width * x.channels);
  const values = new Float32Array(nRows * height * width * filters);
  let from = 0;
  for (let place = 0; place < nRows * x.height * x.width; place += 1) {
    const column = place % x.width;
    const row = Math.floor(place / x.width) % x.height;
    const start = Math.floor(place / (x.width * x.height)) * height;
    for (let i = 0; i < size; i += 1) {
      for (let j = 0; j < size; j += 1, from += filters) {
        const [y, z] = [2 * row + i, 2 * column + j];
        if (y === height || z === width) continue; // like the gradient of a convolution that pads at the end
        const to = ((start + y) * width + z) * filters;
        for (let filter = 0; filter < filters; filter += 1) values[to + filter] += spread[from + filter];
      }
    }
  }
  return { height, width, channels: filters, values };
}

/**
 * What a kernel reads at every place, with zeros beyond the image.
 *
 * @param {Pictures} x
 * @param {number} height of the result
 * @param {number} width of the result
 * @param {(row: number, column: number) => [number, number]} corner of the patch for a place
 * @param {number} rows of a patch
 * @param {number} columns of a patch
 * @returns {Float32Array} of shape (n, height, width, rows, columns, channels)
 */
function patches(x, height, width, corner, rows, columns) {
  const { channels, values } = x;
  const nRows = values.length / (x.height * x.width * channels);
  const result = new Float32Array(nRows * height * width * rows * columns * channels);
  for (let place = 0; place < nRows * height * width; place += 1) {
    const [top, left] = corner(Math.floor(place / width) % height, place % width);
    const picture = Math.floor(place / (width * height)) * x.height;
    for (let i = Math.max(0, -top); i < rows && top + i < x.height; i += 1) {
      const first = Math.max(0, -left);
      const last = Math.min(columns, x.width - left);
      const from = ((picture + top + i) * x.width + left) * channels;
      const to = ((place * rows + i) * columns + first) * channels;
      result.set(values.subarray(from + first * channels, from + last * channels), to);
    }
  }
  return result;
}

/**
 * @param {number} size of the picture
 * @param {number} window
 * @param {number} stride
 * @returns {number} zeros before the picture
 */
function paddingBefore(size, window, stride) {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + window - size, 0);
  return Math.floor(total / 2);
}
