"""Complaints on a page: `run` does and answers what the contract must. Times are seconds."""

from collections import Counter
from copy import deepcopy
from types import SimpleNamespace

SECONDS = {"acceptance": 10, "transfer": 5, "interim": 15, "resolution": 40, "closing": 20}
PAUSE, APPEAL = 8, 20
COUNT_MAX = {"ask": 2, "hop": 2, "appeal": 2, "reopen": 5}
TOO_MANY = {
    "ask": "TOO_MANY_QUESTIONS",
    "appeal": "TOO_MANY_APPEALS",
    "reopen": "TOO_MANY_REOPENINGS",
}
NEW, WORKED = ("filed", "reopened"), ("accepted", "in-progress")
OPEN = (*NEW, *WORKED, "wait-citizen")
OVER = ("resolved", "withdrawn", "closed", "appealed", "reopened")
ACTS = {  # act -> states that it is allowed in, state after it, clocks that it answers
    "accept": (NEW, "accepted", ("acceptance",)),
    "stage": (WORKED, "in-progress", ()),
    "ask": (WORKED, "wait-citizen", ("interim",)),
    "resume": (("wait-citizen",), "in-progress", ()),
    "resolve": (WORKED, "resolved", ("resolution", "interim")),
    "withdraw": ((*OPEN, "appealed"), "withdrawn", ()),
    "rate": (("resolved",), "closed", ()),
    "appeal": (("resolved", "closed"), "appealed", ()),
    "decide": (("appealed",), "closed", ()),
    "reopen": (("resolved", "closed"), "reopened", ()),
}


def need(condition, code):
    if not condition:
        raise ValueError(code)


class Model:
    def __init__(self):
        self.now, self.cases = 0, {}

    def run(self, method, *args):
        before = deepcopy(self.cases)
        try:
            return getattr(self, method)(*args) or "OK"
        except ValueError as refused:
            self.cases = before
            return refused.args[0]

    def end_block(self, seconds):
        for case in self.cases.values():
            self.settle(case, tuple(case.due))
        self.now += seconds

    def settle(self, case, clocks=("transfer", "closing")):
        for clock in [one for one in clocks if case.due.get(one, self.now) < self.now]:
            del case.due[clock]
            if clock == "closing":
                case.state = "closed"
                continue
            case.missed.add(clock)
            case.escalations += 1
            case.offer = None if clock == "transfer" else case.offer

    def stop(self, case, clock):
        self.settle(case, (clock,))
        case.due.pop(clock, None)

    def start(self, case, *clocks):
        case.due |= {clock: self.now + SECONDS[clock] for clock in clocks}
        case.missed -= set(clocks)

    def begin(self, case, state, holder):
        case.state, case.missed, case.pause, case.counts["ask"] = state, set(), None, 0
        self.start(case, "acceptance", "interim", "resolution")
        self.hold(case, holder)

    def hold(self, case, holder):
        case.offer = None
        case.chain += [holder] if case.chain[-1:] != [holder] else []

    def get(self, name, states, by=None):
        need(name in self.cases, "UNKNOWN_CASE")
        case = self.cases[name]
        need(by in (None, case.chain[-1]), "NOT_HOLDER")
        self.settle(case)
        need(case.state in states, "BAD_STATE")
        return case

    def file(self, name, agency):
        need(name not in self.cases, "CASE_EXISTS")
        self.cases[name] = SimpleNamespace(chain=[], due={}, counts=Counter(), escalations=0)
        self.begin(self.cases[name], "filed", agency)

    def act(self, act, name, by=None, other=None):
        states, after, clocks = ACTS[act]
        case = self.get(name, states, by)
        need(case.offer is None or act not in ("ask", "resolve"), "OFFER_OPEN")
        need(act not in ("appeal", "reopen") or self.now <= case.closed + APPEAL, "DEADLINE_OVER")
        need(case.counts[act] < COUNT_MAX.get(act, 99), TOO_MANY.get(act))
        need(act != "decide" or other != case.chain[-1], "SAME_HOLDER")
        for clock in clocks:
            self.stop(case, clock)
        if act in ("ask", "resume"):
            self.pause(case)
        case.counts[act] += act != "reopen"
        case.state = after
        if after in OVER:
            case.due, case.offer, case.pause = {}, None, None
            case.closed = self.now if after in OVER[:2] else case.closed
        if after == "resolved":
            self.start(case, "closing")
        if act == "reopen" or (act == "decide" and other != "uphold"):
            case.counts["reopen"] += 1
            self.begin(case, "reopened", case.chain[-1] if other in (None, "reopen") else other)

    def pause(self, case):
        if case.pause is None:
            case.pause, by = self.now, PAUSE
        else:
            case.pause, by = None, min(self.now - case.pause, PAUSE) - PAUSE
        case.due = {clock: due + by for clock, due in case.due.items()}

    def offer(self, name, by, to):
        case = self.get(name, (*NEW, *WORKED), by)
        need(case.offer is None, "OFFER_OPEN")
        need(to != by, "SAME_HOLDER")
        need(case.counts["hop"] < COUNT_MAX["hop"], "TOO_MANY_TRANSFERS")
        case.counts["offer"] += 1
        case.offer = (case.counts["offer"], to)
        self.start(case, "transfer")

    def answer(self, name, by, number, is_taken):
        need(name in self.cases, "UNKNOWN_CASE")
        case = self.cases[name]
        need(case.offer is not None and case.offer[0] == number, "STALE_OFFER")
        need(by == case.offer[1], "NOT_PARTICIPANT")
        need(case.due.pop("transfer") >= self.now, "DEADLINE_OVER")
        case.offer = None
        if is_taken:
            self.stop(case, "acceptance")
            case.state = "accepted" if case.state in NEW else case.state
            case.counts["hop"] += 1
            self.hold(case, by)

    def assign(self, name, to):
        case = self.get(name, OPEN)
        need(to != case.chain[-1], "SAME_HOLDER")
        need(case.escalations > 0 or case.counts["hop"] >= COUNT_MAX["hop"], "NOT_STUCK")
        case.due.pop("transfer", None)
        if case.state == "wait-citizen":
            self.pause(case)
            case.state = "in-progress"
        if case.state in NEW:
            self.start(case, "acceptance")
        self.hold(case, to)
