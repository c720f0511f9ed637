/**
 * The data that Python has put into the page.
 *
 * @typedef {import("../plane/plane.js").PlaneClass & { name: string, python: string }} PageClass
 * @typedef {{ limit: number, classes: PageClass[] }} PageFrame
 *
 * @typedef {object} PageData
 * @property {string} version of the package
 * @property {string} digest of the networks
 * @property {string} title
 * @property {string} about where the networks come from
 * @property {boolean} shipped whether the writer is the included generator
 * @property {boolean} own_classes whether the writer's classes are a user's own instead of the four emotions
 * @property {number} seed the first one
 * @property {import("../workshop.js").Packed} writer
 * @property {import("../workshop.js").Packed | null} editor
 * @property {PageFrame} plane of the writer
 * @property {PageFrame | null} tune_plane of the editor
 * @property {boolean} pieces whether the writer can write pieces
 * @property {{ places: [number, number][], classes: number[] }} points melodies to show on the map
 */

/** How freely notes are drawn; equal to TEMPERATURE in Python. */
export const TEMPERATURE = 0.95;

/**
 * The part of the plane that a mode shows, and its classes.
 *
 * @param {PageData} data
 * @param {import("./state.js").Mode} mode
 * @returns {PageFrame}
 */
export function frameOf(data, mode) {
  return mode === "tune" && data.tune_plane ? data.tune_plane : data.plane;
}

/**
 * The class whose mean is nearest to a point in direction.
 *
 * @param {PageFrame} frame
 * @param {[number, number]} point
 * @returns {PageClass}
 */
export function classAt({ classes }, [v, a]) {
  const trained = classes.filter((one) => one.trained);
  const nearness = trained.map(({ mean }) => (v * mean[0] + a * mean[1]) / (Math.hypot(mean[0], mean[1]) || 1));
  return trained[nearness.indexOf(Math.max(...nearness))];
}

/**
 * The state in which the page begins.
 *
 * @param {PageData} data
 * @returns {import("./state.js").State}
 */
export function firstState(data) {
  const trained = data.plane.classes.filter((one) => one.trained);
  const start = trained[0];
  const last = trained[Math.min(2, trained.length - 1)];
  /** @type {import("./state.js").Work} */
  const work = {
    mode: "explore",
    explore: { at: start.mean, emotion: null, seed: data.seed, temperature: TEMPERATURE },
    tune: { at: null, emotion: null, amount: 1, sample: false, file: null },
    piece: {
      path: [{ time: 0, at: last.mean }, { time: 1, at: start.mean }],
      form: "AABA",
      phrases: null,
      seed: data.seed,
      temperature: TEMPERATURE,
    },
  };
  return {
    work,
    history: { past: [], present: work, future: [] },
    music: { explore: null, tune: null, piece: null },
    own: null,
    listen: { playing: false, looping: false, tempo: null, volume: 0.8, timbre: "piano", original: false, begun: 0 },
    look: "notation",
    showsPoints: false,
    chosen: null,
    nextSeed: data.seed + 1,
    ready: false,
    held: false,
    waiting: null,
    problem: "",
    notice: "",
    favorites: [],
  };
}
