/**
 * Convolutions over a row as an image of steps by symbols. It mirrors `skemovae/nn/architectures/_convolutional.py`.
 */

import { Kernel, addToRows, beside, leakyRelu, relu } from "../../numbers/arrays.js";
import { convolve, convolvePatches, convolveTransposed } from "../../numbers/pictures.js";
import { Dense, PosteriorLayers, valuesOf } from "./base.js";

const [BEAT, OCTAVE] = [4, 12]; // of the musical kernels: four steps, and twelve symbols
const WINDOW = 3; // of the square kernels
const SLOPE = 0.3; // of LeakyReLU
const BRANCHES = { octaves: [[1, OCTAVE], [BEAT, 1]], beats: [[BEAT, 1], [1, OCTAVE]] };

/**
 * @typedef {import("./base.js").Network} Network
 * @typedef {import("../../numbers/pictures.js").Pictures} Pictures
 */

/** @implements {Network} */
export class ConvolutionalArchitecture {
  /**
   * @param {{ kernels: string, filters: number[] }} options
   * @param {import("./base.js").Sizes} sizes
   * @param {import("./base.js").NamedArrays} weights
   */
  constructor(options, sizes, weights) {
    this.oneShot = true;
    this.sizes = sizes;
    this.square = options.kernels === "square";
    this.channels = options.filters[1]; // of the image that the decoder begins with
    this.height = BEAT * Math.ceil(sizes.nSteps / BEAT); // of the image that the encoder reads
    const width = this.square ? 4 : OCTAVE;
    this.width = width * Math.ceil(sizes.nSymbols / width);
    this.label = "encoder/label/kernel" in weights ? new Dense(weights, "encoder/label") : null;
    const layers = (/** @type {string} */ name) => [0, 1].map((i) => new Dense(weights, `encoder/${name}${i}`));
    this.convolutions = this.square ? layers("convolution") : [];
    this.branches = this.square ? [] : [layers("octaves"), layers("beats")];
    this.hidden = new Dense(weights, "encoder/hidden");
    this.posterior = new PosteriorLayers(weights);
    this.picture = new Dense(weights, "decoder/picture");
    this.doubling = [0, 1].map((i) => new Doubling(weights, `decoder/convolution${i}`));
    this.symbols = new Dense(weights, "decoder/symbols");
  }

  /**
   * Mean and log variance of the latent points.
   *
   * @param {Int32Array} symbols of shape (n, nSteps)
   * @param {Float32Array | null} label
   * @returns {import("./base.js").Posterior}
   */
  encode(symbols, label) {
    const nRows = symbols.length / this.sizes.nSteps;
    const picture = this.draw(symbols, label);
    const rectify = (/** @type {Float32Array} */ x) => (this.square ? relu(x) : leakyRelu(x, SLOPE));
    const features = this.square
      ? this.convolutions.reduce((x, layer) => {
          const found = convolve(x, layer.kernel, WINDOW, 2);
          rectify(addToRows(found.values, layer.bias));
          return found;
        }, picture).values
      : beside(
          nRows,
          ...[BRANCHES.octaves, BRANCHES.beats].map(
            (windows, branch) =>
              windows.reduce((x, [rows, columns], i) => {
                const layer = this.branches[branch][i];
                const found = convolvePatches(x, layer.kernel, rows, columns);
                rectify(addToRows(found.values, layer.bias));
                return found;
              }, picture).values,
          ),
        );
    return this.posterior.apply(rectify(this.hidden.apply(features)));
  }

  /**
   * The logits of every step.
   *
   * @param {Float32Array} latent of shape (n, nComponents)
   * @param {Float32Array | null} label
   * @returns {Float32Array} of shape (n, nSteps, nSymbols)
   */
  decode(latent, label) {
    const { nSteps, nSymbols, nComponents } = this.sizes;
    const nRows = latent.length / nComponents;
    /** @type {Pictures} */
    let x = {
      height: Math.ceil(nSteps / 4),
      width: Math.ceil(nSymbols / 4),
      channels: this.channels,
      values: relu(this.picture.apply(beside(nRows, latent, label))),
    };
    for (const layer of this.doubling) {
      x = convolveTransposed(x, layer.kernel);
      relu(addToRows(x.values, layer.bias));
    }
    const { height, width, values } = convolve(x, this.symbols.kernel, WINDOW, 1);
    addToRows(values, this.symbols.bias);
    const logits = new Float32Array(nRows * nSteps * nSymbols);
    for (let row = 0; row < nRows; row += 1) {
      for (let step = 0; step < nSteps; step += 1) {
        const start = (row * height + step) * width;
        logits.set(values.subarray(start, start + nSymbols), (row * nSteps + step) * nSymbols);
      }
    }
    return logits;
  }

  /**
   * Rows as images: a channel with the one-hot symbols and, if the encoder is conditioned, a channel with the class.
   *
   * @param {Int32Array} symbols
   * @param {Float32Array | null} label
   * @returns {Pictures}
   */
  draw(symbols, label) {
    const { height, width } = this;
    const { nSteps } = this.sizes;
    const nRows = symbols.length / nSteps;
    const channel = this.label && label ? this.label.apply(label) : null;
    const channels = channel ? 2 : 1;
    const values = new Float32Array(nRows * height * width * channels);
    for (let i = 0; i < symbols.length; i += 1) {
      const place = Math.floor(i / nSteps) * height + (i % nSteps);
      values[(place * width + symbols[i]) * channels] = 1;
    }
    if (channel) channel.forEach((number, i) => (values[2 * i + 1] = number));
    return { height, width, channels, values };
  }
}

/** A transposed convolution. */
class Doubling {
  /**
   * @param {import("./base.js").NamedArrays} weights
   * @param {string} name
   */
  constructor(weights, name) {
    const channels = weights[`${name}/kernel`].shape[3];
    const values = valuesOf(weights, `${name}/kernel`); // (3, 3, filters, channels)
    const nOutputs = values.length / channels;
    const turned = Float32Array.from(values, (_, i) => values[(i % nOutputs) * channels + Math.floor(i / nOutputs)]);
    this.kernel = new Kernel(turned, channels, nOutputs);
    this.bias = valuesOf(weights, `${name}/bias`);
  }
}
