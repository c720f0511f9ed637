/** A user's own file as a score: MIDI or MusicXML, plain or compressed, recognized by its content. */

import { MAX_FILE_BYTES, ReadError } from "./limits.js";
import { isMidi, readMidi } from "./midi.js";
import { readMusicXml } from "./musicxml.js";
import { decodeXml, parseXml } from "./xml.js";
import { isZip, membersOf, readMember } from "./zip.js";

/** @typedef {import("../music/score.js").Score} Score */

const CONTAINER = "META-INF/container.xml";
/** The kind of file that a name suggests, for someone who chose the wrong one. @type {[RegExp, string][]} */
const OTHER_KINDS = [
  [/\.(mscz|mscx)$/i, "This is MuseScore's own format; export the score as MusicXML or MIDI."],
  [/\.(sib|mus|musx|gp|gp[3-7x]|cap|dorico)$/i, "This is a program's own format; export it as MusicXML or MIDI."],
  [/\.(mp3|wav|ogg|flac|m4a|aac|aif|aiff)$/i, "This is a recording; this page reads MIDI and MusicXML."],
  [/\.(pdf|png|jpe?g|tiff?)$/i, "This is a picture of a score; this page reads MIDI and MusicXML."],
  [/\.abc$/i, "This is ABC notation; this page reads MIDI and MusicXML."],
];

/**
 * The score of a file.
 *
 * @param {Uint8Array} bytes
 * @param {string} name of the file; it counts only if the content does not show what the file is
 * @returns {Promise<Score>}
 * @throws {ReadError} if it is not a score, or is broken or too large; the message is a sentence for the person who
 *   chose the file
 */
export async function readScore(bytes, name) {
  if (bytes.length > MAX_FILE_BYTES) {
    throw new ReadError(`This file is larger than ${MAX_FILE_BYTES.toLocaleString("en-US")} bytes.`);
  }
  if (bytes.length === 0) throw new ReadError("This file is empty.");
  const score = await readAny(bytes, name);
  if (!score.tracks.some(({ notes }) => notes.length > 0)) throw new ReadError("This file holds no notes.");
  return score;
}

/**
 * @param {Uint8Array} bytes
 * @param {string} name
 * @returns {Promise<Score>}
 */
async function readAny(bytes, name) {
  if (isMidi(bytes)) return readMidi(bytes);
  const other = OTHER_KINDS.find(([pattern]) => pattern.test(name));
  if (other) throw new ReadError(other[1]);
  if (isZip(bytes)) return readMusicXml(parseXml(decodeXml(await readArchive(bytes))));
  if (looksLikeXml(bytes)) return readMusicXml(parseXml(decodeXml(bytes)));
  throw new ReadError("This file is not MIDI or MusicXML.");
}

/**
 * The score in a compressed MusicXML file: the file that its container names.
 *
 * @param {Uint8Array} bytes
 */
async function readArchive(bytes) {
  const members = membersOf(bytes);
  const container = members.get(CONTAINER);
  const root = container && parseXml(decodeXml(await readMember(bytes, container)));
  const member = members.get(root?.find("rootfiles/rootfile")?.get("full-path") ?? "");
  if (!member) throw new ReadError("This compressed file holds no MusicXML score.");
  return readMember(bytes, member);
}

/**
 * Whether the first character of a text is that of a tag, in UTF-8 or UTF-16.
 *
 * @param {Uint8Array} bytes
 */
function looksLikeXml(bytes) {
  const begin = bytes.subarray(0, 200).filter((byte) => byte !== 0);
  return /^(\xef\xbb\xbf|\xfe\xff|\xff\xfe)?[ \t\r\n]*</.test(String.fromCharCode(...begin));
}
