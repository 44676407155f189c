/**
 * Who decided which height, as a client with the genesis alone follows it.
 *
 * A change is taken when the block that announces it is certified by the set of before. A header
 * counts only with a certificate of the set of its own height, so that keys of a past set certify
 * nothing above the change that ended it. Source: docs/protocol.md#light-clients.
 */

import { sameBytes } from "./bytes.ts";
import { decode } from "./codec.ts";
import type { Header } from "./header.ts";
import { Refused } from "./refusal.ts";
import { blobOf, fieldsOf } from "./shape.ts";
import { readValidatorSet, type ValidatorSet } from "./validators.ts";

const CHANGE_BYTES_MAX = 256 * 1024;
const PART_BYTES_MAX = 64 * 1024;

/** A set, and the first height that it decides. */
export interface KnownSet {
  readonly first: number;
  readonly set: ValidatorSet;
}

/** The encoded header and certificate of a block, and the set that decides the next. */
export interface SetChange {
  readonly header: Uint8Array;
  readonly certificate: Uint8Array;
  readonly following: ValidatorSet;
}

/** Return the change that `data` encodes; nothing is verified. Throws Refused. */
export function readSetChange(data: Uint8Array): SetChange {
  const value = decode(data, { bytesMax: CHANGE_BYTES_MAX });
  const [header, certificate, following] = fieldsOf(value, "set change", 3);
  return {
    header: blobOf(header, "header", PART_BYTES_MAX),
    certificate: blobOf(certificate, "certificate", PART_BYTES_MAX),
    following: readValidatorSet(following),
  };
}

/** The sets that are known, each from its first height on; the first is the genesis'. */
export class DecidingSets {
  #known: readonly KnownSet[];
  /** Height of the highest verified header that announces a change. */
  #announced = -1;

  constructor(first: ValidatorSet, later: readonly KnownSet[] = []) {
    this.#known = [{ first: 0, set: first }, ...later];
  }

  /** The sets after the genesis': what a client saves. */
  get later(): readonly KnownSet[] {
    return this.#known.slice(1);
  }

  /** The first height of the last known set. */
  get lastFirst(): number {
    return this.#known.at(-1)?.first ?? 0;
  }

  /**
   * Return the set that decides a header's height. Throws Refused: UNKNOWN_VALIDATORS for another
   * above all known changes, BAD_CERTIFICATE for another than the one known to decide that height.
   */
  deciding(header: Header): ValidatorSet {
    const { height } = header;
    const found = this.#at(height);
    const isBehind = height > this.#announced && this.#announced >= this.lastFirst;
    if (!isBehind && found !== undefined && sameBytes(found.hash, header.validatorsHash)) {
      return found;
    }
    if (height >= this.lastFirst) {
      const since = `the changes since block ${this.lastFirst} (chain_getValidatorChanges)`;
      throw new Refused(
        "UNKNOWN_VALIDATORS",
        `validators that are not known here decided block ${height}: ask a node for ${since}`,
      );
    }
    throw new Refused(
      "BAD_CERTIFICATE",
      `block ${height} names other validators than decided it`,
    );
  }

  /** Take note of a verified header: above one that announces a change, others decide. */
  note(header: Header): void {
    if (!sameBytes(header.nextValidatorsHash, header.validatorsHash)) {
      this.#announced = Math.max(this.#announced, header.height);
    }
  }

  /** Return the set that decides after a verified header. Throws Refused (UNKNOWN_VALIDATORS). */
  following(header: Header): ValidatorSet {
    const found = this.#at(header.height + 1);
    if (found === undefined || !sameBytes(found.hash, header.nextValidatorsHash)) {
      throw new Refused(
        "UNKNOWN_VALIDATORS",
        `block ${header.height} announces validators not known here`,
      );
    }
    return found;
  }

  /** Take the set that a verified header announces. Throws Refused (BAD_SET_CHANGE). */
  add(header: Header, following: ValidatorSet): void {
    const { height } = header;
    if (!sameBytes(following.hash, header.nextValidatorsHash)) {
      throw badChange(`block ${height} announces another set than the one given`);
    }
    if (sameBytes(header.nextValidatorsHash, header.validatorsHash)) {
      throw badChange(`block ${height} announces no change`);
    }
    if (height + 1 > this.lastFirst) {
      this.#known = [...this.#known, { first: height + 1, set: following }];
    }
  }

  #at(height: number): ValidatorSet | undefined {
    return this.#known.findLast(({ first }) => first <= height)?.set;
  }
}

function badChange(message: string): Refused {
  return new Refused("BAD_SET_CHANGE", message);
}
