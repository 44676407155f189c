/** A citizen's vouched key is the published one, from the seed to what is shown. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { blind, certificateOf, VouchingSeed } from "../src/ballots/index.ts";
import { type Place, unblind } from "../src/ballots/index.ts";
import { hex, published, some, unhex } from "./vectors.ts";

interface Part {
  readonly [name: string]: unknown;
  readonly vouchers: { readonly sum: string; readonly keys: unknown };
}
const vector = published("vouching") as {
  readonly chain_id: string;
  readonly citizen_seed: string;
  readonly generation: number;
  readonly enrolment: Part & { readonly place: Place };
  readonly alive: Part & { readonly epoch: number; readonly slot: number };
  readonly shown: Readonly<Record<string, string>>;
};
const { enrolment, alive, generation } = vector;
const seed = new VouchingSeed(unhex(vector.citizen_seed), vector.chain_id);

test("keys of places and slots are the published ones, and what hides them", () => {
  const [hashed, factor] = seed.enrolment(enrolment.place, generation);
  const slotKey = seed.slot(alive.epoch, alive.slot, generation);

  assert.equal(hex(seed.pairwise(enrolment.place).publicKey), enrolment["key"]);
  assert.equal(hex(hashed), enrolment["hashed"]);
  assert.equal(hex(blind(hashed, factor)), enrolment["blinded"]);
  assert.equal(hex(slotKey.publicKey), alive["slot_key"]);
  assert.equal(hex(seed.alive(alive.epoch, alive.slot, generation)[0]), alive["hashed"]);
  const hidden = seed.hiddenSlots(alive.epoch, generation).map(hex);
  assert.deepEqual(hidden, some<string>(alive["blinded"]));
});

test("what is shown is signed by both keys as published", async () => {
  const shown = await seed.show(enrolment.place, alive.epoch, alive.slot, generation);

  assert.equal(hex(shown.signature), vector.shown["signature"]);
  assert.equal(hex(shown.slotSignature), vector.shown["slot"]);
});

test("a certificate holds under the sum of its vouchers' keys, and under no other", () => {
  const hidden = seed.enrolment(enrolment.place, generation);
  const keys = some<{ key: string }>(enrolment.vouchers.keys).map(({ key }) => unhex(key));
  const certificate = unhex(String(enrolment["certificate"]));
  const answer = blind(certificate, hidden[1]); // as one voucher with the sum of the keys answers

  assert.equal(hex(unblind([answer], hidden[1])), hex(certificate));
  const sum = [unhex(enrolment.vouchers.sum)];
  assert.equal(hex(certificateOf(hidden, sum, [answer])), hex(certificate));
  assert.throws(() => certificateOf(hidden, keys, [answer]), /no signature/);
  assert.throws(() => certificateOf(hidden, keys.slice(1), [answer]), /no signature/);
});
