/**
 * Libraries of others answer Python's questions, one JSON line each: what Sapha signs and seals is
 * read by them, and what they make is handed back. Keys are JWKs; of HPKE they are hex.
 */

import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";

import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import { CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { SDJwtInstance } from "@sd-jwt/core";
import { CompactSign, compactVerify, importJWK } from "jose";

import { hex, unhex } from "./vectors.ts";

type Key = webcrypto.JsonWebKey;
type Json = Record<string, unknown>;
interface Question {
  readonly act: string;
  readonly token: string;
  readonly claims: Json;
  readonly frame: Json;
  readonly binding: { readonly aud: string; readonly nonce: string; readonly iat: number };
  readonly typ: string;
  readonly alg: "ES256" | "Ed25519";
  readonly key: Key;
  readonly data: string;
  readonly box: string;
  readonly info: string;
}

const { subtle } = webcrypto;
const text = new TextEncoder();

function wayOf(alg: string): webcrypto.EcdsaParams {
  return alg === "ES256" ? { name: "ECDSA", hash: "SHA-256" } : ({ name: alg } as never);
}

async function imported(key: Key, alg: string, use: "sign" | "verify"): Promise<CryptoKey> {
  const kind = alg === "ES256" ? { name: "ECDSA", namedCurve: "P-256" } : { name: alg };
  return subtle.importKey("jwk", key, kind, false, [use]) as Promise<CryptoKey>;
}

function signer(alg: string, key: Key): (data: string) => Promise<string> {
  return async (data) => {
    const own = await imported(key, alg, "sign");
    const made = await subtle.sign(wayOf(alg), own, text.encode(data));
    return Buffer.from(made).toString("base64url");
  };
}

async function verifies(alg: string, key: Key, data: string, signature: string): Promise<boolean> {
  const theirs = await imported(key, alg, "verify");
  const bytes = Buffer.from(signature, "base64url");
  return subtle.verify(wayOf(alg), theirs, bytes, text.encode(data));
}

function credentials({ alg, key }: Question): SDJwtInstance<Json> {
  return new SDJwtInstance<Json>({
    hashAlg: "sha-256",
    hasher: async (data) => {
      const bytes = typeof data === "string" ? text.encode(data) : new Uint8Array(data);
      return new Uint8Array(await subtle.digest("SHA-256", bytes));
    },
    saltGenerator: (length) => hex(webcrypto.getRandomValues(new Uint8Array(length))),
    signAlg: alg,
    kbSignAlg: alg,
    signer: signer(alg, key),
    kbSigner: signer(alg, key),
    verifier: (data, signature) => verifies(alg, key, data, signature),
    kbVerifier: (data, signature, payload) => {
      if (payload.cnf === undefined) throw new Error("no key of a holder");
      return verifies(alg, payload.cnf.jwk as Key, data, signature);
    },
  });
}

function suite(): CipherSuite {
  const [kem, kdf, aead] = [new DhkemX25519HkdfSha256(), new HkdfSha256(), new Chacha20Poly1305()];
  return new CipherSuite({ kem, kdf, aead });
}

function buffer(text: string): ArrayBuffer {
  return new Uint8Array(unhex(text)).buffer;
}

async function seal({ box, data, info }: Question): Promise<Json> {
  const key = await suite().kem.deserializePublicKey(buffer(box));
  const way = { recipientPublicKey: key, info: buffer(info) };
  const { enc, ct } = await suite().seal(way, buffer(data));
  return { sealed: hex(new Uint8Array(enc)) + hex(new Uint8Array(ct)) };
}

async function open({ box, data, info }: Question): Promise<Json> {
  const key = await suite().kem.deserializePrivateKey(buffer(box));
  const [enc, sealed] = [buffer(data.slice(0, 64)), buffer(data.slice(64))];
  const opened = await suite().open({ recipientKey: key, enc, info: buffer(info) }, sealed);
  return { data: hex(new Uint8Array(opened)) };
}

const ACTS: Record<string, (asked: Question) => Promise<Json>> = {
  issue: async (asked) => {
    const header = { typ: asked.typ };
    const made = credentials(asked).issue(asked.claims, asked.frame as never, { header });
    return { token: await made };
  },
  present: async (asked) => {
    const kb = { payload: asked.binding };
    return { token: await credentials(asked).present(asked.token, asked.frame as never, { kb }) };
  },
  verify: async (asked) => {
    const options = { keyBindingNonce: asked.binding.nonce };
    const { payload, kb } = await credentials(asked).verify(asked.token, options);
    return { claims: payload, audience: kb?.payload.aud };
  },
  sign: async ({ claims, alg, typ, key }) => {
    const signing = new CompactSign(text.encode(JSON.stringify(claims)));
    const own = await importJWK(key as never, alg);
    return { token: await signing.setProtectedHeader({ alg, typ }).sign(own) };
  },
  check: async ({ token, alg, key }) => {
    const theirs = await importJWK(key as never, alg);
    const { payload, protectedHeader } = await compactVerify(token, theirs, { algorithms: [alg] });
    return { claims: JSON.parse(Buffer.from(payload).toString()), typ: protectedHeader.typ };
  },
  seal,
  open,
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line) as Question;
  let answer: Json;
  try {
    const act = ACTS[asked.act];
    if (act === undefined) throw new Error(`no act ${asked.act}`);
    answer = await act(asked);
  } catch (error) {
    answer = { refused: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
