/** Ties of MusicXML, which join successive notes of one pitch in a voice. */

/**
 * @typedef {import("../music/score.js").Track} Track
 * @typedef {import("./measures.js").MeasureNote} MeasureNote
 */

/** Notes that continue in later ones, by the time and pitch at which these begin, and then by voice. */
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
   * The note that this one continues, or null. It is a note of the same voice, or of another voice if this note says
   * that a tie ends at it. After a jump back, a note is continued only if the end of the tie is marked.
   *
   * @param {MeasureNote} sound
   * @param {number} time
   * @param {boolean} isForward whether the measure played just before is also written before
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
