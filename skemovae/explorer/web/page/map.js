/**
 * The map of emotions as an instrument: it shows what the state says, and is played by touch, mouse and keys.
 *
 * @typedef {import("./state.js").Store} Store
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Point} Point
 * @typedef {import("./data.js").PageData} PageData
 */

import { Plane } from "../plane/plane.js";
import * as actions from "./actions.js";
import { classAt, frameOf } from "./data.js";
import { drawnPath, pointOfPath } from "./path.js";
import { isMoved, numberText } from "./texts.js";

const STEPS = 30; // presses of an arrow key from the middle of the map to its edge
const TREMBLE = 8; // pixels that a finger may move during a tap

/**
 * Show the map and make it interactive.
 *
 * @param {Store} store
 * @param {PageData} data
 * @param {HTMLElement} element
 */
export function showMap(store, data, element) {
  const plane = new Plane(element);
  const drawStill = () => {
    const { state } = store;
    const shows = state.showsPoints && state.work.mode !== "tune";
    plane.drawStill(frameOf(data, state.work.mode), shows ? data.points : null);
    plane.drawScene(sceneOf(state, data, null));
  };
  new ResizeObserver(drawStill).observe(element);
  store.subscribe((state, before) => {
    if (!before) return;
    const frameChanges = frameOf(data, state.work.mode) !== frameOf(data, before.work.mode);
    if (frameChanges || state.showsPoints !== before.showsPoints) drawStill();
    else if (sceneChanges(state, before)) plane.drawScene(sceneOf(state, data, null));
    if (state.work !== before.work || state.own !== before.own) {
      const at = pointOf(state, data);
      element.setAttribute("aria-label", at ? `Map of emotions, at ${describe(data, state, at)}` : "Map of emotions");
    }
  });
  touch(store, plane, element);
  driveByKeys(store, data, plane, element);
  return {
    /**
     * Show where the music is: a share of the piece that is playing.
     *
     * @param {number | null} share
     */
    showRunning(share) {
      plane.drawScene(sceneOf(store.state, data, share));
    },
  };
}

/** @param {State} state @param {State} before @returns {boolean} */
function sceneChanges(state, before) {
  return state.work !== before.work || state.own !== before.own || state.music !== before.music ||
    state.chosen !== before.chosen || state.listen.original !== before.listen.original;
}

/**
 * The point that the user moves.
 *
 * @param {State} state
 * @param {PageData} data
 * @returns {Point | null}
 */
export function pointOf({ work, own, music, chosen }, data) {
  if (work.mode === "explore") {
    const { at, emotion } = work.explore;
    return at ?? music.explore?.middle ?? data.plane.classes[emotion ?? 0].mean;
  }
  if (work.mode === "piece") return work.piece.path[chosen ?? work.piece.path.length - 1]?.at ?? null;
  if (!own) return null;
  const { at, emotion } = work.tune;
  return at ?? (emotion === null ? own.middle : frameOf(data, "tune").classes[emotion].mean);
}

/**
 * @param {State} state
 * @param {PageData} data
 * @param {number | null} share of a piece that has been played
 * @returns {import("../plane/plane.js").Scene}
 */
function sceneOf(state, data, share) {
  const { work, own, chosen } = state;
  const at = pointOf(state, data);
  const color = at ? classAt(frameOf(data, work.mode), at).color : "none";
  /** @type {import("../plane/plane.js").Scene} */
  const scene = { cursor: null, color, phrases: [], from: null, way: [], handles: [], running: null };
  if (work.mode === "explore") return { ...scene, cursor: at };
  if (work.mode === "piece") {
    const { path } = work.piece;
    const handles = path.map((station, i) => ({ at: station.at, label: String(i + 1), chosen: i === chosen }));
    const running = share === null || !path.length ? null : pointOfPath(path, share);
    return { ...scene, way: path.map((station) => station.at), handles, running };
  }
  if (!own) return scene;
  const phrases = own.places.map((place, i) => ({ at: place, label: String(i + 1) }));
  return { ...scene, phrases, from: isMoved(state) ? own.middle : null, cursor: at };
}

