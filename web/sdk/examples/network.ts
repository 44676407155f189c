/** The network of an example, from its command line: genesis file, genesis hash, nodes. */

import { readFileSync } from "node:fs";

import { Sapha } from "../src/index.ts";

/** Return a connection, and the arguments that are left. */
export function connected(): { sapha: Sapha; rest: readonly string[] } {
  const [file = "", genesisHash = "", nodes = "", ...rest] = process.argv.slice(2);
  const genesis = readFileSync(file, "utf8");
  const onFault = (url: string, fault: unknown) => console.error(`${url}: ${String(fault)}`);
  return { sapha: Sapha.connect({ genesis, genesisHash, nodes: nodes.split(","), onFault }), rest };
}
