/** The hex of JSON-RPC: 0x and pairs of digits. Source: docs/protocol.md#json-rpc. */

import { hexOf } from "./bytes.ts";
import { Refused } from "./refusal.ts";

const HEX = /^0x(?:[0-9a-fA-F]{2})*$/;

/** Return the bytes of 0x and hex. Throws Refused (BAD_SHAPE). */
export function unhex(text: unknown): Uint8Array {
  if (typeof text !== "string" || !HEX.test(text)) {
    throw new Refused("BAD_SHAPE", `no bytes in hex: ${String(text).slice(0, 40)}`);
  }
  const bytes = new Uint8Array((text.length - 2) / 2);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = Number.parseInt(text.slice(2 + 2 * at, 4 + 2 * at), 16);
  }
  return bytes;
}

/** Return 0x and the hex of bytes. */
export function hex(bytes: Uint8Array): string {
  return `0x${hexOf(bytes)}`;
}
