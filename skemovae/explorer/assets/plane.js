// The plane: shading, places of the emotions, training points, the cursor and a path, as one SVG over a canvas.

const SVG = "http://www.w3.org/2000/svg";

// Return a new SVG element with attributes, as the last child of a parent.
function draw(parent, name, attributes = {}, text = null) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== null) element.textContent = text;
  parent.append(element);
  return element;
}

// Return the outline of a marker, named as Matplotlib names them, around a point.
function markerPath(marker, x, y, r) {
  const polygon = (points) => `M${points.map(([dx, dy]) => `${round(x + r * dx)} ${round(y + r * dy)}`).join("L")}Z`;
  const corners = (n, turn, radii) =>
    Array.from({ length: n }, (_, i) => {
      const angle = turn + (2 * Math.PI * i) / n;
      return [radii[i % radii.length] * Math.sin(angle), -radii[i % radii.length] * Math.cos(angle)];
    });
  const third = 0.36;
  const plus = [[-third, -1], [third, -1], [third, -third], [1, -third], [1, third], [third, third]];
  plus.push([third, 1], [-third, 1], [-third, third], [-1, third], [-1, -third], [-third, -third]);
  const shapes = {
    "^": () => polygon([[0, -1.1], [1.05, 0.85], [-1.05, 0.85]]),
    v: () => polygon([[0, 1.1], [1.05, -0.85], [-1.05, -0.85]]),
    s: () => polygon([[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]]),
    D: () => polygon([[0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]]),
    P: () => polygon(plus),
    X: () => polygon(plus.map(([dx, dy]) => [0.75 * (dx - dy), 0.75 * (dx + dy)])),
    p: () => polygon(corners(5, 0, [1.1])),
    o: () => `M${round(x - r)} ${round(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`,
  };
  return (shapes[marker] || shapes.o)();
}

function round(number) {
  return Math.round(100 * number) / 100;
}

// Return the outline of the points that lie `deviations` from the mean of a Gaussian, drawn by toPixels(v, a).
function ellipsePath(mean, covariance, deviations, toPixels) {
  const [[a, b], [, d]] = covariance; // Cholesky: a circle becomes the ellipse
  const l11 = Math.sqrt(Math.max(a, 0));
  const l21 = l11 > 0 ? b / l11 : 0;
  const l22 = Math.sqrt(Math.max(d - l21 * l21, 0));
  const points = Array.from({ length: 64 }, (_, i) => {
    const [c, s] = [Math.cos((2 * Math.PI * i) / 64), Math.sin((2 * Math.PI * i) / 64)];
    const point = [mean[0] + deviations * l11 * c, mean[1] + deviations * (l21 * c + l22 * s)];
    return toPixels(point).map(round).join(" ");
  });
  return `M${points.join("L")}Z`;
}

class Plane {
  constructor(element, data) {
    this.element = element;
    this.data = data;
    this.limit = data.axis[data.axis.length - 1];
    this.canvas = element.querySelector("canvas");
    this.svg = element.querySelector("svg");
    this.fixed = draw(this.svg, "g");
    this.moving = draw(this.svg, "g");
  }

  // Return where a point [valence, arousal] is, in pixels.
  toPixels([valence, arousal]) {
    const half = this.size / 2;
    const scale = half / (this.limit * 1.04);
    return [half + scale * valence, half - scale * arousal];
  }

  // Return the point [valence, arousal] at a place in the window, kept on the plane.
  toPoint(clientX, clientY) {
    const box = this.svg.getBoundingClientRect();
    const scale = (2 * this.limit * 1.04) / box.width;
    const within = (value) => Math.max(-this.limit, Math.min(this.limit, value));
    const middle = [box.left + box.width / 2, box.top + box.height / 2];
    return [within((clientX - middle[0]) * scale), within((middle[1] - clientY) * scale)];
  }

  // Draw what only depends on the size of the window.
  resize() {
    this.size = this.element.clientWidth;
    this.svg.setAttribute("viewBox", `0 0 ${this.size} ${this.size}`);
    this.fixed.replaceChildren();
    this.drawAxes();
    this.drawPoints();
    for (const c of this.data.classes) if (c.trained) this.drawPlace(c);
    this.drawTicks();
    this.drawCorners();
  }

  drawAxes() {
    const [x, y] = this.toPixels([0, 0]);
    draw(this.fixed, "path", { class: "axis", d: `M0 ${y}H${this.size}M${x} 0V${this.size}` });
  }

