/** Scores as MusicXML 4.0, ordered by parts, for notation programs. */

import { inOrder } from "../music/score.js";
import { greatestCommonDivisor } from "../numbers/integers.js";
import { oddBeatsOf, piecesOf, writtenBarsOf } from "./bars.js";
import { KEY_FIFTHS } from "./keys.js";
import { MODE_CENTERS } from "./marks.js";
import { chordsOf, gapsOf, guessFifths, spell, valuesOf } from "./notation.js";

/**
 * @typedef {import("../music/score.js").Score} Score
 * @typedef {import("../music/score.js").Track} Track
 * @typedef {import("./bars.js").Bar} Bar
 * @typedef {import("./notation.js").Chord} Chord
 * @typedef {import("./notation.js").Key} Key
 * @typedef {{ quarter: number, bars: Bar[], firstMeter: number, keys: Key[], tempos: Mark[] }} Frame
 * @typedef {{ time: number, text: string }} Mark
 * @typedef {Chord | { time: number, duration: number }} Event an event without pitches is a rest
 */

const NOT_IN_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu; // MIDI texts may hold any bytes
const MIDDLE_C = 60; // if there are several parts, those with a lower mean get a bass clef
const LOWEST_TREBLE = 55; // the violin's lowest note; lower tunes would need ever more ledger lines
const DRUM_CHANNEL = 10; // counted from 1
const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN"
  "http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise version="4.0">`;

/**
 * A score as MusicXML. Each track becomes a part, in which overlapping notes are in different voices. Notes of no
 * length, which notation cannot show, are left out.
 *
 * @param {Score} score
 * @returns {string}
 */
export function writeMusicXml(score) {
  const units = unitsOf(score);
  const quarter = score.resolution * units;
  const keys = keysOf(score, units);
  /** @type {Frame} */
  const frame = {
    quarter,
    bars: writtenBarsOf(score, units),
    firstMeter: Math.min(...score.timeSignatures.map(({ time }) => time * units)), // Infinity if there is none
    keys,
    tempos: inOrder(score.tempos).map(({ time, qpm }) => ({ time: time * units, text: tempoText(qpm) })),
  };
  const guessed = guessFifths(score);
  const tracks = score.tracks.length > 0 ? score.tracks : [{ program: 0, isDrum: false, name: null, notes: [] }];
  const lines = [HEAD];
  if (score.title) lines.push(`<movement-title>${escape(score.title)}</movement-title>`);
  lines.push("<part-list>", ...tracks.map(partText), "</part-list>");
  tracks.forEach((track, i) => {
    const chords = chordsOf(track, units, keys, guessed);
    const clef = clefText(track, tracks.length < 2);
    lines.push(`<part id="P${i + 1}">`, ...measuresOf(clef, chords, i === 0, frame), "</part>");
  });
  lines.push("</score-partwise>", "");
  return lines.join("\n");
}

/**
 * The parts per time step with which every bar begins at an integer.
 *
 * @param {Score} score
 */
function unitsOf(score) {
  return Math.max(
    1,
    ...score.timeSignatures.map(({ denominator }) => {
      return denominator / greatestCommonDivisor(denominator, 4 * score.resolution);
    }),
  );
}

/**
 * The keys of a score that have a known number of sharps or flats; keys that repeat the one before are left out.
 *
 * @param {Score} score
 * @param {number} units
 * @returns {Key[]}
 */
function keysOf(score, units) {
  /** @type {Key[]} */
  const keys = [];
  for (const { time, root, mode, fifths } of inOrder(score.keySignatures)) {
    if (root === null || mode === null || !Object.hasOwn(MODE_CENTERS, mode)) {
      if (fifths !== null) keys.push({ time: time * units, fifths, mode: null });
      continue;
    }
    const usual = mode === "minor" ? KEY_FIFTHS.minor[root] : KEY_FIFTHS.major[root] - MODE_CENTERS[mode];
    const isNamed = fifths !== null && (fifths - usual) % 12 === 0; // for example G flat major instead of F sharp major
    keys.push({ time: time * units, fifths: isNamed ? fifths : usual, mode });
  }
  const last = keys.filter(({ time }, i) => keys[i + 1]?.time !== time);
  return last.filter(({ fifths, mode }, i) => i === 0 || fifths !== last[i - 1].fifths || mode !== last[i - 1].mode);
}

