/** Transactions, keys and words of what is signed equal those that Python publishes. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { accounts } from "../src/abi/accounts.calls.gen.ts";
import { cbdc } from "../src/abi/cbdc.calls.gen.ts";
import { cbdcState } from "../src/abi/cbdc.state.gen.ts";
import { FIELDS } from "../src/labels/fields.ts";
import { METHODS_EN } from "../src/labels/methods.gen.ts";
import { METHODS_TH } from "../src/labels/methods.ts";
import {
  addressOf,
  bodyOf,
  type Call,
  callOf,
  KeyKind,
  newBrowserKey,
  newNonce,
  p256SeedSigner,
  pairSigner,
  publicKey,
  refusalOf,
  seedSigner,
  signed,
  stateKey,
} from "../src/index.ts";
import type { Field } from "../src/fields.ts";
import { isEs256, verifyRaw } from "../src/verify.ts";
import { isEd25519 } from "../src/ed25519.ts";
import { whatYouSign } from "../src/what_you_sign.ts";
import { generated } from "../tools/generate.ts";
import { hex, published, type Shown, some, unhex, valueOf } from "./vectors.ts";

interface Transaction {
  readonly chain_id: string;
  readonly sender: string;
  readonly nonce: string;
  readonly expires_at_ms: number;
  readonly contract: string;
  readonly method: string;
  readonly args: readonly Shown[];
  readonly body: string;
  readonly signatures: readonly (readonly [string, string])[];
  readonly raw: string;
  readonly transaction_id: string;
}

const SOURCES = new URL("../src/", import.meta.url);
const AS_IT_IS = { write: (value: unknown) => value } as unknown as Field<unknown>;
const TO = new Uint8Array(20).fill(7);
const transfer = callOf(cbdc, "transfer", { to: TO, amount: 2_500, memo: "ค่ากาแฟ" });

function draftOf(row: Transaction) {
  const { contract, method } = row;
  const call: Call = { contract, method, args: AS_IT_IS, message: row.args.map(valueOf) };
  return {
    chainId: row.chain_id,
    sender: unhex(row.sender),
    nonce: BigInt(row.nonce),
    expiresAtMs: row.expires_at_ms,
    call,
  };
}

test("bodies and signed bytes are the published ones, whoever has signed", async () => {
  for (const row of some<Transaction>(published("transactions"))) {
    const draft = draftOf(row);
    const signers = row.signatures.map(([key, signature]) => {
      return { publicKey: unhex(key), sign: async () => unhex(signature) };
    });

    const made = await signed(draft, signers.toReversed());

    assert.equal(hex(bodyOf(draft)), row.body);
    assert.equal(hex(made.raw), row.raw);
    assert.equal(hex(made.id), row.transaction_id);
    for (const [key, signature] of row.signatures) {
      assert.ok(await verifyRaw(unhex(key), "tx", bodyOf(draft), unhex(signature)));
    }
  }
});

test("seeds give the published keys and signatures that verify", async () => {
  const kinds = published("key_kinds") as { tag: string; data: string; keys: unknown };
  interface Row {
    readonly kind: number;
    readonly seed: string;
    readonly public_key: string;
    readonly signature: string;
  }
  const data = unhex(kinds.data);
  let count = 0;
  for (const row of some<Row>(kinds.keys)) {
    if (row.kind > KeyKind.p256) continue;
    const isP256 = row.kind === KeyKind.p256;
    const signer = isP256 ? await p256SeedSigner(unhex(row.seed)) : seedSigner(unhex(row.seed));
    const signature = await signer.sign(kinds.tag, data);

    assert.equal(hex(signer.publicKey), row.public_key);
    assert.ok(await verifyRaw(signer.publicKey, kinds.tag, data, signature));
    assert.ok(await verifyRaw(signer.publicKey, kinds.tag, data, unhex(row.signature)));
    assert.ok(!(await verifyRaw(signer.publicKey, "blob-request", data, signature)));
    if (!isP256) assert.equal(hex(signature), row.signature);
    count += 1;
  }
  assert.ok(count >= 4);
});

test("a key of WebCrypto signs, of both kinds, and cannot be exported", async () => {
  const pairs = [
    await newBrowserKey(),
    await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]),
  ];
  for (const pair of pairs) {
    const signer = await pairSigner(pair);
    const data = new Uint8Array([1, 2, 3]);

    assert.ok(await verifyRaw(signer.publicKey, "tx", data, await signer.sign("tx", data)));
    await assert.rejects(crypto.subtle.exportKey("pkcs8", pair.privateKey));
  }
});

test("Wycheproof's P-256 signatures are judged as it says, but for a high s", async () => {
  interface Case {
    readonly id: number;
    readonly comment: string;
    readonly message: string;
    readonly signature: string;
    readonly result: string;
  }
  const { groups } = published("wycheproof_p256") as { groups: unknown };
  const half = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n / 2n;
  let count = 0;
  for (const { key, tests } of some<{ key: string; tests: unknown }>(groups)) {
    const point = publicKey(KeyKind.p256, unhex(key)).subarray(1);
    for (const row of some<Case>(tests)) {
      const isLow =
        row.signature.length === 128 && BigInt(`0x${row.signature.slice(64)}`) <= half;
      const holds = await isEs256(point, unhex(row.message), unhex(row.signature));
      assert.equal(holds, row.result === "valid" && isLow, `${row.id} ${row.comment}`);
      count += 1;
    }
  }
  assert.ok(count > 200);
});

test("no random bytes are a signature", () => {
  for (let round = 0; round < 20; round++) {
    const [key, signature] = [new Uint8Array(32), new Uint8Array(64)];
    crypto.getRandomValues(key);
    crypto.getRandomValues(signature);
    assert.equal(isEd25519(key, new Uint8Array(3), signature), false);
  }
});

test("a message that the contract does not take is refused before it is signed", () => {
  const call = (message: object) => ({ ...transfer, message });
  const refused = {
    WRONG_ARGUMENT_COUNT: [{ to: TO, amount: 1 }, { to: TO, amount: 1, memo: "", fee: 1 }],
    WRONG_ARGUMENT_TYPE: [
      { to: "sph1", amount: 1, memo: "" },
      { to: TO, amount: 0.5, memo: "" },
      { to: TO, amount: 1, memo: 1 },
    ],
    ARGUMENT_OUT_OF_BOUNDS: [
      { to: TO, amount: 0, memo: "" },
      { to: TO, amount: 10 ** 15 + 1, memo: "" },
      { to: TO, amount: 1, memo: "ก".repeat(141) },
    ],
    BAD_TEXT: [
      { to: TO, amount: 1, memo: "a\u0000" },
      { to: TO, amount: 1, memo: "a\u202eb" },
      { to: TO, amount: 1, memo: "e\u0301" },
    ],
  };
  const draft = { chainId: "c", sender: TO, nonce: newNonce(), expiresAtMs: 1 };
  for (const [code, messages] of Object.entries(refused)) {
    for (const message of messages) {
      const act = () => bodyOf({ ...draft, call: call(message) });
      assert.equal(refusalOf(act), code, JSON.stringify(message));
    }
  }
  assert.ok(bodyOf({ ...draft, call: transfer }).length > 0);
});

test("people read what they sign in both languages, and no field is hidden", () => {
  const thai = whatYouSign(transfer, "th");
  const english = whatYouSign(transfer, "en");

  assert.equal(thai.title, "โอนเงินจากบัญชีของท่านให้ผู้อื่น");
  assert.deepEqual(
    english.lines.map(({ label }) => label),
    ["to", "amount", "memo"],
  );
  assert.equal(thai.lines[2]?.value, "ค่ากาแฟ");
  assert.ok(thai.lines[0]?.value.startsWith("sph1p"));
  const keys = { keys: [addressOf, addressOf].map((_f, at) => new Uint8Array(33).fill(at + 1)) };
  const more = whatYouSign(callOf(accounts, "configure", { ...keys, threshold: 1 }), "en");
  assert.deepEqual(
    more.lines.map(({ label }) => label),
    ["keys 1", "keys 2", "signatures needed"],
  );
});

test("every method of every contract has its words in Thai and in English", () => {
  for (const [contract, methods] of Object.entries(METHODS_EN)) {
    assert.ok(Object.keys(methods).length > 0);
    assert.deepEqual(
      Object.keys(METHODS_TH[contract] ?? {}).toSorted(),
      Object.keys(methods).toSorted(),
    );
  }
  for (const [thai, english] of Object.values(FIELDS)) assert.ok(thai !== "" && english !== "");
});

test("the tables are made from the frozen ABIs as they are", () => {
  const made = generated();

  assert.ok(Object.keys(made).length > 20);
  for (const [name, text] of Object.entries(made)) {
    assert.equal(readFileSync(new URL(name, SOURCES), "utf8"), text, `${name}: npm run generate`);
  }
  const found = readdirSync(new URL("abi/", SOURCES)).map((name) => `abi/${name}`);
  const tables = Object.keys(made).filter((one) => one.startsWith("abi/"));
  assert.deepEqual(found.toSorted(), tables.toSorted());
});

test("the key of a balance is built here, its value read by the table", () => {
  const { balances } = cbdcState;

  const key = stateKey("cbdc", balances.name, ...balances.keyOf([TO]));

  assert.equal(hex(key), `${Buffer.from("cbdc\0balances\0").toString("hex")}${hex(TO)}`);
  assert.equal(balances.value.read(2_500, "balances"), 2_500n);
});
