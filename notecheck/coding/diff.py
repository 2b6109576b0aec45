"""Billed lines against supported lines, marked up as a coder would do it."""

from __future__ import annotations

from collections.abc import Sequence

from notecheck.coding.lines import Setting
from notecheck.policy.codes import CodeRow
from notecheck.records import Claim, ClaimLine, Facts, Finding, MarkedLine, Suggested, SupportedLine

_MOST_REASONS = 3
_NOT_OF_THE_LINE = ("MED", "FRQ", "AUT", "DOC")
"""Checks of coverage and of the note itself: they change no line of a claim."""


def diff(
    claim: Claim | None, suggested: Suggested, findings: Sequence[Finding], facts: Facts, setting: Setting
) -> tuple[MarkedLine, ...]:
    """Billed lines in the order of the claim, then the lines to add.

    A billed line goes with the supported line of the same code, best with the same modifiers and units, else with one
    for the same kind of procedure, which then takes its place.
    """
    billed = claim.lines if claim else ()
    partners = _pair(billed, suggested.lines, setting)
    marked = []
    for place, line in enumerate(billed):
        about = [f for f in findings if _marks(f) and f.line and f.line.split("-")[0] == line.code]
        partner = partners.get(place)
        marked.append(_against(line, partner, about) if partner else _alone(line, about, suggested, facts, setting))
    taken = {id(line) for line in partners.values()}
    marked += [
        MarkedLine("added", None, _plain(line), (), (line.why,) if line.why else (), (), line.evidence)
        for line in suggested.lines
        if id(line) not in taken
    ]
    return tuple(marked)


def _marks(finding: Finding) -> bool:
    return finding.severity != "info" and not finding.code.startswith(_NOT_OF_THE_LINE)


def _pair(
    billed: Sequence[ClaimLine], supported: Sequence[SupportedLine], setting: Setting
) -> dict[int, SupportedLine]:
    left = list(supported)
    pairs: dict[int, SupportedLine] = {}
    for fits in (_same_line, _same_code):
        for place, line in enumerate(billed):
            if place in pairs:
                continue
            match = next((s for s in left if fits(line, s)), None)
            if match is not None:
                pairs[place] = match
                left.remove(match)
    for place, line in enumerate(billed):
        if place not in pairs:
            match = next((s for s in left if _same_kind(line.code, s.code, setting)), None)
            if match is not None:
                pairs[place] = match
                left.remove(match)
    return pairs


def _same_line(line: ClaimLine, supported: SupportedLine) -> bool:
    return (
        line.code == supported.code
        and sorted(line.modifiers) == sorted(supported.modifiers)
        and line.units == supported.units
    )


def _same_code(line: ClaimLine, supported: SupportedLine) -> bool:
    return line.code == supported.code


def _same_kind(billed: str, supported: str, setting: Setting) -> bool:
    """True where the one code would stand in the place of the other: one kind of procedure, one place in the row."""
    one, two = (setting.tables.best_row(code, setting.day) for code in (billed, supported))
    if one is None or two is None:
        return False
    if supported in one.replaced_by:
        return True
    if bool(one.add_on_of) != bool(two.add_on_of):
        return False
    if set(one.fact_families) & set(two.fact_families):
        return True
    return any(
        one.family in rule.billed and set(two.fact_families) & set(rule.done)
        for rule in setting.rules.techniques.confused
    )


def _against(line: ClaimLine, supported: SupportedLine, about: Sequence[Finding]) -> MarkedLine:
    changes = _changes(line, supported)
    why = _reasons(about)
    if changes and not why and supported.why:
        why = (supported.why,)
    evidence = tuple(dict.fromkeys(e for f in about for e in f.evidence)) or supported.evidence
    return MarkedLine(
        "changed" if changes else "kept", line, _plain(supported), changes, why, _codes(about), evidence
    )


def _changes(line: ClaimLine, supported: SupportedLine) -> tuple[str, ...]:
    found = []
    if line.code != supported.code:
        found.append(f"code {line.code} to {supported.code}")
    gone = [m for m in line.modifiers if m not in supported.modifiers]
    new = [m for m in supported.modifiers if m not in line.modifiers]
    if gone or new:
        found.append(f"modifier {' '.join(gone) or '(none)'} to {' '.join(new) or '(none)'}")
    if line.units != supported.units:
        found.append(f"units {line.units:g} to {supported.units:g}")
    if supported.icd10 and set(line.icd10) != set(supported.icd10):
        found.append(f"diagnosis {' '.join(line.icd10) or '(none)'} to {' '.join(supported.icd10)}")
    return tuple(found)


def _alone(
    line: ClaimLine, about: Sequence[Finding], suggested: Suggested, facts: Facts, setting: Setting
) -> MarkedLine:
    row = setting.tables.best_row(line.code, setting.day)
    evidence = tuple(dict.fromkeys(e for f in about for e in f.evidence))
    if row is None and not about:
        return MarkedLine("open", line, why=("notecheck has no rules for this code",))
    asked = tuple(question for question in suggested.open_questions if line.code in question)
    if asked and (row is None or not row.fact_families):
        why = (*asked, *_reasons(about))[:_MOST_REASONS]
        return MarkedLine("open", line, why=why, checks=_codes(about), evidence=evidence)
    if _undecided(row, suggested, facts, setting):
        why = (*_reasons(about), *suggested.open_questions)[:_MOST_REASONS]
        return MarkedLine("open", line, why=why, checks=_codes(about), evidence=evidence)
    if about:
        return MarkedLine("removed", line, why=_reasons(about), checks=_codes(about), evidence=evidence)
    if row is not None and row.fact_families:
        return MarkedLine("removed", line, why=("the note supports no such line",))
    return MarkedLine("kept", line, why=("nothing in the note speaks against it",))


def _undecided(row: CodeRow | None, suggested: Suggested, facts: Facts, setting: Setting) -> bool:
    """True where a procedure of the line's kind was done, and the note settles no line for it."""
    if row is None or not row.fact_families or not suggested.open_questions:
        return False
    done = {p.family for p in facts.procedures} & set(row.fact_families)
    rows = (setting.tables.best_row(line.code, setting.day) for line in suggested.lines)
    settled = {family for other in rows if other for family in other.fact_families}
    return bool(done - settled)


def _reasons(about: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f.message for f in about))[:_MOST_REASONS]


def _codes(about: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f.code for f in about))


def _plain(line: SupportedLine) -> ClaimLine:
    return ClaimLine(line.code, line.modifiers, line.units, line.icd10)
