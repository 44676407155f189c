/**
 * Addresses as people see them: bech32m with the prefix sph and version 1, 43 characters.
 *
 * Source: BIP 350; docs/protocol.md#addresses.
 */

import { ADDRESS_BYTES } from "./keys.ts";
import { Refused } from "./refusal.ts";

const PREFIX = "sph";
const VERSION = 1;
const CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const BECH32M = 0x2bc830a3;
const CHECKSUM_CHARS = 6;
const EXPANDED = [3, 3, 3, 0, ...Array.from(PREFIX, (c) => c.charCodeAt(0) & 31)];

/** Return the text of an address, such as sph1p... */
export function showAddress(address: Uint8Array): string {
  if (address.length !== ADDRESS_BYTES) throw bad("an address has 20 bytes");
  const data = [VERSION, ...regrouped(address, 8, 5)];
  const sum = polymod([...EXPANDED, ...data, 0, 0, 0, 0, 0, 0]) ^ BECH32M;
  const checksum = Array.from({ length: CHECKSUM_CHARS }, (_, i) => (sum >> (5 * (5 - i))) & 31);
  return `${PREFIX}1${[...data, ...checksum].map((five) => CHARACTERS[five]).join("")}`;
}

/** Return the address of a text, in small letters or capitals alone. Throws Refused (BAD_SHAPE). */
export function readAddress(text: string): Uint8Array {
  const small = text.toLowerCase();
  if (text !== small && text !== text.toUpperCase()) throw bad("small and large letters are mixed");
  if (!small.startsWith(`${PREFIX}1`)) throw bad(`it does not begin with ${PREFIX}1`);
  const data = Array.from(small.slice(PREFIX.length + 1), (c) => CHARACTERS.indexOf(c));
  if (data.includes(-1)) throw bad("it has a character that no address has");
  if (polymod([...EXPANDED, ...data]) !== BECH32M) throw bad("a typing error: another sum");
  if (data[0] !== VERSION) throw bad(`version ${data[0]}, known is ${VERSION}`);
  const payload = data.slice(1, -CHECKSUM_CHARS);
  const address = Uint8Array.from(regrouped(payload, 5, 8));
  if (address.length !== ADDRESS_BYTES || showAddress(address) !== small) {
    throw bad("another length than an address has");
  }
  return address;
}

function polymod(values: readonly number[]): number {
  return values.reduce((sum, value) => {
    const isIn = (bit: number) => ((sum >>> (25 + bit)) & 1) === 1;
    const mixed = ((sum & 0x1ffffff) << 5) ^ value;
    return GENERATORS.reduce((all, one, bit) => (isIn(bit) ? all ^ one : all), mixed);
  }, 1);
}

/** Return groups of `from` bits as groups of `to`; what fills no group is padded, or dropped. */
function regrouped(groups: Iterable<number>, from: number, to: number): number[] {
  let [held, bits] = [0, 0];
  const found: number[] = [];
  for (const group of groups) {
    held = ((held << from) | group) & 0xfff;
    for (bits += from; bits >= to; bits -= to) found.push((held >> (bits - to)) & ((1 << to) - 1));
  }
  if (bits > 0 && to < from) found.push((held << (to - bits)) & ((1 << to) - 1));
  return found;
}

function bad(why: string): Refused {
  return new Refused("BAD_SHAPE", `no address: ${why}`);
}
