/** Ties of MusicXML, which join notes of one pitch that follow each other in a voice. */

/**
 * @typedef {import("../music/score.js").Track} Track
 * @typedef {import("./measures.js").MeasureNote} MeasureNote
 */

/** Notes that go on in others, by where, in which voice and at which pitch these would begin. */
export class OpenTies {
  constructor() {
    /** @type {Map<string, Track["notes"]>} */
    this.ofVoice = new Map();
    /** @type {Map<string, Track["notes"]>} */
    this.ofPart = new Map();
    this.ended = new Set();
  }

  /**
   * @param {MeasureNote} sound the last part of the note so far
   * @param {Track["notes"][number]} note
   */
  add(sound, note) {
    const place = `${note.time + note.duration} ${sound.track} ${sound.pitch}`;
    this.ended.delete(note);
    append(this.ofPart, place, note);
    append(this.ofVoice, `${place} ${sound.voice}`, note);
  }

  /**
   * The note that goes on in this one, or null: one of the same voice, or of another if this one says that it goes on
   * from a note.
   *
   * @param {MeasureNote} sound
   * @param {number} time
   * @param {boolean} isForward whether what was played just before is also written before
   */
  take(sound, time, isForward) {
    const place = `${time} ${sound.track} ${sound.pitch}`;
    const mayGoOn = isForward || sound.onset > 0 || sound.tieStop;
    const ofVoice = mayGoOn ? this.ofVoice.get(`${place} ${sound.voice}`) : undefined;
    const ofPart = sound.tieStop ? this.ofPart.get(place) : undefined;
    for (const notes of [ofVoice, ofPart]) {
      while (notes && notes.length > 0) {
        const note = notes.pop();
        if (!note || this.ended.has(note) || note.time + note.duration !== time) continue;
        this.ended.add(note);
        return note;
      }
    }
    return null;
  }
}

/**
 * @template Value
 * @param {Map<string, Value[]>} lists
 * @param {string} key
 * @param {Value} value
 */
function append(lists, key, value) {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
