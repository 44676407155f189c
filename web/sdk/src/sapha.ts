/**
 * A page's connection to a network: proofs, claims and transactions, through several nodes.
 *
 * What `prove` and `wait` give was verified from the genesis on; what `ask` gives is a claim.
 */

import { decode } from "./codec.ts";
import type { AnswerOf, AnyQuery, Call, ParamsOfQuery, Query, StateMap } from "./contract.ts";
import { type Fields, record } from "./fields.ts";
import { type Genesis, readGenesis } from "./genesis.ts";
import { hex, unhex } from "./hex.ts";
import { addressOf } from "./keys.ts";
import { LightClient, type SavedHead } from "./light.ts";
import { isNodesFault, type Node, Nodes } from "./nodes.ts";
import { type Certified, Claimed, type Proven } from "./proven.ts";
import type { Receipt } from "./receipt.ts";
import { Refused } from "./refusal.ts";
import { BadAnswer, RpcRefused } from "./rpc.ts";
import type { CertifiedHeaderJson, ReceiptProofJson } from "./schemas.gen.ts";
import type { Signer } from "./signer.ts";
import { stateKey } from "./state_key.ts";
import { subscribe, type Subscription, type Wanted } from "./subscription.ts";
import { EXPIRES_IN_MS_MAX, newNonce, signed, type SignedTransaction } from "./transaction.ts";

const VALUE_BYTES_MAX = 1024 * 1024;
const ITEMS_MAX = 100_000;
const EXPIRES_IN_MS = 300_000;
const WAIT_MS = 30_000;
const RETRY_MS = 1_000;

/** How a network is reached, and what is trusted of it: the hash of its genesis alone. */
export interface Network {
  /** The text of genesis.json. */
  readonly genesis: string;
  /** Its hash as the agencies publish it, 0x and hex. */
  readonly genesisHash: string;
  readonly nodes: readonly string[];
  /** What `saved` gave in an earlier life. */
  readonly saved?: SavedHead;
  /** Told of each node that fails or lies. */
  readonly onFault?: (url: string, fault: unknown) => void;
}

/** What became of a transaction: proven, or what a node says, which may be wrong. */
export type Outcome =
  | { readonly kind: "committed"; readonly receipt: Proven<Receipt> }
  | { readonly kind: "refused"; readonly refusal: Claimed<{ code: string; message: string }> }
  | { readonly kind: "open"; readonly status: Claimed<string>; readonly expiresAtMs: number };

/** A signed transaction that was not sent yet: keep `raw` and `id` before you call `wait`. */
export interface Sending extends SignedTransaction {
  /** Send the bytes, the same each time, and return what became of them. */
  wait(timeoutMs?: number): Promise<Outcome>;
}

export class Sapha {
  readonly light: LightClient;
  readonly #nodes: Nodes;

  constructor(genesis: Genesis, network: Pick<Network, "nodes" | "saved" | "onFault">) {
    const { nodes, saved, onFault } = network;
    this.light = new LightClient(genesis, saved);
    this.#nodes = new Nodes(nodes, onFault);
  }

  /** Return a connection; nothing is asked yet. Throws Refused (WRONG_GENESIS). */
  static connect(network: Network): Sapha {
    return new Sapha(readGenesis(network.genesis, network.genesisHash), network);
  }

  /** The address of the node that is asked first. */
  get url(): string {
    return this.#nodes.url;
  }

