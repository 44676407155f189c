/** What an account holds, proven: node verify.ts GENESIS HASH NODES ADDRESS */

import { cbdcQueries } from "../src/abi/cbdc.queries.gen.ts";
import { cbdcState } from "../src/abi/cbdc.state.gen.ts";
import { type Claimed, type Proven, readAddress } from "../src/index.ts";
import { connected } from "./network.ts";

const { sapha, rest } = connected();
const address = readAddress(rest[0] ?? "");

/** Only what was proven is shown as a balance: a claim does not compile here. */
function shown(balance: Proven<bigint | null>): object {
  const { height, timeMs } = balance.at.header;
  const signers = balance.at.signers.map(({ name }) => name);
  return { satang: Number(balance.value ?? 0n), height, at: new Date(timeMs), signers };
}

const head = await sapha.head();
sapha.light.checkFresh(head, Date.now(), 60_000);
const balance: Proven<bigint | null> = await sapha.prove("cbdc", cbdcState.balances, address);
const claim: Claimed<bigint> = await sapha.ask(cbdcQueries, "balance", { address });

console.log(JSON.stringify({ ...shown(balance), claimed: Number(claim.claim) }));
