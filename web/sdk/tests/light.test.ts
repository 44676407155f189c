/** The light client holds what is true of the table of lies, and refuses the rest as Python's. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { type Certified, genesisOf, LightClient, type Proven, Refused } from "../src/index.ts";
import { readGenesis, refusalOf } from "../src/index.ts";
import { published, some, unhex } from "./vectors.ts";

interface Step {
  readonly do: "header" | "set" | "restarts" | "state" | "receipt";
  readonly latest?: boolean;
  readonly index: number;
  readonly count: number;
  readonly path: readonly string[];
  readonly [name: string]: unknown;
}

interface Life {
  readonly genesis: string;
  readonly why: string;
  readonly refused: string | null;
  readonly steps: readonly Step[];
}

const table = published("light_client") as {
  readonly genesis: Readonly<Record<string, unknown>>;
  readonly genesis_hashes: Readonly<Record<string, string>>;
  readonly steps: unknown;
  readonly lives: unknown;
};
const steps = some<Step>(table.steps);

function bytes(step: Step, name: string): Uint8Array {
  return unhex(step[name] as string);
}

/** A client that takes steps one after the other. */
function told(genesis: string): (step: Step) => Promise<void> {
  const light = new LightClient(genesisOf(JSON.stringify(table.genesis[genesis])));
  let at: Proven<Certified> | undefined;
  return async (step) => {
    if (step.do === "header") {
      const [header, certificate] = [bytes(step, "header"), bytes(step, "certificate")];
      at = light.checkHeader(header, certificate, step.latest === true);
      return;
    }
    if (step.do === "set") return light.takeSetChange(bytes(step, "proof"));
    if (step.do === "restarts") return light.takeRestarts(bytes(step, "proof"));
    assert.ok(at);
    if (step.do === "state") {
      const value = step["value"] === null ? null : bytes(step, "value");
      light.checkState(at, { key: bytes(step, "key"), value }, bytes(step, "proof"));
    } else {
      const { index, count } = step;
      const proof = { receipt: bytes(step, "receipt"), index, count, path: step.path.map(unhex) };
      light.checkReceipt(at, bytes(step, "transaction_id"), proof);
    }
  };
}

async function endOf(life: Life): Promise<string | null> {
  const take = told(life.genesis);
  for (const [index, step] of life.steps.entries()) {
    try {
      await take(step);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      assert.equal(index, life.steps.length - 1, `${life.why}: step ${index} is refused: ${error}`);
      return error.code;
    }
  }
  return null;
}

type Numbered = Omit<Life, "steps"> & { readonly steps: readonly number[] };
const lives = some<Numbered>(table.lives).map((life): Life => {
  return { ...life, steps: life.steps.map((number) => steps[number] as Step) };
});

test("of each life only a lie at its end is refused, with the code of Python", async () => {
  assert.ok(lives.length > 100);
  assert.ok(lives.filter(({ refused }) => refused !== null).length > 80);
  for (const life of lives) {
    assert.equal(await endOf(life), life.refused, `${life.genesis}: ${life.why}`);
  }
});

test("a genesis counts only with the hash that was obtained elsewhere", () => {
  const entries = Object.entries(table.genesis_hashes);

  assert.ok(entries.length > 0);
  for (const [name, hash] of entries) {
    const text = JSON.stringify(table.genesis[name]);
    const genesis = readGenesis(text, hash);

    assert.ok(genesis.chainId.endsWith(hash.slice(2, 34)));
    const other = text.replace("agency-1", "agency-9");
    assert.equal(refusalOf(() => readGenesis(other, hash)), "WRONG_GENESIS");
  }
});

test("what was saved is where the next life begins", async () => {
  const life = lives.find(({ why }) => why === "every change, then the last header") as Life;
  const genesis = genesisOf(JSON.stringify(table.genesis[life.genesis]));
  const before = new LightClient(genesis);
  for (const step of life.steps) {
    if (step.do === "set") before.takeSetChange(bytes(step, "proof"));
    else before.checkHeader(bytes(step, "header"), bytes(step, "certificate"));
  }
  const past = lives.find(({ why }) => why === "a past set, after all changes") as Life;
  const lie = past.steps.at(-1) as Step;

  assert.ok(before.saved);
  const after = new LightClient(genesis, before.saved);

  const check = () => after.checkHeader(bytes(lie, "header"), bytes(lie, "certificate"));
  assert.equal(refusalOf(check), past.refused);
  assert.equal(after.known.sets, before.known.sets);
});

test("a block that is too old is refused by a page that wants a fresh one", () => {
  const life = lives.find(({ why }) => why === "a certified header") as Life;
  const light = new LightClient(genesisOf(JSON.stringify(table.genesis["one"])));
  const step = life.steps[0] as Step;
  const at = light.checkHeader(bytes(step, "header"), bytes(step, "certificate"));
  const { timeMs } = at.value.header;

  light.checkFresh(at, timeMs + 1_000, 1_000);
  assert.equal(refusalOf(() => light.checkFresh(at, timeMs + 1_001, 1_000)), "STALE_ANSWER");
});

test("a proof says who sealed the block that it stands on", () => {
  const life = lives.find(({ why }) => why === "a quorum without the last") as Life;
  const light = new LightClient(genesisOf(JSON.stringify(table.genesis["one"])));
  const step = life.steps[0] as Step;

  const at = light.checkHeader(bytes(step, "header"), bytes(step, "certificate"));

  assert.equal(at.value.signers.length, 3);
});