  /** Return the newest block that a node shows, proven. */
  async head(): Promise<Proven<Certified>> {
    return this.#nodes.first(async (node) => {
      const answer = await node.ask("chain_getHeader", { at: "latest" });
      return this.#header(node, answer, true);
    });
  }

  /** Return what a map of a contract holds at a key, null for nothing, proven. */
  async prove<K extends readonly unknown[], V>(
    contract: string,
    entries: StateMap<K, V>,
    ...parts: K
  ): Promise<Proven<V | null>> {
    const key = stateKey(contract, entries.name, ...entries.keyOf(parts));
    const found = await this.proveKey(key);
    return found.map((value) => {
      if (value === null) return null;
      const read = decode(value, { bytesMax: VALUE_BYTES_MAX, itemsMax: ITEMS_MAX });
      return entries.value.read(read, entries.name);
    });
  }

  /** Return the bytes that a state key holds, null when it is absent, proven. */
  async proveKey(key: Uint8Array): Promise<Proven<Uint8Array | null>> {
    return this.#nodes.first(async (node) => {
      const answer = await node.ask("state_getProof", { key: hex(key) });
      const at = await this.#header(node, answer, true);
      const value = answer.value === null ? null : unhex(answer.value);
      return this.light.checkState(at, { key, value }, unhex(answer.proof)).map((one) => one.value);
    });
  }

  /** Return a query's answer as a node says it: a claim. Throws RpcRefused, Refused. */
  async ask<Q extends Readonly<Record<string, AnyQuery>>, N extends keyof Q & string>(
    table: { readonly contract: string; readonly queries: Q },
    name: N,
    params: ParamsOfQuery<Q[N]>,
  ): Promise<Claimed<AnswerOf<Q[N]>>> {
    const query = table.queries[name] as unknown as Query<Fields, AnswerOf<Q[N]>>;
    const asked = record(query.params);
    asked.write(params as never, name);
    return this.#nodes.first(async (node) => {
      const args = asked.toJson(params as never) as Record<string, unknown>;
      const answer = await node.ask("state_query", { contract: table.contract, query: name, args });
      return new Claimed(query.returns.fromJson(answer.value, name), node.url);
    });
  }

  /**
   * Return a call, signed, with its id and its end, before anything is sent.
   *
   * The sender is the account of the first signer's key unless `from` names another. Throws
   * Refused, which names the field that the contract does not take.
   */
  async send(
    call: Call,
    signers: Signer | readonly Signer[],
    options: { readonly from?: Uint8Array; readonly expiresInMs?: number } = {},
  ): Promise<Sending> {
    const all = Array.isArray(signers) ? (signers as readonly Signer[]) : [signers as Signer];
    const first = all[0];
    if (first === undefined) throw new TypeError("nobody signs");
    const expiresInMs = options.expiresInMs ?? EXPIRES_IN_MS;
    if (expiresInMs > EXPIRES_IN_MS_MAX) {
      throw new Refused("ARGUMENT_OUT_OF_BOUNDS", `at most ${EXPIRES_IN_MS_MAX} ms ahead`);
    }
    const draft = {
      chainId: this.light.genesis.chainId,
      sender: options.from ?? addressOf(first.publicKey),
      nonce: newNonce(),
      expiresAtMs: Date.now() + expiresInMs,
      call,
    };
    return this.again(await signed(draft, all));
  }

  /** Return what sends bytes that were signed before, also in an earlier life of the page. */
  again(transaction: SignedTransaction): Sending {
    return { ...transaction, wait: (timeoutMs) => this.#wait(transaction, timeoutMs) };
  }

  /** Return the receipt of a committed transaction, proven; BadAnswer where it is none. */
  async receipt(id: Uint8Array): Promise<Proven<Receipt>> {
    return this.#nodes.first((node) => this.#receipt(node, id));
  }

  /** Tell of what happens until it is ended; items are claims, at most `onItem` at a time. */
  subscribe(wanted: Wanted, onItem: (item: Claimed<unknown>) => void): Subscription {
    return subscribe(this.#nodes, wanted, onItem);
  }

  async #wait(transaction: SignedTransaction, timeoutMs = WAIT_MS): Promise<Outcome> {
    const { id, raw, expiresAtMs } = transaction;
    const until = Date.now() + timeoutMs;
    for (;;) {
      const left = Math.max(until - Date.now(), 0);
      const found = await this.#nodes.first((node) => this.#round(node, id, raw, left));
      if (typeof found === "object" && "kind" in found) return found;
      if (Date.now() >= until) return { kind: "open", status: found, expiresAtMs };
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** Send the bytes to one node and wait there; return the outcome, or how it stands there. */
  async #round(
    node: Node,
    id: Uint8Array,
    raw: Uint8Array,
    leftMs: number,
  ): Promise<Outcome | Claimed<string>> {
    try {
      await node.ask("tx_submit", { transaction: hex(raw) });
    } catch (error) {
      if (!(error instanceof RpcRefused) || isNodesFault(error)) throw error;
      this.#nodes.turn(); // it is this node's word: the next attempt asks another
      const refusal = { code: error.error.data.code, message: error.message };
      return { kind: "refused", refusal: new Claimed(refusal, node.url) };
    }
    const params = { transaction_id: hex(id), timeout_ms: Math.min(leftMs, WAIT_MS) };
    const found = await node.ask("tx_wait", params);
    if (found.status === "committed") {
      return { kind: "committed", receipt: await this.#receipt(node, id) };
    }
    if (found.status === "rejected") {
      const refusal = { code: found.code, message: "" };
      return { kind: "refused", refusal: new Claimed(refusal, node.url) };
    }
    return new Claimed(found.status, node.url);
  }

  async #receipt(node: Node, id: Uint8Array): Promise<Proven<Receipt>> {
    const answer = await node.ask("tx_get", { transaction_id: hex(id), prove: true });
    const proof = "proof" in answer ? answer.proof : undefined;
    if (proof === undefined) throw new BadAnswer("the node gives no proof; is it committed?");
    const at = await this.#header(node, proof, false);
    return this.light.checkReceipt(at, id, receiptProof(proof));
  }

  /** Check a header, after learning from the node which restarts and sets it follows. */
  async #header(
    node: Node,
    answer: Pick<CertifiedHeaderJson, "header_bytes" | "certificate">,
    isLatest: boolean,
  ): Promise<Proven<Certified>> {
    if (answer.certificate === null) {
      throw new Refused("BAD_CERTIFICATE", "the node gives no certificate");
    }
    const header = unhex(answer.header_bytes);
    const certificate = unhex(answer.certificate);
    for (let before = ""; ; ) {
      const known = JSON.stringify(this.light.known);
      try {
        return this.light.checkHeader(header, certificate, isLatest);
      } catch (error) {
        if (!isUnknown(error) || known === before) throw error;
      }
      before = known;
      await ignoringUnknown(() => this.#followSets(node));
      await ignoringUnknown(() => this.#followRestarts(node));
    }
  }

  async #followSets(node: Node): Promise<void> {
    for (let before = -1; before !== this.light.known.sets; ) {
      before = this.light.known.sets;
      const found = await node.ask("chain_getValidatorChanges", { above: before });
      for (const { proof } of found) this.light.takeSetChange(unhex(proof));
    }
  }

  async #followRestarts(node: Node): Promise<void> {
    for (let before = -1; before !== this.light.known.restarts; ) {
      before = this.light.known.restarts;
      const found = await node.ask("chain_getRestarts", { above: before });
      for (const { proof } of found) await this.light.takeRestarts(unhex(proof));
    }
  }
}

function receiptProof(proof: ReceiptProofJson) {
  const { index, count } = proof;
  return { receipt: unhex(proof.receipt_bytes), index, count, path: proof.path.map(unhex) };
}

function isUnknown(error: unknown): boolean {
  const codes = ["UNKNOWN_RESTART", "UNKNOWN_VALIDATORS"];
  return error instanceof Refused && codes.includes(error.code);
}

/** Run what may need the other kind of step first. */
async function ignoringUnknown(follow: () => Promise<void>): Promise<void> {
  try {
    await follow();
  } catch (error) {
    if (!isUnknown(error)) throw error;
  }
}
