/** Pay what a QR asks for: node pay.ts GENESIS HASH NODES SEED QR [SATANG] */

import { cbdc } from "../src/abi/cbdc.calls.gen.ts";
import { callOf, hex, seedSigner, unhex } from "../src/index.ts";
import { readWalletPayment } from "../src/qr/payment.ts";
import { whatYouSign } from "../src/what_you_sign.ts";
import { connected } from "./network.ts";

const { sapha, rest } = connected();
const [seed = "", text = "", satang = ""] = rest;

const payment = readWalletPayment(text, sapha.light.genesis.chainId);
const amount = payment.amountSatang ?? Number(satang);
const { address: to, requestId } = payment;
const call =
  requestId === undefined
    ? callOf(cbdc, "transfer", { to, amount, memo: "" })
    : callOf(cbdc, "pay_request", { merchant: to, request_id: requestId, amount, tip: 0 });
for (const language of ["th", "en"] as const) {
  const { title, lines } = whatYouSign(call, language);
  console.error([title, ...lines.map(({ label, value }) => `  ${label}: ${value}`)].join("\n"));
}

const sending = await sapha.send(call, seedSigner(unhex(seed)));
console.error(`${hex(sending.id)} may take effect until ${new Date(sending.expiresAtMs)}`);
const outcome = await sending.wait();

if (outcome.kind === "committed") {
  const { value: receipt, at } = outcome.receipt;
  const { height } = at.header;
  console.log(JSON.stringify({ code: receipt.code, height, id: hex(sending.id) }));
} else if (outcome.kind === "refused") {
  console.log(JSON.stringify({ claimed: outcome.refusal.claim.code, by: outcome.refusal.from }));
} else {
  console.log(JSON.stringify({ open: outcome.status.claim, until: outcome.expiresAtMs }));
}
