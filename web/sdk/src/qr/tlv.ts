/**
 * The text of a merchant-presented QR: two-digit tags and lengths, values, a checksum at the end.
 *
 * Lengths count characters. Source: EMVCo QR Code Specification, Merchant-Presented Mode 1.1, §4.
 */

import { utf8 } from "../bytes.ts";

export type QrCode =
  | "BAD_AMOUNT"
  | "BAD_BILL_REFERENCE"
  | "BAD_COUNTRY"
  | "BAD_CRC"
  | "BAD_CURRENCY"
  | "BAD_INITIATION"
  | "BAD_TARGET"
  | "BAD_TLV"
  | "DUPLICATE_TAG"
  | "MISSING_CRC"
  | "UNSUPPORTED_SCHEME"
  | "WRONG_KIND";

/** The text is no QR that can be paid; `code` says why, as Python's client does. */
export class BadQr extends Error {
  override readonly name = "BadQr";
  readonly code: QrCode;

  constructor(code: QrCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type Tags = ReadonlyMap<string, string>;

const TEXT_CHARS_MAX = 512;
const VALUE_CHARS_MAX = 99;
const HEAD_CHARS = 4;
const CRC_CHARS = 8;
const TWO_DIGITS = /^[0-9]{2}$/;
const HEX = /^[0-9A-Fa-f]{4}$/;
const POLYNOMIAL = 0x1021;

/** Return the values by tag in the order of the text. Throws BadQr: BAD_TLV, DUPLICATE_TAG. */
export function readTags(text: string): Tags {
  const characters = Array.from(text);
  const tags = new Map<string, string>();
  for (let at = 0; at < characters.length; ) {
    const tag = characters.slice(at, at + 2).join("");
    const digits = characters.slice(at + 2, at + HEAD_CHARS).join("");
    const end = at + HEAD_CHARS + Number(digits);
    const isSound = TWO_DIGITS.test(tag) && TWO_DIGITS.test(digits);
    if (!isSound || Number(digits) === 0 || end > characters.length) {
      throw new BadQr("BAD_TLV", `at character ${at} is no tag with a value`);
    }
    if (tags.has(tag)) throw new BadQr("DUPLICATE_TAG", `tag ${tag} is there twice`);
    tags.set(tag, characters.slice(at + HEAD_CHARS, end).join(""));
    at = end;
  }
  return tags;
}

/** Return the text of tags and values in their order. Throws BadQr (BAD_TLV). */
export function writeTags(pairs: Iterable<readonly [tag: string, value: string]>): string {
  return Array.from(pairs, ([tag, value]) => {
    const count = Array.from(value).length;
    if (!TWO_DIGITS.test(tag) || count < 1 || count > VALUE_CHARS_MAX) {
      throw new BadQr("BAD_TLV", `tag ${tag} has ${count} characters, 1 to ${VALUE_CHARS_MAX}`);
    }
    return `${tag}${String(count).padStart(2, "0")}${value}`;
  }).join("");
}

/** Return the checksum of a text, CRC-16/CCITT-FALSE of its UTF-8, as four digits. */
export function crcOf(text: string): string {
  let crc = 0xffff;
  for (const byte of utf8(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc & 0x8000 ? (crc << 1) ^ POLYNOMIAL : crc << 1) & 0xffff;
    }
  }
  return crc.toString(16).toUpperCase().padStart(4, "0");
}

/** Return `body` with its checksum. Throws BadQr (BAD_TLV) when it is too long. */
export function seal(body: string, crcTag = "63"): string {
  const text = `${body}${crcTag}04`;
  checkLength(Array.from(text).length + 4);
  return text + crcOf(text);
}

/** Return what is before the checksum. Throws BadQr: BAD_TLV, MISSING_CRC, BAD_CRC. */
export function unseal(text: string, crcTag = "63"): string {
  checkLength(Array.from(text).length);
  if (!text.isWellFormed()) throw new BadQr("BAD_TLV", "the text holds half of a surrogate pair");
  const tail = text.slice(-CRC_CHARS);
  if (tail.slice(0, HEAD_CHARS) !== `${crcTag}04` || !HEX.test(tail.slice(HEAD_CHARS))) {
    throw new BadQr("MISSING_CRC", `the text does not end with tag ${crcTag} and four digits`);
  }
  const expected = crcOf(text.slice(0, -4));
  if (tail.slice(HEAD_CHARS).toUpperCase() !== expected) {
    throw new BadQr("BAD_CRC", `the checksum is another, of this text it is ${expected}`);
  }
  return text.slice(0, -CRC_CHARS);
}

function checkLength(count: number): void {
  if (count > TEXT_CHARS_MAX) {
    throw new BadQr("BAD_TLV", `${count} characters, at most ${TEXT_CHARS_MAX}`);
  }
}
