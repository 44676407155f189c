/** Features are found by trying; where one lacks, people are told in their language. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { mayHold, type Probe, probe } from "../src/index.ts";

test("a place without storage is told so, and holds nothing", async () => {
  const found = await probe(); // Node signs, and has neither storage nor passkeys

  const works = Object.fromEntries(found.map(({ feature, works }) => [feature, works]));
  assert.deepEqual(works, {
    secure: true,
    ed25519: true,
    storage: false,
    lasting: false,
    passkey: false,
    prf: false,
  });
  assert.equal(mayHold(found, 1), false);
  for (const { words } of found) {
    assert.match(words.th, /[\u0e01-\u0e5b]/);
    assert.match(words.en, /^[\x20-\x7e]+$/);
  }
});

test("a key of a browser is never the only one", () => {
  const probes = ["secure", "ed25519", "storage", "lasting", "passkey", "prf"].map(
    (feature) => ({ feature, works: true, words: { th: "", en: "" } }) as Probe,
  );

  assert.equal(mayHold(probes, 0), false);
  assert.equal(mayHold(probes, 1), true);
});
