/**
 * Saves the music as a file: MIDI, MusicXML or WAV.
 *
 * @typedef {import("./state.js").Store} Store
 * @typedef {import("./data.js").PageData} PageData
 */

import { timbreOf } from "../sound/timbres.js";
import * as actions from "./actions.js";
import { field, onClick } from "./elements.js";
import { atTempo, heardMusic } from "./heard.js";
import { fileName, titleOf } from "./texts.js";

const KINDS = /** @type {const} */ ({
  midi: ["mid", "audio/midi"],
  musicxml: ["musicxml", "application/vnd.recordare.musicxml+xml"],
  wav: ["wav", "audio/wav"],
});

/**
 * @param {Store} store
 * @param {PageData} data
 * @param {import("../client.js").Client} client
 */
export function showSaving(store, data, client) {
  for (const kind of /** @type {("midi" | "musicxml" | "wav")[]} */ (Object.keys(KINDS))) {
    onClick(`save-${kind}`, () => save(store, data, client, kind));
  }
  store.subscribe((state) => {
    const isSilent = !heardMusic(state)?.score.tracks.some(({ notes }) => notes.length);
    for (const kind of Object.keys(KINDS)) field(`save-${kind}`).disabled = isSilent;
  });
}

/**
 * Tracks with the program of the chosen instrument, for music that the page writes; a user's tune keeps its own.
 *
 * @param {import("../music/score.js").Track[]} tracks
 * @param {string} timbre
 */
function withProgram(tracks, timbre) {
  const { program } = timbreOf(timbre);
  return tracks.map((track) => ({ ...track, program }));
}

/**
 * @param {Store} store
 * @param {PageData} data
 * @param {import("../client.js").Client} client
 * @param {"midi" | "musicxml" | "wav"} kind
 */
async function save(store, data, client, kind) {
  const { state } = store;
  const music = heardMusic(state);
  if (!music) return;
  const [ending, type] = KINDS[kind];
  const name = fileName(state, data, ending);
  const score = {
    ...atTempo(state, music.score),
    title: music.score.title ?? titleOf(state, data),
    ...(state.work.mode !== "tune" && { tracks: withProgram(music.score.tracks, state.listen.timbre) }),
  };
  if (kind === "wav") store.act(actions.notify, "Writing the sound…");
  try {
    const content = await client.ask("save", score, kind, state.listen.timbre);
    const address = URL.createObjectURL(new Blob([content], { type }));
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    store.act(actions.notify, `Saved as ${name}.`);
  } catch (error) {
    store.act(actions.complain, error instanceof Error ? error.message : String(error));
  }
}
