"""What is done on the ledger before a service can be tried: nodes, subjects, licences, wallets."""

import time
from collections.abc import Coroutine
from typing import Any

from client.cbdc.attesting import AttestationIssuer, Grounds, holder_of, nullifier_of
from client.contract import Actor
from client.identity.drafts import IdpDrafts, Proofing
from client.identity.face import FaceVerification, officer_evidence
from client.identity.office import Office
from client.identity.source import TagAuthority
from client.identity.wallet import CitizenWallet
from client.outcome import Outcome
from client.rpc import RpcClient
from commands.devnet_files import Devnet
from commands.output import say
from commands.services.agencies import (
    BANK_A,
    BANK_B,
    CENTRAL,
    CITIZEN_REGISTRY,
    DIGITAL_SUPERVISOR,
    NAMESPACE,
    state_contacts,
)
from commands.services.cast import (
    CBDC,
    COMPLAINTS,
    FACES,
    HANDLERS,
    IDENTITY,
    IDP,
    OMBUDSMAN,
    VOUCHERS,
    Resident,
    ServiceCast,
)
from commands.services.outcomes import must, must_all
from commands.services.sign_in import AGENCY, found_sign_in
from commands.services.vouchers import AT_WORK, LIST_ID
from contracts.cbdc.authority.messages import Issue, RegisterFsp
from contracts.cbdc.core.messages import PERSON
from contracts.cbdc.payments.messages import Fund
from contracts.cbdc.wallets.messages import Opening, OpenWallets
from contracts.complaints.templates.messages import SetHandler
from contracts.governance.messages import AddOfficer
from contracts.identity.core.messages import PROOFING, MatchUse, RecoveryPolicy
from contracts.identity.nodes.messages import SetService
from contracts.identity.vouching.messages import AssignPlace, SetVouchers

ADDRESS_SERVICE = "address"
FUNDS_SATANG = 500_000
_BANK_SATANG = 100_000_000
_IAL, _AAL = 230, 220
_IAL_SERVICE = 210
_YEAR_S = 365 * 86_400
_CERTIFIED_S = 3_600
_HOSTS = 2  # validators that keep an agency's contents


