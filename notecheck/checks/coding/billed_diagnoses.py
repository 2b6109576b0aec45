"""The diagnosis codes of the claim, and where the note would prove them."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case
from notecheck.policy import icd10
from notecheck.records import Evidence, WrittenCode


def billed_diagnoses(case: Case) -> Iterator[tuple[str, str]]:
    """Each diagnosis code of the claim once, with the first line that points at it."""
    seen: set[str] = set()
    for line in case.claim.lines if case.claim is not None else ():
        for code in line.icd10:
            if icd10.bare(code) not in seen:
                seen.add(icd10.bare(code))
                yield line.code, code


def printed_codes(case: Case) -> Iterator[WrittenCode]:
    """ICD-10 codes that the note prints and the claim does not bill, each once."""
    seen = {icd10.bare(code) for code in (case.claim.icd10 if case.claim is not None else ())}
    for written in case.note.written_codes:
        if written.system == "icd10" and icd10.bare(written.code) not in seen:
            seen.add(icd10.bare(written.code))
            yield written


def sound_diagnoses(case: Case) -> Iterator[tuple[str, str]]:
    """The billed diagnosis codes that exist and are complete on the day of service."""
    return ((line, code) for line, code in billed_diagnoses(case) if case.book.icd10.billable(code, case.day))


def diagnosis_places(case: Case) -> tuple[Evidence, ...]:
    """The words of the documented diagnoses, else the places where one would stand."""
    found = [e for d in case.note.diagnoses for e in d.evidence] or list(case.note.of("diagnoses"))
    return tuple(dict.fromkeys(found))[:4] or case.searched("diagnosis", "assessment", "impression", "indications")
