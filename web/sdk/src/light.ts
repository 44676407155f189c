/**
 * Verifies what a node says, from the genesis alone; the node is trusted in nothing.
 *
 * A header counts only with a certificate of the validators of its height, who follow from those of
 * the genesis change by change; a value, an absence or a receipt only with a proof under such a
 * header. Does not speak to nodes: `connection.ts` does. Source: docs/protocol.md#light-clients.
 */

import { sameBytes } from "./bytes.ts";
import { checkCertificate } from "./certificate.ts";
import type { Genesis } from "./genesis.ts";
import { decodeHeader } from "./header.ts";
import { type AuditPath, rootFromPath } from "./merkle.ts";
import { type Certified, type Proven, provenAt } from "./proven.ts";
import { type Receipt, readReceipt } from "./receipt.ts";
import { Refused } from "./refusal.ts";
import { Reigns } from "./reigns.ts";
import { DecidingSets, type KnownSet, readSetChange } from "./sets.ts";
import { checkProof, decodeProof } from "./state_proof.ts";

/** What a key holds: bytes, or null when it is proven to be absent. */
export interface StateEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
}

/** A receipt's bytes and its audit path under a header's receipts root. */
export interface ReceiptProof extends AuditPath {
  readonly receipt: Uint8Array;
}

/** What a client saves, so that in its next life it takes no lower block, and no past set. */
export interface SavedHead {
  readonly header: Uint8Array;
  readonly certificate: Uint8Array;
  readonly sets: readonly KnownSet[];
}

interface Highest {
  readonly found: Certified;
  readonly header: Uint8Array;
  readonly certificate: Uint8Array;
}

/** Holds the genesis; every check is against its chain id, and validators as they followed. */
export class LightClient {
  readonly genesis: Genesis;
  readonly #reigns: Reigns;
  readonly #sets: DecidingSets;
  #highest: Highest | undefined;

  /** Begin at the genesis, or where an earlier life of this client got to. */
  constructor(genesis: Genesis, saved?: SavedHead) {
    this.genesis = genesis;
    this.#reigns = new Reigns(genesis.hash);
    this.#sets = new DecidingSets(genesis.validators, saved?.sets);
    if (saved === undefined) return;
    const { header, certificate } = saved;
    const found = { header: decodeHeader(header), signers: [] };
    this.#sets.note(found.header);
    this.#highest = { found, header, certificate };
  }

