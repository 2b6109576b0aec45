"""How far the tool and a human auditor agree, and what the sample says of the whole batch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from notecheck.audit.rates import Interval, Stratum, kappa, precision_recall, weighted
from notecheck.audit.tables import Table
from notecheck.audit.worksheet import FOUR, VERDICTS, Filled, ReadNote


@dataclass(frozen=True, slots=True)
class ByCheck:
    """One check over the notes that were read in full: found by both, by one alone, by neither."""

    check: str
    both: int
    tool_alone: int
    auditor_alone: int
    neither: int

    @property
    def precision(self) -> float | None:
        """Of what the tool found, the part that is so."""
        return precision_recall(self.both, self.tool_alone, self.auditor_alone)[0]

    @property
    def recall(self) -> float | None:
        """Of what is so, the part that the tool found."""
        return precision_recall(self.both, self.tool_alone, self.auditor_alone)[1]

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa, None where chance alone would always agree."""
        return kappa([[self.both, self.tool_alone], [self.auditor_alone, self.neither]])


@dataclass(frozen=True, slots=True)
class ByRequirement:
    """One requirement: how often both gave the same of the four answers, and kappa over them."""

    requirement: str
    answered: int
    same: int
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share of the whole batch as the sample gives it, with two 95 % intervals; ``of`` notes were judged."""

    says: str
    count: int
    of: int
    wilson: Interval
    exact: Interval


@dataclass(frozen=True, slots=True)
class Agreement:
    """Everything that a filled-in worksheet tells. ``open_questions`` were left without an answer."""

    checks: tuple[ByCheck, ...]
    requirements: tuple[ByRequirement, ...]
    verdicts: float | None
    estimates: tuple[Estimate, ...]
    notes: int
    in_full: int
    open_questions: int
    cannot_tell: int
    way: str

    def to_dict(self) -> dict[str, object]:
        """Plain JSON types."""
        return {
            "notes": self.notes,
            "read_in_full": self.in_full,
            "open_questions": self.open_questions,
            "cannot_tell": self.cannot_tell,
            "sample": self.way,
            "checks": [
                {
                    "check": c.check,
                    "both": c.both,
                    "tool_alone": c.tool_alone,
                    "auditor_alone": c.auditor_alone,
                    "neither": c.neither,
                    "precision": c.precision,
                    "recall": c.recall,
                    "kappa": c.kappa,
                }
                for c in self.checks
            ],
            "requirements": [
                {"requirement": r.requirement, "answered": r.answered, "same": r.same, "kappa": r.kappa}
                for r in self.requirements
            ],
            "verdict_kappa": self.verdicts,
            "estimates": [
                {
                    "says": e.says,
                    "count": e.count,
                    "of": e.of,
                    "share": e.wilson.share,
                    "wilson": [e.wilson.low, e.wilson.high],
                    "clopper_pearson": [e.exact.low, e.exact.high],
                }
                for e in self.estimates
            ],
        }


def agreement(filled: Filled) -> Agreement:
    """Agreement by check and requirement, and the estimated error rates of the batch.

    Checks count on notes that were read in full only, since what is missed elsewhere is not known. What was left empty,
    or answered with "cannot tell", counts nowhere.
    """
    judged = [note for note in filled.notes if note.verdict]
    verdict_table = [[sum(n.tool == a and n.verdict == b for n in judged) for b in VERDICTS] for a in VERDICTS]
    return Agreement(
        checks=_checks(filled),
        requirements=_requirements(filled),
        verdicts=kappa(verdict_table),
        estimates=tuple(_estimates(filled, judged)),
        notes=len(filled.notes),
        in_full=sum(note.in_full for note in filled.notes),
        open_questions=sum(not answer.auditor for answer in filled.answers),
        cannot_tell=sum(answer.auditor == "cannot tell" for answer in filled.answers),
        way=filled.way,
    )


def tables(found: Agreement) -> tuple[Table, ...]:
    """The agreement as tables."""
    estimates = tuple(
        (e.says, f"{e.count} of {e.of}", e.wilson.share, e.wilson.low, e.wilson.high, e.exact.low, e.exact.high)
        for e in found.estimates
    )
    checks = tuple(
        (c.check, c.both, c.tool_alone, c.auditor_alone, c.neither, c.precision, c.recall, _two(c.kappa))
        for c in found.checks
    )
    asked = tuple((r.requirement, r.answered, r.same, r.same / r.answered, _two(r.kappa)) for r in found.requirements)
    return (
        Table(
            "estimates",
            "Estimated for the whole batch",
            ("Share of notes", "In the sample", "Estimate", "Wilson, low", "high", "Clopper-Pearson, low", "high"),
            estimates,
            f"95 % intervals; every stratum counts by its size. {found.way}.",
            frozenset({2, 3, 4, 5, 6}),
        ),
        Table(
            "checks",
            "Agreement by check",
            ("Check", "Both", "Tool alone", "Auditor alone", "Neither", "Precision", "Recall", "Kappa"),
            checks,
            f"On the {found.in_full} of {found.notes} notes that were read in full.",
            frozenset({5, 6}),
        ),
        Table(
            "requirements",
            "Agreement by requirement",
            ("Requirement", "Answered", "Same answer", "Share", "Kappa"),
            asked,
            f"{found.open_questions} questions were left open, {found.cannot_tell} could not be told.",
            frozenset({3}),
        ),
    )


def _two(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _checks(filled: Filled) -> tuple[ByCheck, ...]:
    full = {note.key for note in filled.notes if note.in_full}
    tool: dict[str, dict[str, str]] = defaultdict(dict)
    for answer in filled.answers:
        if answer.kind == "finding" and answer.key in full:
            tool[answer.check][answer.key] = f"{answer.tool} {answer.auditor}" if answer.auditor else "open"
    for key, check in filled.missed:
        if key in full and not tool[check].get(key, "").startswith("yes"):
            tool[check][key] = "no yes"
    made = []
    for check, answers in sorted(tool.items()):
        counts = Counter(answers.values())
        unknown = sum(count for said, count in counts.items() if said not in ("yes yes", "yes no", "no yes", "no no"))
        both, alone, missed = counts["yes yes"], counts["yes no"], counts["no yes"]
        made.append(ByCheck(check, both, alone, missed, len(full) - both - alone - missed - unknown))
    return tuple(made)


def _requirements(filled: Filled) -> tuple[ByRequirement, ...]:
    by: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for answer in filled.answers:
        if answer.kind == "requirement" and answer.auditor:
            by[answer.check].append((answer.tool, answer.auditor))
    return tuple(
        ByRequirement(
            name,
            len(pairs),
            sum(a == b for a, b in pairs),
            kappa([[sum(p == (a, b) for p in pairs) for b in FOUR] for a in FOUR]),
        )
        for name, pairs in sorted(by.items())
    )


def _estimates(filled: Filled, judged: list[ReadNote]) -> Iterable[Estimate]:
    if not judged:
        return
    asked: tuple[tuple[str, Callable[[ReadNote], bool]], ...] = (
        ("notes that the auditor would not bill as they stand", _not_ready),
        ("notes on hold by the auditor", _on_hold),
        ("notes on which tool and auditor differ", _differ),
        ("notes that the tool calls ready and the auditor does not", _passed),
    )
    for says, has in asked:
        drawn: Counter[str] = Counter(note.stratum for note in judged)
        counts: Counter[str] = Counter(note.stratum for note in judged if has(note))
        strata = [Stratum(max(filled.sizes.get(name, 0), count), count, counts[name]) for name, count in drawn.items()]
        wilson, exact = weighted(strata)
        yield Estimate(says, counts.total(), len(judged), wilson, exact)


def _not_ready(note: ReadNote) -> bool:
    return note.verdict != "ready"


def _on_hold(note: ReadNote) -> bool:
    return note.verdict == "hold"


def _differ(note: ReadNote) -> bool:
    return note.verdict != note.tool


def _passed(note: ReadNote) -> bool:
    return note.tool == "ready" and note.verdict != "ready"
