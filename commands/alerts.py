"""The alarms of a node: what raises each, what it means, what an operator does.

deploy/prometheus/sapha.rules.yml is made from them, and the doctor of a node explains them; the
names of metrics are those of node.observe.metrics, that of a scrape is the monitoring's.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alarm; `lasts` is how long `expression` must hold, as Prometheus writes spans.

    For a page somebody is called at any hour; a ticket waits until the morning.
    """

    name: str
    expression: str
    lasts: str
    severity: Literal["page", "ticket"]
    means: str
    mend: str


def _page(name: str, expression: str, lasts: str, means: str, mend: str) -> Alert:
    return Alert(
        name=name, expression=expression, lasts=lasts, severity="page", means=means, mend=mend
    )


def _ticket(name: str, expression: str, lasts: str, means: str, mend: str) -> Alert:
    return Alert(
        name=name, expression=expression, lasts=lasts, severity="ticket", means=means, mend=mend
    )


_DOCTOR = "run `sapha node doctor --dir DIR` on that machine"
_CALL = "call the agency that runs it; the others go on without it"

_CONSENSUS = (
    _page(
        "SaphaDown",
        'up{job="sapha"} == 0',
        "1m",
        "The monitoring gets no answer from the node.",
        f"{_DOCTOR}; start the node if it does not run, never a second copy of it",
    ),
    _page(
        "SaphaHalted",
        "sapha_halted == 1",
        "0m",
        "A safety condition is broken here: two certificates at one height, or another state.",
        "do not restart it; keep its directory and the dump, and call the other agencies",
    ),
    _page(
        "SaphaNoBlock",
        'sapha_check{check="progress"} == 2',
        "1m",
        "No block for three heartbeats.",
        f"{_DOCTOR}: it names the validators that are missing",
    ),
    _page(
        "SaphaNoQuorum",
        "sapha_validators_connected < sapha_quorum - 1",
        "1m",
        "Fewer validators are connected than decide a block together with this one.",
        "bring them back, or mend the network between them; no data is lost meanwhile",
    ),
    _ticket(
        "SaphaNoneToSpare",
        "sapha_validators_connected == sapha_quorum - 1 and sapha_validators > sapha_quorum",
        "10m",
        "As many validators are away as may be: one more stops the network.",
        "bring back those that doctor names before anything else is restarted",
    ),
    _page(
        "SaphaNotSigning",
        'sapha_not_signing{reason=~"waiting|disk-full"} == 1',
        "5m",
        "This validator does not sign: it waits, or cannot write.",
        "see what `sapha node status` says that it waits for; it signs again by itself",
    ),
    _page(
        "SaphaListeners",
        "sapha_listeners > sapha_validators - sapha_quorum",
        "2m",
        "More validators say that they may not sign than a quorum can spare.",
        "see the page of the night when nobody can sign in the operator's guide",
    ),
    _page(
        "SaphaSignedTwice",
        "delta(sapha_evidence[30m]) > 0",
        "0m",
        "New evidence: a validator has signed two different things at one place.",
        "see `sapha chain evidence` for whose; that agency looks for a second copy of its key",
    ),
    _ticket(
        "SaphaViewsLost",
        "rate(sapha_views_lost_total[15m]) > 0.2 * rate(sapha_blocks_total[15m])",
        "15m",
        "More than one turn in five brings no block: proposers are away or slow.",
        "see which validators missed turns (`sapha node doctor`), and their machines",
    ),
    _ticket(
        "SaphaTurnsMissed",
        "sapha_missed_turns >= 3",
        "10m",
        "A validator missed its last turns to propose, and is passed over.",
        _CALL,
    ),
    _ticket(
        "SaphaSealsMissing",
        "sapha_unsigned_blocks > 90",
        "30m",
        "A validator's seal is in none of the last certificates: away, or slower than the others.",
        _CALL,
    ),
)

_MEMBERS = (
    _ticket(
        "SaphaPeerAway",
        "sapha_peer_connected == 0",
        "10m",
        "There is no session with a member.",
        "see whether it runs and its port is open from here; `sapha node peers` says why it ended",
    ),
    _ticket(
        "SaphaPeerFaults",
        "rate(sapha_peer_faults_total[10m]) > 0.1",
        "10m",
        "A member breaks the protocol again and again.",
        "see the log for who and how; compare releases with that agency",
    ),
    _ticket(
        "SaphaReleasesDiffer",
        "count(count by (version) (sapha_build_info)) > 1",
        "1d",
        "The watched nodes have run different releases for a day.",
        "install the same release everywhere, one node after the other",
    ),
    _ticket(
        "SaphaBehind",
        "sapha_heights_behind > 10",
        "10m",
        "The node does not catch up with the heights that the others work on.",
        "see its disk and its network; it fetches blocks by itself",
    ),
    _page(
        "SaphaClockOff",
        "abs(sapha_clock_offset_seconds) > 0.2",
        "5m",
        "This node's clock is off the validators' median; at two seconds it votes for nobody.",
        "set its clock by the time servers that the other agencies use (chrony, ntpd)",
    ),
    _ticket(
        "SaphaPeerClockOff",
        "abs(sapha_peer_clock_offset_seconds) > 1",
        "5m",
        "A validator's clock is off by more than a second, by its own word.",
        "tell that agency: it uses up a fault that the network tolerates",
    ),
    _ticket(
        "SaphaCertificateEnds",
        "sapha_certificate_days_left < 30",
        "1h",
        "The certificate to the other members runs out within 30 days.",
        "run `sapha node renew-certificate --dir DIR`; nothing has to be sent to anybody",
    ),
    _page(
        "SaphaCertificateNearEnd",
        "sapha_certificate_days_left < 7",
        "10m",
        "The certificate to the other members runs out within a week.",
        "run `sapha node renew-certificate --dir DIR` now",
    ),
    _page(
        "SaphaSignerFault",
        "sapha_signer_fault == 1",
        "1m",
        "The process that holds this validator's key does not sign: it uses up a fault that the "
        "network tolerates.",
        "see the signer's process and its log; `sapha node doctor` says what the node sees of it",
    ),
    _page(
        "SaphaSignerRefuses",
        'increase(sapha_signer_refusals_total{code="ALREADY_SIGNED"}[10m]) > 0',
        "0m",
        "The signer was asked to sign a second thing, and refused.",
        "see that no second node uses this signer, and whether this node was put back",
    ),
)

