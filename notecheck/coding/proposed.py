"""The claim that a note itself proposes: the codes printed in it, where no claim was given."""

from __future__ import annotations

from dataclasses import replace

from notecheck.records import Claim, ClaimLine, Facts


def proposed_claim(facts: Facts, claim: Claim | None) -> Claim | None:
    """A claim of the printed codes; ``claim`` as it is where it has lines, or where the note prints no procedure code.

    Codes of a plan or of an earlier day are left out. Every line points at all printed diagnosis codes, since a note
    prints them in one list. Payer, place and day are those of ``claim``; the day else that of the note.
    """
    if claim is not None and claim.lines:
        return claim
    printed = [code for code in facts.written_codes if code.done]
    diagnoses = tuple(dict.fromkeys(code.code for code in printed if code.system == "icd10"))
    lines = tuple(
        ClaimLine(code.code, code.modifiers, 1 if code.units is None else code.units, diagnoses)
        for code in printed
        if code.system in ("cpt", "hcpcs")
    )
    if not lines:
        return claim
    day = next(iter(facts.integrity.dates_of_service), None)
    base = claim or Claim()
    return replace(base, lines=lines, proposed=True, date_of_service=base.date_of_service or day)
