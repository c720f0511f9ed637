/**
 * The user's actions, each as a function from one state to the next. Actions that change the work leave the history
 * alone; `commit` adds the work to it, at the end of a drag or at once.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Work} Work
 * @typedef {import("./state.js").Mode} Mode
 * @typedef {import("./state.js").Point} Point
 * @typedef {import("./state.js").Station} Station
 * @typedef {import("./state.js").Music} Music
 */

const MAX_PAST = 300;
const MAX_STATIONS = 16;

/**
 * @param {State} state
 * @param {Partial<Work>} changes
 * @returns {State}
 */
function withWork(state, changes) {
  return { ...state, work: { ...state.work, ...changes }, problem: "" };
}

/**
 * @param {State} state
 * @param {Mode} mode
 */
export function chooseMode(state, mode) {
  if (mode === state.work.mode) return state;
  return commit(stop(withWork(state, { mode })));
}

/**
 * Move the point: that of the melody or the tune, or the chosen station of the path.
 *
 * @param {State} state
 * @param {Point} at
 */
export function movePoint(state, at) {
  const { mode, explore, tune, piece } = state.work;
  if (mode === "explore") return withWork(state, { explore: { ...explore, at, emotion: null } });
  if (mode === "tune") {
    if (!state.own) return state;
    return listenTo(withWork(state, { tune: { ...tune, at, emotion: null } }), { original: false });
  }
  if (!piece.path.length) return state;
  const chosen = state.chosen ?? piece.path.length - 1;
  const path = piece.path.map((station, i) => (i === chosen ? { ...station, at } : station));
  return withWork({ ...state, chosen }, { piece: { ...piece, path } });
}

/**
 * Ask for an emotion: for a new melody with it, for the user's tune with it, or for the path to continue to it.
 *
 * @param {State} state
 * @param {number} emotion index of the class
 * @param {Point} mean where the emotion lies
 */
export function askEmotion(state, emotion, mean) {
  const { mode, explore, tune } = state.work;
  if (mode === "explore") {
    const next = withWork(state, { explore: { ...explore, at: null, emotion, seed: state.nextSeed } });
    return play(commit({ ...next, nextSeed: state.nextSeed + 1 }));
  }
  if (mode === "tune") {
    if (!state.own) return state;
    return play(commit(listenTo(withWork(state, { tune: { ...tune, at: null, emotion } }), { original: false })));
  }
  return commit({ ...addStation(state, mean), chosen: null });
}

/**
 * Let the path continue to a point. The point comes last, and those before it move closer together in time.
 *
 * @param {State} state
 * @param {Point} at
 */
export function addStation(state, at) {
  const { path } = state.work.piece;
  if (path.length >= MAX_STATIONS) return { ...state, notice: `A path has at most ${MAX_STATIONS} points.` };
  const share = path.length > 1 ? (path.length - 1) / path.length : 0;
  return setPath(
    { ...state, chosen: path.length },
    [...path.map((station) => ({ ...station, time: station.time * share })), { time: path.length ? 1 : 0, at }],
  );
}

/**
 * @param {State} state
 * @param {Station[]} path
 */
export function setPath(state, path) {
  const chosen = state.chosen !== null && state.chosen < path.length ? state.chosen : null;
  return withWork({ ...state, chosen }, { piece: { ...state.work.piece, path } });
}

/**
 * Leave an empty map, on which a path can start anywhere.
 *
 * @param {State} state
 */
export function clearPath(state) {
  return commit(setPath(stop(state), []));
}

/**
 * @param {State} state
 * @param {number} index
 */
export function removeStation(state, index) {
  const { path } = state.work.piece;
  if (path.length < 2) return state;
  return commit(setPath({ ...state, chosen: null }, path.filter((_, i) => i !== index)));
}

/**
 * @param {State} state
 * @param {number | null} chosen
 */
export function chooseStation(state, chosen) {
  return chosen === state.chosen ? state : { ...state, chosen };
}

/**
 * @param {State} state
 * @param {Partial<import("./state.js").PieceWish>} changes
 */
export function changePiece(state, changes) {
  return withWork(state, { piece: { ...state.work.piece, ...changes } });
}

/**
 * @param {State} state
 * @param {Partial<import("./state.js").MelodyWish>} changes
 */
export function changeMelody(state, changes) {
  return withWork(state, { explore: { ...state.work.explore, ...changes } });
}

/**
 * @param {State} state
 * @param {number} amount
 */
export function setAmount(state, amount) {
  return withWork(state, { tune: { ...state.work.tune, amount } });
}

/** @param {State} state */
export function resetTune(state) {
  return commit(withWork(state, { tune: { ...state.work.tune, at: null, emotion: null, amount: 1 } }));
}

/**
 * Take a tune that has been read. If a link or a favorite said where the tune goes before there was a tune, that stays,
 * unless it was meant for another tune.
 *
 * @param {State} state
 * @param {import("./state.js").OwnTune} own
 * @param {boolean} sample
 */
