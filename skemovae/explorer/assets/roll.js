// The piano roll: time to the right, pitch upwards, the black keys' rows shaded, the note that sounds marked.

class Roll {
  constructor(svg, low, high) {
    this.svg = svg;
    this.usual = [low, high];
    this.back = draw(svg, "g");
    this.front = draw(svg, "g");
    this.line = draw(svg, "path", { class: "playhead" });
    this.left = 30; // pixels for the pitches' names
  }

  // Draw a melody of bars; colours has one for each bar.
  show(tokens, stepsABar, colours) {
    const { width, height } = this.svg.getBoundingClientRect();
    if (!width) return;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.back.replaceChildren();
    this.front.replaceChildren();
    this.n = tokens.length;
    this.height = height - 16; // below are the bars' numbers
    this.step = (width - this.left - 4) / this.n;
    this.notes = notesOf(tokens);
    const pitches = [...this.usual, ...this.notes.map(({ pitch }) => pitch)];
    [this.low, this.high] = [Math.min(...pitches) - 1, Math.max(...pitches) + 1];
    this.row = this.height / (this.high - this.low + 1);
    this.drawKeys(width);
    this.drawBars(stepsABar);
    this.boxes = this.notes.map(({ onset, length, pitch }) => {
      const box = draw(this.front, "rect", {
        class: "note",
        x: round(this.left + onset * this.step + 0.75),
        y: round(this.top(pitch) + 0.5),
        width: round(Math.max(length * this.step - 1.5, 1.5)),
        height: round(Math.max(this.row - 1, 2)),
        rx: Math.min(3, this.row / 3),
        fill: colours[Math.min(Math.floor(onset / stepsABar), colours.length - 1)],
      });
      Object.assign(box.dataset, { onset, length, pitch });
      return box;
    });
    if (!this.notes.length) {
      const middle = { class: "empty", x: (width + this.left) / 2, y: this.height / 2, "text-anchor": "middle" };
      draw(this.front, "text", middle, "This melody is all rests.");
    }
    this.mark(null);
  }

  top(pitch) {
    return (this.high - pitch) * this.row;
  }

  drawKeys(width) {
    let lastName = Infinity; // height of the name above
    for (let pitch = this.high; pitch >= this.low; pitch -= 1) {
      const y = this.top(pitch);
      if ([1, 3, 6, 8, 10].includes(pitch % 12)) {
        draw(this.back, "rect", { class: "black", x: this.left, y, width: width - this.left - 4, height: this.row });
      } else if (pitch % 12 === 0 || (pitch % 12 === 7 && this.row > 5)) {
        if (Math.abs(y - lastName) < 11 || y + this.row / 2 < 6) continue; // names that touch, or are cut
        lastName = y;
        draw(this.back, "path", { class: "octave", d: `M${this.left} ${y + this.row}H${width - 4}` });
        const place = { class: "tick", x: this.left - 5, y: y + this.row / 2 + 3.5, "text-anchor": "end" };
        draw(this.back, "text", place, pitchName(pitch));
      }
    }
  }

  drawBars(stepsABar) {
    const every = Math.ceil(14 / (stepsABar * this.step)); // numbers that do not touch
    for (let step = 0, bar = 1; step <= this.n; step += stepsABar, bar += 1) {
      const x = this.left + step * this.step;
      draw(this.back, "path", { class: "barline", d: `M${x} 0V${this.height}` });
      if (step < this.n && (bar - 1) % every === 0) {
        draw(this.back, "text", { class: "tick", x: x + 3, y: this.height + 12 }, String(bar));
      }
    }
  }

  // Mark how far the music has come, in steps; null takes the mark away.
  mark(position) {
    for (const [i, box] of (this.boxes || []).entries()) {
      const { onset, length } = this.notes[i];
      box.classList.toggle("sounding", position !== null && position >= onset && position < onset + length);
    }
    if (position === null) this.line.setAttribute("d", "");
    else this.line.setAttribute("d", `M${round(this.left + position * this.step)} 0V${this.height}`);
  }
}
