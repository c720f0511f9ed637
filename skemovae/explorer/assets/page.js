// The page: its state and what is shown. Texts become text nodes, never HTML: labels may hold anything.

let plane, roll, player, frame;
let melody = null; // the chosen one
let mode = "point";
let line = []; // of the path, [[valence, arousal], ...]
let nextSeed = data.first_seed;
let cursor = [0, 0]; // where the arrow keys go on from

function show(shown, ghost = null) {
  const colours = shown.bars.map(({ teller }) => data.classes[teller].colour);
  roll.show(shown.tokens, stepsABar, colours);
  byId("python").textContent = pythonOf(shown);
  const silent = !notesOf(shown.tokens).length;
  byId("play").disabled = byId("midi").disabled = silent;
  showPlace(shown, shown === melody ? barAt(player.position()) : 0, ghost);
}

function showPlace(shown, bar, ghost = null) {
  const c = data.classes[shown.bars[bar].teller];
  byId("title").textContent = titleOf(shown, bar);
  byId("origin").textContent = originOf(shown, bar);
  byId("roll").setAttribute("aria-label", `Piano roll: ${titleOf(shown, bar)}, ${originOf(shown, bar)}`);
  const sign = byId("sign").firstElementChild;
  sign.setAttribute("d", markerPath(c.marker, 0, 0, 9));
  sign.setAttribute("fill", c.colour);
  byId("valence").value = shown.bars[bar].place[0].toFixed(decimals);
  byId("arousal").value = shown.bars[bar].place[1].toFixed(decimals);
  byId("seed").value = shown.kind === "drawn" ? shown.seed : "";
  const chosen = melody.bars[melody === shown ? bar : 0]; // the mouse may show another one
  plane.update({
    cursor: chosen.place,
    colour: data.classes[chosen.teller].colour,
    ghost,
    line,
    bars: melody.bars.map(({ place }) => place),
  });
}

function announce(shown) {
  byId("status").textContent = `${titleOf(shown)}, ${originOf(shown)}`;
}

// Make a melody the chosen one; what plays goes on with it if it is as long, or begins anew.
function choose(chosen, { play = false } = {}) {
  melody = chosen;
  if (chosen.kind !== "path") {
    line = [];
    cursor = chosen.place;
  }
  if (play) {
    start();
  } else if (player.playing) {
    if (player.tokens.length === chosen.tokens.length) player.change(chosen.tokens);
    else player.stop();
  }
  show(chosen);
  announce(chosen);
}

function start() {
  if (!notesOf(melody.tokens).length) {
    player.stop();
    return;
  }
  player.play(melody.tokens).catch((error) => complain(`This browser plays no sound: ${error.message}`));
  showTransport();
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(() => follow(null));
}

// Show where the music is, as long as it plays.
function follow(lastBar) {
  if (!player.playing) return;
  const position = player.position();
  roll.mark(position);
  const bar = barAt(position);
  if (melody.kind === "path" && bar !== lastBar) showPlace(melody, bar);
  frame = requestAnimationFrame(() => follow(bar));
}

function barAt(position) {
  return Math.min(Math.floor((position || 0) / stepsABar), melody.bars.length - 1);
}

function complain(text) {
  byId("notice").hidden = false;
  byId("notice").textContent = text;
}

function showTransport() {
  byId("play").lastElementChild.textContent = player.playing ? "Stop" : "Play";
  byId("play").querySelector("path").setAttribute("d", player.playing ? "M3 3h10v10H3z" : "M4 2l10 6-10 6z");
}

function togglePlay() {
  if (player.playing) player.stop();
  else {
    start();
    show(melody); // instead of one under the mouse
  }
}

function shade() {
  const measure = MEASURES[byId("shade").value];
  byId("scale").hidden = plane.canvas.hidden = !measure;
  if (!measure) return;
  const values = Array.from(told, (teller, cell) => measure.of(gridTokens(cell, teller), data.resolution));
  const limits = plane.shade(values, measure.signed);
  byId("scale").classList.toggle("signed", measure.signed);
  const [low, high] = limits || [0, 0];
  const text = (value) => (measure === MEASURES.height ? pitchName(Math.round(value)) : signed(Number(value.toFixed(1))));
  byId("scale").firstElementChild.textContent = text(low);
  byId("scale").lastElementChild.textContent = text(high);
}

function fillForms() {
  const option = (select, value, text) => select.append(new Option(text, value));
  option(byId("told"), "", "its place’s emotion");
  for (const i of trained) option(byId("told"), String(i), data.classes[i].name);
  byId("told-label").hidden = !data.told_counts;
  option(byId("shade"), "", "none");
  for (const [name, { text }] of Object.entries(MEASURES)) option(byId("shade"), name, text);
  byId("shade").value = "density";
  for (const id of ["valence", "arousal"]) {
    Object.assign(byId(id), { min: -limit, max: limit, step: gridStep.toFixed(decimals) });
  }
  const last = data.first_seed + drawsOfEach - 1;
  Object.assign(byId("seed"), { min: data.first_seed, max: last, title: `${data.first_seed} to ${last}` });
  for (const i of trained) {
    const { button, colour, marker } = data.classes[i];
    const element = document.createElement("button");
    element.type = "button";
    element.style.setProperty("--colour", colour);
    const sign = draw(element, "svg", { viewBox: "-12 -12 24 24", "aria-hidden": "true" });
    draw(sign, "path", { d: markerPath(marker, 0, 0, 9), fill: colour });
    const name = document.createElement("bdi");
    name.textContent = button;
    element.append(name);
    element.addEventListener("click", () => drawNew(i));
    byId("draws").append(element);
  }
}

function resize() {
  plane.resize();
  if (melody) show(melody);
}

async function main() {
  await unpack();
  const count = data.points.places.length;
  byId("about").firstElementChild.textContent =
    `${count ? `${count} melodies and the` : "The"} places of ${trained.length} emotions as a model learnt them. `;
  plane = new Plane(byId("plane"), data);
  roll = new Roll(byId("roll"), ...usualPitches());
  player = new Player(MICROSECONDS_A_QUARTER / 1e6 / data.resolution, () => {
    showTransport();
    roll.mark(null);
  });
  fillForms();
  plane.resize();
  shade();
  listenToPointer();
  listenToKeys();
  listenToFields();
  showTransport();
  choose(pointMelody(snap(data.classes[trained[0]].mean)));
  const observer = new ResizeObserver(resize);
  for (const id of ["plane", "roll"]) observer.observe(byId(id));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", shade);
  document.documentElement.dataset.ready = "true";
}

main().catch((error) => {
  const old = typeof DecompressionStream === "undefined";
  complain(old ? "This page needs a browser of 2023 or later." : `This page has failed: ${error.message}`);
});
