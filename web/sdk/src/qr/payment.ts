/**
 * A Thai QR payment as text: read it, write it, for PromptPay and for wallets of this ledger.
 *
 * A wallet is in tag 26 (00 the application id F073706801, 01 the address), its chain in tag 80, a
 * request in tag 62, 05. Source: Bank of Thailand, Thai QR Code Payment Standard.
 */

import { readAddress, showAddress } from "../address.ts";
import { BadQr, readTags, seal, type Tags, unseal, writeTags } from "./tlv.ts";

const WALLET_TAG = "26";
const TRANSFER_TAG = "29";
const BILL_TAG = "30";
const CHAIN_TAG = "80";
const ADDITIONAL_TAG = "62";
const WALLET_AID = "F073706801";
const TRANSFER_AID = "A000000677010111";
const BILL_AID = "A000000677010112";
const AMOUNT_CHARS_MAX = 13;
const AMOUNT_SATANG_MAX = 10 ** 15;
const AMOUNT = /^([0-9]{1,13})(?:\.([0-9]{1,2}))?$/;
const NAME = /^[\x20-\x7e]{1,25}$/;
const REFERENCE = /^[A-Za-z0-9]{1,20}$/;
const BILLER = /^(?:[0-9]{13}|[0-9]{15})$/;

const TARGETS = {
  MSISDN: ["01", /^0066[0-9]{9}$/],
  NATID_OR_TAXID: ["02", /^[0-9]{13}$/],
  EWALLETID: ["03", /^[0-9]{15}$/],
  BANK_ACCOUNT: ["04", /^[0-9]{4,43}$/],
} as const;
export type TargetKind = keyof typeof TARGETS;
const KINDS = Object.keys(TARGETS) as readonly TargetKind[];

interface Common {
  /** 1 satang is 0.01 baht; nothing leaves the amount to the payer. */
  readonly amountSatang?: number | undefined;
  readonly isStatic: boolean;
}

/** Pay a wallet of this ledger; with `requestId` exactly that request. `name` is for people. */
export interface WalletPayment extends Common {
  readonly kind: "wallet";
  readonly chainId: string;
  readonly address: Uint8Array;
  readonly requestId?: string | undefined;
  readonly name?: string | undefined;
}

/** A PromptPay credit transfer: for the banks' own networks, never for the ledger. */
export interface CreditTransfer extends Common {
  readonly kind: "transfer";
  readonly by: TargetKind;
  readonly target: string;
}

export interface BillPayment extends Common {
  readonly kind: "bill";
  readonly billerId: string;
  readonly ref1: string;
  readonly ref2?: string | undefined;
  readonly ref3?: string | undefined;
}

export type Payment = WalletPayment | CreditTransfer | BillPayment;

/** Return what a Thai QR asks for. Throws BadQr, or Refused for an address with a typing error. */
export function readQr(text: string): Payment {
  const tags = readTags(unseal(text));
  const read = readerOf(tags);
  const [first] = tags;
  if (first?.[0] !== "00" || first[1] !== "01") {
    throw new BadQr("BAD_TLV", "the text does not begin with format version 01 (000201)");
  }
  check(tags.get("53") === "764", "BAD_CURRENCY", "the currency must be 764");
  check((tags.get("58") ?? "TH") === "TH", "BAD_COUNTRY", "the country must be TH");
  return read(tags);
}

/** Return a payment to a wallet of the chain. Throws BadQr (WRONG_KIND for another), Refused. */
export function readWalletPayment(text: string, chainId: string): WalletPayment {
  const found = readQr(text);
  if (found.kind !== "wallet") throw new BadQr("WRONG_KIND", "the QR names no wallet here");
  check(found.chainId === chainId, "WRONG_KIND", `the QR is for chain ${found.chainId}`);
  return found;
}

/** Return the text of a payment's QR. Throws BadQr. */
export function writeQr(payment: Payment): string {
  const head = [
    ["00", "01"],
    ["01", payment.isStatic ? "11" : "12"],
    receiverOf(payment),
    ["53", "764"],
    ["58", "TH"],
  ] as const;
  const { amountSatang } = payment;
  const amount = amountSatang === undefined ? [] : [["54", amountText(amountSatang)] as const];
  return seal(writeTags([...head, ...amount, ...lastOf(payment)]));
}

function readerOf(tags: Tags): (tags: Tags) => Payment {
  const schemes = [
    [WALLET_TAG, WALLET_AID, readWallet],
    [TRANSFER_TAG, TRANSFER_AID, readTransfer],
    [BILL_TAG, BILL_AID, readBill],
  ] as const;
  for (const [tag, aid, read] of schemes) {
    const value = tags.get(tag);
    if (value !== undefined && readTags(value).get("00") === aid) return read;
  }
  throw new BadQr("UNSUPPORTED_SCHEME", "the QR names no scheme that is known here");
}