  drawTicks() {
    const [x, y] = this.toPixels([0, 0]);
    const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100].find((s) => this.limit / s <= 6) || 500;
    const last = Math.floor((0.97 * this.limit) / step); // one at the very edge would be cut
    for (let k = -last; k <= last; k += 1) {
      if (k === 0) continue;
      const text = String(Number((k * step).toPrecision(6))).replace("-", "−");
      const [px, py] = this.toPixels([k * step, k * step]);
      draw(this.fixed, "path", { class: "axis", d: `M${px} ${y - 3}v6M${x - 3} ${py}h6` });
      draw(this.fixed, "text", { class: "tick", x: px, y: y + 14, "text-anchor": "middle" }, text);
      draw(this.fixed, "text", { class: "tick", x: x - 6, y: py + 3.5, "text-anchor": "end" }, text);
    }
    draw(this.fixed, "text", { class: "name", x: this.size - 6, y: y - 6, "text-anchor": "end" }, "valence →");
    draw(this.fixed, "text", { class: "name", x: x - 22, y: 14, "text-anchor": "end" }, "arousal ↑");
  }

  drawPlace(c) {
    for (const deviations of [1, 2]) {
      const d = ellipsePath(c.mean, c.covariance, deviations, (point) => this.toPixels(point));
      draw(this.fixed, "path", { class: `place place-${deviations}`, d, fill: c.colour, stroke: c.colour });
    }
    if (this.data.own_classes) { // the corners name the four emotions only
      const [x, y] = this.toPixels(c.mean);
      const name = c.name.length > 24 ? `${c.name.slice(0, 23)}…` : c.name;
      draw(this.fixed, "text", { class: "corner", x, y, "text-anchor": "middle" }, name);
    }
  }

  // One path for all points of a class, which thousands of points do not slow.
  drawPoints() {
    const { places, classes } = this.data.points;
    const radius = Math.max(2.2, Math.min(3.6, this.size / 150));
    for (const index of new Set(classes)) {
      const c = this.data.classes[index] || { colour: "#888888", marker: "o" };
      const outlines = places.filter((_, i) => classes[i] === index).map((point) => {
        const [x, y] = this.toPixels(point);
        return markerPath(c.marker, x, y, radius);
      });
      draw(this.fixed, "path", { class: "points", d: outlines.join(""), fill: c.colour });
    }
  }

  drawCorners() {
    for (const [name, right, up] of this.data.quadrants) {
      const [x, y] = [right ? this.size - 10 : 10, up ? 22 : this.size - 12];
      draw(this.fixed, "text", { class: "corner", x, y, "text-anchor": right ? "end" : "start" }, name);
    }
  }

  // Draw the value of every point of the grid as lightness; values holds null where there is nothing to measure.
  shade(values, signed) {
    const n = this.data.axis.length;
    this.canvas.width = this.canvas.height = n;
    const known = values.filter((value) => value !== null);
    let [low, high] = [Math.min(...known), Math.max(...known)];
    if (signed) [low, high] = [-Math.max(-low, high, 1e-9), Math.max(-low, high, 1e-9)];
    const style = getComputedStyle(this.element);
    const colour = (name) => style.getPropertyValue(name).trim().match(/\w\w/g).map((hex) => parseInt(hex, 16));
    const colours = (signed ? ["--shade-minor", "--shade-low", "--shade-major"] : ["--shade-low", "--shade-high"]).map(colour);
    const context = this.canvas.getContext("2d");
    const image = context.createImageData(n, n);
    values.forEach((value, i) => {
      const pixel = 4 * ((n - 1 - Math.floor(i / n)) * n + (i % n)); // arousal upwards
      const share = (high > low ? (value - low) / (high - low) : 0.5) * (colours.length - 1);
      const i0 = Math.min(Math.floor(share), colours.length - 2);
      const [from, to] = [colours[i0], colours[i0 + 1]];
      for (let k = 0; k < 3; k += 1) image.data[pixel + k] = from[k] + (share - i0) * (to[k] - from[k]);
      image.data[pixel + 3] = value === null ? 0 : 255;
    });
    context.putImageData(image, 0, 0);
    return known.length ? [low, high] : null;
  }

  // Draw what the user does: the cursor, the place under the mouse and the path with a dot for each bar.
  update({ cursor, ghost, colour, line, bars }) {
    this.moving.replaceChildren();
    if (line.length) {
      const points = line.map((point) => this.toPixels(point).map(round).join(" ")).join("L");
      for (const kind of ["path-under", "path"]) draw(this.moving, "path", { class: kind, d: `M${points}` });
      for (const point of bars) {
        const [x, y] = this.toPixels(point);
        draw(this.moving, "circle", { class: "bar", cx: x, cy: y, r: 3.5 });
      }
    }
    if (ghost) {
      const [x, y] = this.toPixels(ghost);
      draw(this.moving, "circle", { class: "ghost", cx: x, cy: y, r: 7 });
    }
    if (cursor) {
      const [x, y] = this.toPixels(cursor);
      draw(this.moving, "circle", { class: "cursor-under", cx: x, cy: y, r: 9 });
      draw(this.moving, "circle", { class: "cursor", cx: x, cy: y, r: 9 });
      draw(this.moving, "circle", { cx: x, cy: y, r: 4, fill: colour });
    }
  }
}