/** @param {PageData} data @param {State} state @param {Point} at @returns {string} */
function describe(data, state, at) {
  const { word } = classAt(frameOf(data, state.work.mode), at);
  return `${word}, valence ${numberText(at[0])}, arousal ${numberText(at[1])}`;
}

/**
 * Touch and mouse: pressing and dragging moves the point. For a piece, dragging draws a new path, wherever it begins,
 * unless it begins on the chosen point, which it moves. A tap chooses a point or adds one.
 *
 * @param {Store} store
 * @param {Plane} plane
 * @param {HTMLElement} element
 */
function touch(store, plane, element) {
  /** @type {Point[] | null} */
  let stroke = null;
  let isStroke = false; // not a tap
  let touched = -1; // the index of the point on which the stroke began
  let begun = [0, 0];
  /** @type {number | null} */
  let pointer = null;
  element.addEventListener("pointerdown", (event) => {
    const { state } = store;
    if (event.button !== 0 || pointer !== null || (state.work.mode === "tune" && !state.own)) return;
    pointer = event.pointerId;
    element.setPointerCapture(pointer);
    store.act(actions.hold, true);
    const at = plane.toPoint(event.clientX, event.clientY);
    if (state.work.mode === "piece") {
      const places = state.work.piece.path.map((station) => station.at);
      [isStroke, begun] = [false, [event.clientX, event.clientY]];
      touched = plane.handleAt(places, event.clientX, event.clientY);
      stroke = touched >= 0 && touched === state.chosen ? null : [at];
      return;
    }
    store.act(actions.movePoint, at);
    if (state.work.mode === "explore" || !state.listen.playing) store.act(actions.play);
  });
  element.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const at = plane.toPoint(event.clientX, event.clientY);
    stroke?.push(at);
    isStroke ||= Math.hypot(event.clientX - begun[0], event.clientY - begun[1]) > TREMBLE;
    if (store.state.work.mode === "piece" && !isStroke) return;
    if (stroke) store.act((state) => actions.setPath({ ...state, chosen: null }, drawnPath(stroke ?? [], plane.frame.limit)));
    else store.act(actions.movePoint, at);
  });
  const end = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    if (store.state.work.mode === "piece" && !isStroke) {
      if (!stroke) store.act(actions.chooseStation, null);
      else if (touched >= 0) store.act(actions.chooseStation, touched);
      else store.act(actions.addStation, stroke[0]);
    }
    stroke = null;
    store.act(actions.hold, false);
    store.act(actions.commit);
  };
  element.addEventListener("pointerup", end);
  element.addEventListener("pointercancel", end);
}

/**
 * Arrow keys move the point; Enter and Delete add and remove points of a path.
 *
 * @param {Store} store
 * @param {PageData} data
 * @param {Plane} plane
 * @param {HTMLElement} element
 */
function driveByKeys(store, data, plane, element) {
  /** @type {{ [key: string]: Point }} */
  const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  element.addEventListener("keydown", (event) => {
    const isPiece = store.state.work.mode === "piece";
    const at = pointOf(store.state, data) ?? (isPiece ? /** @type {Point} */ ([0, 0]) : null);
    if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = directions[event.key];
    if (direction) {
      const step = (plane.frame.limit / STEPS) * (event.shiftKey ? 5 : 1);
      store.act(actions.movePoint, plane.within([at[0] + step * direction[0], at[1] + step * direction[1]]));
      store.act(actions.commit);
      if (!isPiece && !store.state.listen.playing) store.act(actions.play); // as a tap does
    } else if (event.key === "Enter" && isPiece) {
      store.act(actions.addStation, at);
      store.act(actions.commit);
    } else if (event.key === "Enter") {
      store.act(actions.play);
    } else if ((event.key === "Delete" || event.key === "Backspace") && isPiece) {
      store.act(actions.removeStation, store.state.chosen ?? store.state.work.piece.path.length - 1);
    } else {
      return;
    }
    event.preventDefault();
  });
}