/** @param {number} qpm */
function tempoText(qpm) {
  const shown = Math.round(qpm * 100) / 100;
  return `<direction placement="above"><direction-type><metronome><beat-unit>quarter</beat-unit>` +
    `<per-minute>${shown}</per-minute></metronome></direction-type><sound tempo="${qpm}"/></direction>`;
}

/**
 * @param {Track} track
 * @param {number} index
 */
function partText(track, index) {
  const id = `P${index + 1}`;
  const melodic = (index % 15) + 1;
  const channel = track.isDrum ? DRUM_CHANNEL : melodic + (melodic >= DRUM_CHANNEL ? 1 : 0);
  const name = escape(track.name ?? "");
  return `<score-part id="${id}"><part-name>${name}</part-name><score-instrument id="${id}-I1">` +
    `<instrument-name>${name}</instrument-name></score-instrument><midi-instrument id="${id}-I1">` +
    `<midi-channel>${channel}</midi-channel><midi-program>${track.program + 1}</midi-program></midi-instrument>` +
    "</score-part>";
}

/**
 * The measures of a part. In each measure, all voices that occur in it are filled up to its end, because some programs
 * take the end of the last voice for that of the measure.
 *
 * @param {string} clef
 * @param {Chord[]} chords
 * @param {boolean} isFirst
 * @param {Frame} frame
 * @returns {string[]}
 */
function measuresOf(clef, chords, isFirst, { quarter, bars, firstMeter, keys, tempos }) {
  /** @type {Event[]} */
  const events = inOrder([...chords, ...gapsOf(chords, bars[bars.length - 1].end)]);
  const keyMarks = keys.map(({ time, fifths, mode }) => ({
    time,
    text: `<key><fifths>${fifths}</fifths>${mode === null ? "" : `<mode>${mode}</mode>`}</key>`,
  }));
  /** @type {string[]} */
  const lines = [];
  let [nextEvent, nextKey, nextTempo] = [0, 0, 0];
  let meter = ""; // empty until the score states a meter
  /** @type {Event[]} */
  let sounding = [];
  bars.forEach((bar, i) => {
    const { start, end, number, isCounted, numerator, denominator } = bar;
    lines.push(`<measure number="${number}"${isCounted ? "" : ' implicit="yes"'}>`);
    let attributes = i === 0 ? `<divisions>${quarter}</divisions>` : "";
    /** @type {Mark[]} */
    const later = []; // marks within the bar
    let key = "";
    while (keyMarks[nextKey]?.time < end) {
      const { time, text } = keyMarks[nextKey];
      if (time <= start) key = text;
      else later.push({ time, text: `<attributes>${text}</attributes>` });
      nextKey += 1;
    }
    const before = meter;
    if (start >= firstMeter) meter = `<time><beats>${numerator}</beats><beat-type>${denominator}</beat-type></time>`;
    attributes += key + (meter === before ? "" : meter) + (i === 0 ? clef : "");
    if (attributes) lines.push(`<attributes>${attributes}</attributes>`);
    while (isFirst && tempos[nextTempo]?.time < end) later.push(tempos[nextTempo++]);
    lines.push(...marksText(later, start));

    while (events[nextEvent]?.time < end) sounding.push(events[nextEvent++]);
    /** @type {string[][]} */
    const voices = [];
    /** @type {number[]} */
    const places = []; // how far each voice has been written
    /** @param {number} voice @param {number} time */
    const goTo = (voice, time) => {
      voices[voice] ??= [];
      places[voice] ??= start;
      const gap = time - places[voice];
      if (gap > 0) voices[voice].push(`<forward><duration>${gap}</duration><voice>${voice + 1}</voice></forward>`);
      places[voice] = time;
    };
    const spans = sounding.map((event) => {
      return { event, from: Math.max(event.time, start), until: Math.min(event.time + event.duration, end) };
    });
    spans.sort((a, b) => a.from - b.from);
    const odd = oddBeatsOf(bar, spans.flatMap(({ from, until }) => [from, until]), quarter);
    for (const { event, from, until } of spans) {
      const voice = "voice" in event ? event.voice : 0;
      goTo(voice, from);
      for (const [first, last] of piecesOf(bar, odd, from, until, !("pitches" in event), quarter)) {
        if ("pitches" in event) voices[voice].push(...noteTexts(event, first, last, quarter));
        else voices[voice].push(restText(last - first, last - first === end - start, quarter));
      }
      places[voice] = until;
    }
    let isFirstVoice = true;
    voices.forEach((texts, voice) => {
      goTo(voice, end);
      if (!isFirstVoice) lines.push(`<backup><duration>${end - start}</duration></backup>`);
      lines.push(...texts);
      isFirstVoice = false;
    });
    sounding = sounding.filter(({ time, duration }) => time + duration > end);
    if (i === bars.length - 1) lines.push('<barline location="right"><bar-style>light-heavy</bar-style></barline>');
    lines.push("</measure>");
  });
  return lines;
}

