/** Files in ZIP archives, as used by compressed MusicXML: stored or deflated, and unpacked up to a limit. */

import { MAX_UNPACKED_BYTES, ReadError } from "./limits.js";

/**
 * @typedef {{ method: number, encrypted: boolean, packed: number, size: number, crc: number, offset: number }} Member
 */

const END_BYTES = 22; // of the record at an archive's end, without the comment
const MAX_COMMENT = 65_535;
const DAMAGED = "This compressed file is damaged";

/**
 * Whether bytes begin like a ZIP archive.
 *
 * @param {Uint8Array} bytes
 * @returns {boolean}
 */
export function isZip(bytes) {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5) && bytes[3] === bytes[2] + 1;
}

/**
 * The files in an archive, by name.
 *
 * @param {Uint8Array} bytes
 * @returns {Map<string, Member>}
 * @throws {ReadError} if its central directory is broken
 */
export function membersOf(bytes) {
  const view = viewOf(bytes);
  let end = bytes.length - END_BYTES;
  const first = Math.max(end - MAX_COMMENT, 0);
  while (end >= first && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < first) throw new ReadError(`${DAMAGED}: its list of contents is missing.`);
  const members = new Map();
  const decoder = new TextDecoder();
  let position = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (position + 46 > end || view.getUint32(position, true) !== 0x02014b50) {
      throw new ReadError(`${DAMAGED}: its list of contents is broken.`);
    }
    const nameEnd = position + 46 + view.getUint16(position + 28, true);
    members.set(decoder.decode(bytes.subarray(position + 46, nameEnd)), {
      encrypted: (view.getUint16(position + 8, true) & 1) === 1,
      method: view.getUint16(position + 10, true),
      crc: view.getUint32(position + 16, true),
      packed: view.getUint32(position + 20, true),
      size: view.getUint32(position + 24, true),
      offset: view.getUint32(position + 42, true),
    });
    position = nameEnd + view.getUint16(position + 30, true) + view.getUint16(position + 32, true);
  }
  return members;
}

/**
 * The content of a file in an archive.
 *
 * @param {Uint8Array} bytes of the archive
 * @param {Member} member
 * @returns {Promise<Uint8Array>}
 * @throws {ReadError} if it is broken, too large or compressed in a way that MusicXML does not use
 */
export async function readMember(bytes, member) {
  if (member.encrypted) throw new ReadError("This compressed file is locked with a password.");
  if (member.method !== 0 && member.method !== 8) {
    throw new ReadError("This compressed file is packed in a way that MusicXML does not use.");
  }
  const most = MAX_UNPACKED_BYTES;
  if (member.size > most) throw new ReadError(`This file unpacks to more than ${most.toLocaleString("en-US")} bytes.`);
  const { offset, packed } = member;
  const view = viewOf(bytes);
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== 0x04034b50) {
    throw new ReadError(`${DAMAGED}: what it lists is not in it.`);
  }
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packed > bytes.length) throw new ReadError(`${DAMAGED}: it ends too early.`);
  const inside = bytes.subarray(start, start + packed);
  const content = member.method === 0 ? inside : await inflate(inside, member.size);
  if (content.length !== member.size || crc32(content) !== member.crc) {
    throw new ReadError(`${DAMAGED}: it does not hold what it should.`);
  }
  return content;
}

/**
 * Deflated bytes, unpacked as long as the result has at most `size` bytes.
 *
 * @param {Uint8Array} packed
 * @param {number} size
 * @returns {Promise<Uint8Array>}
 */
async function inflate(packed, size) {
  const content = new Uint8Array(size);
  let position = 0;
  try {
    const source = new Blob([/** @type {BlobPart} */ (packed)]).stream();
    const reader = source.pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return content.subarray(0, position);
      if (position + value.length > size) {
        await reader.cancel();
        break;
      }
      content.set(value, position);
      position += value.length;
    }
  } catch {
    // the stream's own error would mean nothing to the person who chose the file
  }
  throw new ReadError(`${DAMAGED}: it does not hold what it should.`);
}

/** @param {Uint8Array} bytes */
function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * The checksum of a ZIP archive.
 *
 * @param {Uint8Array} bytes
 */
function crc32(bytes) {
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i += 1) {
    let value = i;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    table[i] = value;
  }
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i += 1) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
