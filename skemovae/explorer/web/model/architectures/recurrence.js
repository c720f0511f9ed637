/**
 * A step of a GRU, with the equations of `skemovae/nn/gru.py`.
 */

import { multiply } from "../../numbers/arrays.js";

/**
 * Advance the states of a GRU by one step, in place.
 *
 * @param {Float32Array} projected of shape (n, stride). Its first 3 * units columns are the product of input and
 *   kernel, with the biases of the input added and, for both gates, those of the recurrence
 * @param {number} stride
 * @param {import("../../numbers/arrays.js").Kernel} recurrentKernel of shape (units, 3 * units)
 * @param {Float32Array} candidateBias of shape (units), of the recurrence
 * @param {Float32Array} state of shape (n, units)
 * @param {Float32Array} room of shape (n, 3 * units), scratch space for the product of the state
 */
export function gruStep(projected, stride, recurrentKernel, candidateBias, state, room) {
  const units = candidateBias.length;
  multiply(state, recurrentKernel, null, room);
  for (let row = 0; row < state.length / units; row += 1) {
    const [x, of] = [row * stride, row * 3 * units];
    for (let unit = 0; unit < units; unit += 1) {
      const update = sigmoid(room[of + unit] + projected[x + unit]);
      const reset = sigmoid(room[of + units + unit] + projected[x + units + unit]);
      const recurrent = room[of + 2 * units + unit] + candidateBias[unit];
      const candidate = Math.tanh(recurrent * reset + projected[x + 2 * units + unit]);
      state[row * units + unit] = candidate + update * (state[row * units + unit] - candidate);
    }
  }
}

/**
 * @param {number} x
 * @returns {number}
 */
function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}
