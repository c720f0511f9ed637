/**
 * The start of the page: it reads its data, makes its views, and starts the thread that runs the networks.
 */

import { Client } from "./client.js";
import { becomeReady, complain } from "./page/actions.js";
import { computeOn } from "./page/compute.js";
import { showControls } from "./page/controls.js";
import { firstState } from "./page/data.js";
import { showDetails } from "./page/details.js";
import { openDialog, openLink, showDialogs } from "./page/dialogs.js";
import { byId } from "./page/elements.js";
import { listenToKeys } from "./page/keys.js";
import { showPlayer } from "./page/listening.js";
import { showMap } from "./page/map.js";
import { markPhrase, showPiecePanel } from "./page/piecePanel.js";
import { showSaving } from "./page/saving.js";
import { showSheets } from "./page/sheets.js";
import { Store } from "./page/state.js";
import { compare, showTunePanel } from "./page/tunePanel.js";

/** Make the page. */
async function begin() {
  performance.mark("skemovae:begin");
  const data = JSON.parse(byId("data").textContent ?? "");
  const client = new Client(JSON.parse(byId("worker").textContent ?? ""));
  for (const id of ["data", "worker"]) byId(id).remove(); // megabytes of text
  const store = new Store(firstState(data));
  showControls(store, data);
  const map = showMap(store, data, byId("plane"));
  const sheets = showSheets(store, data);
  const { playFrom } = showPlayer(store, (step, share) => {
    sheets.mark(step);
    if (store.state.work.mode === "piece" || share === null) {
      map.showRunning(share);
      markPhrase(share);
    }
  });
  showTunePanel(store, client);
  showPiecePanel(store, data, playFrom);
  showDetails(store, data);
  showSaving(store, data, client);
  showDialogs(store, data);
  listenToKeys(store, data, {
    compare: () => store.act(compare),
    help: () => openDialog("help"),
    favorites: () => openDialog("favorites"),
  });
  computeOn(store, client);
  try {
    await client.ask("furnish", data.writer, data.editor);
    delete data.writer.bytes;
    if (data.editor) delete data.editor.bytes;
    store.act(becomeReady);
    openLink(store, data);
    addEventListener("hashchange", () => openLink(store, data));
  } catch (error) {
    store.act(complain, error instanceof Error ? error.message : String(error));
  }
  document.documentElement.dataset.ready = "";
  performance.mark("skemovae:ready");
  performance.measure("skemovae:start", "skemovae:begin", "skemovae:ready");
}

begin();
