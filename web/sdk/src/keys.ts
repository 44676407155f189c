/**
 * Keys of four kinds, their addresses, and what browser and authenticator sign in Sapha's form.
 *
 * A key is a kind byte and the key: 01 Ed25519, 02 P-256, 03 WebAuthn over P-256, 04 WebAuthn over
 * Ed25519. Secrets stay in WebCrypto and in authenticators; nothing here sees one.
 * Source: docs/protocol.md#keys; WebAuthn Level 2 §5.8.1.2, §6.5.5.
 */

import { bigintOf, bytesOfBigint, joined } from "./bytes.ts";
import { decode, encode } from "./codec.ts";
import { digest } from "./hash.ts";

export const KeyKind = { ed25519: 1, p256: 2, passkeyP256: 3, passkeyEd25519: 4 } as const;
export type KeyKind = (typeof KeyKind)[keyof typeof KeyKind];

export const ADDRESS_BYTES = 20;
export const SIGNATURE_BYTES = 64;
export const ASSERTION_BYTES_MAX = 1_400;

const KEY_BYTES: ReadonlyMap<number, number> = new Map([[1, 33], [2, 34], [3, 34], [4, 33]]);
const UNCOMPRESSED = 4;
const SCALAR_BYTES = 32;
const DER_SEQUENCE = 0x30;
const DER_INTEGER = 0x02;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The bytes are no key, signature or assertion. */
export class BadKey extends Error {
  override readonly name = "BadKey";
}

/** What an authenticator gave, its signature in Sapha's form. */
export interface Assertion {
  readonly authenticatorData: Uint8Array;
  readonly clientData: Uint8Array;
  readonly signature: Uint8Array;
}

/** Return kind byte and key; of P-256 as WebCrypto exports it, or compressed. Throws BadKey. */
export function publicKey(kind: KeyKind, key: Uint8Array): Uint8Array {
  const point = key.length === 65 && key[0] === UNCOMPRESSED ? compressed(key) : key;
  return checkedKey(joined(Uint8Array.of(kind), point));
}

/** Return whether the first byte is a kind, and the length that of its keys. */
export function hasKind(key: Uint8Array): boolean {
  return KEY_BYTES.get(key[0] ?? 0) === key.length;
}

/** Return `key` if its kind and its length are right. Throws BadKey. */
export function checkedKey(key: Uint8Array): Uint8Array {
  const kind = key[0] ?? 0;
  const isPoint = KEY_BYTES.get(kind) !== 34 || key[1] === 2 || key[1] === 3;
  if (!hasKind(key) || !isPoint) {
    throw new BadKey(`no key: kind ${kind}, ${key.length} bytes`);
  }
  return key;
}

/** Return the address that a key alone controls: 20 bytes. */
export function addressOf(key: Uint8Array): Uint8Array {
  return digest("address", checkedKey(key)).subarray(0, ADDRESS_BYTES);
}

/** Return r || s with the lower of the two values of s, the only one that the ledger takes. */
export function withLowS(signature: Uint8Array): Uint8Array {
  if (signature.length !== SIGNATURE_BYTES) throw new BadKey("no signature of 64 bytes");
  const s = bigintOf(signature.subarray(SCALAR_BYTES));
  if (s <= ORDER / 2n) return signature;
  return joined(signature.subarray(0, SCALAR_BYTES), scalarBytes(ORDER - s));
}

/** Return a P-256 signature in DER, as authenticators give it, as r || s with a low s. */
export function fromDer(der: Uint8Array): Uint8Array {
  if (der[0] !== DER_SEQUENCE || der[1] !== der.length - 2) throw new BadKey("no DER signature");
  const r = derInteger(der, 2);
  const s = derInteger(der, r.end);
  if (s.end !== der.length) throw new BadKey("bytes after the DER signature");
  return withLowS(joined(scalarBytes(r.value), scalarBytes(s.value)));
}

/** Return what a passkey is asked to sign for bytes under a tag: the challenge, 32 bytes. */
export function challengeOf(tag: string, data: Uint8Array): Uint8Array {
  return digest(tag, data);
}

/** Return the signature that the ledger takes of an assertion. */
export function encodeAssertion(assertion: Assertion): Uint8Array {
  return encode([assertion.authenticatorData, assertion.clientData, assertion.signature]);
}

/** Return the assertion that a signature of a passkey is. Throws Refused, BadKey. */
export function decodeAssertion(signature: Uint8Array): Assertion {
  const value = decode(signature, { bytesMax: ASSERTION_BYTES_MAX });
  const parts = Array.isArray(value) && value.length === 3 ? (value as readonly unknown[]) : [];
  const [authenticatorData, clientData, signed] = parts;
  if (
    !(authenticatorData instanceof Uint8Array) ||
    !(clientData instanceof Uint8Array) ||
    !(signed instanceof Uint8Array) ||
    signed.length !== SIGNATURE_BYTES
  ) {
    throw new BadKey("no assertion of three byte strings");
  }
  return { authenticatorData, clientData, signature: signed };
}

function compressed(point: Uint8Array): Uint8Array {
  const isOdd = ((point[point.length - 1] ?? 0) & 1) === 1;
  return joined(Uint8Array.of(isOdd ? 3 : 2), point.subarray(1, 1 + SCALAR_BYTES));
}

function derInteger(der: Uint8Array, at: number): { value: bigint; end: number } {
  const end = at + 2 + (der[at + 1] ?? 0);
  if (der[at] !== DER_INTEGER || end > der.length) throw new BadKey("no DER integer");
  const value = bigintOf(der.subarray(at + 2, end));
  if (value >= ORDER) throw new BadKey("an integer above the order");
  return { value, end };
}

function scalarBytes(scalar: bigint): Uint8Array {
  return bytesOfBigint(scalar, SCALAR_BYTES);
}
