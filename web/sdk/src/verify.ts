/** Whether a key that is no passkey's has signed. Source: docs/protocol.md#keys. */

import { bigintOf, bytesOfBigint, joined, sameBytes } from "./bytes.ts";
import { isEd25519 } from "./ed25519.ts";
import { digest } from "./hash.ts";
import { KeyKind, SIGNATURE_BYTES, withLowS } from "./keys.ts";

const PRIME = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** Return whether `signature` is the key's over H(tag, data). P-256 is WebCrypto's to verify. */
export async function verifyRaw(
  key: Uint8Array,
  tag: string,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const message = digest(tag, data);
  if (key[0] === KeyKind.ed25519) return isEd25519(key.subarray(1), message, signature);
  return key[0] === KeyKind.p256 && isEs256(key.subarray(1), message, signature);
}

/** Return whether `signature`, r || s with a low s, is by the compressed P-256 key. */
export async function isEs256(
  key: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const point = uncompressed(key);
  if (point === undefined || signature.length !== SIGNATURE_BYTES) return false;
  if (!sameBytes(withLowS(signature), signature)) return false;
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  try {
    const made = await crypto.subtle.importKey("raw", own(point), curve, false, ["verify"]);
    const rule = { name: "ECDSA", hash: "SHA-256" };
    return await crypto.subtle.verify(rule, made, own(signature), own(message));
  } catch {
    return false; // WebCrypto throws for a point that is none
  }
}

/** Return 04 || x || y of a compressed point, nothing if it is none. */
function uncompressed(key: Uint8Array): Uint8Array | undefined {
  const x = bigintOf(key.subarray(1));
  if (key.length !== 33 || (key[0] !== 2 && key[0] !== 3) || x >= PRIME) return undefined;
  const square = modulo(x * x * x - 3n * x + B);
  const root = power(square, (PRIME + 1n) / 4n);
  if (modulo(root * root) !== square) return undefined;
  const y = (root & 1n) === BigInt(key[0] & 1) ? root : modulo(PRIME - root);
  return joined(Uint8Array.of(4), bytesOfBigint(x, 32), bytesOfBigint(y, 32));
}

function modulo(value: bigint): bigint {
  const rest = value % PRIME;
  return rest < 0n ? rest + PRIME : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base];
  for (let left = exponent; left > 0n; left >>= 1n, square = modulo(square * square)) {
    if (left & 1n) result = modulo(result * square);
  }
  return result;
}

/** Return the bytes over memory of their own, which WebCrypto asks for. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
