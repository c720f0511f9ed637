// What the user does: pointer, keyboard, fields.

function drawNew(teller, seed = nextSeed) {
  nextSeed = seed + 1 < data.first_seed + drawsOfEach ? seed + 1 : data.first_seed;
  choose(drawnMelody(teller, seed), { play: true });
}

function setMode(wanted) {
  mode = wanted;
  byId("mode-point").setAttribute("aria-pressed", String(mode === "point"));
  byId("mode-path").setAttribute("aria-pressed", String(mode === "path"));
  byId("clear").hidden = mode !== "path";
  clearPath();
}

function clearPath() {
  line = [];
  if (melody.kind === "path") player.stop();
  choose(melody.kind === "path" ? pointMelody(snap(melody.bars[0].place)) : melody);
}

function addCorner(point) {
  cursor = point;
  line = [...line, point];
  choose(pathMelody(line));
}

function listenToPointer() {
  const element = byId("plane");
  let pressed = null; // while the button is down: where it went down, whether it has moved, and along which line
  const place = (event) => plane.toPoint(event.clientX, event.clientY);
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    element.setPointerCapture(event.pointerId);
    pressed = { x: event.clientX, y: event.clientY, moved: false, stroke: [place(event)] };
    if (mode === "point") choose(pointMelody(snap(place(event))));
  });
  element.addEventListener("pointermove", (event) => {
    if (!pressed) {
      if (event.pointerType === "mouse" && mode === "point" && !player.playing) hover(place(event));
      return;
    }
    if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > 6) pressed.moved = true;
    if (!pressed.moved) return;
    if (mode === "point") {
      choose(pointMelody(snap(place(event))));
    } else {
      pressed.stroke.push(place(event));
      line = pressed.stroke;
      plane.update({ line, bars: [] });
    }
  });
  element.addEventListener("pointerup", (event) => {
    if (!pressed) return;
    const { moved, stroke } = pressed;
    pressed = null;
    if (mode === "point") {
      if (!moved || !player.playing) choose(pointMelody(snap(place(event))), { play: true });
    } else if (moved) {
      line = stroke;
      cursor = stroke[stroke.length - 1];
      choose(pathMelody(line), { play: true });
    } else {
      player.stop();
      addCorner(place(event));
    }
  });
  element.addEventListener("pointercancel", () => {
    pressed = null;
  });
  element.addEventListener("pointerleave", () => {
    if (!pressed && !player.playing) show(melody);
  });
}

function hover(point) {
  const shown = pointMelody(snap(point));
  show(shown, shown.place);
}

function listenToKeys() {
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  byId("plane").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const digit = Number(event.key) - 1;
    if (moves[event.key]) moveBy(...moves[event.key].map((d) => (event.shiftKey ? 5 * d : d)));
    else if (event.key === " " && mode === "path") addCorner(cursor);
    else if (event.key === " " || event.key === "Enter") togglePlay();
    else if (event.key === "Escape" && (line.length || player.playing)) {
      if (player.playing) player.stop();
      else clearPath();
    } else if (event.key === "Backspace" && line.length) {
      line = line.slice(0, -1);
      if (line.length) choose(pathMelody(line));
      else clearPath();
    } else if (trained[digit] !== undefined && event.key.trim()) drawNew(trained[digit]);
    else return;
    event.preventDefault();
  });
}

function moveBy(columns, rows) {
  const [column, row] = snap(cursor);
  const within = (i) => Math.max(0, Math.min(data.axis.length - 1, i));
  const next = pointMelody([within(column + columns), within(row + rows)]);
  if (line.length) { // to the next corner; the path stays what is heard
    cursor = next.place;
    plane.update({ cursor, colour: data.classes[next.teller].colour, line, bars: line });
    announce(next);
  } else {
    choose(next);
  }
}

function listenToFields() {
  byId("mode-point").addEventListener("click", () => setMode("point"));
  byId("mode-path").addEventListener("click", () => setMode("path"));
  byId("clear").addEventListener("click", clearPath);
  byId("shade").addEventListener("change", shade);
  byId("play").addEventListener("click", togglePlay);
  byId("loop").addEventListener("click", () => {
    player.loop = !player.loop;
    byId("loop").setAttribute("aria-pressed", String(player.loop));
  });
  byId("midi").addEventListener("click", download);
  byId("told").addEventListener("change", () => {
    if (melody.kind === "path") choose(pathMelody(line));
    else choose(pointMelody(snap(melody.place)));
  });
  for (const id of ["valence", "arousal"]) {
    byId(id).addEventListener("change", () => {
      const typed = ["valence", "arousal"].map((name) => byId(name).valueAsNumber);
      if (typed.every(Number.isFinite)) choose(pointMelody(snap(typed)));
      else show(melody);
    });
  }
  byId("seed").addEventListener("change", () => {
    const typed = byId("seed").valueAsNumber;
    const last = data.first_seed + drawsOfEach - 1;
    if (!Number.isFinite(typed)) return show(melody);
    const seed = Math.max(data.first_seed, Math.min(last, Math.round(typed)));
    return drawNew(melody.teller, seed);
  });
}

function download() {
  const bytes = midiOf(melody.tokens, data.resolution, melody.kind === "path" ? "Path" : titleOf(melody));
  const address = URL.createObjectURL(new Blob([bytes], { type: "audio/midi" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileNameOf(melody);
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