function readWallet(tags: Tags): WalletPayment {
  const chain = readTags(tags.get(CHAIN_TAG) ?? "");
  const chainId = chain.get("01");
  if (chain.get("00") !== WALLET_AID || chainId === undefined) {
    throw new BadQr("BAD_TLV", `a wallet's QR names its chain in tag ${CHAIN_TAG}`);
  }
  return {
    kind: "wallet",
    ...commonOf(tags),
    chainId,
    address: readAddress(readTags(tags.get(WALLET_TAG) ?? "").get("01") ?? ""),
    requestId: readTags(tags.get(ADDITIONAL_TAG) ?? "").get("05"),
    name: tags.get("59"),
  };
}

function readTransfer(tags: Tags): CreditTransfer {
  const fields = readTags(tags.get(TRANSFER_TAG) ?? "");
  const [by, ...more] = KINDS.filter((kind) => fields.has(TARGETS[kind][0]));
  if (by === undefined || more.length > 0) {
    throw new BadQr("BAD_TARGET", "the QR must name one receiver");
  }
  const target = fields.get(TARGETS[by][0]) ?? "";
  checkTarget(by, target);
  return { kind: "transfer", by, target, ...commonOf(tags) };
}

function readBill(tags: Tags): BillPayment {
  const fields = readTags(tags.get(BILL_TAG) ?? "");
  const [billerId = "", ref1 = "", ref2] = ["01", "02", "03"].map((tag) => fields.get(tag));
  const ref3 = readTags(tags.get(ADDITIONAL_TAG) ?? "").get("07");
  checkBill(billerId, ref1, ref2);
  const common = commonOf(tags);
  if (ref3 !== undefined) checkReference(ref3);
  return { kind: "bill", billerId, ref1, ref2, ref3, ...common };
}

function commonOf(tags: Tags): Common {
  const use = tags.get("01") ?? "11";
  check(use === "11" || use === "12", "BAD_INITIATION", "tag 01 must be 11 or 12");
  const amount = tags.get("54");
  return {
    amountSatang: amount === undefined ? undefined : satangOf(amount),
    isStatic: use === "11",
  };
}

function receiverOf(payment: Payment): readonly [string, string] {
  if (payment.kind === "wallet") return [WALLET_TAG, own(showAddress(payment.address))];
  if (payment.kind === "transfer") {
    checkTarget(payment.by, payment.target);
    const named = [TARGETS[payment.by][0], payment.target] as const;
    return [TRANSFER_TAG, writeTags([["00", TRANSFER_AID], named])];
  }
  const { billerId, ref1, ref2 } = payment;
  checkBill(billerId, ref1, ref2);
  const more = ref2 === undefined ? [] : [["03", ref2] as const];
  return [BILL_TAG, writeTags([["00", BILL_AID], ["01", billerId], ["02", ref1], ...more])];
}

function lastOf(payment: Payment): readonly (readonly [string, string])[] {
  if (payment.kind === "transfer") return [];
  if (payment.kind === "bill") {
    if (payment.ref3 === undefined) return [];
    checkReference(payment.ref3);
    return [[ADDITIONAL_TAG, writeTags([["07", payment.ref3]])]];
  }
  const { name, requestId, chainId } = payment;
  check(name === undefined || NAME.test(name), "BAD_TLV", "a name has 1 to 25 ASCII characters");
  return [
    ...(name === undefined ? [] : [["59", name] as const]),
    ...(requestId === undefined ? [] : [[ADDITIONAL_TAG, writeTags([["05", requestId]])] as const]),
    [CHAIN_TAG, own(chainId)],
  ];
}

function own(text: string): string {
  return writeTags([["00", WALLET_AID], ["01", text]]);
}

function satangOf(text: string): number {
  const match = text.length <= AMOUNT_CHARS_MAX ? AMOUNT.exec(text) : null;
  const satang = Number(match?.[1]) * 100 + Number((match?.[2] ?? "").padEnd(2, "0"));
  const isRight = match !== null && satang >= 1 && satang <= AMOUNT_SATANG_MAX;
  check(isRight, "BAD_AMOUNT", `${text.slice(0, 40)} is not an amount of a QR such as 1250.50`);
  return satang;
}

function amountText(satang: number): string {
  const text = `${Math.floor(satang / 100)}.${String(satang % 100).padStart(2, "0")}`;
  const isRight = Number.isSafeInteger(satang) && satang >= 1 && text.length <= AMOUNT_CHARS_MAX;
  check(isRight, "BAD_AMOUNT", `${satang} satang is not 1 to ${AMOUNT_CHARS_MAX} characters`);
  return text;
}

function checkTarget(by: TargetKind, target: string): void {
  check(TARGETS[by][1].test(target), "BAD_TARGET", `the receiver cannot be a number of kind ${by}`);
}

function checkBill(biller: string, ref1: string, ref2: string | undefined): void {
  check(BILLER.test(biller), "BAD_TARGET", "a biller has 13 or 15 digits");
  checkReference(ref1);
  if (ref2 !== undefined) checkReference(ref2);
}

function checkReference(text: string): void {
  check(REFERENCE.test(text), "BAD_BILL_REFERENCE", "a reference has 1 to 20 letters and digits");
}

function check(holds: boolean, code: BadQr["code"], message: string): void {
  if (!holds) throw new BadQr(code, message);
}
