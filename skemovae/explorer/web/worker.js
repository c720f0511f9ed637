/**
 * The thread that runs the networks. It answers the page's requests one after another, in the order in which they were
 * made. A piece that is being written is abandoned when another one is asked for.
 */

import { Workshop } from "./workshop.js";

/** @type {Workshop | null} */
let workshop = null;
/** @type {Promise<unknown>} */
let last = Promise.resolve();
/** @type {{ [method: string]: number }} */
const newest = {};

/**
 * @param {number} id
 * @param {string} method
 * @param {any[]} args
 * @returns {Promise<unknown>}
 */
async function answer(id, method, args) {
  if (method === "furnish") {
    workshop = new Workshop(args[0], args[1]);
    return workshop.start();
  }
  if (!workshop) throw new Error("The networks are not loaded yet.");
  if (method !== "compose") return /** @type {any} */ (workshop)[method](...args);
  const isNewest = async () => {
    await new Promise((resolve) => setTimeout(resolve)); // lets messages arrive
    return newest.compose === id;
  };
  if (!(await isNewest())) return null;
  return workshop.compose(args[0], (part) => globalThis.postMessage({ id, part }), isNewest);
}

globalThis.onmessage = (/** @type {MessageEvent} */ { data: { id, method, args } }) => {
  newest[method] = id;
  last = last.then(async () => {
    try {
      globalThis.postMessage({ id, result: await answer(id, method, args) });
    } catch (error) {
      globalThis.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
    }
  });
};
