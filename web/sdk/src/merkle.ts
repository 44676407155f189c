/** Audit paths of binary Merkle trees. Source: RFC 9162 §2.1; docs/protocol.md#merkle-trees. */

import { joined } from "./bytes.ts";
import { digest } from "./hash.ts";
import { Refused } from "./refusal.ts";

/** Where an item stands in a list, and its siblings from the leaf up. */
export interface AuditPath {
  readonly index: number;
  readonly count: number;
  readonly path: readonly Uint8Array[];
}

/** Return the root that has `item` at its place. Throws Refused (BAD_SHAPE): no such path. */
export function rootFromPath(item: Uint8Array, place: AuditPath): Uint8Array {
  let { index, count: width } = place;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(width) || index < 0 || index >= width) {
    throw new Refused("BAD_SHAPE", `item ${index} of ${width}`);
  }
  let node = digest("merkle-leaf", item);
  let used = 0;
  for (; width > 1; width = Math.ceil(width / 2), index = Math.floor(index / 2)) {
    const isOdd = index % 2 === 1;
    if ((isOdd ? index - 1 : index + 1) >= width) continue;
    const sibling = place.path[used++];
    if (sibling === undefined) throw new Refused("BAD_SHAPE", "the audit path is too short");
    node = digest("merkle-node", isOdd ? joined(sibling, node) : joined(node, sibling));
  }
  if (used !== place.path.length) throw new Refused("BAD_SHAPE", "the audit path is too long");
  return node;
}
