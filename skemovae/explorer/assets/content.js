// What the page holds: the melodies of the grid and the drawn ones, and how they are called.

const byId = (id) => document.getElementById(id);
const signed = (number) => String(number).replace("-", "−");

const data = JSON.parse(byId("data").textContent);
const stepsABar = Math.min(4 * data.resolution, data.n_steps);
const limit = data.axis[data.axis.length - 1];
const gridStep = data.axis[1] - data.axis[0];
const decimals = Math.max(0, ...data.axis.map((value) => (String(value).split(".")[1] || "").length));
const trained = data.classes.map((c, i) => (c.trained ? i : -1)).filter((i) => i >= 0);
const drawsOfEach = data.drawn.places[0].length;

let grid, told, drawn; // bytes: tokens of the grid's layers, class that each point tells, tokens of the drawn melodies

async function unpack() {
  grid = new Uint8Array(await inflate(data.layers.tokens));
  told = new Uint16Array(await inflate(data.told));
  drawn = new Uint8Array(await inflate(data.drawn.tokens));
}

async function inflate(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

// Return the range of all but the rarest pitches; the roll keeps to it, so that melodies can be compared.
function usualPitches() {
  const counts = new Array(HOLD + 1).fill(0);
  for (const tokens of [grid, drawn]) for (const token of tokens) counts[token] += 1;
  const total = counts.slice(0, REST).reduce((a, b) => a + b, 0);
  if (!total) return [60, 72];
  const rare = total / 200;
  let [low, high, below, above] = [0, REST - 1, counts[0], counts[REST - 1]];
  while (below <= rare) below += counts[(low += 1)];
  while (above <= rare) above += counts[(high -= 1)];
  return [low, high];
}

function snap([valence, arousal]) {
  const index = (value) => Math.round((value - data.axis[0]) / gridStep);
  const within = (i) => Math.max(0, Math.min(data.axis.length - 1, i));
  return [within(index(valence)), within(index(arousal))];
}

function gridTokens(cell, teller) {
  const layer = Math.max(0, data.layers.classes.indexOf(teller)); // one layer where the decoder is told nothing
  const start = (layer * data.axis.length ** 2 + cell) * data.n_steps;
  return grid.subarray(start, start + data.n_steps);
}

// Return the class that the user wants the decoder to be told everywhere, or null for what the estimator tells it.
function wantedTeller() {
  return byId("told").value === "" ? null : Number(byId("told").value);
}

function pointMelody([column, row]) {
  const cell = row * data.axis.length + column;
  const teller = wantedTeller() ?? told[cell];
  const place = [data.axis[column], data.axis[row]];
  return { kind: "point", place, column, row, teller, tokens: gridTokens(cell, teller), bars: [{ place, teller }] };
}

function drawnMelody(teller, seed) {
  const [i, k] = [data.drawn.classes.indexOf(teller), seed - data.first_seed];
  const start = (i * drawsOfEach + k) * data.n_steps;
  const place = data.drawn.places[i][k];
  const tokens = drawn.subarray(start, start + data.n_steps);
  return { kind: "drawn", place, teller, seed, tokens, bars: [{ place, teller }] };
}

// Bar k of the path is bar k of the melody at its point, so that the phrase goes on while the emotion changes.
function pathMelody(corners) {
  const barsOfMelody = Math.max(1, Math.floor(data.n_steps / stepsABar));
  const phrases = Math.max(1, Math.min(4, Math.round(lengthOfLine(corners) / limit)));
  const bars = alongLine(corners, 4 * phrases).map((point) => pointMelody(snap(point)));
  const tokens = bars.flatMap((bar, k) => {
    const start = (k % barsOfMelody) * stepsABar;
    return partOf(bar.tokens, start, start + stepsABar);
  });
  return { kind: "path", tokens, bars, place: bars[0].place, teller: bars[0].teller };
}

function quadrantOf([valence, arousal]) {
  return data.quadrants.findIndex(([, right, up]) => right === valence >= 0 && up === arousal >= 0);
}

function nameOfPlace({ place, teller }) {
  if (data.own_classes) return `${data.classes[teller].name} (${data.quadrants[quadrantOf(place)][0]})`;
  const quadrant = quadrantOf(place);
  const name = data.quadrants[quadrant][0];
  return quadrant === teller || !data.told_counts ? name : `${name}, told ${data.classes[teller].name}`;
}

function titleOf(shown, bar = 0) {
  if (shown.kind === "drawn") return `${data.classes[shown.teller].name}, seed ${shown.seed}`;
  if (shown.kind === "path") return `Path, bar ${bar + 1} of ${shown.bars.length}: ${nameOfPlace(shown.bars[bar])}`;
  return nameOfPlace(shown);
}

function originOf(shown, bar = 0) {
  const [valence, arousal] = shown.bars[bar].place.map((value) => signed(value.toFixed(decimals)));
  const count = notesOf(shown.tokens).length;
  return `valence ${valence}, arousal ${arousal}, ${count} note${count === 1 ? "" : "s"}`;
}

function pythonOf(shown) {
  if (shown.kind === "drawn") {
    const label = data.classes[shown.teller].python;
    return `model.sample(emotion=${label}, temperature=${data.temperature}, random_state=${shown.seed})`;
  }
  const further = Array(data.n_components - 2).fill(0);
  const points = shown.bars.map(({ place }) => `[${[...place, ...further].join(", ")}]`).join(", ");
  const wanted = wantedTeller();
  const labels = shown.bars.map(() => data.classes[wanted]?.python).join(", ");
  const label = wanted === null ? "" : `, emotion=[${labels}]`;
  return `model.inverse_transform([${points}]${label})${shown.kind === "path" ? "  # bar k of row k" : ""}`;
}

function fileNameOf(shown) {
  const parts = { drawn: [data.classes[shown.teller].button, "seed", shown.seed], path: ["path"] };
  const words = parts[shown.kind] || ["valence", shown.place[0], "arousal", shown.place[1]];
  return `${words.join("_").replace(/[^\p{L}\p{N}_.+-]/gu, "-").slice(0, 80)}.mid`;
}