class Founding:
    """Acts for everybody of a cast, once."""

    def __init__(self, devnet: Devnet, rpc: RpcClient, cast: ServiceCast) -> None:
        self._devnet = devnet
        self._rpc = rpc
        self._cast = cast
        self._chain_id = devnet.genesis.chain_id
        self._offices = {
            name: Office(rpc=rpc, wallet=wallet, chain_id=self._chain_id, agency=name)
            for name, wallet in cast.agencies.wallets.items()
        }

    async def run(self) -> None:
        """Do all that the cast's services need. Raises CheckFailed naming what is refused."""
        cast, subjects = self._cast, list[bytes]()
        await must_all("appointing officers", self._officers())
        if cast.has_nodes:
            say("agencies become nodes of identity; citizens are registered and proofed")
            await self._nodes()
            subjects = [await self._subject(resident) for resident in cast.residents]
        if IDENTITY in cast.services:
            await found_sign_in(self._devnet, self._offices[AGENCY])
        if CBDC in cast.services:
            say("two banks are licensed; citizens have wallets and money")
            await self._money()
        if COMPLAINTS in cast.services:
            say("agencies say where complaints are sealed to and kept")
            await must_all("setting a handler", self._handlers())
        cast.write_citizens(self._devnet.directory, subjects)

    def _officers(self) -> list[Coroutine[Any, Any, Outcome]]:
        return [
            self._offices[name].send(
                AddOfficer(
                    agency_id=name, officer=wallet.address, roles=(self._cast.role_of(name),)
                )
            )
            for name, wallet in self._cast.officers.items()
        ]

    async def _nodes(self) -> None:
        supervisor = self._offices[DIGITAL_SUPERVISOR]
        await self._cast.agencies.register_nodes(supervisor)
        service = SetService(ADDRESS_SERVICE, _IAL_SERVICE, _AAL, (CITIZEN_REGISTRY,))
        await must("setting a service", supervisor.send(service))
        await state_contacts(self._offices, self._cast.boxes)
        if self._cast.has_vouchers:
            await self._vouchers(supervisor)

    async def _vouchers(self, supervisor: Office) -> None:
        """Name the vouchers, and give every sector its place in the first list."""
        edition = SetVouchers(edition=1, agencies=VOUCHERS, needed=AT_WORK, holders_min=1)
        await must("naming the vouchers", supervisor.send(edition))
        profiles = self._cast.agencies.profiles.values()
        sectors = dict.fromkeys(profile.sector for profile in profiles if profile.sector)
        given = [
            supervisor.send(AssignPlace(list_id=LIST_ID, place=place, sector=sector))
            for place, sector in enumerate(sectors)
        ]
        await must_all("giving sectors their places", given)

    async def _subject(self, resident: Resident) -> bytes:
        """Register a citizen and proof them at the first bank; return the subject."""
        bank, drafts = self._offices[BANK_A], IdpDrafts(agency=BANK_A)
        wallet, now_s = CitizenWallet(resident.keys, self._chain_id), int(time.time())
        registry = self._cast.agencies.nodes[CITIZEN_REGISTRY]
        policy = RecoveryPolicy(allows_idp=True, guardians=())
        draft = drafts.subject(wallet.subject_key, NAMESPACE, _AAL, policy)
        certified = TagAuthority(self._chain_id, registry, self._cast.tag_key).certify(
            draft, resident.number, expires_at=now_s + _CERTIFIED_S
        )
        await must(f"registering {resident.name}", bank.send(wallet.prove_key(certified)))
        faces = FaceVerification(self._offices[FACES])
        seen = officer_evidence(
            draft.sid, "match", officer="counter-1", decided_at=now_s, pad_level=1
        )
        use = MatchUse(idp=BANK_A, purpose=PROOFING, key=wallet.subject_key)
        match, _opening = faces.attest(draft.sid, seen, use, now_s + _CERTIFIED_S)
        await must(f"matching the face of {resident.name}", faces.office.send(match))
        proofing = Proofing(
            sid=draft.sid,
            ial=_IAL,
            method="counter",
            claims={"given_name": resident.full_name},
            expires_at=now_s + _YEAR_S,
            evidence=match.att_id,
        )
        message = wallet.take_proofing(*drafts.proofing(proofing))
        await must(f"proofing {resident.name}", bank.send(message))
        return draft.sid

    async def _money(self) -> None:
        banks = (BANK_A, BANK_B)
        central = Actor(rpc=self._rpc, wallet=self._devnet.central_bank, chain_id=self._chain_id)
        licences = [
            RegisterFsp(
                agency=CENTRAL,
                fsp=name,
                keys=self._offices[name].wallet.public_keys,
                licence=f"licence-{name}",
            )
            for name in banks
        ]
        await must_all("licensing", map(central.send, licences))
        issues = [
            Issue(to=self._offices[name].address, amount=_BANK_SATANG, reference=f"cast-{name}")
            for name in banks
        ]
        await must_all("issuing", map(central.send, issues))
        bank, residents = self._offices[BANK_A], self._cast.residents
        openings = tuple(map(self._opening, residents))
        await must("opening wallets", bank.send(OpenWallets(BANK_A, openings)))
        funds = [
            Fund(BANK_A, resident.account.address, FUNDS_SATANG, f"cash-in-{resident.name}")
            for resident in residents
        ]
        await must_all("funding", map(bank.send, funds))

    def _opening(self, resident: Resident) -> Opening:
        now_ms = time.time_ns() // 1_000_000
        holder = holder_of(self._cast.customer_key, resident.name.encode())
        grounds = Grounds(
            ial=_IAL,
            issued_ms=now_ms,
            expires_ms=now_ms + _YEAR_S * 1_000,
            policy_version=1,
            nullifier=nullifier_of(self._cast.tag_key, resident.number.encode()),
        )
        issuer = AttestationIssuer(IDP, self._cast.agencies.nodes[IDP], self._chain_id)
        proof = issuer.attest(holder, grounds)
        return Opening(resident.account.address, PERSON, holder, proof)

    def _handlers(self) -> list[Coroutine[Any, Any, Outcome]]:
        names = [node.name for node in self._devnet.validators]
        hosts = tuple(names[: min(_HOSTS, len(names))])
        return [
            self._offices[name].send(SetHandler(name, self._cast.readers[name].public, hosts))
            for name in (*HANDLERS, OMBUDSMAN)
        ]
