"""Prior authorization: is one needed, and does it agree with claim and note."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from notecheck.checks.base import Case, Check
from notecheck.checks.coverage.judging import capped
from notecheck.checks.coverage.session import joints_of, payer_of
from notecheck.policy.coverage_files import Programme
from notecheck.records import Authorization, AuthorizationNeed, Claim, ClaimLine, Evidence, Finding

_APPROVAL = "authorization on the claim"
_SIDE_MODIFIERS = {"LT": "left", "RT": "right", "50": "bilateral"}
_NOT_PROCEDURES = ("drug", "em", "prolonged", "imaging-guidance", "device", "sedation", "supply", "anesthesia")


def approval_of(case: Case) -> Authorization | None:
    """The claim's authorization, or None where nothing was approved."""
    given = case.claim.authorization if case.claim else None
    return given if given is not None and (given.number or given.codes) else None


def procedure_lines(case: Case) -> tuple[ClaimLine, ...]:
    """Billed lines that are procedures: no drugs, visits, imaging or devices."""
    lines = case.claim.lines if case.claim else ()
    found = []
    for line in lines:
        row = case.book.codes.best_row(line.code, case.day)
        if row is not None and row.family not in _NOT_PROCEDURES:
            found.append(line)
    return tuple(found)


def approved(case: Case, given: Authorization, code: str) -> bool:
    """True when the code, or its twin in another setting, is on the approval."""
    return any(case.book.coverage.same(code, other) for other in given.codes)


def add_on_of_approved(case: Case, given: Authorization, code: str) -> bool:
    """True for an add-on whose first-level code is approved: more levels of an approved service."""
    row = case.book.codes.best_row(code, case.day)
    return row is not None and any(approved(case, given, base) for base in row.add_on_of)


def source_of(rule: Programme) -> str:
    """The text of a programme and its section, in words."""
    return f"{rule.policy}, {rule.section}" if rule.section else rule.policy


def needs(case: Case) -> tuple[AuthorizationNeed, ...]:
    """Every programme that the billed or planned codes fall under, each once, with the approval on the claim."""
    given = approval_of(case)
    found: dict[str, AuthorizationNeed] = {}
    for line in procedure_lines(case):
        for rule in _programmes(case, case.claim, line) if case.claim else ():
            other = set(case.claim.codes) if case.claim else set()
            if rule.slug in found or (rule.only_with and not set(rule.only_with) & other):
                continue
            found[rule.slug] = AuthorizationNeed(
                line.code, rule.slug, rule.need, rule.says, source_of(rule), rule.confidence,
                given.number if given else None,
            )  # fmt: skip
    return tuple(found.values())


def on_claim(case: Case) -> tuple[Evidence, ...]:
    """Words for a finding about the claim: what the note says was done, else where it was searched."""
    words = tuple(e for p in case.note.procedures for e in p.evidence[:1])
    return words or case.searched("procedure", "header")


class AuthorizationMissing(Check):
    """The payer requires a prior authorization and the claim has none.

    ## What it checks
    Payer, place of service, code and date against the table of programs. A program that only offers a choice, and
    payers that usually ask, give an information.

    ## Why it matters
    A required authorization cannot be asked for after the service.

    ## A note that fails
    A medial branch block in a hospital outpatient department in 2025, Medicare, without authorization.

    ## A note that passes
    The same block in an office or a surgery center.

    ## What it does not check
    Whether the provider is exempt from the program. Rules of single commercial plans.

    ## Sources
    42 CFR 419.83, WISeR model, in `patterns/policy/prior-authorization.yaml`.
    """

    code = "AUT001"
    name = "authorization-missing"
    severity = "error"
    modes = ("prebill", "preauth")

    def find(self, case: Case) -> Iterator[Finding]:
        if case.claim is None or approval_of(case) is not None:
            return
        seen: set[str] = set()
        for line in procedure_lines(case):
            for rule in _programmes(case, case.claim, line):
                if rule.slug in seen or (rule.only_with and not set(rule.only_with) & set(case.claim.codes)):
                    continue
                seen.add(rule.slug)
                yield self._missing(case, line, rule)

    def _missing(self, case: Case, line: ClaimLine, rule: Programme) -> Finding:
        lacks = "and the claim has none" if case.mode == "prebill" else "before the service"
        text = {
            "required": f"{line.code} needs a prior authorization here {lacks}.",
            "voluntary": f"{line.code} without prior authorization goes to pre-payment review.",
            "usual": f"This payer usually asks for a prior authorization of {line.code}.",
        }[rule.need]
        return self.finding(
            text,
            evidence=on_claim(case),
            fix="Send the request before the service, or check whether the provider is exempt."
            if case.mode == "preauth"
            else "Add the authorization number, or check whether the provider is exempt.",
            source=source_of(rule),
            line=line.code,
            requirement=rule.slug,
            severity=capped(
                rule.confidence, "error" if rule.need == "required" and case.mode == "prebill" else "info"
            ),
        )


