/** A connection through nodes of which some lie, are busy or are gone; and what is sent when. */

import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";

import { cbdc } from "../src/abi/cbdc.calls.gen.ts";
import { cbdcQueries } from "../src/abi/cbdc.queries.gen.ts";
import {
  callOf,
  Claimed,
  digest,
  NoNode,
  Refused,
  RpcRefused,
  Sapha,
  seedSigner,
  stateKey,
} from "../src/index.ts";
import { Proven } from "../src/proven.ts";
import { decode } from "../src/index.ts";
import { hex, published, some, unhex } from "./vectors.ts";

type Step = Readonly<Record<string, string>>;
interface Life {
  readonly genesis: string;
  readonly why: string;
  readonly steps: readonly number[];
}
type Answer = (params: Readonly<Record<string, unknown>>) => unknown;

const table = published("light_client") as {
  readonly genesis: Readonly<Record<string, unknown>>;
  readonly genesis_hashes: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly lives: readonly Life[];
};
const servers: Server[] = [];
after(() => servers.forEach((server) => server.close()));

function stepsOf(why: string): readonly Step[] {
  const life = some<Life>(table.lives).find((one) => one.why === why);
  assert.ok(life, why);
  return life.steps.map((number) => table.steps[number] as Step);
}

/** Return the address of a node that answers by these methods, and what it was asked. */
async function node(methods: Readonly<Record<string, Answer>>): Promise<[string, unknown[]]> {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const { method, params } = JSON.parse(body) as { method: string; params: never };
      asked.push({ method, params });
      const result = methods[method]?.(params);
      const isError = typeof result === "object" && result !== null && "error" in result;
      response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, ...(isError ? result : { result }) }));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return [`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked];
}

function header(step: Step | undefined): Answer {
  const shown = (name: string) => `0x${step?.[name]}`;
  return () => ({ header_bytes: shown("header"), certificate: shown("certificate") });
}

function refusal(code: string): Answer {
  return () => ({ error: { code: -32000, message: code, data: { code, details: {} } } });
}

function connected(genesis: string, nodes: readonly string[], faults: unknown[] = []): Sapha {
  return Sapha.connect({
    genesis: JSON.stringify(table.genesis[genesis]),
    genesisHash: table.genesis_hashes[genesis] ?? "",
    nodes,
    onFault: (url, fault) => faults.push([url, fault]),
  });
}

const TRUE = header(stepsOf("a certified header")[0]);
const transfer = callOf(cbdc, "transfer", { to: new Uint8Array(20), amount: 100, memo: "" });
const signer = seedSigner(new Uint8Array(32).fill(9));

test("a node that lies, one that is busy and one that is gone are passed over", async () => {
  const [liar] = await node({ chain_getHeader: header(stepsOf("another state_root")[0]) });
  const [busy] = await node({ chain_getHeader: refusal("TOO_BUSY") });
  const [honest] = await node({ chain_getHeader: TRUE });
  const faults: unknown[][] = [];
  const sapha = connected("one", [liar, busy, "http://127.0.0.1:9", honest], faults);

  const head = await sapha.head();

  assert.ok(Proven.is(head));
  assert.equal(head.at.header.height, 2);
  assert.equal(head.at.signers.length, 4);
  assert.deepEqual(
    faults.map(([url]) => url),
    [liar, busy, "http://127.0.0.1:9"],
  );
  assert.equal((faults[0]?.[1] as Refused).code, "BAD_CERTIFICATE");
  assert.equal(sapha.url, honest);
});

test("where every node lies nothing is believed, and each lie is named", async () => {
  const [one] = await node({ chain_getHeader: header(stepsOf("seals of outsiders")[0]) });
  const [other] = await node({ chain_getHeader: header(stepsOf("too few seals")[0]) });

  await assert.rejects(connected("one", [one, other]).head(), (error) => {
    assert.ok(error instanceof NoNode);
    assert.equal(error.causes.length, 2);
    return true;
  });
});

test("two certified blocks at one height stop everything, whoever shows them", async () => {
  const fork = stepsOf("the certificate of a fork");
  let step = 0;
  const [url] = await node({ chain_getHeader: () => header(fork[step++])({}) });
  const [other] = await node({ chain_getHeader: TRUE });
  const sapha = connected("one", [url, other]);
  await sapha.head();

  await assert.rejects(sapha.head(), (error: Refused) => error.code === "FORK_PROVEN");
});

test("changes of validators and restarts are followed from the genesis to today", async () => {
  for (const [genesis, why] of [
    ["changing", "every change, then the last header"],
    ["restarting", "a statement, then the first block under it"],
  ] as const) {
    const steps = stepsOf(why);
    const proofs = (kind: string) => {
      const found = steps.filter((one) => one["do"] === kind);
      let given = 0;
      return () => found.slice(given, (given += 3)).map(({ proof }) => ({ proof: `0x${proof}` }));
    };
    const [url, asked] = await node({
      chain_getHeader: header(steps.at(-1)),
      chain_getValidatorChanges: proofs("set"),
      chain_getRestarts: proofs("restarts"),
    });
    const sapha = connected(genesis, [url]);

    const head = await sapha.head();

    const last = unhex(steps.at(-1)?.["header"] ?? "");
    assert.equal(hex(head.at.header.hash), hex(digest("block", last)));
    assert.ok(asked.length > 2);
  }
});

test("a value is proven under a header, and a false one is not believed", async () => {
  const [certified, entry] = stepsOf("a value");
  const lies = ["an absence of what is there", "another value", "an entry left out"];
  const answer = (step: Step | undefined): Answer => (params) => {
    assert.equal(params["key"], `0x${entry?.["key"]}`);
    const value = step?.["value"] ? `0x${step["value"]}` : null;
    return { ...(header(certified)({}) as object), value, proof: `0x${step?.["proof"]}` };
  };
  const key = unhex(entry?.["key"] ?? "");
  const [honest] = await node({ state_getProof: answer(entry) });

  const found = await connected("one", [honest]).proveKey(key);

  assert.equal(decode(found.value ?? new Uint8Array(), { bytesMax: 99 }), 300);
  for (const why of lies) {
    const [liar] = await node({ state_getProof: answer(stepsOf(why)[1]) });
    await assert.rejects(connected("one", [liar]).proveKey(key), NoNode);
    const shown = await connected("one", [liar, honest]).proveKey(key);
    assert.deepEqual(shown.value, found.value);
  }
  assert.equal(hex(stateKey("cbdc", "balances", new Uint8Array([3]))), entry?.["key"]);
});

test("what a query answers is a claim of the node that gave it", async () => {
  const [url] = await node({ state_query: () => ({ height: 2, value: "9007199254740993" }) });

  const claim = await connected("one", [url]).ask(cbdcQueries, "balance", {
    address: new Uint8Array(20),
  });

  assert.ok(Claimed.is(claim) && !Proven.is(claim));
  assert.deepEqual([claim.claim, claim.from], [9007199254740993n, url]);
});

test("nothing is sent before its id and end are known, then the same bytes each time", async () => {
  const statuses = ["pending", "pending"];
  const id = (params: Readonly<Record<string, unknown>>) => params["transaction_id"];
  const [url, asked] = await node({
    tx_submit: () => ({ transaction_id: "0x", status: "pending" }),
    tx_wait: (params) => ({ transaction_id: id(params), status: statuses.pop() ?? "unknown" }),
  });
  const sapha = connected("one", [url]);
  const before = Date.now();

  const sending = await sapha.send(transfer, signer);

  assert.deepEqual(asked, []);
  assert.ok(sending.expiresAtMs >= before + 300_000);
  const outcome = await sending.wait(1_500);
  const again = await sapha.again({ ...sending }).wait(0);
  assert.equal(outcome.kind, "open");
  assert.ok(again.kind === "open" && again.expiresAtMs === sending.expiresAtMs);
  const sent = (asked as { method: string; params: { transaction: string } }[]).filter(
    ({ method }) => method === "tx_submit",
  );
  assert.ok(sent.length >= 3);
  const bytes = new Set(sent.map(({ params }) => params.transaction));
  assert.deepEqual([...bytes], [`0x${hex(sending.raw)}`]);
});

test("a refusal is what a node claims, and a receipt must be of this transaction", async () => {
  const [refusing] = await node({ tx_submit: refusal("QUOTA_EXCEEDED") });
  const sapha = connected("one", [refusing]);
  const outcome = await (await sapha.send(transfer, signer)).wait();
  assert.ok(outcome.kind === "refused" && Claimed.is(outcome.refusal));
  assert.equal(outcome.refusal.claim.code, "QUOTA_EXCEEDED");

  const [certified, receipt] = stepsOf("receipt 1");
  type Place = { readonly index: number; readonly count: number; readonly path: string[] };
  const { index, count, path } = receipt as unknown as Place;
  const proof = {
    ...(header(certified)({}) as object),
    receipt_bytes: `0x${receipt?.["receipt"]}`,
    index,
    count,
    path: path.map((one) => `0x${one}`),
  };
  const [lying] = await node({
    tx_submit: () => ({ transaction_id: "0x", status: "committed" }),
    tx_wait: () => ({ status: "committed" }),
    tx_get: () => ({ status: "committed", proof }),
  });
  const other = connected("one", [lying]);
  await assert.rejects((await other.send(transfer, signer)).wait(), NoNode);
  const proven = await other.receipt(unhex(receipt?.["transaction_id"] ?? ""));
  assert.equal(proven.value.code, "OK");
});

test("a message that a contract does not take is refused before anything is asked", async () => {
  const sapha = connected("one", ["http://127.0.0.1:9"]);
  const wrong = { ...transfer, message: { to: new Uint8Array(3), amount: 1, memo: "" } };

  await assert.rejects(sapha.send(wrong, signer), Refused);
  await assert.rejects(sapha.send(transfer, signer, { expiresInMs: 600_001 }), Refused);
  await assert.rejects(sapha.ask(cbdcQueries, "balance", {} as never), Refused);
});

test("what the ledger refuses of a query is no fault of the node", async () => {
  const faults: unknown[] = [];
  const [url] = await node({ state_query: refusal("UNKNOWN_WALLET") });

  const asked = connected("one", [url], faults).ask(cbdcQueries, "balance", {
    address: new Uint8Array(20),
  });

  await assert.rejects(asked, RpcRefused);
  assert.deepEqual(faults, []);
});
