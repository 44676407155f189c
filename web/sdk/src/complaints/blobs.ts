/**
 * Puts contents at a node and fetches them, believing none: every blob is hashed.
 *
 * Each request is signed afresh by one key of the account. Source: docs/protocol.md#contents.
 */

import { showAddress } from "../address.ts";
import { sameBytes } from "../bytes.ts";
import { encode } from "../codec.ts";
import { digest } from "../hash.ts";
import { hex, unhex } from "../hex.ts";
import { addressOf } from "../keys.ts";
import { BadAnswer, call } from "../rpc.ts";
import type { RequestParams } from "../schemas.gen.ts";
import type { Signer } from "../signer.ts";
import {
  BadContent,
  blobDigest,
  openContent,
  type OpenedContent,
  randomBytes,
  readHead,
  type SealedContent,
} from "./content.ts";
import { type ReadingKey, readWraps, signWraps, wrapKey } from "./wraps.ts";

const VERSION = 1;
const NONCE_BYTES = 16;
const EXPIRES_IN_MS = 30_000;
const NOTHING = new Uint8Array();

/** What is asked about a content: the method, the blob's number, and the bytes that go with it. */
export interface BlobQuestion {
  readonly method: "blob_put" | "blob_get" | "blob_put_wraps" | "blob_get_wraps";
  readonly content: Uint8Array;
  readonly index?: number;
  readonly payload?: Uint8Array;
}

/** The contents of a chain, at one node, for the account of a key. */
export class Blobs {
  readonly #url: string;
  readonly #chainId: string;
  readonly #signer: Signer;

  constructor(url: string, chainId: string, signer: Signer) {
    this.#url = url;
    this.#chainId = chainId;
    this.#signer = signer;
  }

  /** Put a content, and wraps for its readers; the transaction that names it comes next. */
  async upload(sealed: SealedContent, readers: readonly Uint8Array[]): Promise<void> {
    const wraps = wrapKey(sealed.key, sealed.digest, readers);
    const content = hex(sealed.digest);
    for (const [index, blob] of sealed.blobs.entries()) {
      const asked = { method: "blob_put", content: sealed.digest, index, payload: blob } as const;
      const request = await this.#request(asked);
      await call(this.#url, "blob_put", { content, index, data: hex(blob), request });
    }
    const body = {
      chainId: this.#chainId,
      content: sealed.digest,
      author: addressOf(this.#signer.publicKey),
      version: Date.now(),
      wraps,
    };
    const document = await signWraps(body, this.#signer);
    const asked = { method: "blob_put_wraps", content: sealed.digest, payload: document } as const;
    const request = await this.#request(asked);
    await call(this.#url, "blob_put_wraps", { content, document: hex(document), request });
  }

  /** Return an opened content; compare its commitment with the ledger's. Throws BadContent. */
  async read(
    content: Uint8Array,
    reader: ReadingKey,
    context: Uint8Array,
  ): Promise<OpenedContent> {
    const head = await this.#blob(content, 0, content);
    const blobs = [head];
    for (const [at, name] of readHead(head).parts.entries()) {
      blobs.push(await this.#blob(content, at + 1, name));
    }
    const keys = await this.#keys(content, reader);
    for (const key of keys) {
      try {
        return openContent(key, blobs, context);
      } catch (error) {
        if (!(error instanceof BadContent)) throw error; // anybody may offer a wrong key
      }
    }
    throw new BadContent(`none of ${keys.length} keys that are offered opens it`);
  }

  async #keys(content: Uint8Array, reader: ReadingKey): Promise<readonly Uint8Array[]> {
    const request = await this.#request({ method: "blob_get_wraps", content });
    const answer = await call(this.#url, "blob_get_wraps", { content: hex(content), request });
    const documents = answer.documents.map((one) => readWraps(unhex(one), this.#chainId));
    const read = await Promise.allSettled(documents); // one that does not hold is a node's lie
    const wraps = read.flatMap((one) => (one.status === "fulfilled" ? one.value.wraps : []));
    const own = wraps.filter((wrap) => sameBytes(wrap.recipient, reader.public));
    return own.map((wrap) => reader.open(wrap, content)).filter((key) => key !== undefined);
  }

  async #blob(content: Uint8Array, index: number, expected: Uint8Array): Promise<Uint8Array> {
    const request = await this.#request({ method: "blob_get", content, index });
    const answer = await call(this.#url, "blob_get", { content: hex(content), index, request });
    const blob = unhex(answer.data);
    if (!sameBytes(blobDigest(blob), expected)) throw new BadAnswer(`not blob ${index} of it`);
    return blob;
  }

  async #request(asked: BlobQuestion): Promise<RequestParams> {
    const expiresAtMs = Date.now() + EXPIRES_IN_MS;
    const nonce = randomBytes(NONCE_BYTES);
    const data = requestBytes(this.#chainId, this.#signer.publicKey, asked, expiresAtMs, nonce);
    return {
      account: showAddress(addressOf(this.#signer.publicKey)),
      public_key: hex(this.#signer.publicKey),
      expires_at_ms: expiresAtMs,
      nonce: hex(nonce),
      signature: hex(await this.#signer.sign("blob-request", data)),
    };
  }
}

/** Return what is signed of a question, under the tag "blob-request". */
export function requestBytes(
  chainId: string,
  publicKey: Uint8Array,
  asked: BlobQuestion,
  expiresAtMs: number,
  nonce: Uint8Array,
): Uint8Array {
  const { method, content, index = 0, payload = NOTHING } = asked;
  const hashed = payload.length > 0 ? digest("blob-payload", payload) : new Uint8Array(32);
  const account = addressOf(publicKey);
  return encode([VERSION, chainId, method, content, index, hashed, account, expiresAtMs, nonce]);
}
