"""What was done, seen through one policy topic: procedures, stage, purpose, and the earlier procedures that count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from notecheck.checks.base import Case
from notecheck.checks.coverage.history import families_of, history
from notecheck.coding import rules
from notecheck.coding.joints import facet_joints
from notecheck.policy.coverage_files import Topic
from notecheck.records import Evidence, Facts, PriorProcedure, Procedure

REGION_GROUP = {"cervical": "neck-chest", "thoracic": "neck-chest", "lumbar": "low-back", "sacral": "low-back"}
"""Spinal regions as the facet LCDs group them: C1 to T12, and L1 to S5."""

STEROIDS = frozenset(
    {"methylprednisolone", "triamcinolone", "betamethasone", "dexamethasone", "hydrocortisone", "cortisone"}
)
DEFAULT_PAYER = "medicare"
PERMANENT_CODES = frozenset({"62350", "62351", "62360", "62361", "62362", "64575", "64590"})
"""Codes that only a permanent pump or peripheral stimulator is billed with: they tell an implant from its upkeep."""
_JUNCTION = frozenset({"T11", "T12", "T12-L1"})
_BORDER = _JUNCTION | {"L1", "L1-L2"}
"""Levels so near the border of the region groups that a row of levels across it is one region."""
REGION_OF = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}
"""Region of a level, by its letter."""
FACETS = ("facet-injection", "facet-rfa")
_ANESTHETIC_DAYS = 3
"""Relief that lasted less was that of a local anesthetic: the earlier block was a diagnostic one."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier procedure of the patient, of the same topic.

    ``days_ago`` counts to the service; ``here`` says that it was in the same region (or at the same nerve);
    ``repeats`` that today's is a repeat of it: here, same side, recent enough.
    """

    prior: PriorProcedure
    families: tuple[str, ...]
    days_ago: int
    repeats: bool
    here: bool = True

    @property
    def diagnostic(self) -> bool:
        """True when its relief was as short as a local anesthetic's."""
        return self.prior.relief_days is not None and self.prior.relief_days < _ANESTHETIC_DAYS

    @property
    def joints(self) -> tuple[str, ...]:
        """The facet joints treated then; empty where no levels are known, and for other procedures."""
        family = next((f for f in self.families if f in FACETS), None)
        return joints_of(Procedure(family, levels=self.prior.levels)) if family else ()


@dataclass(frozen=True, slots=True)
class Session:
    """The procedures of one case that one policy topic is about.

    ``stages`` holds initial or repeat (after-diagnostic, after-therapeutic), trial or permanent; ``purposes``
    diagnostic, therapeutic or unstated. ``earlier`` is newest first, same topic, other regions too.
    """

    case: Case
    topic: Topic
    procedures: tuple[Procedure, ...]
    stages: frozenset[str]
    purposes: frozenset[str]
    earlier: tuple[Earlier, ...]

    @property
    def line(self) -> str | None:
        """The first billed code that bills one of the procedures."""
        families = {p.family for p in self.procedures}
        for code in self.case.claim.codes if self.case.claim else ():
            row = self.case.book.codes.best_row(code, self.case.day)
            if row is not None and families & set(row.fact_families):
                return code
        return None

    @property
    def repeated(self) -> tuple[Earlier, ...]:
        """The earlier procedures that today's repeats, newest first."""
        return tuple(e for e in self.earlier if e.repeats)

    @property
    def told_only(self) -> bool:
        """True where the note alone, and not the claim's history, makes this a repeat."""
        return "repeat" in self.stages and not self.repeated

    @property
    def groups(self) -> frozenset[str]:
        """Region groups treated; empty off the spine."""
        return frozenset(g for p in self.procedures for g in groups_of(p))

    def narrowed(self, procedures: tuple[Procedure, ...]) -> Session:
        """The same session looked at for some of its procedures, with their own stage and history."""
        return session(self.case, self.topic, procedures)


