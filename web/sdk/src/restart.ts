/**
 * Restart statements: how a network goes on when nobody may sign any more. Owns their form.
 *
 *     statement = [1, chain_id, previous, height, block_hash, validators, reason, not_after_ms,
 *                  [suspended contract, ...]]
 *     signed    = [statement bytes, [[agency id, [[key, signature], ...]], ...]]
 *     proof     = [[signed, ...], header, certificate, [[key, value or null, state proof], ...]]
 *
 * Source: docs/protocol.md#restart-statement.
 */

import { compareBytes, sameBytes } from "./bytes.ts";
import { decode, type Value } from "./codec.ts";
import { digest, DIGEST_BYTES } from "./hash.ts";
import { CHAIN_ID_CHARS_MAX } from "./header.ts";
import { hasKind, SIGNATURE_BYTES } from "./keys.ts";
import { Refused } from "./refusal.ts";
import {
  arrayOf,
  asciiOf,
  blobOf,
  bytesOf,
  checkAscending,
  compareText,
  fieldsOf,
  uintOf,
} from "./shape.ts";
import { PROOF_ITEMS_MAX, readProof, type StateProof } from "./state_proof.ts";
import { NAME_CHARS_MAX, VALIDATORS_MAX } from "./validators.ts";

const VERSION = 1;
const PROOF_BYTES_MAX = 2 * 1024 * 1024;
const RESTARTS_MAX = 8;
const RESTART_BYTES_MAX = 128 * 1024;
const STATEMENT_BYTES_MAX = 8 * 1024;
const REASON_CHARS_MAX = 400;
const SUSPENDED_MAX = 64;
const SIGNATURES_MAX = 16;
const ENTRIES_MAX = 1 + 2 * VALIDATORS_MAX;
const ITEMS_MAX = 1_000 + ENTRIES_MAX * (4 + PROOF_ITEMS_MAX);
const VALUE_BYTES_MAX = 64 * 1024;

/** What agencies sign: the network goes on above block `height`, in force from the next on. */
export interface RestartStatement {
  readonly chainId: string;
  /** Digest of the statement before it, or the genesis hash. */
  readonly previous: Uint8Array;
  readonly height: number;
  readonly blockHash: Uint8Array;
  /** Hash of the set that decides the next height. */
  readonly validators: Uint8Array;
  readonly reason: string;
  readonly notAfterMs: number;
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
}

/** An agency that says so, by keys of its administrator's account in ascending order. */
export interface Approval {
  readonly agencyId: string;
  readonly signatures: readonly (readonly [key: Uint8Array, signature: Uint8Array])[];
}

/** A statement with its approvals in the order of agencies. Reading it verifies nothing. */
export interface SignedRestart {
  readonly statement: RestartStatement;
  readonly approvals: readonly Approval[];
}

/** What a key of state holds (null: it is absent), and the proof of it. */
export interface ProvenEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
  readonly proof: StateProof;
}

/** Statements that one block carries, the certified header below it, and who had to sign. */
export interface RestartProof {
  readonly restarts: readonly SignedRestart[];
  readonly header: Uint8Array;
  readonly certificate: Uint8Array;
  readonly entries: readonly ProvenEntry[];
}

/** Return the proof that `data` encodes; nothing is verified. Throws Refused. */
export function readRestartProof(data: Uint8Array): RestartProof {
  const value = decode(data, { bytesMax: PROOF_BYTES_MAX, itemsMax: ITEMS_MAX });
  const [restarts, header, certificate, entries] = fieldsOf(value, "restart proof", 4);
  return {
    restarts: readRestarts(arrayOf(restarts, "restarts", RESTARTS_MAX)),
    header: blobOf(header, "header", RESTART_BYTES_MAX),
    certificate: blobOf(certificate, "certificate", RESTART_BYTES_MAX),
    entries: arrayOf(entries, "entries", ENTRIES_MAX).map(entryOf),
  };
}

