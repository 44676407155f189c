/**
 * Content of a complaint: sealed under one random key each, cut into blobs, committed to.
 *
 *     plain   = salt (32 bytes) || content, padded to a multiple of 256 bytes
 *     sealed  = nonce (24 bytes) || XChaCha20-Poly1305(plain piece; associated data)
 *     associated data = ["sapha/content", context, index, blobs]
 *     blob 0  = [1, [digest of blob 1, ...], sealed]       blob n = sealed
 *
 * A piece opens only as this blob of this content in this context, which is the case's id.
 * Source: docs/protocol.md#contents; draft-irtf-cfrg-xchacha-03.
 */

import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";

import { joined, sameBytes } from "../bytes.ts";
import { decode, encode } from "../codec.ts";
import { digest, DIGEST_BYTES } from "../hash.ts";
import { arrayOf, blobOf, bytesOf, fieldsOf } from "../shape.ts";

const VERSION = 1;
export const KEY_BYTES = 32;
export const SALT_BYTES = 32;
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
const PAD_BYTES = 256;
const PAD_FIRST = 0x80;
const BLOB_BYTES_MAX = 480 * 1024;
const PARTS_MAX = 63;
const HEAD_OVERHEAD_BYTES = 16;
const PART_ENTRY_BYTES = DIGEST_BYTES + 2;
const PIECE_BYTES_MAX = BLOB_BYTES_MAX - NONCE_BYTES - TAG_BYTES;
export const CONTENT_BYTES_MAX = 16 * 1024 * 1024 - 16 * 1024;

/** The content does not open, or is too large to be sealed. */
export class BadContent extends Error {
  override readonly name = "BadContent";
}

/** A content ready to be put: its blobs, head first, and what opens it. */
export interface SealedContent {
  readonly blobs: readonly Uint8Array[];
  /** What the ledger names it by: H("blob", head). */
  readonly digest: Uint8Array;
  readonly commitment: Uint8Array;
  readonly key: Uint8Array;
  /** Bytes of all blobs together. */
  readonly size: number;
}

/** An opened content, and the commitment that must be on the ledger. */
export interface OpenedContent {
  readonly content: Uint8Array;
  readonly salt: Uint8Array;
  readonly commitment: Uint8Array;
}

/** Random bytes of sealing; tests give their own. */
export type Random = (length: number) => Uint8Array;

/** Return random bytes of the browser's. */
export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** Return H("complaint-content", salt || content). */
export function commitmentOf(salt: Uint8Array, content: Uint8Array): Uint8Array {
  return digest("complaint-content", joined(salt, content));
}

/** Return H("blob", blob); of a head it names the content. */
export function blobDigest(blob: Uint8Array): Uint8Array {
  return digest("blob", blob);
}

/** Return `content` sealed under a fresh key and salt, to be opened in `context` only. */
export function sealContent(
  content: Uint8Array,
  context: Uint8Array,
  random: Random = randomBytes,
): SealedContent {
  if (content.length > CONTENT_BYTES_MAX) {
    throw new BadContent(`${content.length} bytes, at most ${CONTENT_BYTES_MAX}`);
  }
  const [key, salt] = [random(KEY_BYTES), random(SALT_BYTES)];
  const plain = padded(joined(salt, content));
  const parts = partsFor(plain.length);
  const headBytes = Math.min(plain.length, headPieceBytes(parts));
  const seal = (piece: Uint8Array, index: number) => {
    const nonce = random(NONCE_BYTES);
    const sealed = xchacha20poly1305(key, nonce, boundTo(context, index, parts)).encrypt(piece);
    return joined(nonce, sealed);
  };
  const rest = Array.from({ length: parts }, (_item, at) => {
    const start = headBytes + at * PIECE_BYTES_MAX;
    return seal(plain.subarray(start, start + PIECE_BYTES_MAX), at + 1);
  });
  const head = encode([VERSION, rest.map(blobDigest), seal(plain.subarray(0, headBytes), 0)]);
  const blobs = [head, ...rest];
  return {
    blobs,
    digest: blobDigest(head),
    commitment: commitmentOf(salt, content),
    key,
    size: blobs.reduce((sum, blob) => sum + blob.length, 0),
  };
}

/** Return the content of blobs, head first. Throws BadContent, or Refused for what is no head. */
export function openContent(
  key: Uint8Array,
  blobs: readonly Uint8Array[],
  context: Uint8Array,
): OpenedContent {
  const head = readHead(blobs[0] ?? new Uint8Array());
  const rest = blobs.slice(1);
  const parts = head.parts.length;
  const areNamed = rest.every((blob, at) => sameBytes(blobDigest(blob), head.parts[at] ?? blob));
  if (rest.length !== parts || !areNamed) throw new BadContent("not the blobs that the head names");
  const pieces = [head.sealed, ...rest].map((sealed, index) => {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const bound = boundTo(context, index, parts);
    return opened(() => xchacha20poly1305(key, nonce, bound).decrypt(sealed.subarray(NONCE_BYTES)));
  });
  const whole = unpadded(joined(...pieces));
  if (whole.length < SALT_BYTES) throw new BadContent("it has no salt");
  const [salt, content] = [whole.subarray(0, SALT_BYTES), whole.subarray(SALT_BYTES)];
  return { content, salt, commitment: commitmentOf(salt, content) };
}

/** Return the digests of a head's other blobs, and what it seals itself. Throws Refused. */
export function readHead(blob: Uint8Array): { parts: Uint8Array[]; sealed: Uint8Array } {
  const limits = { bytesMax: BLOB_BYTES_MAX, itemsMax: PARTS_MAX + 4, depthMax: 3 };
  const [version, parts, sealed] = fieldsOf(decode(blob, limits), "head", 3);
  if (version !== VERSION) throw new BadContent(`head version ${String(version)}`);
  return {
    parts: arrayOf(parts, "parts", PARTS_MAX).map((one) => bytesOf(one, "part", DIGEST_BYTES)),
    sealed: blobOf(sealed, "sealed", BLOB_BYTES_MAX),
  };
}

function partsFor(size: number): number {
  let parts = 0;
  while (headPieceBytes(parts) + parts * PIECE_BYTES_MAX < size) parts += 1;
  return parts;
}

function headPieceBytes(parts: number): number {
  return PIECE_BYTES_MAX - HEAD_OVERHEAD_BYTES - parts * PART_ENTRY_BYTES;
}

function boundTo(context: Uint8Array, index: number, parts: number): Uint8Array {
  return encode(["sapha/content", context, index, parts + 1]);
}

/** Pad as ISO/IEC 7816-4 does: 80, then zeros, at least one byte. */
function padded(data: Uint8Array): Uint8Array {
  const all = new Uint8Array((Math.floor(data.length / PAD_BYTES) + 1) * PAD_BYTES);
  all.set(data);
  all[data.length] = PAD_FIRST;
  return all;
}

function unpadded(data: Uint8Array): Uint8Array {
  const end = data.findLastIndex((byte) => byte !== 0);
  const isPadded = data.length % PAD_BYTES === 0 && data.length - end <= PAD_BYTES;
  if (data[end] !== PAD_FIRST || !isPadded) throw new BadContent("it is not padded");
  return data.subarray(0, end);
}

function opened(open: () => Uint8Array): Uint8Array {
  try {
    return open();
  } catch {
    throw new BadContent("it does not open: changed, or another key or context");
  }
}
