/** Made from tests/vectors/abi/cbdc.json by `npm run generate`; do not edit. */

import { address, big, bytes, int, list, optional, record, text } from "../fields.ts";

const r1 = record({ device: bytes(33, 34), counter: int(1, 9007199254740992), payee: address,
  amount: int(1, 1000000000000000), nonce: bytes(16), signature: bytes(64, 1400) });
const r2 = record({ ial: int(0, 999), issuer: text(1, 32), issued_ms: int(0, 9007199254740992),
  expires_ms: int(0, 9007199254740992), policy_version: int(0, 9007199254740992),
  nullifier: bytes(32), key: bytes(33, 34), signature: bytes(64, 1400) });

/** What can be signed for the contract cbdc. */
export const cbdc = {
  contract: "cbdc",
  methods: {
    /** Put a mandate in force. */
    accept_link: record({ fsp: text(1, 32), wallet: address, mandate: bytes(32) }),
    /** Destroy what a bank has set aside. */
    acknowledge_redeem: record({ agency: text(1, 32), holder: address, reference: text(1, 64) }),
    /** Let a freeze that still runs last as long as was asked for. */
    approve_freeze: record({ agency: text(1, 32), wallet: address, order_hash: bytes(32) }),
    /** Pay every line, or with mode partial every line that can be paid. */
    batch_transfer: record({ reference: text(1, 64), lines: list(record({ to: address,
      amount: int(1, 1000000000000000), ref: text(1, 35), series: text(0, 32),
      travel: optional(bytes(32)) }), 1000, 1), total: big(0n, 100000000000000000n), mode: text(0,
      32) }),
    /** Withdraw a request of the sender that nobody has paid; its name is used up. */
    cancel_request: record({ request_id: text(1, 25) }),
    /** End a schedule of the sender. */
    cancel_schedule: record({ schedule_id: bytes(32) }),
    /** Pay a hold, in part or whole; the rest returns to the payer. */
    capture: record({ hold_id: bytes(32), amount: int(1, 1000000000000000),
      preimage: optional(bytes(32)) }),
    /** Take of a waiting refund what the sender's wallet may keep now. */
    claim_refund: record({ payment_id: bytes(32), amount: int(1, 1000000000000000) }),
    /** Close a wallet that holds nothing, in no pool either. */
    close_wallet: record({ fsp: text(1, 32), wallet: address }),
    /** Note that the bank has paid what it owed. */
    confirm_payout: record({ fsp: text(1, 32), payout: int(0, 9007199254740992), bank_ref: text(1,
      64) }),
    /** Ask for a payment under a name that is new for the merchant. */
    create_request: record({ request_id: text(1, 25), amount: int(0, 1000000000000000),
      expires_ms: int(0, 9007199254740992), bill_ref1: text(0, 20), bill_ref2: text(0, 20),
      qr_hash: optional(bytes(32)) }),
    /** Move money of the sender to its bank, which owes it to the bank account from now on. */
    defund: record({ fsp: text(1, 32), amount: int(1, 1000000000000000) }),
    /** Let an account pay from the sender's wallet; again, to change the bounds. */
    delegate: record({ delegate: address, per_payment: int(1, 1000000000000000), per_day: int(1,
      1000000000000000), merchants: list(address, 20), until_ms: int(0, 9007199254740992) }),
    /** Object to a payment that the sender made, once. */
    dispute_open: record({ payment_id: bytes(32), evidence_hash: bytes(32) }),
    /** Decide as the bank of the payee: hold at any time; refund or reject after the answer. */
    dispute_resolve: record({ payment_id: bytes(32), outcome: text(0, 32), amount: int(0,
      1000000000000000) }),
    /** Answer a dispute of a payment that the sender received, once and in time. */
    dispute_respond: record({ payment_id: bytes(32), evidence_hash: bytes(32) }),
    /** Return what is left of vouchers that are over; the end of a block does it too, in time. */
    expire_vouchers: record({ holder: address, voucher_ids: list(bytes(32), 50, 1) }),
    /** Freeze a wallet at once, for at most what one person may. */
    freeze: record({ agency: text(1, 32), wallet: address, scope: text(1, 32),
      order_hash: bytes(32), until_ms: int(0, 9007199254740992) }),
    /** Move money of the bank to a wallet of its customer, or one that is linked to it. */
    fund: record({ fsp: text(1, 32), wallet: address, amount: int(1, 1000000000000000),
      bank_ref: text(1, 64) }),
    /** Set money aside for a payee; the same checks as for a payment hold. */
    hold: record({ to: address, amount: int(1, 1000000000000000), expires_ms: int(0,
      9007199254740992), arbiter: optional(address), hashlock: optional(bytes(32)), memo: text(0,
      140), travel: optional(bytes(32)) }),
    /** Create money in the settlement account of a bank. A reference serves for one issue. */
    issue: record({ to: address, amount: int(1, 1000000000000000), reference: text(1, 64) }),
    /** Bind money of an institution for a holder. */
    issue_voucher: record({ programme: text(1, 32), to: address, amount: int(1, 1000000000000000),
      merchants: list(address, 20), category_codes: list(text(4, 4), 20), area: text(0, 32),
      not_before_ms: int(0, 9007199254740992), expires_ms: int(0, 9007199254740992) }),
    /** Note the holder's mandate, in place of an earlier one; it is in force once accepted. */
    link_bank: record({ fsp: text(1, 32), mandate: bytes(32), max_auto: int(1, 1000000000000000) }),
    /** Pay a voucher of a revoked device: from what it has left, then by the loss rule. */
    offline_compensate: record({ voucher: r1 }),
    /** Move money of the sender to its device; it counts towards the day like a payment. */
    offline_load: record({ device: bytes(33, 34), amount: int(1, 1000000000000000) }),
    /** Certify a device of a wallet of the sender's bank; a key serves for one certificate. */
    offline_register_device: record({ device: bytes(33, 34), wallet: address, expires_ms: int(0,
      9007199254740992), proof: bytes(64, 1400) }),
    /** Revoke a device by two vouchers that it signed under one number; anyone may. */
    offline_report: record({ first: r1, second: r1 }),
    /** Revoke a lost or broken device as the bank that certified it. */
    offline_revoke_device: record({ device: bytes(33, 34), reason: text(0, 140) }),
    /** Pay vouchers out of their devices' money; one that is refused refuses them all. */
    offline_settle: record({ vouchers: list(r1, 20, 1) }),
    /** Register a wallet of a customer, or of an agency. */
    open_wallet: record({ fsp: text(1, 32), wallet: address, kind: text(1, 32),
      holder: optional(bytes(32)), proof: optional(r2) }),
    /** Register many wallets; one that is refused refuses them all. */
    open_wallets: record({ fsp: text(1, 32), openings: list(record({ wallet: address, kind: text(1,
      32), holder: optional(bytes(32)), proof: optional(r2) }), 100, 1) }),
    /** Stop a part of the contract at once. */
    pause: record({ scope: text(1, 32) }),
    /** Pay a request that is open, exactly what it asks for, and a tip. */
    pay_request: record({ merchant: address, request_id: text(1, 25), amount: int(1,
      1000000000000000), tip: int(0, 1000000000000000), travel: optional(bytes(32)) }),
    /** Begin the waiting time, in which nothing leaves the wallet and its holder may cancel. */
    recover_approve: record({ agency: text(1, 32), wallet: address, case_hash: bytes(32) }),
    /** End a recovery; the wallet is as before. */
    recover_cancel: record({ wallet: address }),
    /** Put the wallet under the new keys; the old ones' delegates end with them. */
    recover_finish: record({ fsp: text(1, 32), wallet: address }),
    /** Propose new keys; nothing changes for the wallet until a supervisor approves. */
    recover_start: record({ fsp: text(1, 32), wallet: address, new_address: address,
      case_hash: bytes(32) }),
    /** Set money of the sender, a bank, aside until the central bank acknowledges. */
    redeem: record({ amount: int(1, 1000000000000000), reference: text(1, 64) }),
    /** Give back a payment that the sender received; what the payer cannot keep waits for it. */
    refund: record({ payment_id: bytes(32), amount: int(1, 1000000000000000), reason: text(0,
      140) }),
    /** Return what a bank has set aside; the reference stays used. */
    refuse_redeem: record({ agency: text(1, 32), holder: address, reference: text(1, 64) }),
    /** License an agency that governance knows as a bank or an acquirer. */
    register_fsp: record({ agency: text(1, 32), fsp: text(1, 32), keys: list(bytes(33, 34), 4, 1),
      licence: text(1, 64) }),
    /** Let a bank act again. */
    reinstate_fsp: record({ agency: text(1, 32), fsp: text(1, 32) }),
    /** Return a hold to its payer: who decides may at any time, anyone after its end. */
    release: record({ hold_id: bytes(32) }),
    /** Let a part go on. Nothing lifts the stop of a failed supply equation. */
    resume: record({ scope: text(1, 32) }),
    /** Take back what was issued until now; the holder falls to the lowest tier at once. */
    revoke_attestation: record({ agency: text(1, 32), nullifier: bytes(32) }),
    /** End a delegate's right at once. */
    revoke_delegate: record({ delegate: address }),
    /** Pay at set times; limits and balance are looked at when each payment is due. */
    schedule: record({ to: address, amount: int(1, 1000000000000000), first_ms: int(0,
      9007199254740992), every_days: int(1, 366), count: int(1, 1200), min_left: int(0,
      1000000000000000), travel: optional(bytes(32)) }),
    /** Take available money of a frozen wallet, by an order that has not been used for it. */
    seize: record({ wallet: address, amount: int(1, 1000000000000000), order_hash: bytes(32),
      to: address }),
    /** Replace the keys at once; what the old ones signed and nobody used is void. */
    set_fsp_keys: record({ fsp: text(1, 32), keys: list(bytes(33, 34), 4, 1) }),
    /** Say what a merchant of the sender's bank sells and where. */
    set_merchant_profile: record({ merchant: address, category_code: text(4, 4), area: text(0,
      32) }),
    /** Let a parameter change at a time that is far enough ahead. */
    set_params: record({ name: text(1, 32), value: big(0n, 100000000000000000n),
      effective_ms: int(0, 9007199254740992) }),
    /** Give a holder the tier that a new attestation allows, higher or lower. */
    set_tier: record({ fsp: text(1, 32), wallet: address, holder: bytes(32), proof: r2 }),
    /** Pay a merchant from vouchers whose rules it fits, and the rest in cash. */
    spend_voucher: record({ voucher_ids: list(bytes(32), 10, 1), merchant: address, amount: int(1,
      1000000000000000), cash: int(0, 1000000000000000), travel: optional(bytes(32)) }),
    /** Stop a bank; its customers' wallets go on. */
    suspend_fsp: record({ agency: text(1, 32), fsp: text(1, 32) }),
    /** Move money from the sender's account to another. */
    transfer: record({ to: address, amount: int(1, 1000000000000000), memo: text(0, 140) }),
    /** Pay from a wallet as its delegate. */
    transfer_for: record({ wallet: address, to: address, amount: int(1, 1000000000000000),
      memo: text(0, 140), travel: optional(bytes(32)) }),
    /** Pay with what the wallet has and exactly the rest from the bank; both or nothing. */
    transfer_with_topup: record({ to: address, amount: int(1, 1000000000000000), memo: text(0, 140),
      travel: optional(bytes(32)), fsp: text(1, 32), topup: int(1, 1000000000000000),
      bank_ref: text(1, 64), key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** Move money above the travel threshold, naming what the providers exchanged. */
    transfer_with_travel: record({ to: address, amount: int(1, 1000000000000000), memo: text(0,
      140), travel: bytes(32) }),
    /** End a freeze before its time. */
    unfreeze: record({ agency: text(1, 32), wallet: address }),
    /** End a link. */
    unlink_bank: record({ wallet: address }),
  },
} as const;

/** The codes with which its methods refuse. */
export type CbdcCode =
  | "ALREADY_FROZEN" | "ALREADY_PAUSED" | "ALREADY_SETTLED" | "AMOUNT_MISMATCH" | "ANSWERED_BEFORE"
    | "ATTESTATION_EXPIRED" | "ATTESTATION_FORGED" | "ATTESTATION_NOT_YET" | "ATTESTATION_VOID" |
    "ATTESTATION_WITHOUT_HOLDER" | "BAD_ARBITER" | "BAD_CATEGORY_CODE" | "BAD_CONSENT" |
    "BAD_EXPIRY" | "BAD_REQUEST_END" | "BAD_SCHEDULE" | "BAD_SCOPE" | "BAD_UNTIL" |
    "BAD_VOUCHER_SIGNATURE" | "BAD_VOUCHER_TIMES" | "BATCH_MODE" | "BATCH_SIZE" | "BATCH_TOTAL" |
    "DAY_LIMIT" | "DELEGATE_DAY_LIMIT" | "DELEGATE_RECEIVER" | "DELEGATE_TX_LIMIT" | "DEVICE_EXISTS"
    | "DEVICE_EXPIRED" | "DEVICE_NOT_REVOKED" | "DEVICE_REVOKED" | "DEVICE_SHORT" | "DISPUTE_CLOSED"
    | "DISPUTE_EXISTS" | "DOUBLE_SPEND" | "FROZEN" | "FSP_EXISTS" | "FSP_SUSPENDED" |
    "HOLDING_LIMIT" | "HOLD_EXPIRED" | "INSUFFICIENT_FUNDS" | "IN_RECOVERY" | "ISSUER_INACTIVE" |
    "ISSUER_LEVEL" | "ISSUER_NOT_IDP" | "KEY_REPLACED" | "LOAD_LIMIT" | "MANDATE_LIMIT" |
    "MONTH_LIMIT" | "NOT_ARBITER" | "NOT_BANK" | "NOT_DECIDER" | "NOT_ELIGIBLE" | "NOT_EMPTY" |
    "NOT_FROZEN" | "NOT_INDEPENDENT" | "NOT_ISSUERS_KEY" | "NOT_PARTY" | "NOT_PAUSED" | "NOT_PAYEE"
    | "NOT_WALLETS_HOLDER" | "NO_CONFLICT" | "NO_DELEGATION" | "NO_DEVICE_PROOF" | "NO_HASHLOCK" |
    "NO_MANDATE" | "NO_ORDER" | "NULLIFIER_USED" | "OUTCOME_AMOUNT" | "OVER_CAPTURE" | "OVER_CLAIM"
    | "OVER_REFUND" | "PARAMETER_OUT_OF_BOUNDS" | "PARAMETER_TOO_SOON" | "PAUSED" | "POLICY_TOO_OLD"
    | "PREIMAGE_MISSING" | "RECOVERY_EXISTS" | "RECOVERY_NOT_APPROVED" | "RECOVERY_TOO_EARLY" |
    "REFERENCE_REUSED" | "REPEATED_KEY" | "REPEATED_REF" | "REPEATED_VOUCHER" | "REQUEST_CANCELLED"
    | "REQUEST_EXISTS" | "REQUEST_EXPIRED" | "REQUEST_PAID" | "SELF_TRANSFER" | "SUM_TOO_LARGE" |
    "SUPPLY_CAP_EXCEEDED" | "TOO_FEW_SIGNERS" | "TOO_MANY_CHANGES" | "TOO_MANY_DELEGATES" |
    "TOO_MANY_HOLDS" | "TOO_MANY_SCHEDULES" | "TOO_MANY_WALLETS" | "TOPUP_MISMATCH" | "TRAVEL_RULE"
    | "TX_LIMIT" | "UNKNOWN_ATTESTATION" | "UNKNOWN_DEVICE" | "UNKNOWN_DISPUTE" | "UNKNOWN_FSP" |
    "UNKNOWN_HOLD" | "UNKNOWN_OUTCOME" | "UNKNOWN_PARAMETER" | "UNKNOWN_PAYMENT" | "UNKNOWN_PAYOUT"
    | "UNKNOWN_RECOVERY" | "UNKNOWN_REDEMPTION" | "UNKNOWN_REQUEST" | "UNKNOWN_SCHEDULE" |
    "UNKNOWN_VOUCHER" | "UNKNOWN_WALLET" | "UNUSABLE_DEVICE_KEY" | "UNUSABLE_KEY" |
    "VOUCHER_EXPIRED" | "VOUCHER_NOT_OVER" | "VOUCHER_NUMBER" | "VOUCHER_SHORT" |
    "VOUCHER_TOO_EARLY" | "WALLET_CLOSED" | "WALLET_EXISTS" | "WINDOW_CLOSED" | "WINDOW_OPEN" |
    "WRONG_PREIMAGE" | "WRONG_TIER" | "WRONG_WALLET_KIND"
;
