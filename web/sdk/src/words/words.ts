/**
 * Secrets as words to be written down: 24 or 12 of 2,048, in English or Thai, with a checksum.
 *
 * The last bits are a checksum, so that a wrong or displaced word is noticed. Source: BIP 39.
 */

import { sha256 } from "@noble/hashes/sha2.js";

export type Language = "th" | "en";

const WORD_BITS = 11;
const THAI_LETTER = /[\u0e01-\u0e5b]/;
// What keyboards make of the same letters: two SARA E, NIKHAHIT and SARA AA, a mark twice, joiners.
const TYPED: readonly (readonly [RegExp, string])[] = [
  [/\u0e40\u0e40/g, "\u0e41"],
  [/([\u0e48-\u0e4b]?)\u0e4d([\u0e48-\u0e4b]?)\u0e32/g, "$1$2\u0e33"],
  [/([\u0e47-\u0e4b])\1+/g, "$1"],
  [/[\u200b-\u200d\u2060\ufeff]/g, ""],
];

/** The words are no secret; `place` is the first word of no list, from 1. */
export class BadWords extends Error {
  override readonly name = "BadWords";
  readonly place: number | undefined;

  constructor(message: string, place?: number) {
    super(message);
    this.place = place;
  }
}

/** Return a secret of 16 or 32 bytes as 12 or 24 words, separated by spaces. */
export async function wordsOf(secret: Uint8Array, language: Language): Promise<string> {
  return written(secret, await listOf(language));
}

function written(secret: Uint8Array, listed: readonly string[]): string {
  const bits = bitsOf(secret) + bitsOf(sha256(secret)).slice(0, secret.length / 4);
  const numbers = bits.match(/.{11}/g) ?? [];
  return numbers.map((number) => listed[Number.parseInt(number, 2)]).join(" ");
}

/**
 * Return the secret behind so many words, in any spacing and case; the first tells the list.
 * Throws BadWords: another number of words, a word of no list, a wrong checksum.
 */
export async function secretOf(text: string, count: 12 | 24): Promise<Uint8Array> {
  const words = plain(text).split(/\s+/).filter(Boolean);
  if (words.length !== count) throw new BadWords(`${words.length} words, there must be ${count}`);
  const listed = await listOf(THAI_LETTER.test(words[0] ?? "") ? "th" : "en");
  const numbers = words.map((word) => listed.indexOf(word));
  const missing = numbers.indexOf(-1);
  if (missing >= 0) throw new BadWords(`word ${missing + 1} is not in the list`, missing + 1);
  const bits = numbers.map((number) => number.toString(2).padStart(WORD_BITS, "0")).join("");
  const secretBits = bits.slice(0, (32 * bits.length) / 33);
  const octets = secretBits.match(/.{8}/g) ?? [];
  const secret = Uint8Array.from(octets, (octet) => Number.parseInt(octet, 2));
  if (written(secret, listed) !== words.join(" ")) {
    throw new BadWords("the checksum is wrong: a word is another, or out of order");
  }
  return secret;
}

function bitsOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
}

function plain(text: string): string {
  return TYPED.reduce(
    (found, [typed, meant]) => found.replace(typed, meant),
    text.normalize("NFC").toLowerCase(),
  );
}

/** Load the words of a language; a page that needs one list has no other. */
async function listOf(language: Language): Promise<readonly string[]> {
  return language === "th"
    ? (await import("./thai.gen.ts")).THAI
    : (await import("@scure/bip39/wordlists/english.js")).wordlist;
}
