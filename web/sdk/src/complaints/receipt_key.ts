/**
 * The receipt of a complaint: 12 words, whose keys act for the case and read its content.
 *
 * Who has the words is the complainant, and there is nothing else that says who that is.
 * Source: HMAC-SHA256; BIP 39.
 */

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { joined, utf8 } from "../bytes.ts";
import { addressOf, BadKey } from "../keys.ts";
import { seedSigner, type Signer } from "../signer.ts";
import { type Language, secretOf, wordsOf } from "../words/words.ts";
import { randomBytes } from "./content.ts";
import { ReadingKey } from "./wraps.ts";

const SECRET_BYTES = 16;
const PREFIX = utf8("sapha/complaint-receipt/v1\0");

/** A case's secret, and the two keys that it gives. */
export class ComplaintReceipt {
  readonly signer: Signer;
  readonly readingKey: ReadingKey;
  readonly #secret: Uint8Array;

  /** Derive the keys of a 16-byte secret. Throws BadKey. */
  constructor(secret: Uint8Array = randomBytes(SECRET_BYTES)) {
    if (secret.length !== SECRET_BYTES) throw new BadKey(`a receipt has ${SECRET_BYTES} bytes`);
    this.#secret = secret.slice();
    this.signer = seedSigner(derived(secret, "act"));
    this.readingKey = new ReadingKey(derived(secret, "read"));
  }

  /** Return the receipt of 12 words, English or Thai. Throws BadWords. */
  static async fromWords(text: string): Promise<ComplaintReceipt> {
    return new ComplaintReceipt(await secretOf(text, 12));
  }

  /** Return the 12 words, to be written down. */
  async words(language: Language): Promise<string> {
    return wordsOf(this.#secret, language);
  }

  /** The account that acts for the case: 20 bytes. */
  get address(): Uint8Array {
    return addressOf(this.signer.publicKey);
  }
}

function derived(secret: Uint8Array, label: string): Uint8Array {
  return hmac(sha256, secret, joined(PREFIX, utf8(label)));
}
