/** The parts that a MusicXML document lists, with their names and instruments. */

import { integer } from "./marks.js";
import { XmlElement } from "./xml.js";

/**
 * @typedef {import("../music/score.js").Track} Track
 * @typedef {{ tracks: Track[], instruments: Map<string, number> }} Part a track per instrument, and the index of each
 *   instrument's track by the instrument's id
 */

const DRUM_CHANNEL = "10"; // counted from 1

/**
 * A document ordered by measures, rearranged by parts.
 *
 * @param {XmlElement} root
 * @returns {XmlElement}
 */
export function partwise(root) {
  const turned = new XmlElement("score-partwise");
  turned.children = root.children.filter((child) => child.name !== "measure");
  /** @type {Map<string, XmlElement>} */
  const parts = new Map();
  for (const measure of root.findAll("measure")) {
    for (const content of measure.findAll("part")) {
      const id = content.get("id") ?? "";
      let part = parts.get(id);
      if (!part) {
        parts.set(id, (part = new XmlElement("part")));
        part.attributes = new Map([["id", id]]);
        turned.append(part);
      }
      content.name = "measure";
      part.append(content);
    }
  }
  return turned;
}

/**
 * The parts that a document lists, by their ids, with a track per instrument.
 *
 * @param {XmlElement} root
 * @returns {Map<string, Part>}
 */
export function partsOf(root) {
  const parts = new Map();
  for (const list of root.findAll("part-list")) {
    for (const element of list.findAll("score-part")) {
      const name = oneLine(element.textOf("part-name"));
      const names = new Map();
      for (const instrument of element.findAll("score-instrument")) {
        names.set(instrument.get("id") ?? "", oneLine(instrument.textOf("instrument-name")));
      }
      const midi = new Map(element.findAll("midi-instrument").map((sound) => [sound.get("id") ?? "", sound]));
      if (names.size === 0) names.set(midi.keys().next().value ?? "", null);
      /** @type {Part} */
      const part = { tracks: [], instruments: new Map() };
      for (const [id, own] of names) {
        // a part with one instrument is called by its own name, "Soprano", not by the instrument's, "Instrument 1"
        const track = newTrack((names.size > 1 ? own : null) ?? name);
        const program = integer(midi.get(id)?.textOf("midi-program") ?? null) || 1;
        track.program = Math.min(Math.max(program - 1, 0), 127); // MusicXML counts programs from 1, MIDI from 0
        track.isDrum = midi.get(id)?.textOf("midi-channel")?.trim() === DRUM_CHANNEL;
        part.instruments.set(id, part.tracks.length);
        part.tracks.push(track);
      }
      parts.set(element.get("id") ?? "", part);
    }
  }
  return parts;
}

/**
 * A part with one instrument.
 *
 * @param {string | null} name
 * @returns {Part}
 */
export function newPart(name) {
  return { tracks: [newTrack(name)], instruments: new Map() };
}

/**
 * @param {string | null} name
 * @returns {Track}
 */
function newTrack(name) {
  return { program: 0, isDrum: false, name, notes: [] };
}

/**
 * A name on one line, or null if there is none.
 *
 * @param {string | null} text
 * @returns {string | null}
 */
export function oneLine(text) {
  return text?.split(/[\s\u0085]+/).filter(Boolean).join(" ") || null;
}