  /** What to save of the highest verified header; nothing as long as there is none. */
  get saved(): SavedHead | undefined {
    if (this.#highest === undefined) return undefined;
    const { header, certificate } = this.#highest;
    return { header, certificate, sets: this.#sets.later };
  }

  /** Heights above which `takeRestarts` and `takeSetChange` have something to learn. */
  get known(): { readonly restarts: number; readonly sets: number } {
    return { restarts: this.#reigns.lastFirst, sets: Math.max(this.#sets.lastFirst - 1, 0) };
  }

  /**
   * Return the header after verifying that a quorum of its height's validators sealed it.
   *
   * `isLatest` says that a node shows it as its last. Throws Refused: WRONG_CHAIN, BAD_CERTIFICATE,
   * UNKNOWN_VALIDATORS, UNKNOWN_RESTART, VOID_BLOCK, FORK_PROVEN, HEAD_WENT_BACK, or of the format.
   */
  checkHeader(data: Uint8Array, certificate: Uint8Array, isLatest = false): Proven<Certified> {
    const found = this.#certified(data, certificate);
    this.#reigns.check(found.header);
    this.#sets.note(found.header);
    this.#note({ found, header: data, certificate }, isLatest);
    return provenAt(found, found);
  }

  /**
   * Learn the restart statements of one block, in order of the chain; known ones are fine.
   *
   * A page loads what checks them only on the day that a network needed one.
   */
  async takeRestarts(data: Uint8Array): Promise<void> {
    const { checkCarried, readRestartProof } = await import("./electorate.ts");
    const proof = readRestartProof(data);
    const last = proof.restarts.at(-1)?.statement;
    if (last === undefined || this.#reigns.knows(last.digest)) return;
    const { header } = this.checkHeader(proof.header, proof.certificate).value;
    const validators = this.#sets.following(header);
    await checkCarried(proof.entries, proof.restarts, header, validators);
    if (this.#reigns.knows(last.digest)) return; // learned while signatures were verified
    this.#reigns.add(proof.restarts, header, this.#highestUnderKnown());
  }

  /** Learn who decides after one block, in order of the chain; known changes are fine. */
  takeSetChange(data: Uint8Array): void {
    const change = readSetChange(data);
    const { header } = this.checkHeader(change.header, change.certificate).value;
    this.#sets.add(header, change.following);
  }

  /** Return that `key` holds `value` (null: is absent) after a block. Throws Refused. */
  checkState(at: Proven<Certified>, entry: StateEntry, proof: Uint8Array): Proven<StateEntry> {
    const { header } = at.value;
    asProof("state proof", () => {
      checkProof(decodeProof(proof), header.stateRoot, entry.key, entry.value);
    });
    return provenAt({ key: entry.key, value: entry.value }, at.value);
  }

  /** Return a transaction's receipt in the block. Throws Refused (BAD_PROOF). */
  checkReceipt(at: Proven<Certified>, id: Uint8Array, proof: ReceiptProof): Proven<Receipt> {
    return asProof("receipt proof", () => {
      const receipt = readReceipt(proof.receipt);
      if (!sameBytes(receipt.transactionId, id)) {
        throw new Refused("BAD_PROOF", "the receipt is of another transaction");
      }
      if (!sameBytes(rootFromPath(proof.receipt, proof), at.value.header.receiptsRoot)) {
        throw new Refused("BAD_PROOF", "the receipt leads to another receipts root");
      }
      return provenAt(receipt, at.value);
    });
  }

  /** Throw Refused (STALE_ANSWER) for a block older than `ageMsMax`: newer ones can be withheld. */
  checkFresh(at: Proven<unknown>, nowMs: number, ageMsMax: number): void {
    const { height, timeMs } = at.at.header;
    if (nowMs - timeMs > ageMsMax) {
      const age = `${nowMs - timeMs} ms old, allowed are ${ageMsMax}`;
      throw new Refused("STALE_ANSWER", `block ${height} is ${age}`);
    }
  }

  #certified(data: Uint8Array, certificate: Uint8Array): Certified {
    const highest = this.#highest;
    const isKnown = highest !== undefined && highest.found.signers.length > 0;
    if (isKnown && sameBytes(highest.header, data) && sameBytes(highest.certificate, certificate)) {
      return highest.found;
    }
    const header = decodeHeader(data);
    if (header.chainId !== this.genesis.chainId) {
      const ours = this.genesis.chainId;
      throw new Refused("WRONG_CHAIN", `the header is of chain ${header.chainId}, ours is ${ours}`);
    }
    const validators = this.#sets.deciding(header);
    return { header, signers: checkCertificate(certificate, header, validators) };
  }

  /** Compare a verified header with the highest, and remember it if it is higher. */
  #note(seen: Highest, isLatest: boolean): void {
    const known = this.#highest?.found.header;
    const { height, hash } = seen.found.header;
    if (known !== undefined && height === known.height && !sameBytes(hash, known.hash)) {
      throw new Refused(
        "FORK_PROVEN",
        `THE CHAIN HAS FORKED: two certified blocks at height ${height}; trust nothing of it`,
      );
    }
    if (known !== undefined && height < known.height) {
      if (!isLatest) return;
      throw new Refused(
        "HEAD_WENT_BACK",
        `the node shows block ${height} as its last, this client has verified ${known.height}`,
      );
    }
    this.#highest = seen;
  }

  /** What an earlier life proved counts too, unless it is under a statement not known by now. */
  #highestUnderKnown(): number {
    const highest = this.#highest?.found.header;
    return highest !== undefined && this.#reigns.knows(highest.restart) ? highest.height : 0;
  }
}

/** Run a check; whatever it refuses for is no proof. */
function asProof<T>(name: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof Refused) || error.code === "BAD_PROOF") throw error;
    throw new Refused("BAD_PROOF", `not a ${name}: ${error.message}`);
  }
}
