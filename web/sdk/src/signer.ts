/**
 * What signs for an account: a seed, a key that never leaves WebCrypto, or a passkey.
 *
 * Source: docs/protocol.md#keys. A browser may forget its keys: one of them is never the only key
 * of money or of an identity (`probes.ts` says what a browser is good for).
 */

import { joined } from "./bytes.ts";
import { ed25519KeyOf, ed25519Sign } from "./ed25519.ts";
import { digest } from "./hash.ts";
import { BadKey, encodeAssertion, fromDer, KeyKind, publicKey, withLowS } from "./keys.ts";

const SEED_BYTES = 32;
/** PKCS #8 around a P-256 secret alone, without the public key. Source: RFC 5915, RFC 5958. */
const PKCS8_P256 = Uint8Array.from([
  0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
  0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01,
  0x01, 0x04, 0x20,
]);
const P256 = { name: "ECDSA", namedCurve: "P-256" };
const ES256 = { name: "ECDSA", hash: "SHA-256" };

/** Signs bytes under a tag, by one key. */
export interface Signer {
  /** The kind byte and the key. */
  readonly publicKey: Uint8Array;
  /** Return the signature over H(tag, data). */
  readonly sign: (tag: string, data: Uint8Array) => Promise<Uint8Array>;
}

/** Return the Ed25519 signer of a 32-byte seed, such as words give. Throws BadKey. */
export function seedSigner(seed: Uint8Array): Signer {
  if (seed.length !== SEED_BYTES) throw new BadKey(`a seed has ${SEED_BYTES} bytes`);
  const secret = seed.slice();
  return {
    publicKey: publicKey(KeyKind.ed25519, ed25519KeyOf(secret)),
    sign: async (tag, data) => ed25519Sign(secret, digest(tag, data)),
  };
}

/** Return the P-256 signer of a 32-byte secret. Throws BadKey for one above the order. */
export async function p256SeedSigner(seed: Uint8Array): Promise<Signer> {
  if (seed.length !== SEED_BYTES) throw new BadKey(`a P-256 secret has ${SEED_BYTES} bytes`);
  const form = own(joined(PKCS8_P256, seed));
  try {
    const secret = await crypto.subtle.importKey("pkcs8", form, P256, true, ["sign"]);
    const { x = "", y = "" } = await crypto.subtle.exportKey("jwk", secret);
    const point = joined(Uint8Array.of(4), fromBase64Url(x), fromBase64Url(y));
    return keySigner(secret, publicKey(KeyKind.p256, point));
  } catch (error) {
    throw new BadKey(`no P-256 secret: ${String(error)}`);
  }
}

/**
 * Return a new key pair that cannot be exported, Ed25519 where the browser has it, else P-256.
 *
 * Store the pair itself (IndexedDB takes it); `pairSigner` makes the signer of it again.
 */
export async function newBrowserKey(): Promise<CryptoKeyPair> {
  try {
    return await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
  } catch {
    return await crypto.subtle.generateKey(P256, false, ["sign", "verify"]);
  }
}

/** Return the signer of a pair that `newBrowserKey` made, now or at an earlier visit. */
export async function pairSigner(pair: CryptoKeyPair): Promise<Signer> {
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const isP256 = pair.privateKey.algorithm.name === P256.name;
  return keySigner(pair.privateKey, publicKey(isP256 ? KeyKind.p256 : KeyKind.ed25519, point));
}

/** A passkey as its account knows it; the relying party is the page's. */
export interface Passkey {
  readonly credentialId: Uint8Array;
  /** Kind byte and key, kind 03 or 04. */
  readonly publicKey: Uint8Array;
  readonly rpId: string;
}

/** Return the signer that asks the person for each signature. Throws BadKey where none is given. */
export function passkeySigner(passkey: Passkey): Signer {
  const isP256 = passkey.publicKey[0] === KeyKind.passkeyP256;
  return {
    publicKey: passkey.publicKey,
    sign: async (tag, data) => {
      const credential = await navigator.credentials.get({
        publicKey: {
          challenge: own(digest(tag, data)),
          rpId: passkey.rpId,
          allowCredentials: [{ type: "public-key", id: own(passkey.credentialId) }],
          userVerification: "required",
        },
      });
      if (!(credential instanceof PublicKeyCredential)) throw new BadKey("no passkey was given");
      const answer = credential.response as AuthenticatorAssertionResponse;
      const signature = new Uint8Array(answer.signature);
      return encodeAssertion({
        authenticatorData: new Uint8Array(answer.authenticatorData),
        clientData: new Uint8Array(answer.clientDataJSON),
        signature: isP256 ? fromDer(signature) : signature,
      });
    },
  };
}

function keySigner(secret: CryptoKey, key: Uint8Array): Signer {
  const isP256 = key[0] === KeyKind.p256;
  return {
    publicKey: key,
    sign: async (tag, data) => {
      const rule = isP256 ? ES256 : { name: "Ed25519" };
      const made = await crypto.subtle.sign(rule, secret, own(digest(tag, data)));
      return isP256 ? withLowS(new Uint8Array(made)) : new Uint8Array(made);
    },
  };
}

function fromBase64Url(text: string): Uint8Array {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/** Return the bytes over memory of their own, which WebCrypto asks for. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
