/** Which restart statement is in force at which height. Source: docs/protocol.md#light-clients. */

import { hexOf, sameBytes } from "./bytes.ts";
import type { Header } from "./header.ts";
import { Refused } from "./refusal.ts";
import type { SignedRestart } from "./restart.ts";

/** A statement (or the genesis), and the first height of which it is in force. */
interface Reign {
  readonly restart: Uint8Array;
  readonly first: number;
  /** Bound of the time of the block at that height; none for the genesis. */
  readonly notAfterMs?: number;
}

/** The statements that are known, in order; the first is the genesis. */
export class Reigns {
  readonly #reigns: Reign[];

  constructor(genesisHash: Uint8Array) {
    this.#reigns = [{ restart: genesisHash, first: 0 }];
  }

  /** The first height of the one that is in force now, as far as is known. */
  get lastFirst(): number {
    return this.#last.first;
  }

  /** Return whether a digest is that of the genesis or of a known statement. */
  knows(restart: Uint8Array): boolean {
    return this.#reigns.some((reign) => sameBytes(reign.restart, restart));
  }

  /** Throw Refused, UNKNOWN_RESTART or VOID_BLOCK, unless its statement is in force at a header. */
  check({ height, restart, timeMs }: Header): void {
    if (!this.knows(restart)) {
      const digest = hexOf(restart).slice(0, 16);
      throw new Refused(
        "UNKNOWN_RESTART",
        `block ${height} follows restart statement ${digest}, which is not known here: ask a ` +
          "node for its proof (chain_getRestarts)",
      );
    }
    const reign = this.#reigns.findLast(({ first }) => first <= height) ?? this.#last;
    if (!sameBytes(reign.restart, restart)) {
      throw new Refused(
        "VOID_BLOCK",
        `block ${height} is void: another restart statement is in force from ${reign.first} on`,
      );
    }
    if (height === reign.first && timeMs > (reign.notAfterMs ?? Infinity)) {
      throw new Refused("VOID_BLOCK", `block ${height} came after its restart statement's time`);
    }
  }

  /**
   * Take checked statements above a block; `highest` is the highest certified height that is held.
   * Throws Refused (RESTART_CONFLICT).
   */
  add(restarts: readonly SignedRestart[], above: Header, highest: number): void {
    const { height } = above;
    if (!sameBytes(above.restart, this.#last.restart)) {
      throw new Refused(
        "RESTART_CONFLICT",
        `a restart statement goes on above block ${height}, where another is in force: somebody ` +
          "signed two that do not know each other",
      );
    }
    if (highest > height) {
      throw new Refused(
        "RESTART_CONFLICT",
        `a restart statement goes on above block ${height}, but block ${highest} is certified`,
      );
    }
    const last = restarts.at(-1)?.statement;
    if (last === undefined) return;
    this.#reigns.push({ restart: last.digest, first: height + 1, notAfterMs: last.notAfterMs });
  }

  get #last(): Reign {
    return this.#reigns.at(-1) as Reign;
  }
}
