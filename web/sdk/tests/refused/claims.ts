/** What must not compile: each line that ends in `// refused` is an error of the checker. */

import { cbdc } from "../../src/abi/cbdc.calls.gen.ts";
import { cbdcQueries } from "../../src/abi/cbdc.queries.gen.ts";
import { cbdcState } from "../../src/abi/cbdc.state.gen.ts";
import { callOf, Claimed, type Proven, type Sapha } from "../../src/index.ts";

declare const sapha: Sapha;
declare const address: Uint8Array;

function showAsProven(balance: Proven<bigint | null>): void {
  console.log(balance.value);
}

export async function page(): Promise<void> {
  const proven = await sapha.prove("cbdc", cbdcState.balances, address);
  const claim = await sapha.ask(cbdcQueries, "balance", { address });
  showAsProven(proven);
  showAsProven(claim); // refused
  showAsProven({ value: 1n, at: proven.at }); // refused
  showAsProven(new Claimed(1n, "https://node.example")); // refused
  showAsProven({ ...proven }); // refused
  console.log(claim.value); // refused
  console.log(proven.claim); // refused
  sapha.light.checkFresh(claim, 0, 0); // refused
  callOf(cbdc, "transfer", { to: address, amount: 1, memo: "" });
  callOf(cbdc, "transfer", { to: address, amount: 1 }); // refused
  callOf(cbdc, "transfer", { to: "sph1", amount: 1, memo: "" }); // refused
  callOf(cbdc, "transfers", { to: address, amount: 1, memo: "" }); // refused
  await sapha.ask(cbdcQueries, "balance", { address: 1 }); // refused
  await sapha.prove("cbdc", cbdcState.balances, "sph1"); // refused
  await sapha.prove("cbdc", cbdcState.balances); // refused
}