export function openTune(state, own, sample) {
  const { tune } = state.work;
  const isWaiting = !state.own && tune.sample === sample && (tune.at !== null || tune.emotion !== null);
  const isFor = isWaiting && (sample || tune.file === null || tune.file === own.name);
  const file = sample ? null : own.name;
  const kept = isFor ? { ...tune, file } : { at: null, emotion: null, amount: 1, sample, file };
  let { notice } = state;
  if (isFor && !sample) notice = `The ${tune.file === null ? "link" : "favorite"} changes this tune.`;
  if (isWaiting && !isFor) notice = `This is not ${tune.file}, so the favorite does not change it.`;
  const opened = { ...state, own: { ...own, sample }, music: { ...state.music, tune: null }, notice };
  const next = withWork(opened, { mode: "tune", tune: kept });
  return commit(listenTo(stop(next), { original: false, ...(state.own && { tempo: null }) }));
}

/** @param {State} state */
export function commit(state) {
  const { past, present } = state.history;
  if (present === state.work) return state;
  return { ...state, history: { past: [...past, present].slice(-MAX_PAST), present: state.work, future: [] } };
}

/** @param {State} state */
export function undo(state) {
  const { past, present, future } = state.history;
  const work = past.at(-1);
  if (!work) return state;
  const history = { past: past.slice(0, -1), present: work, future: [present, ...future] };
  return { ...withTuneOf(state, work), work, history, chosen: null };
}

/** @param {State} state */
export function redo(state) {
  const { past, present, future } = state.history;
  if (!future.length) return state;
  const history = { past: [...past, present], present: future[0], future: future.slice(1) };
  return { ...withTuneOf(state, future[0]), work: future[0], history, chosen: null };
}

/**
 * Put the tune away if a work is about another one, and say so if the page does not have that one.
 *
 * @param {State} state
 * @param {Work} work
 * @returns {State}
 */
function withTuneOf(state, { mode, tune, piece }) {
  const { own } = state;
  if (mode !== "tune") return { ...(mode === "piece" && !piece.path.length ? stop(state) : state), problem: "" };
  const isIts = own && own.sample === tune.sample && (tune.file === null || tune.file === own.name);
  const problem = isIts || tune.sample || tune.file === null ? "" : missing(tune.file);
  if (isIts || !own) return { ...state, problem };
  return { ...stop(state), own: null, music: { ...state.music, tune: null }, problem };
}

/**
 * What to do for a work whose tune the page does not have.
 *
 * @param {string} file
 */
export function missing(file) {
  return `Open ${file} again: a favorite does not hold your tune.`;
}

/**
 * Return to a work: that of a favorite or of a link.
 *
 * @param {State} state
 * @param {Work} work
 * @param {number | null} tempo
 * @param {string | null} timbre null leaves the instrument as it is
 */
export function recall(state, work, tempo, timbre) {
  const nextSeed = Math.max(state.nextSeed, work.explore.seed + 1);
  const next = { ...withTuneOf(stop(state), work), work, chosen: null, nextSeed };
  return commit(listenTo(next, { tempo, ...(timbre !== null && { timbre }) }));
}

/**
 * @param {State} state
 * @param {Partial<import("./state.js").Listening>} changes
 */
export function listenTo(state, changes) {
  return { ...state, listen: { ...state.listen, ...changes } };
}

/**
 * Play from the beginning as soon as there is something to play.
 *
 * @param {State} state
 */
export function play(state) {
  const { mode, tune, piece } = state.work;
  if (mode === "tune" && !state.own && !tune.sample) return stop(state); // only the user can open it
  if (mode === "piece" && !piece.path.length) return stop(state);
  return listenTo(state, { playing: true, begun: state.listen.begun + 1 });
}

/** @param {State} state */
export function stop(state) {
  return state.listen.playing ? listenTo(state, { playing: false }) : state;
}

/** @param {State} state */
export function playOrStop(state) {
  return state.listen.playing ? stop(state) : play(state);
}

/**
 * @param {State} state
 * @param {"notation" | "roll"} look
 */
export function setLook(state, look) {
  return { ...state, look };
}

/**
 * @param {State} state
 * @param {boolean} held
 */
export function hold(state, held) {
  return held === state.held ? state : { ...state, held };
}

/**
 * @param {State} state
 * @param {boolean} showsPoints
 */
export function showPoints(state, showsPoints) {
  return { ...state, showsPoints };
}

/**
 * @param {State} state
 * @param {string} problem
 */
export function complain(state, problem) {
  return { ...state, problem };
}

/**
 * @param {State} state
 * @param {string} notice
 */
export function notify(state, notice) {
  return { ...state, notice };
}

/**
 * @param {State} state
 * @param {Mode | null} waiting
 */
export function wait(state, waiting) {
  return waiting === state.waiting ? state : { ...state, waiting };
}

/** @param {State} state */
export function becomeReady(state) {
  return { ...state, ready: true };
}

/**
 * Show what the worker has computed.
 *
 * @param {State} state
 * @param {Mode} mode
 * @param {Music} music
 */
export function show(state, mode, music) {
  return { ...state, music: { ...state.music, [mode]: music } };
}

/**
 * @param {State} state
 * @param {import("./state.js").Favorite[]} favorites
 */
export function setFavorites(state, favorites) {
  return { ...state, favorites };
}
