/**
 * The genesis document: its hash, and the chain and validators that follow from it.
 *
 * Nothing else is trusted, so its hash is compared with one obtained from the agencies themselves.
 * Source: docs/protocol.md#genesis.
 */

import { compareBytes, hexOf } from "./bytes.ts";
import { encode, type Value } from "./codec.ts";
import { digest } from "./hash.ts";
import { unhex } from "./hex.ts";
import { Refused } from "./refusal.ts";
import { compareText } from "./shape.ts";
import { validatorSet, type ValidatorSet } from "./validators.ts";

const FORMAT = 2;
const CHAIN_ID_HASH_CHARS = 32;

/** What a client needs of a genesis document. */
export interface Genesis {
  readonly hash: Uint8Array;
  readonly chainId: string;
  readonly timeMs: number;
  /** Who decides the first heights. */
  readonly validators: ValidatorSet;
}

interface Member {
  readonly name: string;
  readonly public_key: string;
  readonly certificate: string;
  readonly host: string;
  readonly port: number;
  readonly is_validator: boolean;
}

interface Document {
  readonly format: number;
  readonly network: string;
  readonly kind: string;
  readonly time_ms: number;
  readonly parameters: Readonly<Record<string, number>>;
  readonly members: readonly Member[];
  readonly contracts: readonly {
    readonly name: string;
    readonly version: number;
    readonly code_hash: string;
    readonly config: Readonly<Record<string, unknown>>;
  }[];
}

const PARAMETERS = [
  "heartbeat_ms",
  "view_timeout_ms",
  "view_timeout_cap_ms",
  "block_transactions_max",
  "calendar_rate",
];

/**
 * Return the genesis of a document with the hash that agencies have published, 0x and hex.
 *
 * Throws Refused: WRONG_GENESIS for another hash, BAD_SHAPE for what is no genesis.
 */
export function readGenesis(text: string, expectedHash: string): Genesis {
  const genesis = genesisOf(text);
  const found = `0x${hexOf(genesis.hash)}`;
  if (found !== expectedHash) {
    throw new Refused("WRONG_GENESIS", `the genesis has hash ${found}, expected ${expectedHash}`);
  }
  return genesis;
}

/** Return the genesis of a document that is trusted as it is. Throws Refused (BAD_SHAPE). */
export function genesisOf(text: string): Genesis {
  try {
    return read(JSON.parse(text) as Document);
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused("BAD_SHAPE", `no genesis document: ${String(error)}`);
  }
}

function read(document: Document): Genesis {
  if (document.format !== FORMAT) {
    throw new Refused("BAD_VERSION", `genesis format ${document.format}, known is ${FORMAT}`);
  }
  const members = document.members.map((one) => ({ ...one, publicKey: unhex(one.public_key) }));
  const hash = digest(
    "genesis",
    encode([
      FORMAT,
      document.network,
      document.kind,
      document.time_ms,
      PARAMETERS.map((name) => document.parameters[name] as Value),
      members.map(({ name, publicKey, certificate, host, port, is_validator }) => [
        name,
        publicKey,
        fromBase64(certificate),
        host,
        port,
        is_validator,
      ]),
      document.contracts.map(({ name, version, code_hash, config }) => [
        name,
        version,
        unhex(code_hash),
        valueOf(config),
      ]),
    ]),
  );
  const voting = members.filter(({ is_validator }) => is_validator);
  voting.sort((one, other) => compareBytes(one.publicKey, other.publicKey));
  return {
    hash,
    chainId: `${document.network}-${hexOf(hash).slice(0, CHAIN_ID_HASH_CHARS)}`,
    timeMs: document.time_ms,
    validators: validatorSet(voting),
  };
}

/** Return a JSON value as arrays: an object becomes its [key, value] pairs, sorted by key. */
function valueOf(json: unknown): Value {
  if (Array.isArray(json)) return json.map(valueOf);
  if (typeof json !== "object" || json === null) return json as Value;
  const pairs = Object.entries(json).toSorted(([one], [other]) => compareText(one, other));
  return pairs.map(([key, value]) => [key, valueOf(value)]);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
