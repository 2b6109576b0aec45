"""What the coders share: the setting of a claim, a line in the making, and how sides are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from notecheck.coding.rules import PROFESSIONAL, Rules
from notecheck.coding.tables import PayerForm
from notecheck.policy import claimrules
from notecheck.policy.codes import CodeTables
from notecheck.records import Evidence, Procedure

BOTH = frozenset({"left", "right"})
SIDE_MARKS = {"left": "LT", "right": "RT"}
IMAGED = ("fluoroscopy", "ct")


@dataclass(frozen=True, slots=True)
class Setting:
    """What the claim says about place, payer and day; all that suggestions may take from it."""

    tables: CodeTables
    rules: Rules
    day: date
    payer: str = "medicare"
    place: str | None = None
    billed_by: str = PROFESSIONAL

    @property
    def form(self) -> PayerForm:
        """How this payer wants both sides."""
        return self.rules.payer(self.payer, self.billed_by)

    @property
    def in_facility(self) -> bool:
        """True where a facility bears the cost of drugs and machines."""
        return self.place in claimrules.modifiers().component.facility_places


@dataclass(frozen=True, slots=True)
class Draft:
    """A line in the making: ``procedures`` are those it bills, ``site`` what tells it from another line."""

    code: str
    why: str
    procedures: tuple[Procedure, ...]
    modifiers: tuple[str, ...] = ()
    units: float = 1
    site: str = ""
    extra: bool = False
    """True for imaging, drugs and visits, which bill no procedure of their own."""
    evidence: tuple[Evidence, ...] = ()
    """The words of a line that serves no procedure."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Lines that the note supports, and what it leaves open where none can be settled."""

    drafts: tuple[Draft, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(slots=True)
class Sheet:
    """Collects drafts and questions while a coder works; becomes an Outcome."""

    drafts: list[Draft] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Add an open question once."""
        if question not in self.questions:
            self.questions.append(question)

    def add(self, outcome: Outcome) -> None:
        """Take over another coder's result."""
        self.drafts.extend(outcome.drafts)
        for question in outcome.questions:
            self.ask(question)

    def done(self) -> Outcome:
        return Outcome(tuple(self.drafts), tuple(self.questions))


def bilateral(code: str, setting: Setting) -> str:
    """The bilateral indicator of a code on the day; empty when unknown."""
    row = setting.tables.best_row(code, setting.day)
    return row.bilateral if row else ""


def sided(
    code: str,
    sides: frozenset[str],
    setting: Setting,
    *,
    why: str,
    procedures: Sequence[Procedure],
    units: float = 1,
    site: str = "",
) -> list[Draft]:
    """The lines for one code on the given sides, in the form that the payer wants.

    Codes without sides (indicator 0, 2, 9) carry no side; with indicator 0 two treated sides stay two lines.
    """
    done = tuple(procedures)
    indicator = bilateral(code, setting)
    if indicator in ("2", "9") or code in setting.rules.counting.no_sides:
        return [Draft(code, why, done, (), units, site)]
    if sides == BOTH:
        if indicator == "0":
            return [Draft(code, why, done, (SIDE_MARKS[side],), units, site) for side in sorted(sides)]
        if setting.form.bilateral == "two-lines":
            return [Draft(code, why, done, (SIDE_MARKS[side],), units, site) for side in sorted(sides)]
        if setting.form.bilateral == "two-units":
            return [Draft(code, why, done, ("50",), units * 2, site)]
        return [Draft(code, why, done, ("50",), units, site)]
    if indicator == "0":
        return [Draft(code, why, done, (), units, site)]
    return [Draft(code, why, done, tuple(SIDE_MARKS[side] for side in sides), units, site)]


def words(sides: frozenset[str]) -> str:
    """``left``, ``right``, ``both sides`` or an empty string."""
    return "both sides" if sides == BOTH else next(iter(sides), "")


def imaged(procedures: Iterable[Procedure]) -> bool:
    """True when fluoroscopy or CT is documented for any of them."""
    return any(kind in IMAGED for procedure in procedures for kind in procedure.guidance)


def only_ultrasound(procedure: Procedure) -> bool:
    """True when ultrasound is the only imaging documented."""
    return "ultrasound" in procedure.guidance and not any(kind in IMAGED for kind in procedure.guidance)
