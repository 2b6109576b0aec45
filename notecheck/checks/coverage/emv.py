"""Office visits: is the billed level supported by time or decision making."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coverage.judging import capped
from notecheck.checks.coverage.visits import Tables, set_apart, tables, visit_lines, visits
from notecheck.records import ClaimLine, Evidence, Finding, Severity

_SECTIONS = ("assessment", "plan", "history", "procedure")
_PROLONGED = ("99417", "G2212")


class EmLevelUnsupported(Check):
    """Neither the documented time nor the decision making supports the billed visit level.

    ## What it checks
    Total minutes of the clinician against the code, then decision making: two of problems, data and risk.

    ## Why it matters
    A level stands on one of the two. Where neither is written down the visit is paid lower or not at all.

    ## A note that fails
    Level five billed; the note tells of a scheduled needling, no change, no minutes.

    ## A note that passes
    "Total time by me today 34 minutes", level four billed for an established patient.

    ## What it does not check
    Whether the visit is separate from a procedure; that is MOD001. Monthly care notes are judged by the CPM checks.

    ## Sources
    Office visit rules of 2021, minutes of 2024, in `patterns/policy/any/visits`.
    """

    code = "EMV001"
    name = "em-level-unsupported"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        known = tables(case)
        if known is None or case.note.visit.care_elements:
            return
        for line in visit_lines(case, known):
            if any(known.supports(line.code, visit) for visit in visits(case)):
                continue
            minutes = _minutes(case)
            asked = known.minutes.number(line.code) or 0
            told = "No total time" if minutes is None else f"{minutes:g} minutes"
            yield self.finding(
                f"{told}, and no decision making of {known.level.text(line.code)} level; "
                f"{line.code} asks for {asked:g} minutes or that level.",
                evidence=_words(case),
                fix="Bill the level that the note supports, or ask whether the time was recorded elsewhere that day.",
                source=known.source,
                line=line.code,
                severity=_loudness(known, line, case),
            )


class EmTimeMissing(Check):
    """The visit is billed on time and the note has no total time.

    ## What it checks
    Where the note says that the level rests on time, or a prolonged service is billed: the total minutes.

    ## Why it matters
    Time counts only when it is written down.

    ## A note that fails
    "Level of service chosen on the basis of time." No minutes follow.

    ## A note that passes
    "Total time today 45 minutes: records, exam, orders, note."

    ## What it does not check
    What the minutes were spent on.

    ## Sources
    Office visit rules of 2021, in `patterns/policy/any/visits`.
    """

    code = "EMV002"
    name = "em-time-missing"
    severity = "warning"
    completable = True

    def find(self, case: Case) -> Iterator[Finding]:
        known = tables(case)
        if known is None or case.claim is None or _minutes(case) is not None:
            return
        on_time = "time-based-level" in case.note.statements or any(c in _PROLONGED for c in case.claim.codes)
        lines = visit_lines(case, known)
        if on_time and lines:
            yield self.finding(
                f"{lines[0].code} rests on time and the note has no total minutes.",
                evidence=case.note.of("statements") or _words(case),
                fix="Ask whether the minutes of that day were recorded; bill by decision making otherwise.",
                source=known.source,
                line=lines[0].code,
            )


class EmUnderbilled(Check):
    """The note supports a higher visit level than the billed one.

    ## What it checks
    The highest code of the same kind that time or decision making supports.

    ## Why it matters
    Work that was done and documented goes unpaid.

    ## A note that fails
    "Total time 34 minutes", level two billed for an established patient.

    ## A note that passes
    The same note with level four.

    ## What it does not check
    Whether the higher level is medically necessary.

    ## Sources
    Office visit rules of 2021, minutes of 2024, in `patterns/policy/any/visits`.
    """

    code = "EMV003"
    name = "em-underbilled"
    severity = "info"

    def find(self, case: Case) -> Iterator[Finding]:
        known = tables(case)
        if known is None or not set_apart(case) or case.note.visit.care_elements:
            return
        for line in visit_lines(case, known):
            best = [c for c in known.series(line.code) if any(known.supports(c, visit) for visit in visits(case))]
            if best and best[-1] > line.code:
                yield self.finding(
                    f"The note supports {best[-1]}; billed is {line.code}.",
                    evidence=_words(case),
                    fix=f"Check whether {best[-1]} describes the visit.",
                    source=known.source,
                    line=line.code,
                )


class ProlongedUnsupported(Check):
    """A prolonged service is billed without the time for it.

    ## What it checks
    Total minutes against the first minute of the prolonged code for the billed visit, and its further units.

    ## Why it matters
    Prolonged codes are audited by the minute.

    ## A note that fails
    G2212 billed with 99215 and no minutes in the note.

    ## A note that passes
    "Total time 85 minutes" with 99215 and one unit.

    ## What it does not check
    Which of the two prolonged codes the payer takes.

    ## Sources
    CMS table of prolonged services, recalled, in `patterns/policy/any/visits`; one article prints a minute more.
    """

    code = "EMV004"
    name = "prolonged-unsupported"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        known = tables(case)
        if known is None or case.claim is None:
            return
        minutes = _minutes(case)
        for line in case.claim.lines:
            if line.code not in _PROLONGED:
                continue
            starts = [known.prolonged.number(f"{line.code}-{code}") for code in case.claim.codes]
            first = min((s for s in starts if s is not None), default=None)
            asked = None if first is None else first + (line.units - 1) * (known.prolonged.number("step") or 0)
            barely = minutes is not None and minutes == asked and line.code in known.prolonged.words("minute_more")
            if minutes is not None and asked is not None and minutes >= asked and not barely:
                continue
            needs = "a visit of the highest level" if asked is None else f"{asked:g} minutes"
            told = "no total time" if minutes is None else f"{minutes:g} minutes"
            yield self.finding(
                f"{line.code} needs {needs}; the note has {told}.",
                evidence=_words(case),
                fix="Remove the prolonged code, or ask whether the minutes of that day were recorded.",
                source=known.prolonged.source,
                line=line.code,
                severity="error" if minutes is None else capped(known.prolonged.confidence, "error"),
            )


def _minutes(case: Case) -> float | None:
    """The highest total of the day's visits; None when none states one."""
    return max((v.total_minutes for v in visits(case) if v.total_minutes is not None), default=None)


def _words(case: Case) -> tuple[Evidence, ...]:
    return case.note.of("visit") or case.note.of("total_minutes") or case.searched(*_SECTIONS)


def _loudness(known: Tables, line: ClaimLine, case: Case) -> Severity:
    """A low level with an own visit part and nothing to grade is asked about, not refused."""
    nothing = _minutes(case) is None and all(known.decision(visit) is None for visit in visits(case))
    low = known.level.text(line.code) in ("straightforward", "low")
    return "warning" if nothing and low and set_apart(case) else "error"
