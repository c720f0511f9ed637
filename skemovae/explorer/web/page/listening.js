/**
 * The player: it plays the music, continues at the same place if the music changes, and shows the place.
 *
 * @typedef {import("./state.js").Store} Store
 * @typedef {import("./state.js").State} State
 */

import { Player } from "../sound/player.js";
import { TIMBRES } from "../sound/timbres.js";
import * as actions from "./actions.js";
import { byId, field, fill, make, onClick, press, write } from "./elements.js";
import { heardMusic, isFresh, tempoOf, tuneOf } from "./heard.js";

/**
 * @param {Store} store
 * @param {(step: number | null, share: number | null) => void} showPlace called for each frame while music plays, and
 *   with null when it stops
 * @returns {{ playFrom: (share: number) => void }}
 */
export function showPlayer(store, showPlace) {
  const player = new Player();
  const listening = new Listening(store, player, showPlace);
  takeControls(store);
  store.subscribe((state) => {
    showControls(state);
    listening.follow(state); // last, because it may act
  });
  field("progress").addEventListener("input", () => listening.moveTo(Number(field("progress").value) / 1000));
  return { playFrom: (share) => listening.playFrom(share) };
}

class Listening {
  /**
   * @param {Store} store
   * @param {Player} player
   * @param {(step: number | null, share: number | null) => void} showPlace
   */
  constructor(store, player, showPlace) {
    this.store = store;
    this.player = player;
    this.showPlace = showPlace;
    this.begun = 0; // the last value of `begun` that was acted on
    this.start = 0; // share of the music from which to begin
    this.picture = 0; // the id of the next animation frame
    /** @type {import("./state.js").Music | null} */
    this.music = null;
    player.onEnd = () => this.end();
  }

  /**
   * Do what the state asks for.
   *
   * @param {State} state
   */
  follow(state) {
    const { player } = this;
    const { listen } = state;
    const music = heardMusic(state);
    if (listen.looping !== player.loop) player.setLoop(listen.looping);
    if (listen.volume !== player.volume) player.setVolume(listen.volume);
    if (listen.timbre !== player.timbre) player.setTimbre(listen.timbre);
    if (music !== this.music) this.change(music);
    if (music) {
      const tempo = tempoOf(state, music.score);
      if (tempo !== player.qpm) player.setTempo(tempo);
    }
    if (!listen.playing) {
      this.begun = listen.begun;
      if (player.playing) player.stop();
    } else if (listen.begun !== this.begun && isFresh(state) && music) {
      this.begun = listen.begun;
      this.begin(music, this.start);
      this.start = 0;
    }
  }

  /**
   * Continue with other music at the same bar or, if its tempo has changed, at the same share of it.
   *
   * @param {import("./state.js").Music | null} music
   */
  change(music) {
    const before = this.music;
    this.music = music;
    if (!music || !before || !this.player.playing) return;
    const [tune, old] = [tuneOf(music), tuneOf(before)];
    const factor = (tune.end / tune.resolution) / (old.end / old.resolution);
    if (Math.abs(Math.log2(factor)) < 0.4) this.player.change(tune);
    else this.begin(music, (this.player.position() ?? 0) / old.end);
  }

  /**
   * @param {import("./state.js").Music} music
   * @param {number} share of the music, from which to play
   */
  begin(music, share) {
    const tune = tuneOf(music);
    if (!tune.parts.some(({ notes }) => notes.length)) {
      this.store.act(actions.stop);
      return;
    }
    this.player.play(tune, share * tune.end);
    this.watch();
  }

  /** The music has ended or was stopped. */
  end() {
    const { state } = this.store;
    this.showPlace(null, null);
    showProgress(0, "");
    if (!state.listen.playing) return;
    const isDragged = state.held && state.work.mode === "explore"; // it keeps playing during the drag
    this.store.act(isDragged ? actions.play : actions.stop);
  }

  /** Show where the music is, in each animation frame. */
  watch() {
    cancelAnimationFrame(this.picture);
    if (!this.player.playing || !this.player.tune) return;
    const { end, resolution } = this.player.tune;
    const step = this.player.position();
    if (step !== null) {
      const share = Math.min(step / end, 1);
      this.showPlace(step, share);
      showProgress(share, timeText((step / resolution) * (60 / this.player.qpm)));
    }
    this.picture = requestAnimationFrame(() => this.watch());
  }

  /** @param {number} share */
  playFrom(share) {
    this.start = share;
    this.store.act(actions.play);
  }

  /** @param {number} share */
  moveTo(share) {
    if (this.store.state.listen.playing) this.playFrom(share);
    else this.start = share;
  }
}

/** @param {Store} store */
function takeControls(store) {
  const names = Object.entries(TIMBRES);
  byId("timbre").replaceChildren(...names.map(([name, { label }]) => make("option", label, { value: name })));
  onClick("play", () => store.act(actions.playOrStop));
  onClick("loop", () => store.act((state) => actions.listenTo(state, { looping: !state.listen.looping })));
  onClick("sound", () => {
    const isOpen = document.querySelector(".dock")?.classList.toggle("open") ?? false;
    byId("sound").setAttribute("aria-expanded", String(isOpen));
  });
  field("tempo").addEventListener("input", () => (
    store.act(actions.listenTo, { tempo: Number(field("tempo").value) })
  ));
  field("volume").addEventListener("input", () => (
    store.act(actions.listenTo, { volume: Number(field("volume").value) / 100 })
  ));
  field("timbre").addEventListener("change", () => store.act(actions.listenTo, { timbre: field("timbre").value }));
}

/** @param {State} state @returns {boolean} whether there will be music without further action by the user */
function isAnswered({ work: { mode, piece } }) {
  return mode === "explore" || (mode === "piece" && piece.path.length > 0);
}

/** @param {State} state */
function showControls(state) {
  const { listen } = state;
  const music = heardMusic(state);
  const isSilent = !music?.score.tracks.some(({ notes }) => notes.length);
  field("play").disabled = isSilent && !listen.playing && !isAnswered(state);
  write("play-text", listen.playing ? "Stop" : "Play");
  byId("play-icon").setAttribute("href", listen.playing ? "#icon-stop" : "#icon-play");
  press("loop", listen.looping);
  const tempo = music ? Math.round(tempoOf(state, music.score)) : 120;
  fill("tempo", tempo);
  write("tempo-shown", String(tempo));
  fill("volume", Math.round(100 * listen.volume));
  fill("timbre", listen.timbre);
}

/** @param {number} share @param {string} time */
function showProgress(share, time) {
  const progress = field("progress");
  progress.value = String(Math.round(1000 * share));
  progress.setAttribute("aria-valuetext", `${Math.round(100 * share)} percent`);
  write("clock", time);
}

/** @param {number} seconds @returns {string} */
function timeText(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
