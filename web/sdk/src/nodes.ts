/**
 * Several nodes, asked in turn: the next one where one does not answer, is busy, or lies.
 *
 * Owns which node is asked; believes none of them.
 */

import { Refused } from "./refusal.ts";
import type { MethodName, ParamsOf, ResultOf } from "./rpc.ts";
import { BadAnswer, call, RpcRefused } from "./rpc.ts";

/** Codes of a node that has nothing against the call itself: another one may take it. */
const ELSEWHERE = new Set(["TOO_BUSY", "NOT_READY", "INTERNAL", "ANSWER_TOO_LARGE"]);

/** No node gave an answer that holds; `causes` has the fault of each, in the order asked. */
export class NoNode extends Error {
  override readonly name = "NoNode";
  readonly causes: readonly unknown[];

  constructor(causes: readonly unknown[]) {
    super(`no node answered: ${causes.map(String).join("; ")}`);
    this.causes = causes;
  }
}

/** One node, as a task asks it. */
export interface Node {
  readonly url: string;
  ask<Name extends MethodName>(method: Name, params: ParamsOf<Name>): Promise<ResultOf<Name>>;
}

/** Nodes of one network by their addresses, such as `https://node.example`. */
export class Nodes {
  readonly #nodes: readonly Node[];
  readonly #onFault: (url: string, fault: unknown) => void;
  #next = 0;

  constructor(urls: readonly string[], onFault: (url: string, fault: unknown) => void = () => {}) {
    if (urls.length === 0) throw new TypeError("name at least one node");
    this.#nodes = urls.map((url) => ({
      url,
      ask: (method, params) => call(url, method, params),
    }));
    this.#onFault = onFault;
  }

  /** The address of the node that is asked first. */
  get url(): string {
    return this.#nodes[this.#next]?.url ?? "";
  }

  /** Ask the next node first from now on. */
  turn(): void {
    this.#next = (this.#next + 1) % this.#nodes.length;
  }

  /**
   * Return what `task` makes of the first node that carries it out. A refusal of the call itself
   * (RpcRefused) is thrown as it is; else NoNode once every node has failed.
   */
  async first<T>(task: (node: Node) => Promise<T>): Promise<T> {
    const causes: unknown[] = [];
    for (const _ of this.#nodes) {
      const node = this.#nodes[this.#next] as Node;
      try {
        return await task(node);
      } catch (error) {
        if (!isNodesFault(error)) throw error;
        causes.push(error);
        this.#onFault(node.url, error);
        this.turn();
      }
    }
    throw new NoNode(causes);
  }
}

/** Whether another node may do better: unreachable, busy, no JSON-RPC, or a proof that fails. */
export function isNodesFault(error: unknown): boolean {
  if (error instanceof RpcRefused) return ELSEWHERE.has(error.error.data.code);
  const isFork = error instanceof Refused && error.code === "FORK_PROVEN";
  const isOurs = error instanceof Refused || error instanceof BadAnswer;
  // `fetch` throws TypeError where no node answers, AbortError at a time limit.
  return !isFork && (isOurs || error instanceof TypeError || error instanceof DOMException);
}
