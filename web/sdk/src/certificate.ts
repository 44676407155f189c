/**
 * The certificate of a block: a quorum's seals of one (height, view, block_hash).
 *
 *     certificate = [height, view, block_hash, signers, [seal, ...]]
 *
 * Source: docs/protocol.md#certificates.
 */

import { sameBytes } from "./bytes.ts";
import { decode, encode } from "./codec.ts";
import { isEd25519 } from "./ed25519.ts";
import { digest, DIGEST_BYTES } from "./hash.ts";
import type { Header } from "./header.ts";
import { Refused } from "./refusal.ts";
import { arrayOf, blobOf, bytesOf, fieldsOf, uintOf } from "./shape.ts";
import { VALIDATORS_MAX, type Validator, type ValidatorSet } from "./validators.ts";

const BYTES_MAX = 16 * 1024;
const SEAL_BYTES = 64;
const SIGNERS_BYTES_MAX = Math.ceil(VALIDATORS_MAX / 8);

/** A certificate as it was read; alone it proves nothing. */
export interface Certificate {
  readonly height: number;
  readonly view: number;
  readonly blockHash: Uint8Array;
  readonly signers: Uint8Array;
  readonly seals: readonly Uint8Array[];
}

/** Return the certificate that `data` encodes, unchecked. Throws Refused. */
export function decodeCertificate(data: Uint8Array): Certificate {
  const fields = fieldsOf(decode(data, { bytesMax: BYTES_MAX }), "certificate", 5);
  return {
    height: uintOf(fields[0], "height"),
    view: uintOf(fields[1], "view"),
    blockHash: bytesOf(fields[2], "block_hash", DIGEST_BYTES),
    signers: blobOf(fields[3], "signers", SIGNERS_BYTES_MAX),
    seals: arrayOf(fields[4], "signatures", VALIDATORS_MAX).map((item) =>
      bytesOf(item, "signature", SEAL_BYTES),
    ),
  };
}

/**
 * Return who sealed a header's block, in order, once every seal verifies; `validators` are those
 * that decide its height. Throws Refused (BAD_CERTIFICATE, or what reading it does).
 */
export function checkCertificate(
  data: Uint8Array,
  header: Header,
  validators: ValidatorSet,
): readonly Validator[] {
  const certificate = decodeCertificate(data);
  if (certificate.height !== header.height) {
    throw bad(`of height ${certificate.height}, needed is one of ${header.height}`);
  }
  if (!sameBytes(certificate.blockHash, header.hash)) {
    throw bad(`the certificate is not of this block ${header.height}`);
  }
  const signers = signersOf(certificate, validators);
  const { chainId, restart, height, hash } = header;
  const signed = digest("seal", encode([chainId, restart, height, certificate.view, hash]));
  for (const [index, signer] of signers.entries()) {
    const seal = certificate.seals[index] ?? new Uint8Array();
    if (!isEd25519(signer.publicKey.subarray(1), signed, seal)) {
      throw bad(`the seal of ${signer.name} does not verify`);
    }
  }
  return signers;
}

/** Return who signed, in order. Throws Refused for a bit map of another set, or too few. */
function signersOf(certificate: Certificate, validators: ValidatorSet): readonly Validator[] {
  const { signers, seals } = certificate;
  const count = validators.members.length;
  if (signers.length !== Math.ceil(count / 8)) {
    throw bad(`a bit map of ${signers.length} bytes for ${count} validators`);
  }
  const isSet = (index: number) => (((signers[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
  for (let index = count; index < 8 * signers.length; index++) {
    if (isSet(index)) throw bad(`a signer beyond the ${count} validators of that height`);
  }
  const found = validators.members.filter((_member, index) => isSet(index));
  if (seals.length !== found.length) {
    throw bad(`${seals.length} signatures of ${found.length} signers`);
  }
  if (found.length < validators.quorum) {
    throw bad(`${found.length} seals, needed are ${validators.quorum}`);
  }
  return found;
}

function bad(message: string): Refused {
  return new Refused("BAD_CERTIFICATE", message);
}
