/** QR texts equal those that Python publishes, and are refused by the same names. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { BadQr, type Payment, readQr, readWalletPayment, writeQr } from "../src/index.ts";
import { crcOf } from "../src/qr/tlv.ts";
import { published, some, unhex } from "./vectors.ts";

interface Row {
  readonly kind: "WalletPayment" | "CreditTransfer" | "BillPayment";
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  readonly text: string;
}

const KINDS = new Set(["MSISDN", "NATID_OR_TAXID", "EWALLETID", "BANK_ACCOUNT", "BILL"]);
const wallets = published("wallet_qr") as { payments: unknown; refused: unknown };
const promptpay = published("promptpay") as { valid: unknown; invalid: unknown };

function codeOf(text: string): string | undefined {
  try {
    readQr(text);
  } catch (error) {
    if (error instanceof BadQr) return error.code;
    throw error;
  }
  return undefined;
}

function paymentOf({ kind, fields }: Row): Payment {
  const text = (name: string) => (fields[name] ?? undefined) as string | undefined;
  const common = {
    amountSatang: (fields["amount_satang"] ?? undefined) as number | undefined,
    isStatic: fields["is_static"] === true,
  };
  if (kind === "WalletPayment") {
    const [chainId = "", address = ""] = [text("chain_id"), text("address")];
    const who = { chainId, address: unhex(address), name: text("name") };
    return { kind: "wallet", ...common, ...who, requestId: text("request_id") };
  }
  if (kind === "CreditTransfer") {
    const by = text("kind") as "MSISDN";
    return { kind: "transfer", by, target: text("target") ?? "", ...common };
  }
  const [billerId = "", ref1 = ""] = [text("biller_id"), text("ref1")];
  return { kind: "bill", billerId, ref1, ref2: text("ref2"), ref3: text("ref3"), ...common };
}

test("payments are written as published, and read back whole", () => {
  for (const row of some<Row>(wallets.payments)) {
    const payment = paymentOf(row);

    assert.equal(writeQr(payment), row.text);
    assert.deepEqual(readQr(row.text), payment);
  }
});

test("a text is refused by the name of what is wrong", () => {
  for (const row of some<{ code: string; text: string }>(wallets.refused)) {
    assert.equal(codeOf(row.text), row.code);
  }
  for (const row of some<{ expect: string; payload: string; name: string }>(promptpay.invalid)) {
    const found = codeOf(row.payload) ?? readQr(row.payload).kind;
    const expected = row.expect.split(" ")[0];
    assert.ok(found === expected || (expected === "WRONG_KIND" && found === "bill"), row.name);
  }
});

test("published Thai QR payments have our checksum, and the amount that is said of them", () => {
  interface Valid {
    readonly name: string;
    readonly kind: string;
    readonly payload: string;
    readonly amount_satang: number | null;
  }
  let read = 0;
  for (const row of some<Valid>(promptpay.valid)) {
    assert.equal(crcOf(row.payload.slice(0, -4)), row.payload.slice(-4), row.name);
    if (!KINDS.has(row.kind)) continue;
    assert.equal(readQr(row.payload).amountSatang ?? null, row.amount_satang, row.name);
    read += 1;
  }
  assert.ok(read > 5);
});

test("a wallet's QR is paid on its own chain alone", () => {
  const [row] = some<Row>(wallets.payments);
  const chainId = String(row?.fields["chain_id"]);

  assert.equal(readWalletPayment(row?.text ?? "", chainId).chainId, chainId);
  assert.throws(() => readWalletPayment(row?.text ?? "", "elsewhere"), BadQr);
});
