/**
 * Limits that no real score reaches. A few bytes can make a naive reader use gigabytes; these limits prevent it. They
 * are at least as high as those of the package's own readers.
 */

export const MAX_FILE_BYTES = 10_000_000; // before decompression
export const MAX_UNPACKED_BYTES = 20_000_000; // after decompression; a full orchestral score in MusicXML has fewer
export const MAX_NOTES = 200_000;
export const MAX_MARKS = 200_000; // tempos, keys and meters
export const MAX_TRACKS = 1_000;
export const MAX_QUARTERS = 20_000; // quarter notes; nearly three hours at 120 quarter notes per minute
export const MAX_MEASURES = 200_000; // with all repeats played
export const MAX_ELEMENTS = 1_000_000; // of XML, with all repeats played; a note takes about six
export const MAX_DEPTH = 100; // of nested XML elements; MusicXML has about ten
export const MAX_RESOLUTION = 1_000_000; // time steps per quarter note; notation programs use up to 10,080
export const MAX_BEATS_OF_A_METER = 1_000;
export const MAX_ENDINGS = 20; // that are played alike, as in "1, 2"
export const MAX_FIFTHS = 14; // sharps or flats of a key, at which all of them are double
export const MAX_ALTER = 12; // semitones by which accidentals change a pitch

/** A file that cannot be read as a score; the message is a whole sentence for the person who chose the file. */
export class ReadError extends Error {
  /** @param {string} sentence */
  constructor(sentence) {
    super(sentence);
    this.name = "ReadError";
  }
}

/**
 * Throw a ReadError if a score is longer than any real score, or holds more.
 *
 * @param {import("../music/score.js").Score} score
 */
export function checkScore(score) {
  const end = MAX_QUARTERS * score.resolution;
  let nNotes = 0;
  for (const track of score.tracks) {
    nNotes += track.notes.length;
    for (const { time, pitch, duration } of track.notes) {
      if (!(pitch >= 0 && pitch <= 127)) throw new ReadError("This file holds a note that no MIDI instrument has.");
      if (!(time >= 0 && duration >= 0)) throw new ReadError("This file holds a note before its beginning.");
      if (!(time + duration <= end)) throw tooLong();
    }
  }
  if (nNotes > MAX_NOTES) throw new ReadError(`This file holds more than ${MAX_NOTES.toLocaleString("en-US")} notes.`);
  for (const marks of [score.tempos, score.keySignatures, score.timeSignatures, score.barlines]) {
    for (const { time } of marks) if (!(time <= end)) throw tooLong();
  }
}

function tooLong() {
  return new ReadError(`This file is longer than ${MAX_QUARTERS.toLocaleString("en-US")} quarter notes.`);
}
