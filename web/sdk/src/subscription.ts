/**
 * What happens on the ledger as a node tells it, over a WebSocket, with another node at the end.
 *
 * Items are claims. What was missed while no socket was open is asked for by height.
 */

import type { Nodes } from "./nodes.ts";
import { Claimed } from "./proven.ts";
import type { ParamsOf } from "./rpc.ts";

const AGAIN_MS = 1_000;

/** Blocks, the transactions of an address, or events of a contract. */
export type Wanted = ParamsOf<"events_subscribe">;

export interface Subscription {
  /** End it; nothing is told afterwards. */
  close(): void;
}

/** Tell `onItem` of each item until the subscription is closed. */
export function subscribe(
  nodes: Nodes,
  wanted: Wanted,
  onItem: (item: Claimed<unknown>) => void,
): Subscription {
  let isClosed = false;
  let socket: WebSocket | undefined;

  function open(): void {
    if (isClosed) return;
    const { url } = nodes;
    const made = new WebSocket(`${url.replace(/^http/, "ws")}/ws`);
    socket = made;
    made.onopen = () => {
      made.send(
        JSON.stringify({ jsonrpc: "2.0", id: 1, method: "events_subscribe", params: wanted }),
      );
    };
    made.onmessage = ({ data }) => {
      const item = itemOf(String(data));
      if (item !== undefined && !isClosed) onItem(new Claimed(item, url));
    };
    made.onclose = () => {
      if (isClosed) return;
      nodes.turn();
      setTimeout(open, AGAIN_MS);
    };
  }

  open();
  return {
    close: () => {
      isClosed = true;
      socket?.close();
    },
  };
}

/** Return the item of a notice, nothing of another message. */
function itemOf(data: string): unknown {
  const message = JSON.parse(data) as { method?: unknown; params?: { item?: unknown } };
  return message.method === "events_notify" ? message.params?.item : undefined;
}
