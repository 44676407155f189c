/** Receipts, sealed contents and wraps equal those that Python publishes, and open both ways. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  addressOf,
  BadContent,
  BadReadingKey,
  BadWords,
  ComplaintReceipt,
  digest,
  fieldCommit,
  formOf,
  openContent,
  readContent,
  ReadingKey,
  readWraps,
  Refused,
  requestBytes,
  sealContent,
  secretOf,
  signWraps,
  wordsOf,
  wrapKey,
  writeContent,
} from "../src/index.ts";
import { hex, published, some, unhex } from "./vectors.ts";

interface Content {
  readonly why: string;
  readonly content_sha: string;
  readonly digest: string;
  readonly commitment: string;
  readonly blobs: readonly string[];
  readonly key: string;
  readonly wraps: string;
  readonly commits: readonly (readonly [string, string])[];
}

const table = published("complaint_contents") as {
  readonly chain_id: string;
  readonly case_id: string;
  readonly agency_seed: string;
  readonly receipts: readonly Record<string, string>[];
  readonly contents: readonly Content[];
  readonly requests: readonly Record<string, string | number>[];
};
const CASE_ID = unhex(table.case_id);
/** The bytes with one of them changed, whatever it was. */
function changedAt(bytes: Uint8Array, place: number): Uint8Array {
  return bytes.with(place, (bytes[place] ?? 0) ^ 1);
}

const agency = new ReadingKey(unhex(table.agency_seed));

test("receipts have the published words in both languages, and keys", async () => {
  for (const row of some<Record<string, string>>(table.receipts)) {
    const receipt = new ComplaintReceipt(unhex(row["secret"] ?? ""));

    assert.equal(await receipt.words("en"), row["en"]);
    assert.equal(await receipt.words("th"), row["th"]);
    assert.equal(hex(receipt.signer.publicKey), row["public_key"]);
    assert.equal(hex(receipt.address), row["address"]);
    assert.equal(hex(receipt.readingKey.public), row["reading_key"]);
    const again = await ComplaintReceipt.fromWords(row["th"] ?? "");
    assert.equal(hex(again.address), row["address"]);
  }
});

test("secrets are the published words, and read back however they were typed", async () => {
  const rows = some<{ secret: string; en: string; th: string }>(
    (published("words") as { secrets: unknown }).secrets,
  );
  for (const { secret, en, th } of rows) {
    const count = secret.length === 32 ? 12 : 24;
    assert.equal(await wordsOf(unhex(secret), "en"), en);
    assert.equal(await wordsOf(unhex(secret), "th"), th);
    for (const text of [en, th, en.toUpperCase(), ` ${th.replaceAll(" ", "  \u200b")}`]) {
      assert.equal(hex(await secretOf(text, count)), secret);
    }
  }
});

test("words that are none are told by their place, and a wrong order by the sum", async () => {
  const [row] = some<{ en: string; th: string }>(table.receipts.slice(1));
  const words = row?.en.split(" ") ?? [];
  const place = (text: string) =>
    secretOf(text, 12).then(
      () => assert.fail("it was taken"),
      (error: unknown) => (error as BadWords).place,
    );

  assert.equal(await place(words.with(3, "sapha").join(" ")), 4);
  assert.equal(await place((row?.th ?? "").split(" ").with(0, "สภาสภา").join(" ")), 1);
  await assert.rejects(secretOf([...words.slice(1), words[0]].join(" "), 12), BadWords);
  await assert.rejects(secretOf(words.slice(1).join(" "), 12), BadWords);
});

test("published contents open for the readers of their wraps, and are read", async () => {
  for (const row of some<Content>(table.contents)) {
    const blobs = row.blobs.map(unhex);
    const { wraps, content } = await readWraps(unhex(row.wraps), table.chain_id);
    const own = wraps.find(({ recipient }) => hex(recipient) === hex(agency.public));
    assert.ok(own);
    const key = agency.open(own, content) ?? new Uint8Array();

    const opened = openContent(key, blobs, CASE_ID);

    assert.equal(hex(key), row.key);
    assert.equal(hex(digest("blob", opened.content)), row.content_sha);
    assert.equal(hex(opened.commitment), row.commitment);
    const writing = readContent(opened.content);
    assert.deepEqual(writeContent(writing), opened.content);
    const commits = writing.kind === "form" ? writing.fields.map(fieldCommit) : [];
    assert.deepEqual(commits.map((one) => [one.code, hex(one.commitment)]), row.commits);
  }
});

