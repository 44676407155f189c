/**
 * Wraps: a content's key sealed to each reader's X25519 key, and opening it again.
 *
 * A wrap is a libsodium sealed box over key || content digest, so it fits one content only.
 * Source: libsodium, crypto_box_seal; docs/protocol.md#contents.
 */

import { hsalsa, xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { bigintOf, compareBytes, joined, sameBytes } from "../bytes.ts";
import { decode, encode } from "../codec.ts";
import { digest, DIGEST_BYTES } from "../hash.ts";
import { ADDRESS_BYTES, SIGNATURE_BYTES } from "../keys.ts";
import { Refused } from "../refusal.ts";
import { arrayOf, blobOf, bytesOf, checkAscending, fieldsOf, uintOf } from "../shape.ts";
import type { Signer } from "../signer.ts";
import { verifyRaw } from "../verify.ts";
import { KEY_BYTES, type Random, randomBytes } from "./content.ts";

const VERSION = 1;
const BOX_KEY_BYTES = 32;
const WRAP_BYTES = 112;
const WRAPS_MAX = 64;
const DOCUMENT_BYTES_MAX = 16 * 1024;
const NONCE_BYTES = 24;
const FIELD = 2n ** 255n - 19n;
const SIGMA = new TextEncoder().encode("expand 32-byte k");

/** A key to which nothing can be sealed in secret, or nobody who could read. */
export class BadReadingKey extends Error {
  override readonly name = "BadReadingKey";
}

/** The data key of a content, sealed to one reader. */
export interface Wrap {
  readonly recipient: Uint8Array;
  readonly sealed: Uint8Array;
}

/** The wraps that an account has made of a content; a later version replaces an earlier one. */
export interface Wraps {
  readonly chainId: string;
  readonly content: Uint8Array;
  readonly author: Uint8Array;
  readonly version: number;
  readonly wraps: readonly Wrap[];
}

/** An X25519 key that content is sealed to, of a 32-byte seed that serves nothing else. */
export class ReadingKey {
  readonly public: Uint8Array;
  readonly #secret: Uint8Array;

  constructor(seed: Uint8Array) {
    this.#secret = sha512(seed).subarray(0, BOX_KEY_BYTES); // as libsodium makes it of a seed
    this.public = x25519.getPublicKey(this.#secret);
  }

  /** Return the key in a wrap, nothing when it is not for this key or of another content. */
  open(wrap: Wrap, content: Uint8Array): Uint8Array | undefined {
    const ephemeral = wrap.sealed.slice(0, BOX_KEY_BYTES);
    const box = wrap.sealed.slice(BOX_KEY_BYTES);
    try {
      const shared = sharedKey(this.#secret, ephemeral);
      const inside = xsalsa20poly1305(shared, nonceOf(ephemeral, this.public)).decrypt(box);
      const isOurs = inside.length === KEY_BYTES + DIGEST_BYTES;
      return isOurs && sameBytes(inside.subarray(KEY_BYTES), content)
        ? inside.subarray(0, KEY_BYTES)
        : undefined;
    } catch {
      return undefined; // noble throws for a box that does not open
    }
  }
}

/** What is public is wrapped to this key, which everybody has. */
export function publicReader(): ReadingKey {
  return new ReadingKey(digest("public-reader", new Uint8Array()));
}

/** Return a wrap of `key` for each reader's public key, sorted. Throws BadReadingKey. */
export function wrapKey(
  key: Uint8Array,
  content: Uint8Array,
  readers: readonly Uint8Array[],
  random: Random = randomBytes,
): readonly Wrap[] {
  const listed = readers.toSorted(compareBytes);
  const isRepeated = listed.some((one, at) => at > 0 && sameBytes(one, listed[at - 1] ?? one));
  if (listed.length === 0) throw new BadReadingKey("nobody is named who could read it");
  if (isRepeated || listed.length > WRAPS_MAX) {
    throw new BadReadingKey(`a reader is named twice, or more than ${WRAPS_MAX}`);
  }
  return listed.map((recipient) => {
    const secret = random(BOX_KEY_BYTES);
    const ephemeral = x25519.getPublicKey(secret);
    const shared = sharedKey(secret, checkedReader(recipient));
    const box = xsalsa20poly1305(shared, nonceOf(ephemeral, recipient));
    return { recipient, sealed: joined(ephemeral, box.encrypt(joined(key, content))) };
  });
}

/** Return a wraps document, signed by one of the author's keys. */
export async function signWraps(wraps: Wraps, signer: Signer): Promise<Uint8Array> {
  const { chainId, content, author, version } = wraps;
  const listed = wraps.wraps.map(({ recipient, sealed }) => [recipient, sealed]);
  const body = encode([VERSION, chainId, content, author, version, listed]);
  return encode([body, signer.publicKey, await signer.sign("blob-wraps", body)]);
}

/** Return the wraps of a document whose form, chain and signature are right. Throws Refused. */
export async function readWraps(data: Uint8Array, chainId: string): Promise<Wraps> {
  const limits = { bytesMax: DOCUMENT_BYTES_MAX, itemsMax: 8 + 3 * WRAPS_MAX, depthMax: 3 };
  const [signedBytes, key, signature] = fieldsOf(decode(data, limits), "document", 3);
  const body = blobOf(signedBytes, "body", DOCUMENT_BYTES_MAX);
  const fields = fieldsOf(decode(body, limits), "wraps", 6);
  if (fields[0] !== VERSION) throw new Refused("BAD_VERSION", "wraps of an unknown version");
  if (fields[1] !== chainId) throw new Refused("WRONG_CHAIN", "wraps of another network");
  const wraps = arrayOf(fields[5], "wraps", WRAPS_MAX).map((item) => {
    const [recipient, sealed] = fieldsOf(item, "wrap", 2);
    return {
      recipient: bytesOf(recipient, "recipient", BOX_KEY_BYTES),
      sealed: bytesOf(sealed, "sealed", WRAP_BYTES),
    };
  });
  checkAscending(wraps, "recipients", (a, b) => compareBytes(a.recipient, b.recipient));
  const publicKey = blobOf(key, "public_key", 34);
  const signed = bytesOf(signature, "signature", SIGNATURE_BYTES);
  if (!(await verifyRaw(publicKey, "blob-wraps", body, signed))) {
    throw new Refused("BAD_SHAPE", "the document is not signed by the key that it names");
  }
  return {
    chainId,
    content: bytesOf(fields[2], "content", DIGEST_BYTES),
    author: bytesOf(fields[3], "author", ADDRESS_BYTES),
    version: uintOf(fields[4], "version"),
    wraps,
  };
}

/** Return a key that something can be sealed to: 32 bytes, canonical, not of low order. */
function checkedReader(key: Uint8Array): Uint8Array {
  const value = bigintOf(key.toReversed());
  if (key.length !== BOX_KEY_BYTES || value >= FIELD) {
    throw new BadReadingKey("an X25519 key has 32 bytes in canonical form");
  }
  return key;
}

/** Return HSalsa20 of the shared secret. Throws BadReadingKey for a key of low order. */
function sharedKey(secret: Uint8Array, key: Uint8Array): Uint8Array {
  let point: Uint8Array;
  try {
    point = x25519.getSharedSecret(secret, key);
  } catch {
    throw new BadReadingKey("the X25519 key is of low order: anybody could read");
  }
  const out = new Uint32Array(8);
  hsalsa(words(SIGMA), words(point), new Uint32Array(4), out);
  return new Uint8Array(out.buffer);
}

function words(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer);
}

function nonceOf(ephemeral: Uint8Array, recipient: Uint8Array): Uint8Array {
  return blake2b(joined(ephemeral, recipient), { dkLen: NONCE_BYTES });
}
