"""CLM002."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, capped, proof
from notecheck.policy import claimrules
from notecheck.policy.claimrules import Places
from notecheck.records import Evidence, Finding


class PlaceOfServiceMismatch(Check):
    """The place of service does not fit the code or the place that the note names.

    ## What it checks
    The two digits exist; a permanent stimulator or pump is not placed in an office; a facility's code is not billed
    from an office; the note's own words on its setting agree with the digits.

    ## Why it matters
    Place decides payment, and some implants are not covered in an office.

    ## A note that fails
    Generator implanted under anesthesia at a hospital, billed 63685 with place 11.

    ## A note that passes
    The same with place 22.

    ## What it does not check
    Trials in an office, which have conditions of their own. Notes that do not name their setting.

    ## Sources
    CMS place of service code set; Noridian L35136, L34328; Palmetto L37632; CMS A59154, A59244.
    """

    code = "CLM002"
    name = "place-of-service-mismatch"
    severity = "warning"

    def find(self, case: Case) -> Iterable[Finding]:
        if case.claim is None or not (place := case.claim.place_of_service):
            return
        rules = claimrules.claim_form().places
        if place not in rules.known:
            yield self._told(case, f"'{place}' is no place of service", None, rules.known_source, "verified", ())
            return
        done = billing(case)
        for rule in rules.misfits if done is not None else ():
            families = {p.family for m in (done.matches if done else ()) for p in m.procedures}
            lines = [m for m in (done.matches if done else ()) if m.line.code in rule.codes]
            if place in rule.not_in and lines and (not rule.families or families & set(rule.families) or not families):
                evidence = proof(case, lines[0].procedures, "family")
                why = f"place {place}: {rule.says}"
                yield self._told(case, why, lines[0].line.code, rule.source, rule.confidence, evidence)
        yield from self._against_note(case, place, rules)

    def _against_note(self, case: Case, place: str, rules: Places) -> Iterable[Finding]:
        for statement, places in rules.said.items():
            if statement in case.note.statements and place not in places and len(_settings(case, rules)) == 1:
                setting = statement.removeprefix("setting-").replace("asc", "surgery center")
                evidence = [e for e in case.note.of("statements") if e.value == statement]
                text = f"place {place} is billed and the note names a {setting}"
                yield self._told(case, text, None, rules.known_source, "verified", evidence)

    def _told(
        self, case: Case, why: str, line: str | None, source: str, confidence: str, evidence: Iterable[Evidence]
    ) -> Finding:
        return self.finding(
            f"Place of service: {why}.",
            evidence=tuple(evidence) or case.searched("header", "none"),
            fix="Correct the place of service, or ask where the procedure was done.",
            source=source,
            line=line,
            severity=capped(self.severity, confidence),
        )


def _settings(case: Case, rules: Places) -> set[str]:
    return {statement for statement in rules.said if statement in case.note.statements}
