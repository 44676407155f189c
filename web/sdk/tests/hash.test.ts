/** Hashes equal those that Python publishes. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { blockHash, decode, digest, DIGEST_BYTES, encode } from "../src/index.ts";
import { hex, published, type Shown, some, unhex, valueOf } from "./vectors.ts";

const HEADER_VERSION = 2;

interface Hash {
  readonly tag: string;
  readonly data: string;
  readonly digest: string;
}

interface Block {
  readonly header: Readonly<Record<string, string | number>>;
  readonly header_bytes: string;
  readonly block_hash: string;
}

interface Transaction {
  readonly args: Shown;
  readonly body: string;
  readonly digest_signed: string;
  readonly transaction_id: string;
}

test("the hash of each tag is the published one", () => {
  for (const row of some<Hash>(published("hashes"))) {
    assert.equal(hex(digest(row.tag, unhex(row.data))), row.digest);
    assert.equal(row.digest.length, 2 * DIGEST_BYTES);
  }
});

test("the hash of a header's bytes is the block's, and its fields have these bytes", () => {
  const plain = new Set(["chain_id", "height", "time_ms", "app_version"]);
  for (const row of some<Block>(published("blocks"))) {
    const fields = Object.entries(row.header).map(([name, field]) =>
      plain.has(name) ? field : unhex(String(field)),
    );

    assert.equal(hex(encode([HEADER_VERSION, ...fields])), row.header_bytes);
    assert.equal(hex(blockHash(unhex(row.header_bytes))), row.block_hash);
  }
});

test("an address is the first bytes of the hash of its key", () => {
  for (const row of some<{ public_key: string; address: string }>(published("addresses"))) {
    assert.equal(hex(digest("address", unhex(row.public_key)).subarray(0, 20)), row.address);
  }
});

test("a genesis, a certificate and a set of validators have the published hashes", () => {
  const genesis = published("genesis") as { hashed: string; genesis_hash: string };
  const sealed = published("certificates") as {
    certificate: string;
    certificate_hash: string;
    validators: readonly (readonly [string, string])[];
    validators_hash: string;
  };
  const members = some<readonly [string, string]>(sealed.validators);
  const set = encode(members.map(([key, name]) => [unhex(key), name]));

  assert.equal(hex(digest("genesis", unhex(genesis.hashed))), genesis.genesis_hash);
  assert.equal(hex(digest("certificate", unhex(sealed.certificate))), sealed.certificate_hash);
  assert.equal(hex(digest("validators", set)), sealed.validators_hash);
});

test("a transaction's body decodes, and its hashes are what is signed and its id", () => {
  for (const row of some<Transaction>(published("transactions"))) {
    const body = decode(unhex(row.body), { bytesMax: 64 * 1024 });

    assert.deepEqual(Array.isArray(body) && body.at(-1), valueOf(row.args));
    assert.equal(hex(digest("tx", unhex(row.body))), row.digest_signed);
    assert.equal(hex(digest("txid", unhex(row.body))), row.transaction_id);
  }
});