def payer_of(case: Case) -> str:
    """The payer profile; Medicare where no claim was given."""
    return case.claim.payer if case.claim else DEFAULT_PAYER


def mac_of(case: Case) -> str | None:
    """The Medicare contractor of the claim, from its name or the state; None when unknown."""
    claim = case.claim
    return case.book.coverage.mac(claim.mac, claim.state) if claim else None


def sessions(case: Case) -> Iterator[Session]:
    """One session for each topic of the payer that the note's procedures touch."""
    done = case.note.procedures
    for topic in case.book.coverage.topics_of(payer_of(case), {p.family for p in done}):
        yield session(case, topic, tuple(p for p in done if p.family in topic.families))


def session(case: Case, topic: Topic, procedures: tuple[Procedure, ...]) -> Session:
    """The session of these procedures under a topic."""
    earlier = tuple(_earlier(case, topic, procedures))
    purposes = frozenset(_purpose(case, p, earlier) for p in procedures)
    return Session(case, topic, procedures, frozenset(_stages(case, procedures, earlier)), purposes, earlier)


def group_of(procedure: Procedure) -> str | None:
    """Region group of a procedure, or None off the spine. T12-L1 and its nerves go with the low back."""
    if procedure.levels and set(procedure.levels) <= _JUNCTION:
        return "low-back"
    return REGION_GROUP.get(procedure.region or "")


def groups_of(procedure: Procedure) -> frozenset[str]:
    """Region groups of a procedure: those of its levels away from the border, else that of its region."""
    away = {
        REGION_GROUP[REGION_OF[level[0]]]
        for level in procedure.levels
        if level[0] in REGION_OF and level not in _BORDER
    }
    return frozenset(away) or frozenset(g for g in (group_of(procedure),) if g is not None)


def joints_of(procedure: Procedure) -> tuple[str, ...]:
    """The facet joints treated, from the joints or nerves named; empty for other procedures."""
    return facet_joints(procedure, rules.load()) if procedure.family in FACETS else ()


def cite(facts: Facts, index: int, *fields: str, values: Iterable[str] = ()) -> tuple[Evidence, ...]:
    """The words of a document that prove the fields (only the named values, if any), marked with the document."""
    wanted = set(values)
    found = (e for name in fields for e in facts.of(name) if not wanted or e.value in wanted)
    return tuple(replace(e, document=index) for e in found)


def cite_record(case: Case, *fields: str, values: Iterable[str] = ()) -> tuple[Evidence, ...]:
    """The same over the note and all chart documents."""
    return tuple(e for index, facts in enumerate(case.record()) for e in cite(facts, index, *fields, values=values))


def cite_relief(case: Case, source: str) -> tuple[Evidence, ...]:
    """The words for relief of one source (``prior-procedure`` ...), else all words for relief."""
    words = cite_record(case, "relief")
    return tuple(e for e in words if e.value.endswith(source)) or words


def procedure_words(procedures: Iterable[Procedure], *fields: str) -> tuple[Evidence, ...]:
    """The words of the note that prove the fields of procedures."""
    return tuple(e for p in procedures for name in fields for e in p.of(name))


def of_topic(session: Session) -> tuple[Earlier, ...]:
    """Earlier sessions of the whole topic, newest first: with an ablation also the blocks that led to it."""
    return tuple(_related(session.case, session.topic, session.procedures, set(session.topic.families)))


def _earlier(case: Case, topic: Topic, procedures: tuple[Procedure, ...]) -> Iterator[Earlier]:
    families = {p.family for p in procedures}
    together = families if topic.topic == "facet" else families | (set(topic.families) - {"si-rfa"})
    yield from _related(case, topic, procedures, together)


def _related(
    case: Case, topic: Topic, procedures: tuple[Procedure, ...], together: set[str]
) -> Iterator[Earlier]:
    newest_first = tuple(reversed(history(case)))
    groups = {group_of(p) for p in procedures}
    for prior in newest_first:
        days = _days_between(prior.date, case.day)
        kinds, group = kinds_of(case, prior)
        if days is None or days <= 0 or not set(kinds) & together:
            continue
        here = (group is None or None in groups or group in groups) and _same_nerve(case, prior, kinds)
        reach = max((topic.lookback_by_family.get(kind, topic.lookback_days) for kind in kinds), default=0)
        yield Earlier(prior, kinds, days, here and days <= reach and same_side(prior, procedures), here)


