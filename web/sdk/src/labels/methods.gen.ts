/** Made from tests/vectors/abi by `npm run generate`; do not edit. */

export const METHODS_EN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  accounts: {
    configure: "Put the sender's account under these keys and threshold.",
    rotate_key: "Replace one key of the sender's account by another.",
    set_passkey:
      "Record where a passkey signs, or replace the record: by the passkey itself, at its home.",
  },
  cbdc: {
    accept_link: "Put a mandate in force.",
    acknowledge_redeem: "Destroy what a bank has set aside.",
    approve_freeze: "Let a freeze that still runs last as long as was asked for.",
    batch_transfer: "Pay every line, or with mode partial every line that can be paid.",
    cancel_request: "Withdraw a request of the sender that nobody has paid; its name is used up.",
    cancel_schedule: "End a schedule of the sender.",
    capture: "Pay a hold, in part or whole; the rest returns to the payer.",
    claim_refund: "Take of a waiting refund what the sender's wallet may keep now.",
    close_wallet: "Close a wallet that holds nothing, in no pool either.",
    confirm_payout: "Note that the bank has paid what it owed.",
    create_request: "Ask for a payment under a name that is new for the merchant.",
    defund: "Move money of the sender to its bank, which owes it to the bank account from now on.",
    delegate: "Let an account pay from the sender's wallet; again, to change the bounds.",
    dispute_open: "Object to a payment that the sender made, once.",
    dispute_resolve:
      "Decide as the bank of the payee: hold at any time; refund or reject after the answer.",
    dispute_respond: "Answer a dispute of a payment that the sender received, once and in time.",
    expire_vouchers:
      "Return what is left of vouchers that are over; the end of a block does it too, in time.",
    freeze: "Freeze a wallet at once, for at most what one person may.",
    fund: "Move money of the bank to a wallet of its customer, or one that is linked to it.",
    hold: "Set money aside for a payee; the same checks as for a payment hold.",
    issue: "Create money in the settlement account of a bank. A reference serves for one issue.",
    issue_voucher: "Bind money of an institution for a holder.",
    link_bank:
      "Note the holder's mandate, in place of an earlier one; it is in force once accepted.",
    offline_compensate:
      "Pay a voucher of a revoked device: from what it has left, then by the loss rule.",
    offline_load:
      "Move money of the sender to its device; it counts towards the day like a payment.",
    offline_register_device:
      "Certify a device of a wallet of the sender's bank; a key serves for one certificate.",
    offline_report: "Revoke a device by two vouchers that it signed under one number; anyone may.",
    offline_revoke_device: "Revoke a lost or broken device as the bank that certified it.",
    offline_settle:
      "Pay vouchers out of their devices' money; one that is refused refuses them all.",
    open_wallet: "Register a wallet of a customer, or of an agency.",
    open_wallets: "Register many wallets; one that is refused refuses them all.",
    pause: "Stop a part of the contract at once.",
    pay_request: "Pay a request that is open, exactly what it asks for, and a tip.",
    recover_approve:
      "Begin the waiting time, in which nothing leaves the wallet and its holder may cancel.",
    recover_cancel: "End a recovery; the wallet is as before.",
    recover_finish: "Put the wallet under the new keys; the old ones' delegates end with them.",
    recover_start: "Propose new keys; nothing changes for the wallet until a supervisor approves.",
    redeem: "Set money of the sender, a bank, aside until the central bank acknowledges.",
    refund:
      "Give back a payment that the sender received; what the payer cannot keep waits for it.",
    refuse_redeem: "Return what a bank has set aside; the reference stays used.",
    register_fsp: "License an agency that governance knows as a bank or an acquirer.",
    reinstate_fsp: "Let a bank act again.",
    release: "Return a hold to its payer: who decides may at any time, anyone after its end.",
    resume: "Let a part go on. Nothing lifts the stop of a failed supply equation.",
    revoke_attestation:
      "Take back what was issued until now; the holder falls to the lowest tier at once.",
    revoke_delegate: "End a delegate's right at once.",
    schedule: "Pay at set times; limits and balance are looked at when each payment is due.",
    seize: "Take available money of a frozen wallet, by an order that has not been used for it.",
    set_fsp_keys: "Replace the keys at once; what the old ones signed and nobody used is void.",
    set_merchant_profile: "Say what a merchant of the sender's bank sells and where.",
    set_params: "Let a parameter change at a time that is far enough ahead.",
    set_tier: "Give a holder the tier that a new attestation allows, higher or lower.",
    spend_voucher: "Pay a merchant from vouchers whose rules it fits, and the rest in cash.",
    suspend_fsp: "Stop a bank; its customers' wallets go on.",
    transfer: "Move money from the sender's account to another.",
    transfer_for: "Pay from a wallet as its delegate.",
    transfer_with_topup:
      "Pay with what the wallet has and exactly the rest from the bank; both or nothing.",
    transfer_with_travel:
      "Move money above the travel threshold, naming what the providers exchanged.",
    unfreeze: "End a freeze before its time.",
    unlink_bank: "End a link.",
  },
  complaints: {
    accept: "Take the case up; the clock of acceptance stops.",
    accept_joint: "Agree to an invitation; the case's contents are for this agency's hosts too.",
    accept_transfer:
      "Become the holder of a case, accepted by this if it was not yet; the total clock goes on.",
    add_content:
      "Add a ciphertext; the holder's first that the citizen can read stops the interim clock.",
    add_joint: "Invite an agency; it has a part once it agrees.",
    answer: "Answer the holder's question; the clocks run again.",
    appeal: "Put a case that was resolved, closed or merged before a supervisor, in time.",
    ask_citizen:
      "Wait for the citizen; how often and how long the clocks may stand is the template's.",
    assign: "Give a case to an agency that need not consent.",
    cancel_transfer: "Take the offer back.",
    confirm: "Close a resolved case without stars.",
    decide: "Uphold what the holder did, which closes the case; reopen it; or reopen it at `to`.",
    erase: "Order the deletion of the case's contents, and remove its commitments from the state.",
    file: "Make a case; the agency it is filed with is its first holder, and its clocks run.",
    lift_hold: "End the legal hold.",
    merge: "Close a case in favour of another open one that the same agency holds.",
    offer_transfer:
      "Offer the case; nothing but the transfer's own clock changes until the other accepts.",
    place_hold: "Forbid the erasure of a case until the same agency lifts the hold.",
    rate: "Close a resolved case with stars: once for each result.",
    record_erasure: "Record that a host signed that it deleted; whose key it is, genesis tells.",
    reject_transfer: "Decline; the case has been with its sender all along.",
    remove_joint: "End an agency's part or invitation.",
    reopen: "Open the case again at its holder, who is to accept it again; new clocks run.",
    request_erasure: "Ask for erasure; the holder or a supervisor does it, once the case is over.",
    resolve: "Give the case its outcome and last stage; the time to appeal begins.",
    resume: "Go on without an answer; the clocks run again.",
    set_handler: "Replace an agency's encryption key and hosts; a supervisor has them for appeals.",
    set_stage:
      "Move the case along an edge of its template; the last stage is reached by resolving only.",
    set_template:
      "Put the next version of a template in force for cases that are filed from now on.",
    split: "Make parts that begin where the case is: its holder, owner, stage and total clock.",
    withdraw: "End one's own complaint, once its parts have ended; no clock is counted.",
  },
  governance: {
    add_certificate:
      "Let a node show another TLS certificate too, until one of the two is withdrawn.",
    add_officer: "Make an account an officer of the agency, active from now on.",
    carries: "Say that a node has the code of a version that waits for its time.",
    change_administrator: "Hand the agency over to another account; officers and votes stay.",
    execute: "Do what a proposal asks, when two thirds of those who are members now say yes.",
    move_node: "Say where other nodes find a node from now on.",
    propose: "Number a proposal of the sender's agency and open it for votes.",
    ready: "Note that a node which is to get a seat has the chain.",
    remove_officer: "End an officer's work for the agency; it may be added again.",
    report_stolen: "Give a node whose key is stolen another one, before all that waits.",
    rotate_key: "Give a node another key, when its turn has come.",
    set_officer_status: "Suspend an officer, or let it act again; its roles stay.",
    set_roles: "Give an officer these roles instead of those it has; its status stays.",
    vote: "Record the vote of the sender's agency; it cannot be changed.",
    withdraw: "Take a proposal back; it can no longer be voted on or executed.",
    withdraw_certificate: "Take one of a node's two certificates away.",
  },
  identity: {
    acknowledge_request:
      "Complete a confirmed request once all data that it asks for was released.",
    add_key: "Add a key, by an IdP of the subject and one of its keys together.",
    as_respond: "Record a source's only release for a service, while consent is granted.",
    assign_place:
      "Give a sector a place; a place's number tells nobody which sectors a person visits.",
    begin_tag_version: "Put the next version in force, once no tag in use lacks a new one.",
    cancel_request: "Withdraw a request that has no final state.",
    close_request: "Close a completed request.",
    close_subject: "Close a subject for ever: it acts, and is acted for, no more.",
    correct_tag:
      "Give a subject its right tag; both stay taken, so neither registers anybody again.",
    create_subject: "Register a person once per namespace; the sender is the first IdP.",
    deposit_root:
      "Fix a subject's throwaway keys of a year, while no earlier deposit of it stands.",
    dispute: "Open a dispute; the trail secret proves that the answer was in the citizen's name.",
    end_mandate:
      "End a mandate, by the word of either party; one that is not granted yet is never granted.",
    end_pairwise: "End a pairwise key: nothing that it signed counts from the next transaction on.",
    end_session: "End a session of the sender.",
    enrol_root:
      "Fix a subject's pairwise keys of a list; there is no second root, and so no second key.",
    finish_recovery:
      "Replace all keys by the new one, once the hold is over, if all that bears it holds now.",
    grant_consent: "Record the consent of the citizen who accepted; data may flow from now on.",
    grant_delegation: "Record the guardian that minority or a court's order gives.",
    grant_mandate: "Record a mandate that was given and accepted.",
    grant_standing:
      "Record that a citizen allows data of a service repeatedly, by the key of the sector.",
    issue_attestation:
      "Record what an issuer of the right kind states; only proofings carry an IAL.",
    judge_depositors:
      "Fix who stands in order for an epoch, by the ledger, so that all vouchers answer alike.",
    lift_report:
      "Put a reported key in force again: at the registry, or by an older key of the subject.",
    link_idp:
      "Add the sender to the IdPs that act for the subject; by itself it acts after a rest.",
    open_request: "Open a request; its terms never change, and it expires by itself.",
    open_round: "Begin a round of the last edition, and fix which classes an epoch has.",
    open_session:
      "Keep a sign-on for reuse in a sector, as the IdP states it and the citizen's key signs.",
    post_keys: "Take keys of a voucher in order; none serves twice, in whatever round.",
    prune: "Remove what is over for the legal period, and state the digest of each record.",
    refuse_data: "Record why a source releases nothing; the request fails when too few are left.",
    register_node: "Make an agency of governance a node, pending.",
    release_again: "Record the next release under a standing consent, by a source of its service.",
    renew_tags:
      "Add to the list of new tags; each tag in use gets one, and registration goes on meanwhile.",
    report_lost: "Suspend a key; it is none of the subject's until the report is lifted.",
    require_certificates:
      "Set from when on certificates are required; once, and nobody takes it back.",
    resolve_dispute: "Close a dispute and lift its cap.",
    respond: "Record an IdP's only answer; the citizen has signed an accept or a reject.",
    restate_level: "Count a depositor by its level now, so that classes are folded by what is.",
    resume_pairwise: "Carry acts of a key again; what it signed before is asked anew.",
    reuse_session: "Answer a request by an earlier sign-on, if all four conditions hold now.",
    revoke_delegation: "End a delegation, by who granted it.",
    revoke_key: "Take a key away for ever; sessions that rest on it are no longer reused.",
    rotate_node_key:
      "Add a key; keys that are in force end after the overlap; when each ended stays on record.",
    set_attestation:
      "Change the status, in force for every later transaction of the same block already.",
    set_client: "State an application of a relying party, or change it, from now on.",
    set_contact:
      "Add a version of where the node is reached and what it reads; the older ones stay.",
    set_error_code: "Register a code of an error, or end its use; answers that bear it stay.",
    set_level_table:
      "Store the next level table; requests opened before keep the least levels they ask for.",
    set_namespace: "Define a namespace, or change its authority.",
    set_node_limits: "Change limits; attestations above the new highest IAL stop counting at once.",
    set_node_status:
      "Change the status: pending to active, active and suspended in turn, any to retired.",
    set_purpose:
      "Define a purpose; payment, voting, key change and guardians' acts stay always fresh.",
    set_quota: "Change how many attestations a node may issue in a day of block time.",
    set_recovery_policy:
      "Replace the policy, once it has rested; until then the one that is in force stays.",
    set_retention: "Change the legal period; it counts for all that is not yet removed.",
    set_service: "Define a service, or change its levels and sources.",
    set_subject_status: "Freeze the subject, or lift the freeze.",
    set_vouchers:
      "Name the vouchers of the next edition: at least two sign together, none a party of acts.",
    set_whitelist: "Replace the list of agencies that the node works with.",
    show_certificates:
      "Let a pairwise key act in its sector until the epoch ends, at the level of its class.",
    sign_off: "End a session by its citizen's word; one that is not open yet is never opened.",
    start_guardian_recovery: "Begin the hold, on the word of two guardians whom the subject named.",
    start_recovery:
      "Begin the hold, on the word of an IdP of the subject and a face match of the last day.",
    start_recovery_in_person:
      "Begin a hold of a day, on the word of the registry and one other agency; tell all IdPs.",
    state_answers:
      "Keep what a voucher says it answered, once: more keys than that would be a forgery.",
    stop_recovery:
      "Stop a recovery that is under way, with a reason; a rest follows, as after a veto.",
    sum_keys: "Fix a round's vouchers when its keys are in, and add up their keys of some places.",
    suspend_pairwise:
      "End all that the IdP carried for a key, whose subject reported keys lost or recovered.",
    sweep: "Forget sessions whose time is over: the bytes that opened one open it no more.",
    sweep_slots:
      "Forget throwaway keys of a past epoch: their certificates are of no use any more.",
    unlink_idp: "Take an IdP from those that act; what it attested counts as before.",
    veto_policy: "Stop a policy that rests, by a key that was the subject's before it.",
    veto_recovery:
      "Stop a recovery before its hold is over, or later while what bears it has fallen.",
    withdraw_consent: "Take a consent back; later transactions of the same block release nothing.",
    withdraw_standing:
      "Take a standing consent back; later transactions of the same block release nothing.",
  },
  voting: {
    accept_overissue: "Let an election with surplus tokens be counted, once both offices say so.",
    add_voters:
      "Put persons on the roll whom identity attests as the manifest asks; all of them or none.",
    admit_voter:
      "Put a person on the roll after an objection; identity must attest it all the same.",
    annul_election: "Annul an open election whose count has not begun, once both offices say so.",
    answer_complaint:
      "Decide a complaint against the accuser, by the share that the commitments owe it.",
    cancel_election: "Give an election up for ever, before it opens; afterwards nobody can.",
    cast_ballot: "Put a ballot in the box; the pseudonym's last one before the close counts.",
    close_issuing:
      "Fix who signs for each class that has requests: the k whose answers cover most of them.",
    commit_ballot:
      "Bind the voter's device to a ballot before it knows whether it will be checked.",
    commit_dealing:
      "Bind a trustee to its part before it sees the others', and take its own encryption key.",
    complain: "Accuse a dealer of a wrong share; it is out unless it shows a right one in time.",
    count_box:
      "Add the next ballots, in order of their pseudonyms; the last call weighs and closes.",
    create_election: "Found an election under a manifest that is complete and never changes.",
    deal_shares:
      "Record a dealer's encrypted shares; only their owners can say whether they are right.",
    deliver_shares: "Record a trustee's shares, all valid; never before the close.",
    extend_election:
      "Move dates that have not passed to later ones, once both offices want the same dates.",
    freeze_roll: "Put the next FREEZE_PAGE voters, in order of their references, under the root.",
    issue_tokens: "Record a registrar's blind signatures, also after it refused.",
    join_ring:
      "Record a voter's only key, whoever sends it; no key serves twice, in whatever election.",
    open_election: "Fix the election's context and key, once everything of them is there.",
    refuse_token:
      "Record that a registrar refuses, and why, for all to see; it counts as no answer.",
    register_keys: "Take a registrar's keys, once; no key serves twice, in whatever election.",
    request_token: "Record a voter's only request, whoever sends it.",
    reveal_dealing: "Record a trustee's public part, which must be what it committed to.",
    spoil_ballot:
      "Record that a committed ballot was opened; neither it nor its ciphertexts may be cast.",
    strike_voter: "Take a person off the roll after an objection.",
    tally: "Publish the counts that the box decrypts to, with everything that they rest on.",
    withdraw_wish: "Take back what this office wants and the other one has not agreed to.",
  },
};
