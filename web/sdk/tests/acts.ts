/** What Python's tests ask of the SDK, by name: values in JSON, bytes as hex. */

import { accounts } from "../src/abi/accounts.calls.gen.ts";
import { cbdc } from "../src/abi/cbdc.calls.gen.ts";
import { complaints } from "../src/abi/complaints.calls.gen.ts";
import { governance } from "../src/abi/governance.calls.gen.ts";
import { identity } from "../src/abi/identity.calls.gen.ts";
import { voting } from "../src/abi/voting.calls.gen.ts";
import type { Field } from "../src/fields.ts";
import {
  decode,
  encode,
  openContent,
  readAddress,
  readQr,
  readReceipt,
  readWraps,
  ReadingKey,
  sealContent,
  secretOf,
  seedSigner,
  p256SeedSigner,
  showAddress,
  signed,
  signWraps,
  wordsOf,
  wrapKey,
} from "../src/index.ts";
import {
  blind,
  type Contest,
  deriveFactor,
  hashMessage,
  isSignature,
  listRoot,
  Purpose,
  sealBallot,
  unblind,
} from "../src/ballots/index.ts";
import { checkProof, decodeProof } from "../src/state_proof.ts";
import { verifyRaw } from "../src/verify.ts";
import { hex, unhex } from "./vectors.ts";

const TABLES = { accounts, cbdc, complaints, governance, identity, voting };
const LIMITS = { bytesMax: 64 * 1024 };

export type Given = Readonly<Record<string, never>>;

function messageOf({ contract, method }: Given): Field<unknown> {
  const table = TABLES[String(contract) as keyof typeof TABLES].methods;
  return (table as unknown as Readonly<Record<string, Field<unknown>>>)[method ?? ""] as never;
}

function argsOf(given: Given) {
  const field = messageOf(given);
  return field.write(field.fromJson(given["args"], given["method"] ?? ""), given["method"] ?? "");
}

