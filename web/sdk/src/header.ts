/** Headers of blocks: what validators seal. Source: docs/protocol.md#blocks. */

import { decode } from "./codec.ts";
import { blockHash, DIGEST_BYTES } from "./hash.ts";
import { Refused } from "./refusal.ts";
import { asciiOf, bytesOf, fieldsOf, uintOf } from "./shape.ts";

const VERSION = 2;
const FIELDS = 14;
const BYTES_MAX = 1024;
const PROPOSER_BYTES = 33;
export const CHAIN_ID_CHARS_MAX = 80;

/** One block's header; `stateRoot` and `receiptsRoot` are those after the block. */
export interface Header {
  readonly chainId: string;
  readonly height: number;
  readonly timeMs: number;
  readonly parentHash: Uint8Array;
  readonly transactionsRoot: Uint8Array;
  readonly receiptsRoot: Uint8Array;
  readonly stateRoot: Uint8Array;
  readonly validatorsHash: Uint8Array;
  readonly nextValidatorsHash: Uint8Array;
  readonly lastCertificateHash: Uint8Array;
  readonly appVersion: number;
  readonly proposer: Uint8Array;
  /** Digest of the restart statement in force, or the genesis hash without one. */
  readonly restart: Uint8Array;
  /** H("block", header), 32 bytes. */
  readonly hash: Uint8Array;
}

/** Return the header that `data` encodes. Throws Refused. */
export function decodeHeader(data: Uint8Array): Header {
  const fields = fieldsOf(decode(data, { bytesMax: BYTES_MAX }), "header", FIELDS);
  if (fields[0] !== VERSION) {
    throw new Refused("BAD_VERSION", `header version ${String(fields[0])}, known is ${VERSION}`);
  }
  const hashAt = (index: number, name: string) => bytesOf(fields[index], name, DIGEST_BYTES);
  return {
    chainId: asciiOf(fields[1], "chain_id", CHAIN_ID_CHARS_MAX),
    height: uintOf(fields[2], "height"),
    timeMs: uintOf(fields[3], "time_ms"),
    parentHash: hashAt(4, "parent_hash"),
    transactionsRoot: hashAt(5, "transactions_root"),
    receiptsRoot: hashAt(6, "receipts_root"),
    stateRoot: hashAt(7, "state_root"),
    validatorsHash: hashAt(8, "validators_hash"),
    nextValidatorsHash: hashAt(9, "next_validators_hash"),
    lastCertificateHash: hashAt(10, "last_certificate_hash"),
    appVersion: uintOf(fields[11], "app_version"),
    proposer: bytesOf(fields[12], "proposer", PROPOSER_BYTES),
    restart: hashAt(13, "restart"),
    hash: blockHash(data),
  };
}
