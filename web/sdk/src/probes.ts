/**
 * What this browser is good for, found out by trying, with words for people where it is not.
 *
 * Names of browsers and versions say nothing that lasts. A browser's key is never the only key of
 * money or of an identity: `mayHold` says whether an account may rest on what was found here.
 */

import { newBrowserKey, pairSigner } from "./signer.ts";

export type Feature = "secure" | "ed25519" | "storage" | "lasting" | "passkey" | "prf";

/** What was tried, whether it works, and what to tell the person where it does not. */
export interface Probe {
  readonly feature: Feature;
  readonly works: boolean;
  readonly words: Readonly<Record<"th" | "en", string>>;
}

/** What people are told where a feature lacks. */
export const PROBE_WORDS: Readonly<Record<Feature, Probe["words"]>> = {
  secure: {
    th: "หน้านี้ไม่ได้เปิดผ่านการเชื่อมต่อที่ปลอดภัย จึงลงนามไม่ได้ โปรดเปิดด้วย https",
    en: "This page was not opened over a secure connection and cannot sign. Open it with https.",
  },
  ed25519: {
    th: "เบราว์เซอร์นี้ไม่มีกุญแจชนิดหลัก จะใช้กุญแจชนิดสำรอง (P-256) แทน",
    en: "This browser lacks the usual kind of key; another kind (P-256) is used instead.",
  },
  storage: {
    th:
      "เบราว์เซอร์นี้เก็บกุญแจไม่ได้ อาจเพราะเปิดแบบส่วนตัว " +
      "โปรดจดคำกู้คืน หรือใช้เบราว์เซอร์อื่น",
    en:
      "This browser cannot keep a key, perhaps because of a private window. " +
      "Write down the words, or use another browser.",
  },
  lasting: {
    th: "เบราว์เซอร์นี้อาจลบกุญแจเมื่อไม่ได้ใช้หลายวัน โปรดเพิ่มกุญแจที่สองหรือจดคำกู้คืน",
    en:
      "This browser may delete the key when it is not used for some days. " +
      "Add a second key, or write down the words.",
  },
  passkey: {
    th: "เครื่องนี้ไม่มีพาสคีย์ (ลายนิ้วมือ ใบหน้า หรือรหัสเครื่อง) ให้ใช้คำกู้คืนแทน",
    en: "This device has no passkey (finger, face or device code); use the words instead.",
  },
  prf: {
    th: "พาสคีย์ของเครื่องนี้เก็บความลับให้ไม่ได้ ให้จดคำกู้คืนไว้",
    en: "The passkey of this device cannot keep a secret; write down the words.",
  },
};

/** Try everything, and return what was found, in the order of `Feature`. */
export async function probe(): Promise<readonly Probe[]> {
  const isSecure = globalThis.isSecureContext !== false && "subtle" in crypto;
  const pair = isSecure ? await newBrowserKey().catch(() => undefined) : undefined;
  const tried: readonly (readonly [Feature, boolean])[] = [
    ["secure", isSecure],
    ["ed25519", pair?.privateKey.algorithm.name === "Ed25519"],
    ["storage", pair !== undefined && (await keeps(pair))],
    ["lasting", await lasts()],
    ["passkey", await hasPasskey()],
    ["prf", await hasPrf()],
  ];
  return tried.map(([feature, works]) => ({ feature, works, words: PROBE_WORDS[feature] }));
}

/** Whether an account may rest on a key of this browser: only beside another key, or words. */
export function mayHold(probes: readonly Probe[], otherKeys: number): boolean {
  const works = (feature: Feature) => probes.some((one) => one.feature === feature && one.works);
  return works("secure") && works("storage") && otherKeys > 0;
}

/** Whether a pair comes back out of storage and signs: some browsers give back null. */
async function keeps(pair: CryptoKeyPair): Promise<boolean> {
  try {
    const database = await opened();
    try {
      const store = (mode: IDBTransactionMode) => database.transaction("keys", mode);
      await done(store("readwrite").objectStore("keys").put(pair, "probe"));
      const found = (await done(store("readonly").objectStore("keys").get("probe"))) as unknown;
      await done(store("readwrite").objectStore("keys").delete("probe"));
      const signer = await pairSigner(found as CryptoKeyPair);
      return (await signer.sign("probe", new Uint8Array())).length > 0;
    } finally {
      database.close();
    }
  } catch {
    return false; // private windows and locked-down devices throw at any of these
  }
}

async function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open("sapha-probe", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("keys");
  return (await done(request)) as IDBDatabase;
}

function done(request: IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the request failed"));
  });
}

async function lasts(): Promise<boolean> {
  const persist = globalThis.navigator?.storage?.persist;
  return persist === undefined ? false : await navigator.storage.persist().catch(() => false);
}

async function hasPasskey(): Promise<boolean> {
  const kind = globalThis.PublicKeyCredential;
  if (kind?.isUserVerifyingPlatformAuthenticatorAvailable === undefined) return false;
  return await kind.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false);
}

/** What the browser says of the extension; a passkey itself may still lack it. */
async function hasPrf(): Promise<boolean> {
  const kind = globalThis.PublicKeyCredential as
    | { getClientCapabilities?: () => Promise<Record<string, boolean>> }
    | undefined;
  const found = await kind?.getClientCapabilities?.().catch(() => undefined);
  return found?.["extension:prf"] === true;
}
