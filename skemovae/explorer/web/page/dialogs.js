/**
 * The dialogs that open over the page: help, the link, favorites.
 *
 * @typedef {import("./state.js").Store} Store
 * @typedef {import("./data.js").PageData} PageData
 */

import * as actions from "./actions.js";
import { byId, field, make, onClick, write } from "./elements.js";
import { KEYS } from "./keys.js";
import { fragmentOf, workOf } from "./share.js";
import { titleOf } from "./texts.js";

/**
 * @param {string} id of the dialog
 */
export function openDialog(id) {
  const dialog = /** @type {HTMLDialogElement} */ (byId(`${id}-dialog`));
  if (!dialog.open) dialog.showModal();
}

/**
 * @param {Store} store
 * @param {PageData} data
 */
export function showDialogs(store, data) {
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close(); // a click outside the dialog
    });
  }
  onClick("help", () => openDialog("help"));
  byId("keys").replaceChildren(...KEYS.flatMap(([keys, meaning]) => {
    const term = make("dt");
    for (const key of keys) term.append(make("kbd", key), " ");
    return [term, make("dd", meaning)];
  }));
  showShare(store, data);
  showFavorites(store, data);
}

/**
 * What a link to this page may contain.
 *
 * @param {PageData} data
 */
export function capacityOf(data) {
  const limit = Math.max(data.plane.limit, data.tune_plane?.limit ?? 0);
  return { nClasses: data.plane.classes.length, limit, pieces: data.pieces, tunes: data.editor !== null };
}

/**
 * Open the work in the page's address.
 *
 * @param {Store} store
 * @param {PageData} data
 */
export function openLink(store, data) {
  const found = workOf(location.hash, data.digest, store.state.work, capacityOf(data));
  if (!found) return;
  if ("problem" in found) store.act(actions.complain, found.problem);
  else store.act(actions.recall, found.work, found.tempo, found.timbre);
}

/** @param {Store} store @param {PageData} data */
function showShare(store, data) {
  const link = field("link");
  onClick("share", () => {
    const { work, own, listen } = store.state;
    const fragment = fragmentOf(work, data.digest, listen.tempo, listen.timbre);
    link.value = `${location.href.replace(/#.*/, "")}#${fragment}`;
    const isFile = work.mode === "tune" && own !== null && !work.tune.sample;
    write("share-text", isFile
      ? "Opened with this page, the link moves a tune to the same place. It does not contain your file: choose one there."
      : "Opened with this page, the link brings back what you hear.");
    openDialog("share");
    link.select();
  });
  onClick("copy", async () => {
    link.select();
    try {
      await navigator.clipboard.writeText(link.value);
      store.act(actions.notify, "The link is copied.");
    } catch {
      store.act(actions.notify, "Press Ctrl+C or hold the text to copy the link."); // it is selected
    }
  });
}

/** @param {Store} store @param {PageData} data */
function showFavorites(store, data) {
  const shelf = `skemovae:${data.digest}`;
  store.act(actions.setFavorites, readFavorites(shelf, store, data));
  const save = (/** @type {import("./state.js").Favorite[]} */ favorites) => {
    store.act(actions.setFavorites, favorites);
    try {
      const links = favorites.map(({ title, work, tempo, timbre }) => (
        [title, fragmentOf(work, data.digest, tempo, timbre), work.mode === "tune" ? work.tune.file : null]
      ));
      localStorage.setItem(shelf, JSON.stringify(links));
    } catch {
      // this browser stores nothing for the page; the favorites last only while the page is open
    }
  };
  const dialog = /** @type {HTMLDialogElement} */ (byId("favorites-dialog"));
  onClick("favorites", () => openDialog("favorites"));
  onClick("keep", () => {
    const { work, listen, favorites } = store.state;
    if (favorites.some((favorite) => favorite.work === work)) return;
    const seed = work.mode === "explore" && work.explore.at === null ? ` ${work.explore.seed}` : "";
    save([...favorites, { title: titleOf(store.state, data) + seed, work, tempo: listen.tempo, timbre: listen.timbre }]);
  });
  store.subscribe((state, before) => {
    if (state.favorites === before?.favorites) return;
    const { favorites } = state;
    write("favorites-text", favorites.length ? "" : "None yet. What you keep is listed here.");
    byId("favorites-list").replaceChildren(...favorites.map((favorite, i) => {
      const entry = make("li");
      const open = make("button", favorite.title, { type: "button", title: favorite.title });
      open.addEventListener("click", () => {
        store.act(actions.recall, favorite.work, favorite.tempo, favorite.timbre);
        store.act(actions.play);
        if (store.state.problem) dialog.close(); // it would cover the problem's message
      });
      const remove = make("button", "Remove", { type: "button", "aria-label": `Remove ${favorite.title}` });
      remove.addEventListener("click", () => save(favorites.filter((_, k) => k !== i)));
      entry.append(open, remove);
      return entry;
    }));
  });
}

/**
 * @param {string} shelf
 * @param {Store} store
 * @param {PageData} data
 * @returns {import("./state.js").Favorite[]}
 */
function readFavorites(shelf, store, data) {
  try {
    const links = JSON.parse(localStorage.getItem(shelf) ?? "[]");
    return links.flatMap((/** @type {[string, string, string | null]} */ [title, fragment, file]) => {
      const found = workOf(fragment, data.digest, store.state.work, capacityOf(data));
      if (!found || !("work" in found)) return [];
      if (typeof file === "string") found.work.tune = { ...found.work.tune, file };
      return [{ title: String(title), ...found }];
    });
  } catch {
    return [];
  }
}