export const ACTS: Readonly<Record<string, (given: Given) => object | Promise<object>>> = {
  /** Arguments of a method, from the JSON of a node to canonical bytes. */
  write: (given) => ({ bytes: hex(encode(argsOf(given))) }),
  /** And back. */
  read: (given) => {
    const field = messageOf(given);
    return { args: field.toJson(field.read(decode(unhex(given["bytes"] ?? ""), LIMITS), "args")) };
  },
  sign: async (given) => {
    const make = given["kind"] === 2 ? p256SeedSigner : seedSigner;
    const signer = await make(unhex(given["seed"] ?? ""));
    const draft = {
      chainId: given["chain_id"] ?? "",
      sender: unhex(given["sender"] ?? ""),
      nonce: BigInt(given["nonce"] ?? ""),
      expiresAtMs: given["expires_at_ms"] ?? 0,
      call: {
        contract: given["contract"] ?? "",
        method: given["method"] ?? "",
        args: messageOf(given),
        message: messageOf(given).fromJson(given["args"], "args"),
      },
    };
    const made = await signed(draft, [signer]);
    return { raw: hex(made.raw), id: hex(made.id) };
  },
  verify: async (given) => {
    const [key, data] = [unhex(given["key"] ?? ""), unhex(given["data"] ?? "")];
    const signature = unhex(given["signature"] ?? "");
    return { holds: await verifyRaw(key, given["tag"] ?? "", data, signature) };
  },
  state: (given) => {
    const value = given["value"] === null ? null : unhex(given["value"] ?? "");
    const [root, key] = [unhex(given["root"] ?? ""), unhex(given["key"] ?? "")];
    checkProof(decodeProof(unhex(given["proof"] ?? "")), root, key, value);
    return { holds: true };
  },
  receipt: (given) => {
    const found = readReceipt(unhex(given["bytes"] ?? ""));
    return { code: found.code, message: found.message, events: found.events.length };
  },
  show_address: (given) => ({ text: showAddress(unhex(given["address"] ?? "")) }),
  read_address: (given) => ({ address: hex(readAddress(given["text"] ?? "")) }),
  words: async (given) => {
    return { text: await wordsOf(unhex(given["secret"] ?? ""), given["language"] ?? "en") };
  },
  secret: async (given) => {
    return { secret: hex(await secretOf(given["text"] ?? "", given["count"] ?? 12)) };
  },
  qr: (given) => ({ kind: readQr(given["text"] ?? "").kind }),
  seal: async (given) => {
    const sealed = sealContent(unhex(given["content"] ?? ""), unhex(given["context"] ?? ""));
    const signer = seedSigner(unhex(given["seed"] ?? ""));
    const readers = (given["readers"] ?? []) as readonly string[];
    const document = await signWraps(
      {
        chainId: given["chain_id"] ?? "",
        content: sealed.digest,
        author: unhex(given["author"] ?? ""),
        version: 1,
        wraps: wrapKey(sealed.key, sealed.digest, readers.map(unhex)),
      },
      signer,
    );
    const commitment = hex(sealed.commitment);
    return { blobs: sealed.blobs.map(hex), wraps: hex(document), commitment };
  },
  /** A ballot of values, one row a contest. */
  ballot: async (given) => {
    const stated = given["statement"] as unknown as Readonly<Record<string, string>>;
    const statement = {
      election: unhex(stated["election"] ?? ""),
      key: unhex(stated["key"] ?? ""),
      contests: stated["contests"] as unknown as readonly Contest[],
      classId: Number(stated["class_id"]),
      voterKey: unhex(stated["voter_key"] ?? ""),
      seq: Number(stated["seq"]),
      token: unhex(stated["token"] ?? ""),
    };
    const signer = seedSigner(unhex(given["seed"] ?? ""));
    const made = await sealBallot(statement, given["values"] ?? [], signer);
    const answers = made.answers.map((one) => [
      one.choices.map(hex),
      one.proofs.map(hex),
      one.sums.map(hex),
      hex(one.blank),
    ]);
    const openings = made.openings.map((row) => row.map(hex));
    const [signature, tracker] = [hex(made.signature), hex(made.tracker)];
    return { answers, signature, tracker, openings };
  },
  /** What a voter asks of registrars. */
  blind: (given) => {
    const hashed = hashMessage(Purpose.token, unhex(given["message"] ?? ""));
    const factor = deriveFactor(unhex(given["seed"] ?? ""), unhex(given["info"] ?? ""));
    return { hashed: hex(hashed), blinded: hex(blind(hashed, factor)) };
  },
  /** What a voter makes of the registrars' answers. */
  unblind: (given) => {
    const factor = deriveFactor(unhex(given["seed"] ?? ""), unhex(given["info"] ?? ""));
    const answers = (given["answers"] ?? []) as readonly string[];
    const token = unblind(answers.map(unhex), factor);
    const hashed = unhex(given["hashed"] ?? "");
    const holds = isSignature(unhex(given["key"] ?? ""), hashed, token);
    return { token: hex(token), holds };
  },
  list_root: (given) => {
    const elements = (given["elements"] ?? []) as readonly string[];
    return { root: hex(listRoot(Number(given["list"]), elements.map(unhex))) };
  },
  open: async (given) => {
    const document = unhex(given["wraps"] ?? "");
    const { wraps, content } = await readWraps(document, given["chain_id"] ?? "");
    const reader = new ReadingKey(unhex(given["reader"] ?? ""));
    const keys = wraps.map((wrap) => reader.open(wrap, content));
    const key = keys.find((one) => one !== undefined);
    const blobs = ((given["blobs"] ?? []) as readonly string[]).map(unhex);
    const opened = openContent(key ?? new Uint8Array(32), blobs, unhex(given["context"] ?? ""));
    return { content: hex(opened.content), commitment: hex(opened.commitment) };
  },
};
