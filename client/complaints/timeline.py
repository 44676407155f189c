"""A case as its citizen reads it: every step in Thai and English, who held it, the time left."""

from dataclasses import dataclass

from client import governance
from client.complaints import ledger
from client.complaints.words import (
    CLOCKS,
    DECISIONS,
    FILERS,
    KINDS,
    NOTHING,
    STATES,
    STEPS,
    Names,
    Words,
    left,
    moment,
    plain,
)
from client.contract import ask
from client.rpc import RpcClient
from contracts.complaints.cases.queries import deadlines
from contracts.complaints.cases.views import CaseView, Deadline, TimelineLine
from contracts.complaints.templates.handlers import template

_AGENCY_DETAILS = {"offered", "invited", "left"}
_CODED = {"content": KINDS, "filed": FILERS, "escalated": CLOCKS, "reopened": DECISIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A line of the timeline; `left` is nothing while the resolution clock does not run."""

    number: int
    height: int
    at_ms: int
    kind: str
    what: Words
    holder: Words
    stage: Words
    state: Words
    left_ms: int
    left: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A case, its clocks and its steps, with the names that they are told with."""

    case: CaseView
    deadlines: tuple[Deadline, ...]
    steps: tuple[Step, ...]
    names: Names

    def text(self, language: str) -> str:
        """Return the story as lines in "th" or "en"."""
        now = [_of(language, words) for words in self._where()]
        lines = [f"0x{self.case.case_id.hex()}", " · ".join(now)]
        for one in self.deadlines:
            told = _of(language, _clock_words(one))
            lines.append(f"  {_of(language, CLOCKS[one.clock])}: {told}")
        lines.extend(_step_text(step, language) for step in self.steps)
        return "\n".join(lines)

    def _where(self) -> tuple[Words, ...]:
        state = STATES.get(self.case.state, plain(self.case.state))
        return self.names.agency(self.case.holder), self.names.stage(self.case.stage), state


async def names_of_agencies(rpc: RpcClient) -> dict[str, Words]:
    """Return the names of all agencies by their ids."""
    found = await governance.agencies(rpc)
    return {one.agency_id: Words(one.name_th, one.name_en) for one in found}


async def story_of(rpc: RpcClient, case_id: bytes) -> Story:
    """Return a case's story. Raises CaseNotFound."""
    case = await ledger.case(rpc, case_id)
    form = await ask(rpc, template, case.template, case.version)
    names = Names(await names_of_agencies(rpc), form)
    lines = await ledger.timeline(rpc, case_id)
    return Story(
        case=case,
        deadlines=await ask(rpc, deadlines, case_id),
        steps=tuple(step_of(line, names) for line in lines),
        names=names,
    )


def step_of(line: TimelineLine, names: Names) -> Step:
    """Return a line of the ledger as words."""
    told = STEPS.get(line.kind, plain(line.kind))
    parts = {
        "by": names.agency(line.by),
        "holder": names.agency(line.holder),
        "detail": _detail(line, names),
    }
    what = told.filled(**parts)
    if line.kind == "rated":
        what = Words(f"{what.th} {line.link} ดาว", f"{what.en}: {line.link} of 5 stars")
    return Step(
        number=line.number,
        height=line.height,
        at_ms=line.at_ms,
        kind=line.kind,
        what=Words(what.th.strip(), what.en.strip()),
        holder=parts["holder"],
        stage=names.stage(line.stage),
        state=STATES.get(line.state, plain(line.state)),
        left_ms=line.left_ms,
        left=left(line.left_ms) if line.due_ms else NOTHING,
    )


def _detail(line: TimelineLine, names: Names) -> Words:
    if line.kind in _AGENCY_DETAILS:
        return names.agency(line.detail)
    if line.kind == "stage":
        return names.stage(line.detail)
    if line.kind == "resolved":
        return names.outcome(line.detail)
    return _CODED.get(line.kind, {}).get(line.detail, plain(line.detail))


def _clock_words(one: Deadline) -> Words:
    if one.due_ms == 0:
        return Words("เกินกำหนดแล้ว", "missed")
    words, until = left(one.left_ms), moment(one.due_ms)
    paused = Words(" (หยุดนับ)", " (paused)") if one.is_paused else NOTHING
    return Words(f"{words.th} ถึง {until.th}{paused.th}", f"{words.en}, until {until.en}{paused.en}")


def _step_text(step: Step, language: str) -> str:
    at = _of(language, moment(step.at_ms))
    head = f"{step.number:>3}  {at}  {_of(language, step.what)}"
    where = [_of(language, words) for words in (step.holder, step.stage, step.left)]
    return f"{head}\n     {' · '.join(part for part in where if part)}"


def _of(language: str, words: Words) -> str:
    return words.th if language == "th" else words.en
