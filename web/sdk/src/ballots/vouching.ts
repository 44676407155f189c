/**
 * A citizen's vouched keys, all of them from the seed: what is hidden, asked, checked and shown.
 *
 *     secret = HKDF-SHA512(seed of vouching, lp(use) lp(list or epoch) lp(index) lp(generation))
 *
 * The pairwise key of a place is the same in every generation. Hiding all places of a list takes
 * seconds: do it in a worker. Source: docs/adr/0042-vouched-keys.md.
 */

import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";

import { joined, utf8 } from "../bytes.ts";
import { seedSigner, type Signer } from "../signer.ts";
import { blind, deriveFactor, hashMessage, isSignature, Purpose, summedKey } from "./tokens.ts";
import { unblind } from "./tokens.ts";
import { hashFields, lp, uint } from "./transcript.ts";

const SEED_BYTES = 32;
export const PLACES = 1_024;
export const SLOTS = 8;
const ENROL_DEPTH = 10;

/** Where a pairwise key stands: a list, and its number in it. */
export type Place = readonly [list: number, number: number];

/** The secrets of one citizen's vouched keys on one chain. */
export class VouchingSeed {
  readonly #secret: Uint8Array;
  readonly #chainId: string;

  /** Derive them of a citizen's seed, 32 bytes. */
  constructor(citizenSeed: Uint8Array, chainId: string) {
    const label = utf8("vouching");
    const framed = joined(Uint8Array.of(0, label.length), label);
    this.#secret = hmac(sha256, citizenSeed, joined(utf8("sapha/citizen/v1\0"), framed));
    this.#chainId = chainId;
  }

  /** Return P of a place. */
  pairwise(place: Place): Signer {
    return this.#key("sapha/id/v2/pairwise", place, 0);
  }

  /** Return Q of a slot of an epoch. */
  slot(epoch: number, slot: number, generation: number): Signer {
    return this.#key("sapha/id/v2/slot", [epoch, slot], generation);
  }

  /** Return h1(M) of an enrolment, 48 bytes, and r, which hides it. */
  enrolment(place: Place, generation: number): readonly [hashed: Uint8Array, factor: bigint] {
    const key = this.pairwise(place).publicKey;
    const fields = [uint(place[0]), uint(place[1]), key];
    const hashed = hashMessage(Purpose.enrol, this.#message("sapha/id/v2/enrol", fields));
    return [hashed, this.#factor("sapha/id/v2/hides-place", place, generation)];
  }

  /** Return h1(M) of a slot of an epoch, 48 bytes, and r, which hides it. */
  alive(
    epoch: number,
    slot: number,
    generation: number,
  ): readonly [hashed: Uint8Array, factor: bigint] {
    const key = this.slot(epoch, slot, generation).publicKey;
    const message = this.#message("sapha/id/v2/alive", [uint(epoch), key]);
    const factor = this.#factor("sapha/id/v2/hides-slot", [epoch, slot], generation);
    return [hashMessage(Purpose.alive, message), factor];
  }

  /** Return the blinded pairwise keys of all places of a list, in order. */
  hiddenPlaces(list: number, generation: number): readonly Uint8Array[] {
    return Array.from({ length: PLACES }, (_item, number) => {
      return blind(...this.enrolment([list, number], generation));
    });
  }

  /** Return the blinded throwaway keys of an epoch, in order of the slots. */
  hiddenSlots(epoch: number, generation: number): readonly Uint8Array[] {
    return Array.from({ length: SLOTS }, (_item, slot) => {
      return blind(...this.alive(epoch, slot, generation));
    });
  }

  /** Return the signatures with which P of a place names Q of an epoch's slot, and Q names P. */
  async show(
    place: Place,
    epoch: number,
    slot: number,
    generation: number,
  ): Promise<{ readonly signature: Uint8Array; readonly slotSignature: Uint8Array }> {
    const [key, slotKey] = [this.pairwise(place), this.slot(epoch, slot, generation)];
    const where = [uint(epoch), uint(place[0]), uint(place[1]), slotKey.publicKey];
    const shows = this.#message("sapha/id/v2/show", where);
    const uses = this.#message("sapha/id/v2/use", [uint(epoch), key.publicKey]);
    return {
      signature: await key.sign("identity/show", shows),
      slotSignature: await slotKey.sign("identity/use", uses),
    };
  }

  #message(use: string, fields: readonly Uint8Array[]): Uint8Array {
    return joined(...[utf8(use), utf8(this.#chainId), ...fields].map(lp));
  }

  #key(use: string, of: Place, generation: number): Signer {
    const key = hmac(sha512, new Uint8Array(64), this.#secret);
    const material = hmac(sha512, key, joined(infoOf(use, of, generation), Uint8Array.of(1)));
    return seedSigner(material.subarray(0, SEED_BYTES));
  }

  #factor(use: string, of: Place, generation: number): bigint {
    return deriveFactor(this.#secret, infoOf(use, of, generation));
  }
}

/** A voucher answered with what is no signature of its key; nothing may be shown. */
export class WrongAnswer extends Error {
  override readonly name = "WrongAnswer";
}

/** Return the certificate that vouchers' answers give, 48 bytes, checked. Throws WrongAnswer. */
export function certificateOf(
  [hashed, factor]: readonly [Uint8Array, bigint],
  keys: readonly Uint8Array[],
  answers: readonly Uint8Array[],
): Uint8Array {
  const signature = unblind(answers, factor);
  if (answers.length !== keys.length || !isSignature(summedKey(keys), hashed, signature)) {
    throw new WrongAnswer("the vouchers' answers are no signature of their keys");
  }
  return signature;
}

/** Return the root over the blinded keys of a list, 64 bytes, which enrols a citizen in it. */
export function listRoot(list: number, elements: readonly Uint8Array[]): Uint8Array {
  const leaves = Array.from({ length: 2 ** ENROL_DEPTH }, (_item, index) => {
    const element = elements[index] ?? new Uint8Array();
    return hashFields("sapha/id/v2/leaf", [uint(list), uint(index), element]);
  });
  let level = leaves;
  while (level.length > 1) {
    level = Array.from({ length: level.length / 2 }, (_item, at) => {
      const pair = [level[2 * at], level[2 * at + 1]] as Uint8Array[];
      return hashFields("sapha/id/v2/node", pair);
    });
  }
  return level[0] as Uint8Array;
}

function infoOf(use: string, of: Place, generation: number): Uint8Array {
  return joined(lp(utf8(use)), lp(uint(of[0])), lp(uint(of[1])), lp(uint(generation)));
}
