/**
 * The architectures by name, as in `skemovae/nn/architectures/_registry.py`.
 */

import { AutoregressiveArchitecture } from "./autoregressive.js";
import { BeatArchitecture } from "./beat.js";
import { ConvolutionalArchitecture } from "./convolutional.js";
import { DenseArchitecture } from "./dense.js";
import { GRUArchitecture } from "./gru.js";

/** @type {Record<string, new (options: any, sizes: any, weights: any) => import("./base.js").Network>} */
const REGISTERED = {
  autoregressive: AutoregressiveArchitecture,
  beat: BeatArchitecture,
  convolutional: ConvolutionalArchitecture,
  dense: DenseArchitecture,
  gru: GRUArchitecture,
};

/**
 * The network with a name.
 *
 * @param {{ name: string, options: object }} architecture the options have the names that they have in Python
 * @param {import("./base.js").Sizes} sizes
 * @param {import("./base.js").NamedArrays} weights
 * @returns {import("./base.js").Network}
 */
export function makeArchitecture({ name, options }, sizes, weights) {
  return new REGISTERED[name](options, sizes, weights);
}