_MACHINE = (
    _page(
        "SaphaDiskLow",
        "sapha_disk_free_bytes < 0.05 * sapha_disk_bytes",
        "5m",
        "Less than a twentieth of the disk is free.",
        "make room: below the least that node.toml names the node stops voting until there is",
    ),
    _ticket(
        "SaphaDiskFilling",
        "predict_linear(sapha_disk_free_bytes[6h], 4 * 86400) < 0",
        "1h",
        "At the pace of the last hours the disk is full within four days.",
        "see what grows (database, journal, contents); set [retention], or enlarge the disk",
    ),
    _ticket(
        "SaphaWalLarge",
        "sapha_wal_bytes > 268435456",
        "30m",
        "The write-ahead log gives nothing back: a height stays open with many messages.",
        f"{_DOCTOR}: a height that does not move says why",
    ),
    _ticket(
        "SaphaFsyncSlow",
        "histogram_quantile(0.99, rate(sapha_fsync_seconds_bucket[10m])) > 0.25",
        "10m",
        "One write in a hundred takes longer than a quarter of a second to reach the disk.",
        "see whether the disk is failing, or shared with something that writes much",
    ),
    _ticket(
        "SaphaLoopLate",
        "histogram_quantile(0.99, rate(sapha_loop_lag_seconds_bucket[10m])) > 0.25",
        "10m",
        "The event loop runs late: the processor is used up, or taken away.",
        "see what else runs on the machine; of its own work see which calls take the time",
    ),
    _page(
        "SaphaFilesRunOut",
        "process_open_fds > 0.8 * process_max_fds",
        "5m",
        "Most of the files that the process may open are open.",
        "see `sapha_sockets`: lower [rpc] sockets_max, or raise LimitNOFILE of the unit",
    ),
    _ticket(
        "SaphaMemoryGrows",
        "deriv(process_resident_memory_bytes[6h]) * 86400 > 536870912",
        "6h",
        "Memory grows by more than half a gibibyte a day.",
        "keep a bundle (`sapha node bundle`) for the maintainers, then restart the node",
    ),
    _ticket(
        "SaphaRestarts",
        "changes(process_start_time_seconds[1h]) > 2",
        "0m",
        "The node was started again several times within the hour.",
        "see the last line of its log before each start: it says why it stopped",
    ),
)

_CLIENTS = (
    _ticket(
        "SaphaMempoolFull",
        "sapha_mempool_transactions > 0.8 * sapha_mempool_transactions_max",
        "5m",
        "Transactions come faster than blocks take them: clients will be refused soon.",
        "see who sends (`sapha_mempool_lane_transactions`), and whether blocks are late",
    ),
    _ticket(
        "SaphaCallsShed",
        "sum by (instance) (rate(sapha_rpc_sheds_total[10m])) > 1",
        "10m",
        "Clients are told to come back later: they use up their share of this node.",
        "see which methods; serve readers from an observer, or name your own in own_networks",
    ),
    _ticket(
        "SaphaCallsSlow",
        "histogram_quantile(0.99, sum by (instance, le) "
        '(rate(sapha_rpc_seconds_bucket{method!~"tx_wait|tx_submit"}[10m]))) > 1',
        "10m",
        "One call in a hundred takes longer than a second.",
        "see which method takes the time, and whether the loop runs late",
    ),
    _page(
        "SaphaCheckFails",
        "sapha_check == 2",
        "5m",
        "A check of /health fails; the label says which.",
        f"{_DOCTOR}: it says what was seen, and what mends it",
    ),
)

ALERTS = (*_CONSENSUS, *_MEMBERS, *_MACHINE, *_CLIENTS)


def alert_of(name: str) -> Alert | None:
    """Return the alarm of this name, with or without the prefix; None when there is none."""
    wanted = name.lower().removeprefix("sapha")
    found = [one for one in ALERTS if one.name.lower().removeprefix("sapha") == wanted]
    return found[0] if found else None