test("a content opens in no other case, under no other key, and not when it was changed", () => {
  const sealed = sealContent(new Uint8Array([1, 2, 3]), CASE_ID);
  const [head = new Uint8Array()] = sealed.blobs;
  const changed = changedAt(head, head.length - 1);

  const { content } = openContent(sealed.key, sealed.blobs, CASE_ID);
  assert.deepEqual(content, new Uint8Array([1, 2, 3]));
  for (const [key, blobs, context] of [
    [sealed.key, sealed.blobs, CASE_ID.with(0, 9)],
    [changedAt(sealed.key, 0), sealed.blobs, CASE_ID],
    [sealed.key, [changed], CASE_ID],
    [sealed.key, [head, head], CASE_ID],
  ] as const) {
    assert.throws(() => openContent(key, blobs, context), BadContent);
  }
  assert.throws(() => openContent(sealed.key, [], CASE_ID), Refused);
});

test("a content of several blobs is cut, sealed and opened", () => {
  const content = new Uint8Array(1_200_000).map((_byte, at) => at & 0xff);

  const sealed = sealContent(content, CASE_ID);

  assert.equal(sealed.blobs.length, 3);
  assert.ok(sealed.blobs.every((blob) => blob.length <= 480 * 1024));
  assert.deepEqual(openContent(sealed.key, sealed.blobs, CASE_ID).content, content);
  const swapped = [sealed.blobs[0], sealed.blobs[2], sealed.blobs[1]] as Uint8Array[];
  assert.throws(() => openContent(sealed.key, swapped, CASE_ID), BadContent);
});

test("what is wrapped here opens for each reader, and a document is signed", async () => {
  const receipt = new ComplaintReceipt();
  const form = formOf(receipt.readingKey.public, { what: "ไฟถนนดับ" });
  const sealed = sealContent(writeContent(form), CASE_ID);
  const wraps = wrapKey(sealed.key, sealed.digest, [receipt.readingKey.public, agency.public]);
  const body = { chainId: table.chain_id, content: sealed.digest, author: receipt.address };
  const document = await signWraps({ ...body, version: 1, wraps }, receipt.signer);

  const read = await readWraps(document, table.chain_id);

  for (const reader of [receipt.readingKey, agency]) {
    const keys = read.wraps.map((wrap) => reader.open(wrap, sealed.digest));
    assert.deepEqual(keys.filter(Boolean), [sealed.key]);
    assert.equal(reader.open(wraps[0] as never, new Uint8Array(32)), undefined);
  }
  await assert.rejects(readWraps(document, "elsewhere"), Refused);
  const changed = changedAt(document, document.length - 1);
  await assert.rejects(readWraps(changed, table.chain_id), Refused);
});

test("nothing is sealed to a key that everybody could open, nor to one that is named twice", () => {
  const sealTo = (...readers: Uint8Array[]) =>
    wrapKey(new Uint8Array(32), new Uint8Array(32), readers);
  const isLow = [new Uint8Array(32), new Uint8Array(32).with(0, 1)];
  const isOther = [new Uint8Array(32).fill(0xff), new Uint8Array(31)];
  for (const readers of [...isLow, ...isOther].map((key) => [key])) {
    assert.throws(() => sealTo(...readers), BadReadingKey);
  }
  assert.throws(() => sealTo(), BadReadingKey);
  assert.throws(() => sealTo(agency.public, agency.public), BadReadingKey);
});

test("requests for contents are signed over the published bytes", async () => {
  const receipt = new ComplaintReceipt(unhex(table.receipts[1]?.["secret"] ?? ""));
  for (const row of some<Record<string, string | number>>(table.requests)) {
    const text = (name: string) => unhex(String(row[name]));
    const asked = {
      method: row["method"] as "blob_put",
      content: text("content"),
      index: Number(row["index"]),
      payload: text("payload"),
    };
    const key = receipt.signer.publicKey;
    const expiresAtMs = Number(row["expires_at_ms"]);
    const data = requestBytes(table.chain_id, key, asked, expiresAtMs, text("nonce"));

    assert.equal(hex(data), row["signed"]);
    assert.equal(hex(await receipt.signer.sign("blob-request", data)), row["signature"]);
    assert.equal(addressOf(key).length, 20);
  }
});
