/**
 * The part of the state that is heard and shown as music.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Music} Music
 * @typedef {import("./state.js").Score} Score
 */

import { skyline } from "../music/tokens.js";

/**
 * The music that is heard.
 *
 * @param {State} state
 * @returns {Music | null}
 */
export function heardMusic({ work: { mode, tune, piece }, music, own, listen }) {
  if (mode === "piece" && !piece.path.length) return null;
  if (mode !== "tune") return music[mode];
  const isMoved = tune.at !== null || tune.emotion !== null;
  return own && (listen.original || !isMoved) ? own : music.tune ?? own;
}

/**
 * Whether the music shown is what was last asked for, and not an earlier result.
 *
 * @param {State} state
 * @returns {boolean}
 */
export function isFresh(state) {
  const { mode } = state.work;
  const music = heardMusic(state);
  return music !== null && (music === state.own || music.wish === state.work[mode]);
}

/**
 * The tempo at which a score is played.
 *
 * @param {State} state
 * @param {Score} score
 * @returns {number} quarter notes per minute, at its beginning
 */
export function tempoOf(state, score) {
  return state.listen.tempo ?? writtenTempo(score);
}

/**
 * @param {Score} score
 * @returns {number} quarter notes per minute at its beginning
 */
export function writtenTempo(score) {
  return score.tempos.length ? score.tempos[0].qpm : 120;
}

/**
 * A score at the tempo at which it is played. Its tempo changes keep their proportions.
 *
 * @param {State} state
 * @param {Score} score
 * @returns {Score}
 */
export function atTempo(state, score) {
  const factor = tempoOf(state, score) / writtenTempo(score);
  if (factor === 1) return score;
  const tempos = score.tempos.length ? score.tempos : [{ time: 0, qpm: 120 }];
  return { ...score, tempos: tempos.map(({ time, qpm }) => ({ time, qpm: qpm * factor })) };
}

/**
 * The melody of some music as one voice, for notation: the highest of the notes that begin together.
 *
 * @param {Music} music
 * @returns {import("../score/melody.js").Melody}
 */
export function melodyOf({ score, track }) {
  const { resolution, keySignatures, timeSignatures, barlines } = score;
  const spans = (score.tracks[track]?.notes ?? []).map(({ time, duration, pitch }) => (
    { start: time, end: time + duration, pitch }
  ));
  const notes = skyline(spans.sort((a, b) => a.start - b.start)).filter(({ start, end }) => end > start);
  return {
    notes: notes.map(({ start, end, pitch }) => ({ onset: start, length: end - start, pitch })),
    resolution, keySignatures, timeSignatures, barlines,
  };
}

/**
 * What the player plays: all voices except drums, the melody slightly louder. What the networks write ends with its
 * last bar; a piece that is still being written ends where it will end when it is complete.
 *
 * @param {Music} music
 * @returns {import("../sound/player.js").Tune}
 */
export function tuneOf({ score, track, end }) {
  let last = 1;
  const parts = score.tracks.flatMap(({ isDrum, notes }, i) => {
    for (const { time, duration } of notes) last = Math.max(last, time + duration);
    if (isDrum || !notes.length) return [];
    const played = notes.map(({ time, duration, pitch, velocity }) => (
      { onset: time, length: duration, pitch, velocity }
    ));
    return [{ notes: played, volume: i === track ? 1 : 0.7 }];
  });
  return { parts, resolution: score.resolution, end: end ?? last };
}