def _same_nerve(case: Case, prior: PriorProcedure, kinds: tuple[str, ...]) -> bool:
    """False for a block of another peripheral nerve, told by its code; a nerve has a code of its own."""
    if "peripheral-nerve-block" not in kinds or prior.code is None or case.claim is None:
        return True
    billed = {
        code
        for code in case.claim.codes
        if (row := case.book.codes.best_row(code, case.day)) and "peripheral-nerve-block" in row.fact_families
    }
    return not billed or prior.code in billed


def kinds_of(case: Case, prior: PriorProcedure) -> tuple[tuple[str, ...], str | None]:
    """Families and region group of an earlier procedure, from its words or else its code."""
    row = case.book.codes.best_row(prior.code, case.day) if prior.code else None
    families = families_of(prior, case.book, case.day)
    region = prior.region or (row.regions[0] if row and row.regions else None)
    return families, REGION_GROUP.get(region or "")


def same_side(prior: PriorProcedure, procedures: Iterable[Procedure]) -> bool:
    """False only where both sides are known and differ."""
    sides = {p.laterality for p in procedures}
    if prior.laterality in (None, "bilateral", "midline") or sides & {None, "bilateral", "midline"}:
        return True
    return prior.laterality in sides


def _days_between(written: str, day: date) -> int | None:
    try:
        return (day - date.fromisoformat(written)).days
    except ValueError:
        return None


def _purpose(case: Case, procedure: Procedure, earlier: tuple[Earlier, ...]) -> str:
    if procedure.purpose in ("diagnostic", "therapeutic"):
        return procedure.purpose
    if procedure.family not in ("facet-injection", "si-joint-injection"):
        return procedure.purpose or "unstated"
    if case.claim and any("KX" in line.modifiers for line in case.claim.lines):
        return "diagnostic"
    if not any(i.drug in STEROIDS for i in procedure.injectate):
        return "diagnostic"
    same = [e for e in earlier if e.repeats and procedure.family in e.families]
    return "diagnostic" if procedure.family == "facet-injection" and same and same[0].diagnostic else "unstated"


def _stages(case: Case, procedures: tuple[Procedure, ...], earlier: tuple[Earlier, ...]) -> Iterator[str]:
    families = {p.family for p in procedures}
    if "scs-trial" in families:
        yield "trial"
    if "scs-implant" in families and "device-replacement" not in case.note.statements:
        yield "permanent"
    if case.claim and PERMANENT_CODES & set(case.claim.codes):
        yield "permanent"
    repeated = [e for e in earlier if e.repeats]
    if repeated:
        yield "repeat"
        yield "after-diagnostic" if repeated[0].diagnostic else "after-therapeutic"
    elif _note_tells_of_earlier(case, families, procedures):
        yield "repeat"
        short = any(r.source == "diagnostic-block" for r in case.note.relief)
        yield "after-diagnostic" if short else "after-therapeutic"
    else:
        yield "initial"


def _note_tells_of_earlier(case: Case, families: set[str], procedures: tuple[Procedure, ...]) -> bool:
    """Where the claim has no history at all, the note itself may say that this is a repeat."""
    note = case.note
    if history(case) or "prior-injection-none" in note.statements:
        return False
    if any((p.sequence or 0) > 1 for p in procedures):
        return True
    injected = any(c.modality == "prior-injection" for c in note.conservative_care)
    if "trigger-point" in families and injected:
        return True
    epidural = any(family.startswith("epidural") for family in families)
    told = any(family in families or (epidural and family.startswith("epidural")) for family in note.history)
    return told and any(r.source == "prior-procedure" for r in note.relief)