/**
 * Marks within a bar, each at its time, and a <backup> to the bar's beginning.
 *
 * @param {Mark[]} marks
 * @param {number} start
 * @returns {string[]}
 */
function marksText(marks, start) {
  const texts = [];
  let place = start;
  for (const { time, text } of inOrder(marks)) {
    const gap = Math.max(time, start) - place;
    if (gap > 0) texts.push(`<forward><duration>${gap}</duration></forward>`);
    texts.push(text);
    place += Math.max(gap, 0);
  }
  if (place > start) texts.push(`<backup><duration>${place - start}</duration></backup>`);
  return texts;
}

/**
 * The clef of a part. A single melody gets the treble clef, as is usual for tunes; if it is low, one that sounds an
 * octave lower.
 *
 * @param {Track} track
 * @param {boolean} isAlone
 */
function clefText({ isDrum, notes }, isAlone) {
  if (isDrum) return "<clef><sign>percussion</sign></clef>";
  const mean = notes.length > 0 ? notes.reduce((sum, { pitch }) => sum + pitch, 0) / notes.length : MIDDLE_C;
  if (mean >= (isAlone ? LOWEST_TREBLE : MIDDLE_C)) return "<clef><sign>G</sign><line>2</line></clef>";
  if (!isAlone || mean < LOWEST_TREBLE - 12) return "<clef><sign>F</sign><line>4</line></clef>";
  return "<clef><sign>G</sign><line>2</line><clef-octave-change>-1</clef-octave-change></clef>";
}

/**
 * A chord, or its part within a bar, as notes that are tied to each other.
 *
 * @param {Chord} chord
 * @param {number} from
 * @param {number} until
 * @param {number} quarter
 * @returns {string[]}
 */
function noteTexts(chord, from, until, quarter) {
  /** @type {string[]} */
  const texts = [];
  let time = from;
  for (const value of valuesOf(until - from, quarter)) {
    const isTied = time > chord.time;
    time += value.duration;
    const goesOn = time < chord.time + chord.duration;
    const ties = [isTied ? "stop" : "", goesOn ? "start" : ""].filter((type) => type);
    const marks = ties.map((type) => `<tied type="${type}"/>`).join("");
    chord.pitches.forEach((pitch, i) => {
      const { step, alter, octave } = spell(pitch, chord.fifths);
      texts.push(
        `<note>${i > 0 ? "<chord/>" : ""}<pitch><step>${step}</step>${alter === 0 ? "" : `<alter>${alter}</alter>`}` +
        `<octave>${octave}</octave></pitch><duration>${value.duration}</duration>` +
        `${ties.map((type) => `<tie type="${type}"/>`).join("")}<voice>${chord.voice + 1}</voice>${valueText(value)}` +
        `${marks ? `<notations>${marks}</notations>` : ""}</note>`,
      );
    });
  }
  return texts;
}

/**
 * @param {number} duration
 * @param {boolean} isWholeBar
 * @param {number} quarter
 */
function restText(duration, isWholeBar, quarter) {
  const [value, ...others] = valuesOf(duration, quarter);
  const sign = isWholeBar ? '<rest measure="yes"/>' : "<rest/>";
  const type = isWholeBar || others.length > 0 ? "" : valueText(value);
  return `<note>${sign}<duration>${duration}</duration><voice>1</voice>${type}</note>`;
}

/** @param {ReturnType<typeof valuesOf>[number]} value */
function valueText({ type, dots, actual, normal }) {
  if (type === null) return "";
  const tuplet = actual === normal ? "" : `<time-modification><actual-notes>${actual}</actual-notes>` +
    `<normal-notes>${normal}</normal-notes></time-modification>`;
  return `<type>${type}</type>${"<dot/>".repeat(dots)}${tuplet}`;
}

/** @param {string} text */
function escape(text) {
  return text.replace(NOT_IN_XML, "").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
