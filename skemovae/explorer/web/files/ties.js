/** Ties of MusicXML, which join notes of one pitch that follow each other in a voice. */

/**
 * @typedef {import("../music/score.js").Track} Track
 * @typedef {import("./measures.js").MeasureNote} MeasureNote
 */

/** Notes that go on in others, by when and at which pitch these would begin, and then by voice. */
export class OpenTies {
  constructor() {
    /** @type {Map<string, Map<string, Track["notes"]>>} */
    this.waiting = new Map();
  }

  /**
   * @param {MeasureNote} sound the last part of the note so far
   * @param {Track["notes"][number]} note
   */
  add(sound, note) {
    const place = `${note.time + note.duration} ${sound.pitch}`;
    let voices = this.waiting.get(place);
    if (!voices) this.waiting.set(place, (voices = new Map()));
    const notes = voices.get(sound.voice);
    if (notes) notes.push(note);
    else voices.set(sound.voice, [note]);
  }

  /**
   * The note that this one continues, or null: one of the same voice, or of another if this one says that it ends a
   * tie. Where the playing goes back, a tie leads there only if its end is marked.
   *
   * @param {MeasureNote} sound
   * @param {number} time
   * @param {boolean} isForward whether what was played just before is also written before
   */
  take(sound, time, isForward) {
    const voices = this.waiting.get(`${time} ${sound.pitch}`);
    if (!voices || !(isForward || sound.onset > 0 || sound.tieStop)) return null;
    const voice = voices.has(sound.voice) ? sound.voice : sound.tieStop ? voices.keys().next().value : undefined;
    const notes = voice === undefined ? undefined : voices.get(voice);
    if (voice === undefined || !notes) return null;
    const note = notes.pop() ?? null;
    if (notes.length === 0) voices.delete(voice);
    return note;
  }
}
