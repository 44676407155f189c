/** Tokens, generators and shapes of ballots equal those that Python publishes. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { refusalOf, seedSigner } from "../src/index.ts";
import {
  blind,
  type Contest,
  g1Of,
  g2Of,
  hashMessage,
  isKeyProven,
  isSignature,
  NotAnAnswer,
  Purpose,
  rankingValues,
  satisfies,
  scalarOf,
  sealBallot,
  secondGenerator,
  shapeOf,
  summedKey,
  tokenMessage,
  uint,
  unblind,
} from "../src/ballots/index.ts";
import { hex, published, some, unhex } from "./vectors.ts";

interface Bls {
  readonly rfc9380: unknown;
  readonly refused_g1: Readonly<Record<string, string>>;
  readonly refused_g2: Readonly<Record<string, string>>;
  readonly refused_scalars: readonly string[];
  readonly signature: {
    readonly message: string;
    readonly purpose: Purpose;
    readonly hashed: string;
    readonly factor: string;
    readonly keys: readonly string[];
    readonly blinded: string;
    readonly answers: readonly string[];
    readonly key: string;
    readonly signature: string;
    readonly proof_labels: readonly string[];
    readonly proof: string;
  };
}

interface Statement {
  readonly election: string;
  readonly key: string;
  readonly contests: readonly Contest[];
  readonly class_id: number;
  readonly voter_key: string;
  readonly seq: number;
  readonly token: string;
}

const bls = published("bls_blind") as Bls;
const ranked = published("ranked_ballot") as {
  readonly second_generators: unknown;
  readonly values: readonly (readonly number[])[];
  readonly statement: Statement;
};

test("one blind signature of three signers is the published one, byte by byte", () => {
  const { message, purpose, hashed, factor, keys, blinded, answers, key, ...row } = bls.signature;

  assert.equal(hex(hashMessage(purpose, unhex(message))), hashed);
  assert.equal(hex(blind(unhex(hashed), BigInt(factor))), blinded);
  assert.equal(hex(unblind(answers.map(unhex), BigInt(factor))), row.signature);
  assert.equal(hex(summedKey(keys.map(unhex))), key);
  assert.ok(isSignature(unhex(key), unhex(hashed), unhex(row.signature)));
  assert.ok(!isSignature(unhex(keys[0] ?? ""), unhex(hashed), unhex(row.signature)));
  assert.ok(isKeyProven(row.proof_labels.map(unhex), unhex(keys[0] ?? ""), unhex(row.proof)));
  assert.ok(!isKeyProven([unhex("00")], unhex(keys[0] ?? ""), unhex(row.proof)));
});

test("every other form of an element or a scalar is refused", () => {
  const rows = [Object.entries(bls.refused_g1), Object.entries(bls.refused_g2)];
  assert.ok(rows.every((one) => one.length > 5));
  for (const [why, data] of rows[0] ?? []) {
    assert.equal(refusalOf(() => g1Of(unhex(data))), "BAD_SHAPE", why);
  }
  for (const [why, data] of rows[1] ?? []) {
    assert.equal(refusalOf(() => g2Of(unhex(data))), "BAD_SHAPE", why);
  }
  for (const data of some<string>(bls.refused_scalars)) {
    assert.equal(refusalOf(() => scalarOf(unhex(data))), "BAD_SHAPE", data);
  }
});

test("a voter's token is made of the published answers, and its keys are proven", () => {
  const { tokens, statement, setup, election } = published("voting") as {
    readonly tokens: Readonly<Record<string, string>> & {
      readonly class_id: number;
      readonly answers: readonly string[];
      readonly keys: readonly Readonly<Record<string, string>>[];
    };
    readonly statement: Statement;
    readonly setup: Readonly<Record<string, string>>;
    readonly election: Readonly<Record<string, string>>;
  };
  const of = unhex(election["ctx_e"] ?? "");
  const message = tokenMessage(of, tokens.class_id, unhex(statement.voter_key));
  const factor = scalarOf(unhex(tokens["factor"] ?? ""));
  const token = unblind(tokens.answers.map(unhex), factor);
  const key = summedKey(tokens.keys.map((one) => unhex(one["key"] ?? "")));

  assert.equal(hex(message), tokens["message"]);
  assert.equal(hex(hashMessage(Purpose.token, message)), tokens["hashed"]);
  assert.equal(hex(blind(unhex(tokens["hashed"] ?? ""), factor)), tokens["blinded"]);
  assert.equal(hex(token), tokens["token"]);
  assert.ok(isSignature(key, unhex(tokens["hashed"] ?? ""), token));
  for (const row of some<Readonly<Record<string, string | number>>>(tokens.keys)) {
    const name = new TextEncoder().encode(String(row["agency"]));
    const place = [uint(tokens.class_id), uint(Number(row["registrar"]))];
    const labels = [unhex(setup["ctx_r"] ?? ""), ...place, name];
    assert.ok(isKeyProven(labels, unhex(String(row["key"])), unhex(String(row["proof"]))));
  }
});

test("second generators are the published ones", () => {
  for (const row of some<{ election: string; point: string }>(ranked.second_generators)) {
    assert.equal(hex(secondGenerator(unhex(row.election)).toBytes()), row.point);
  }
});

test("the published values answer their contests, and a changed one does not", () => {
  for (const [number, row] of ranked.values.entries()) {
    const shape = shapeOf(ranked.statement.contests[number] as Contest);

    assert.ok(satisfies(shape, row));
    assert.ok(!satisfies(shape, row.map((value) => 1 - value)));
    assert.ok(!satisfies(shape, row.slice(1)));
  }
  assert.ok(ranked.values.length > 0);
});

test("a ranking has the values of its places, with ties, and what is not placed last", () => {
  assert.deepEqual(rankingValues([1, 2, 2], true), [1, 0, 1, 0, 0, 0, 0]);
  assert.deepEqual(rankingValues([0, 1, 0], false), [0, 1, 0, 0, 1, 0]);
});

test("what is no answer is not encrypted", async () => {
  const { statement } = ranked;
  const made = {
    election: unhex(statement.election),
    key: unhex(statement.key),
    contests: statement.contests,
    classId: statement.class_id,
    voterKey: unhex(statement.voter_key),
    seq: statement.seq,
    token: unhex(statement.token),
  };
  const signer = seedSigner(new Uint8Array(32).fill(1));

  await assert.rejects(sealBallot(made, [], signer), NotAnAnswer);
  const wrong = ranked.values.map((row) => row.map(() => 1));
  await assert.rejects(sealBallot(made, wrong, signer), NotAnAnswer);
});