class AuthorizationCodeMismatch(Check):
    """The approved code is not the billed one.

    ## What it checks
    Billed procedure codes against the codes of the authorization. A code and its facility twin are one. An added level
    of an approved service is the matter of AUT005.

    ## Why it matters
    An approval covers the code it names and no other.

    ## A note that fails
    Approved 64490 and 64491, billed 64493 and 64494.

    ## A note that passes
    Approved and billed 62323.

    ## What it does not check
    Drugs, imaging and visits beside the procedure.

    ## Sources
    Payer practice; the authorization on the claim.
    """

    code = "AUT002"
    name = "authorization-code-mismatch"
    severity = "error"
    modes = ("prebill", "preauth")

    def find(self, case: Case) -> Iterator[Finding]:
        given = approval_of(case)
        if given is None or not given.codes or case.claim is None:
            return
        others = [
            line
            for line in procedure_lines(case)
            if not approved(case, given, line.code) and not add_on_of_approved(case, given, line.code)
        ]
        billed = case.claim.codes
        unused = [code for code in given.codes if not any(case.book.coverage.same(code, other) for other in billed)]
        wrong = [line for line in others if unused or _needs_one(case, case.claim, line)]
        if wrong:
            yield self.finding(
                f"Billed {', '.join(line.code for line in wrong)}; approved {', '.join(given.codes)}.",
                evidence=on_claim(case),
                fix="Ask the payer to correct the authorization, or bill what was approved if that was done.",
                source=_APPROVAL,
                line=wrong[0].code,
            )


class AuthorizationDiagnosisMismatch(Check):
    """The approved diagnosis is not the billed one.

    ## What it checks
    Whether any billed diagnosis of the procedure lines is among the approved ones.

    ## Why it matters
    The approval was given for that indication.

    ## A note that fails
    Approved M47.812 (neck), billed M47.816 (low back) for another region.

    ## A note that passes
    Approved and billed M51.17.

    ## What it does not check
    Whether the diagnosis is documented; that is DXC003.

    ## Sources
    Payer practice; the authorization on the claim.
    """

    code = "AUT003"
    name = "authorization-diagnosis-mismatch"
    severity = "error"
    modes = ("prebill", "preauth")

    def find(self, case: Case) -> Iterator[Finding]:
        given = approval_of(case)
        lines = procedure_lines(case)
        billed = {code.replace(".", "").upper() for line in lines for code in line.icd10}
        if given is None or not given.icd10 or not billed:
            return
        allowed = {code.replace(".", "").upper() for code in given.icd10}
        if billed & allowed:
            return
        shown = ", ".join(dict.fromkeys(code for line in lines for code in line.icd10))
        yield self.finding(
            f"Billed {shown}; approved {', '.join(given.icd10)}.",
            evidence=on_claim(case),
            fix="Check which diagnosis the note supports; correct the claim, or ask the payer to correct the approval.",
            source=_APPROVAL,
            line=lines[0].code,
        )


class AuthorizationDatesMismatch(Check):
    """The date of service lies outside the approved window.

    ## What it checks
    The claim's date of service against first and last day of the authorization.

    ## Why it matters
    An approval that has run out is none.

    ## A note that fails
    Approved to September 30, done on October 21.

    ## A note that passes
    Done within the window.

    ## What it does not check
    Extensions that the payer gave and the claim does not show.

    ## Sources
    Payer practice; the authorization on the claim.
    """

    code = "AUT004"
    name = "authorization-dates-mismatch"
    severity = "error"
    modes = ("prebill", "preauth")

    def find(self, case: Case) -> Iterator[Finding]:
        given = approval_of(case)
        written = case.claim.date_of_service if case.claim else None
        if given is None or not written:
            return
        day, first, last = _day(written), _day(given.starts), _day(given.ends)
        if day is None or ((first is None or first <= day) and (last is None or day <= last)):
            return
        yield self.finding(
            f"Date of service {written}; approved from {given.starts or 'any day'} to {given.ends or 'any day'}.",
            evidence=on_claim(case),
            fix="Ask the payer for an extension that covers the day, or check the date of service.",
            source=_APPROVAL,
        )