/** Return the statements of a block, each of which names the one before it, of one place. */
function readRestarts(values: readonly Value[]): readonly SignedRestart[] {
  const found = values.map((item) => readRestart(blobOf(item, "restart", RESTART_BYTES_MAX)));
  found.forEach(({ statement }, index) => {
    const before = found[index - 1]?.statement;
    if (before === undefined) return;
    const isSamePlace =
      statement.height === before.height && sameBytes(statement.blockHash, before.blockHash);
    if (!isSamePlace || !sameBytes(statement.previous, before.digest)) {
      throw new Refused("BAD_SHAPE", "a restart statement does not follow the one before it");
    }
  });
  return found;
}

/** Return the signed statement that `data` encodes; no signature is verified. Throws Refused. */
export function readRestart(data: Uint8Array): SignedRestart {
  const value = decode(data, { bytesMax: RESTART_BYTES_MAX });
  const [statement, approvals] = fieldsOf(value, "signed restart statement", 2);
  const listed = arrayOf(approvals, "approvals", VALIDATORS_MAX).map(approvalOf);
  const read = readStatement(blobOf(statement, "restart statement", STATEMENT_BYTES_MAX));
  checkAscending(listed, "agencies", (a, b) => compareText(a.agencyId, b.agencyId));
  return { statement: read, approvals: listed };
}

function readStatement(data: Uint8Array): RestartStatement {
  const value = decode(data, { bytesMax: STATEMENT_BYTES_MAX });
  const fields = fieldsOf(value, "restart statement", 9);
  if (fields[0] !== VERSION) {
    throw new Refused("BAD_VERSION", `restart statement version ${String(fields[0])}`);
  }
  const height = uintOf(fields[3], "height");
  if (height === 0) throw new Refused("BAD_SHAPE", "height must be at least 1");
  const suspended = arrayOf(fields[8], "suspended", SUSPENDED_MAX).map((item) =>
    asciiOf(item, "suspended", NAME_CHARS_MAX),
  );
  checkAscending(suspended, "suspended contracts", compareText);
  return {
    chainId: asciiOf(fields[1], "chain_id", CHAIN_ID_CHARS_MAX),
    previous: bytesOf(fields[2], "previous", DIGEST_BYTES),
    height,
    blockHash: bytesOf(fields[4], "block_hash", DIGEST_BYTES),
    validators: bytesOf(fields[5], "validators", DIGEST_BYTES),
    reason: asciiOf(fields[6], "reason", REASON_CHARS_MAX),
    notAfterMs: uintOf(fields[7], "not_after_ms"),
    bytes: data,
    digest: digest("restart", data),
  };
}

function approvalOf(value: Value): Approval {
  const [agencyId, pairs] = fieldsOf(value, "approval", 2);
  const signatures = arrayOf(pairs, "signatures", SIGNATURES_MAX).map((item) => {
    const [key, signature] = fieldsOf(item, "signature", 2);
    return [keyOf(key), bytesOf(signature, "signature", SIGNATURE_BYTES)] as const;
  });
  checkAscending(signatures, "keys", ([a], [b]) => compareBytes(a, b));
  return { agencyId: asciiOf(agencyId, "agency_id", NAME_CHARS_MAX), signatures };
}

/** Return `value` as a key whose kind byte and length are right; the point is not looked at. */
function keyOf(value: Value | undefined): Uint8Array {
  if (value instanceof Uint8Array && hasKind(value)) return value;
  throw new Refused("BAD_SHAPE", "public_key must be a kind byte, 01 to 04, and a key");
}

function entryOf(item: Value): ProvenEntry {
  const [key, value, proof] = fieldsOf(item, "entry", 3);
  return {
    key: blobOf(key, "key", VALUE_BYTES_MAX),
    value: value === null ? null : blobOf(value, "value", VALUE_BYTES_MAX),
    proof: readProof(proof),
  };
}
