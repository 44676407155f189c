/**
 * Who may sign a restart statement: the members of governance and their accounts, by proven state.
 *
 * Only what counts may be carried: an agency without a vote, a signature that does not hold, or one
 * by a key that is not of the agency's account make the statement void. Source:
 * docs/protocol.md#restart-statement.
 */

import { hexOf, sameBytes } from "./bytes.ts";
import { decode, type Value } from "./codec.ts";
import type { Header } from "./header.ts";
import { addressOf } from "./keys.ts";
import { Refused } from "./refusal.ts";
import type { Approval, ProvenEntry, RestartStatement, SignedRestart } from "./restart.ts";
import { arrayOf, bytesOf, fieldsOf, textOf, uintOf } from "./shape.ts";
import { stateKey } from "./state_key.ts";
import { checkProof } from "./state_proof.ts";
import type { ValidatorSet } from "./validators.ts";
import { verifyRaw } from "./verify.ts";

export { readRestartProof } from "./restart.ts";

const VALUE_BYTES_MAX = 64 * 1024;
const KEYS_MAX = 16;
const ADDRESS_BYTES = 20;

type Entries = ReadonlyMap<string, Uint8Array | null>;

/** The keys of an account and how many of them sign. */
interface Account {
  readonly has: (key: Uint8Array) => boolean;
  readonly threshold: number;
}

/**
 * Check statements above a certified header, after which `validators` decide, by its state.
 * Throws Refused: BAD_PROOF for an entry that is wrong or missing, RESTART_REFUSED.
 */
export async function checkCarried(
  proven: readonly ProvenEntry[],
  restarts: readonly SignedRestart[],
  above: Header,
  validators: ValidatorSet,
): Promise<void> {
  const entries = new Map<string, Uint8Array | null>();
  for (const { key, value, proof } of proven) {
    checkProof(proof, above.stateRoot, key, value);
    entries.set(hexOf(key), value);
  }
  let previous = above.restart;
  for (const { statement, approvals } of restarts) {
    checkPlace(statement, above, validators, previous);
    await checkCount(statement, approvals, entries, validators);
    previous = statement.digest;
  }
}

/** Throw unless a statement names this chain, block, set and predecessor. */
function checkPlace(
  statement: RestartStatement,
  above: Header,
  validators: ValidatorSet,
  previous: Uint8Array,
): void {
  const differing = [
    ["chain_id", statement.chainId === above.chainId],
    ["height", statement.height === above.height],
    ["block_hash", sameBytes(statement.blockHash, above.hash)],
    ["validators", sameBytes(statement.validators, validators.hash)],
    ["previous", sameBytes(statement.previous, previous)],
  ].find(([, isSame]) => isSame === false);
  if (differing !== undefined) throw refused(`its ${String(differing[0])} is another chain's`);
}

/** Throw unless each approval counts, and two thirds and a quorum of seats have signed. */
async function checkCount(
  statement: RestartStatement,
  approvals: readonly Approval[],
  entries: Entries,
  validators: ValidatorSet,
): Promise<void> {
  for (const { agencyId, signatures } of approvals) {
    const voter = voterOf(entries, agencyId);
    if (voter === null) throw refused(`agency ${agencyId} does not count: it has no vote`);
    const account = accountOf(entries, voter);
    for (const [key, signature] of signatures) {
      const holds = await verifyRaw(key, "restart", statement.bytes, signature);
      if (!holds) throw refused(`a signature of agency ${agencyId} is wrong`);
      if (!account.has(key)) throw refused(`a key is not one of agency ${agencyId}'s account`);
    }
    if (signatures.length < account.threshold) {
      throw refused(`agency ${agencyId}: ${signatures.length} of ${account.threshold} keys sign`);
    }
  }
  const counter = read(entries, stateKey("governance", "member_count"));
  const members = counter === null ? 0 : uintOf(counter, "member_count");
  const have = approvals.length;
  if (have === 0 || 3 * have < 2 * members) {
    throw refused(`${have} of ${members} agencies have signed, needed are two thirds`);
  }
  const names = new Set(approvals.map(({ agencyId }) => agencyId));
  const seats = validators.members.filter(({ name }) => names.has(name)).length;
  if (seats < validators.quorum) {
    throw refused(`agencies of ${seats} validators have signed, needed are ${validators.quorum}`);
  }
}

/** Return the account that votes for an agency, null when it has no vote. */
function voterOf(entries: Entries, agencyId: string): Uint8Array | null {
  const value = read(entries, stateKey("governance", "agencies", agencyId));
  if (value === null) return null;
  const [, , , kinds, administrator, status] = fieldsOf(value, "agency", 6);
  const isMember = arrayOf(kinds, "kinds", KEYS_MAX).includes("validator");
  const isActive = textOf(status, "status") === "active";
  return isMember && isActive ? bytesOf(administrator, "administrator", ADDRESS_BYTES) : null;
}

function accountOf(entries: Entries, address: Uint8Array): Account {
  const value = read(entries, stateKey("accounts", "accounts", address));
  if (value === null) {
    return { has: (key) => sameBytes(addressOf(key), address), threshold: 1 };
  }
  const [listed, threshold] = fieldsOf(value, "account", 2);
  const keys = new Set(arrayOf(listed, "keys", KEYS_MAX).map((key) => hexOf(key as Uint8Array)));
  return { has: (key) => keys.has(hexOf(key)), threshold: uintOf(threshold, "threshold") };
}

/** Return what a proven entry holds, null when it is proven absent. Throws Refused (BAD_PROOF). */
function read(entries: Entries, key: Uint8Array): Value {
  const data = entries.get(hexOf(key));
  if (data === undefined) {
    const text = new TextDecoder().decode(key);
    throw new Refused("BAD_PROOF", `the proof of a restart statement lacks the state key ${text}`);
  }
  return data === null ? null : decode(data, { bytesMax: VALUE_BYTES_MAX });
}

function refused(why: string): Refused {
  return new Refused("RESTART_REFUSED", `the restart statement does not hold: ${why}`);
}
