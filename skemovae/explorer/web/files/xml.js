/**
 * XML as a tree, without a browser's parser, which a worker lacks. Time and memory grow in proportion to the text: no
 * entity is ever declared, expanded or fetched.
 */

import { MAX_DEPTH, MAX_ELEMENTS, ReadError } from "./limits.js";

/** @type {Record<string, string>} */
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const SPACE = /[ \t\r\n]*/y;
const NAME = /[A-Za-z_:\u0080-\uffff][-\w:.\u0080-\uffff]*/y;
const S = "[ \\t\\r\\n]";
const ATTRIBUTE = new RegExp(`${S}+(${NAME.source})${S}*=${S}*(?:"([^"<]*)"|'([^'<]*)')`, "y");
const VERSION = `${S}+version${S}*=${S}*(?:"[-\\w.:]+"|'[-\\w.:]+')`;
const DECLARATION = new RegExp(`<\\?xml${VERSION}(?:${ATTRIBUTE.source}){0,2}${S}*\\?>`, "y");
const NO_LETTER = /[^\t\n\r -\ufffd]/; // in UTF-16
const DECLARED_ENCODING = /^<\?xml[^>]*?\bencoding[ \t\r\n]*=[ \t\r\n]*["']([-\w.:]+)["']/;

/** @type {readonly XmlElement[]} */
const NONE = [];

/** An XML element, with the text before its first child. */
export class XmlElement {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
    this.text = "";
    /** @type {readonly XmlElement[]} */
    this.children = NONE;
    /** @type {Map<string, string> | null} */
    this.attributes = null;
  }

  /**
   * The value of an attribute, or null.
   *
   * @param {string} name
   * @returns {string | null}
   */
  get(name) {
    return this.attributes?.get(name) ?? null;
  }

  /** @param {XmlElement} child */
  append(child) {
    if (this.children === NONE) this.children = [child];
    else /** @type {XmlElement[]} */ (this.children).push(child);
  }

  /**
   * The first element at a path of names such as "direction-type/metronome" below this one, or null.
   *
   * @param {string} path
   * @returns {XmlElement | null}
   */
  find(path) {
    const slash = path.indexOf("/");
    if (slash < 0) return this.children.find((child) => child.name === path) ?? null;
    const first = path.slice(0, slash);
    const rest = path.slice(slash + 1);
    for (const child of this.children) {
      const found = child.name === first ? child.find(rest) : null;
      if (found) return found;
    }
    return null;
  }

  /**
   * All children with a name.
   *
   * @param {string} name
   * @returns {XmlElement[]}
   */
  findAll(name) {
    return this.children.filter((child) => child.name === name);
  }

  /**
   * The text of the first element at a path; null if there is no such element or it has no text.
   *
   * @param {string} path
   * @returns {string | null}
   */
  textOf(path) {
    return this.find(path)?.text || null;
  }
}

/**
 * Bytes of XML as text: in UTF-8 or UTF-16 if their first bytes say so, or else in the encoding that they declare.
 *
 * @param {Uint8Array} bytes
 * @returns {string}
 * @throws {ReadError} if they are not valid in that encoding
 */
export function decodeXml(bytes) {
  const [first, second] = bytes;
  let encoding = "utf-8";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) encoding = "utf-16be";
  else if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) encoding = "utf-16le";
  else encoding = DECLARED_ENCODING.exec(String.fromCharCode(...bytes.subarray(0, 200)))?.[1] ?? encoding;
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new ReadError("This file holds letters in no encoding that can be read; save it as UTF-8.");
  }
}

/**
 * The root element of an XML text.
 *
 * @param {string} text
 * @returns {XmlElement}
 * @throws {ReadError} if it is not well-formed, or holds more elements than any score
 */
export function parseXml(text) {
  if (NO_LETTER.test(text)) throw malformed("it holds what is no letter");
  return new Parser(text).document();
}