class AuthorizationExceeded(Check):
    """More units, levels or another side were billed or done than approved.

    ## What it checks
    Units of the approved codes, added or other levels than approved, and the side on claim and in the note.

    ## Why it matters
    What goes beyond the approval denies, and may draw the rest with it.

    ## A note that fails
    Left side approved, both sides done and billed.

    ## A note that passes
    Two units approved, two billed, same side and levels.

    ## What it does not check
    Amounts used up by other claims under the same approval.

    ## Sources
    Payer practice; the authorization on the claim.
    """

    code = "AUT005"
    name = "authorization-exceeded"
    severity = "error"
    modes = ("prebill", "preauth")

    def find(self, case: Case) -> Iterator[Finding]:
        given = approval_of(case)
        if given is None or case.claim is None:
            return
        lines = [line for line in procedure_lines(case) if approved(case, given, line.code)]
        added = [
            line
            for line in procedure_lines(case)
            if not approved(case, given, line.code) and add_on_of_approved(case, given, line.code)
        ]
        if not lines:
            return
        parts = [*_units(given, lines), *_side(case, given, lines), *_levels(case, given)]
        parts += [f"{line.code} is an added level that was not approved" for line in added if given.codes]
        if parts:
            text = "; ".join(parts)
            yield self.finding(
                text[0].upper() + text[1:] + ".",
                evidence=on_claim(case),
                fix="Bill what was approved if that was done, or ask the payer to extend the approval.",
                source=_APPROVAL,
                line=lines[0].code,
            )


def _programmes(case: Case, claim: Claim, line: ClaimLine) -> Iterator[Programme]:
    coverage, payer = case.book.coverage, payer_of(case)
    yield from coverage.required(payer, claim.state, line.code, claim.place_of_service, case.day)
    row = case.book.codes.best_row(line.code, case.day)
    for family in row.fact_families if row else ():
        yield from coverage.covers_family(payer, claim.state, family, claim.place_of_service, case.day)


def _needs_one(case: Case, claim: Claim, line: ClaimLine) -> bool:
    return any(rule.need == "required" for rule in _programmes(case, claim, line))


def _units(given: Authorization, lines: list[ClaimLine]) -> Iterator[str]:
    total = sum(line.units for line in lines)
    if given.units is not None and total > given.units:
        yield f"{total:g} units billed, {given.units:g} approved"


def _side(case: Case, given: Authorization, lines: list[ClaimLine]) -> Iterator[str]:
    if given.laterality not in ("left", "right"):
        return
    billed = {_SIDE_MODIFIERS[m] for line in lines for m in line.modifiers if m in _SIDE_MODIFIERS}
    families = {
        f for line in lines if (row := case.book.codes.best_row(line.code, case.day)) for f in row.fact_families
    }
    done = {
        p.laterality for p in case.note.procedures if p.family in families and p.laterality in _SIDE_MODIFIERS.values()
    }
    over = (billed | done) - {given.laterality}
    if over:
        yield f"{' and '.join(sorted(s for s in over if s))} billed or done, {given.laterality} approved"


def _levels(case: Case, given: Authorization) -> Iterator[str]:
    if not given.levels:
        return
    families = {
        family
        for code in given.codes
        if (row := case.book.codes.best_row(code, case.day))
        for family in row.fact_families
    }
    done: set[str] = set()
    for procedure in case.note.procedures:
        if procedure.family in families:
            done |= {*joints_of(procedure), *procedure.levels}
    comparable = {level for level in done if ("-" in level) == ("-" in given.levels[0])}
    if len(comparable) > len(given.levels):
        yield f"{len(comparable)} levels done, {len(given.levels)} approved"
    elif other := comparable - set(given.levels):
        yield f"{', '.join(sorted(other))} done, {', '.join(given.levels)} approved"


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None
