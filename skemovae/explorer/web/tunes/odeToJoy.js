/**
 * A tune to try without a file: Beethoven's Ode to Joy (1824), sixteen bars in D major.
 */

const RESOLUTION = 4;
const FIRST = [66, 66, 67, 69, 69, 67, 66, 64, 62, 62, 64, 66];
const THIRD = [64, 64, 66, 62, 64, [66, 2], [67, 2], 66, 62, 64, [66, 2], [67, 2], 66, 64, 62, 64, [57, 8]];
const OPEN = [[66, 6], [64, 2], [64, 8]];
const CLOSED = [[64, 6], [62, 2], [62, 8]];
const SECOND = [...FIRST, ...CLOSED];

/**
 * The tune, in one voice.
 *
 * @returns {import("../music/score.js").Score}
 */
export function odeToJoy() {
  const notes = [];
  let time = 0;
  for (const entry of [...FIRST, ...OPEN, ...SECOND, ...THIRD, ...SECOND]) {
    const [pitch, duration] = Array.isArray(entry) ? entry : [entry, RESOLUTION];
    notes.push({ time, pitch, duration, velocity: 80 });
    time += duration;
  }
  return {
    title: "Ode to Joy",
    resolution: RESOLUTION,
    tempos: [{ time: 0, qpm: 120 }],
    keySignatures: [{ time: 0, root: 2, mode: "major", fifths: 2 }],
    timeSignatures: [{ time: 0, numerator: 4, denominator: 4 }],
    barlines: [],
    tracks: [{ program: 0, isDrum: false, name: "Melody", notes }],
  };
}