class Parser {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.position = 0;
    this.nElements = 0;
    /** @type {XmlElement[]} */
    this.open = [];
    /** @type {XmlElement | null} */
    this.root = null;
  }

  document() {
    const { text } = this;
    while (this.position < text.length) {
      const tag = text.indexOf("<", this.position);
      this.characters(tag < 0 ? text.length : tag);
      if (tag < 0) break;
      if (text.startsWith("<!--", tag)) this.position = this.afterComment(tag);
      else if (text.startsWith("<?", tag)) this.instruction(tag);
      else if (text.startsWith("<![CDATA[", tag)) this.cdata(tag + 9);
      else if (text.startsWith("<!DOCTYPE", tag) && !this.root) this.doctype(tag + 9);
      else if (text.startsWith("</", tag)) this.endTag(tag + 2);
      else this.startTag(tag + 1);
    }
    if (!this.root || this.open.length > 0) throw malformed("it ends too early");
    return this.root;
  }

  /**
   * The place after the next `mark`.
   *
   * @param {string} mark
   * @param {number} from
   */
  after(mark, from) {
    const found = this.text.indexOf(mark, from);
    if (found < 0) throw malformed("it ends too early");
    return found + mark.length;
  }

  /** @param {number} start */
  afterComment(start) {
    const end = this.after("--", start + 4);
    if (this.text[end] !== ">") throw malformed("a comment of it is broken");
    return end + 1;
  }

  /** @param {number} end */
  characters(end) {
    const element = this.open.at(-1);
    if (element) {
      const text = unescape(this.text.slice(this.position, end));
      if (element.children.length === 0) element.text += text;
    } else if (/[^ \t\r\n\ufeff]/.test(this.text.slice(this.position, end))) {
      throw malformed("there is text around its elements");
    }
    this.position = end;
  }

  /** @param {number} start */
  cdata(start) {
    this.position = this.after("]]>", start);
    const element = this.open.at(-1);
    if (!element) throw malformed("there is text around its elements");
    if (element.children.length === 0) element.text += this.text.slice(start, this.position - 3);
  }

  /** @param {number} start */
  instruction(start) {
    const [name] = this.match(NAME, start + 2);
    if (name === "xml") this.match(DECLARATION, start);
    else if (!" \t\r\n?".includes(this.text[this.position])) throw malformed("a tag of it is broken");
    this.position = this.after("?>", start + 2);
  }

  /** @param {number} start */
  doctype(start) {
    const { text } = this;
    let inside = false;
    for (let i = start; i < text.length; i += 1) {
      const letter = text[i];
      if (letter === '"' || letter === "'") i = this.after(letter, i + 1) - 1;
      else if (text.startsWith("<!--", i)) i = this.afterComment(i) - 1;
      else if (text.startsWith("<!ENTITY", i)) throw new ReadError("This XML file declares entities, as no score does.");
      else if (text.startsWith("<?", i)) i = this.after("?>", i + 2) - 1;
      else if (letter === "[") inside = true;
      else if (letter === "]") inside = false;
      else if (letter === ">" && !inside) {
        this.position = i + 1;
        return;
      }
    }
    throw malformed("it ends too early");
  }

  /** @param {number} start */
  startTag(start) {
    if (this.root && this.open.length === 0) throw malformed("it has more than one root element");
    const element = new XmlElement(this.match(NAME, start)[0]);
    this.nElements += 1;
    if (this.nElements > MAX_ELEMENTS) throw new ReadError("This file holds more XML elements than any score.");
    if (this.open.length >= MAX_DEPTH) throw new ReadError("This file nests XML elements deeper than any score.");
    this.attributesOf(element);
    this.match(SPACE, this.position);
    const empty = this.text[this.position] === "/";
    if (this.text[this.position + (empty ? 1 : 0)] !== ">") throw malformed("a tag of it is broken");
    this.position += empty ? 2 : 1;
    this.open.at(-1)?.append(element);
    this.root ??= element;
    if (!empty) this.open.push(element);
  }

  /** @param {XmlElement} element */
  attributesOf(element) {
    for (;;) {
      ATTRIBUTE.lastIndex = this.position;
      const found = ATTRIBUTE.exec(this.text);
      if (!found) return;
      this.position = ATTRIBUTE.lastIndex;
      element.attributes ??= new Map();
      if (element.attributes.has(found[1])) throw malformed("a tag of it is broken");
      element.attributes.set(found[1], unescape(found[2] ?? found[3]));
    }
  }

  /** @param {number} start */
  endTag(start) {
    const [name] = this.match(NAME, start);
    this.match(SPACE, this.position);
    if (this.text[this.position] !== ">") throw malformed("a tag of it is broken");
    this.position += 1;
    if (this.open.pop()?.name !== name) throw malformed("its tags do not match");
  }

  /**
   * What a pattern matches at a place; the parser continues after it.
   *
   * @param {RegExp} pattern
   * @param {number} start
   */
  match(pattern, start) {
    pattern.lastIndex = start;
    const found = pattern.exec(this.text);
    if (!found) throw malformed("a tag of it is broken");
    this.position = pattern.lastIndex;
    return found;
  }
}

/**
 * Text with its entities replaced: the five predefined ones of XML, and character references.
 *
 * @param {string} text
 */
function unescape(text) {
  if (!text.includes("&")) return text;
  return text.replace(/&([^;&]{0,12})(;?)/g, (_, name, end) => {
    if (end && Object.hasOwn(ENTITIES, name)) return ENTITIES[name];
    const digits = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(name);
    const code = digits ? parseInt(digits[1] ?? digits[2], digits[1] ? 16 : 10) : Infinity;
    if (!end || code > 0x10ffff || NO_LETTER.test(String.fromCodePoint(code))) throw malformed("it holds an entity that XML does not know");
    return String.fromCodePoint(code);
  });
}

/** @param {string} reason */
function malformed(reason) {
  return new ReadError(`This XML file is damaged: ${reason}.`);
}
