/** Asks the node at the address given: what it says of itself, a block, and what it has not. */

import { call, type ErrorOf, RpcRefused } from "../src/index.ts";

const url = process.argv[2] ?? "";
const status = await call(url, "chain_getStatus", {});
const block = await call(url, "chain_getBlock", { at: status.height });
const codes: string[] = block.receipts.map((receipt) => receipt.code);

const missing: ErrorOf<"chain_getBlock"> = "NOT_FOUND";
let refused = false;
try {
  await call(url, "chain_getBlock", { at: status.height + 1 });
} catch (error) {
  refused = error instanceof RpcRefused && error.error.data.code === missing;
}

process.stdout.write(JSON.stringify({ height: status.height, hash: block.hash, codes, refused }));
