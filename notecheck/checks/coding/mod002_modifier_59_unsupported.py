"""MOD002."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import Billing, billing, proof
from notecheck.checks.coding.imaging_lines import imaging_lines
from notecheck.coding.match import LineMatch
from notecheck.policy import claimrules
from notecheck.policy.claimrules import Modifiers
from notecheck.records import Finding, Procedure

_NEAR = {frozenset({"lumbar", "sacral"})}


class Modifier59Unsupported(Check):
    """A line says "separate service" and the note shows no separate site, side, level or session.

    ## What it checks
    59, XE, XS, XP or XU on a line that NCCI edits against another line of the claim: the note must show the two at
    different regions, sides, levels or targets. On imaging that belongs into another code, on a visit, and on a
    procedure that the note does not show as done, the modifier is wrong in any case. A joint and its bursae are one
    target: the same code twice on one side for both is not separate.

    ## Why it matters
    The modifier opens an edit only for a truly separate service. Using it to get bundled work paid is what audits of
    modifier 59 look for.

    ## A note that fails
    Stimulator leads placed under fluoroscopy, billed 63650 and 77003-59.

    ## A note that passes
    Lumbar epidural and trigger points of the trapezius, billed 62323 and 20553-59.

    ## What it does not check
    Lines without an edit between them. Sessions at other hours of the day; the note is taken as one session.

    ## Sources
    NCCI Policy Manual ch. I E; Noridian modifier guidance (59, XE, XS, XP, XU); NCCI procedure-to-procedure edits.
    """

    code = "MOD002"
    name = "modifier-59-unsupported"
    severity = "error"

    def find(self, case: Case) -> Iterable[Finding]:
        done = billing(case)
        if done is None:
            return
        rules = claimrules.modifiers()
        unbundled = {id(image.match) for image in imaging_lines(done) if image.unbundled}
        for match in done.matches:
            marks = [mark for mark in match.line.modifiers if mark in rules.distinct]
            if not marks:
                continue
            if id(match) in unbundled:
                why = "imaging that is part of another billed code is not a separate service"
            elif match.line.code in rules.visit.codes:
                why = "the modifier does not belong on a visit"
            elif match.kind == "none" and match.row is not None:
                why = "the note does not show its procedure as done"
            else:
                partner = next(_not_apart(match, done, rules), None)
                if partner is None:
                    continue
                why = f"the note does not set it apart from {partner.line.code} by region, side, level or target"
            yield self.finding(
                f"{match.line.shown()}: modifier {marks[0]} claims a separate service, but {why}.",
                evidence=proof(case, match.procedures, "region", "laterality", "levels"),
                fix="Ask the provider whether it was a separate site or session; without that take the line off.",
                source=rules.distinct_source,
                line=match.line.code,
            )


def _not_apart(match: LineMatch, done: Billing, rules: Modifiers) -> Iterator[LineMatch]:
    """Lines edited against this one that the note shows at the same place."""
    case = done.case
    for other in done.matches:
        if other is match:
            continue
        if _one_joint(match, other, done):
            yield other
        if case.book.codes.pair(match.line.code, other.line.code, case.day) is None:
            continue
        mine, theirs = match.procedures, other.procedures
        if mine and theirs and not any(_apart(a, b, rules) for a in mine for b in theirs):
            yield other


def _one_joint(match: LineMatch, other: LineMatch, done: Billing) -> bool:
    """True for one code twice on one side where all that was done lies in one joint and its bursae."""
    if match.line.code != other.line.code or match.sides != other.sides or len(match.sides) != 1:
        return False
    joints = [done.setting.rules.sites.joint(p.site) for p in {*match.procedures, *other.procedures}]
    return bool(joints) and None not in joints and len({joint.part for joint in joints if joint}) == 1


def _apart(a: Procedure, b: Procedure, rules: Modifiers) -> bool:
    if a is b:
        return False
    one, two = _area(a, rules), _area(b, rules)
    if one and two and one != two and frozenset({one, two}) not in _NEAR:
        return True
    if {a.laterality, b.laterality} == {"left", "right"}:
        return True
    if a.levels and b.levels and not set(a.levels) & set(b.levels) and a.family == b.family:
        return True
    if bool(a.site) != bool(b.site) and not (one and two):
        return True
    return bool(a.site and b.site and a.site != b.site)


def _area(procedure: Procedure, rules: Modifiers) -> str | None:
    """The spine region, or that of the muscles; None where they lie in several or nowhere known."""
    if procedure.region:
        return procedure.region
    words = rules.muscle_regions
    found = {area for muscle in procedure.muscles for area, parts in words.items() if any(p in muscle for p in parts)}
    return found.pop() if len(found) == 1 else None
