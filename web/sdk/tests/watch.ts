/** Watches an account, pays from it, and prints the first item: node watch.ts GENESIS ... SEED */

import { cbdc } from "../src/abi/cbdc.calls.gen.ts";
import { addressOf, callOf, Claimed, hex, seedSigner, showAddress, unhex } from "../src/index.ts";
import { connected } from "../examples/network.ts";

const { sapha, rest } = connected();
const signer = seedSigner(unhex(rest[0] ?? ""));
const from = addressOf(signer.publicKey);
const filter = { address: showAddress(from) };
const call = callOf(cbdc, "transfer", { to: new Uint8Array(20).fill(1), amount: 100, memo: "" });
const sending = await sapha.send(call, signer);

const item = await new Promise<Claimed<unknown>>((resolve) => {
  const watched = sapha.subscribe({ kind: "address", filter }, (claim) => {
    watched.close();
    resolve(claim);
  });
  setTimeout(() => void sending.wait(), 1_000);
});

const { transaction_id } = item.claim as { readonly transaction_id: string };
console.log(JSON.stringify({ told: transaction_id, sent: hex(sending.id), by: item.from }));
