"""The note as a document: who signed, for which day, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from notecheck.checks.base import Case, Check
from notecheck.checks.hygiene.note_rules import note_rule, source_of
from notecheck.records import Finding


class SignatureMissing(Check):
    """The note has no authenticated signer.

    ## What it checks
    A named signer with credentials, or an electronic signature line, in the note.

    ## Why it matters
    An unsigned note proves nothing to a reviewer. The same author can attest it later.

    ## A note that fails
    "Dictated not yet read."

    ## A note that passes
    "Electronically signed by R. Example, MD, 03/04/2026 16:12."

    ## What it does not check
    Whether the signer is the billing provider.

    ## Sources
    CMS Program Integrity Manual, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC001"
    name = "signature-missing"
    severity = "error"
    modes = ("prebill", "preauth")
    completable = True

    def find(self, case: Case) -> Iterator[Finding]:
        if case.note.signature:
            return
        unread = " It says that the dictation was not read." if case.note.integrity.dictated_not_read else ""
        yield self.finding(
            f"No signature of the author is in the note.{unread}",
            evidence=case.note.of("integrity") or case.searched("header", "disposition", "other"),
            fix="Ask the author for a signature attestation; nobody else may sign.",
            source=source_of(case, "signature"),
        )


class DateOfServiceMismatch(Check):
    """The note has no date of service, or one that is not the claim's.

    ## What it checks
    The dates of service written in the note against the claim. A monthly record is compared by month. A note without
    a date, signed on the claim's day, gives an information only.

    ## Why it matters
    A claim for a day that the note does not prove is not payable.

    ## A note that fails
    Claim of 2062-03-11, note of 2026-03-11.

    ## A note that passes
    "Date of procedure 03/11/2026", claim of the same day.

    ## What it does not check
    Which of several dates in a note is meant, as long as one is the claim's.

    ## Sources
    CMS Program Integrity Manual, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC002"
    name = "date-of-service-mismatch"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        written = case.note.integrity.dates_of_service
        billed = case.claim.date_of_service if case.claim else None
        monthly = bool(case.note.visit.care_elements)
        if monthly and (not written or not billed or any(w[:7] == billed[:7] for w in written)):
            return
        if written and (billed is None or billed in written):
            return
        signed_that_day = not written and billed is not None and case.note.integrity.signature_date == billed
        if written:
            text = f"The claim is for {billed}, the note for {', '.join(written)}."
            fix = "Correct the date on the claim, or find the note of the billed day."
        else:
            text = "No date of service is in the note."
            fix = "Ask the author to state the date of service in a dated addendum."
        yield self.finding(
            text,
            evidence=case.note.of("dates_of_service") or case.note.of("integrity") or case.searched("header"),
            fix=fix,
            source=source_of(case, "date-of-service"),
            severity="info" if signed_that_day else "error",
        )


class LateEntryUnmarked(Check):
    """The note was signed well after the service and is not marked as a late entry.

    ## What it checks
    Days from the date of service in the note to the date of the signature, against a number that is the project's own.

    ## Why it matters
    Reviewers accept a short delay. A late note without its label may be set aside.

    ## A note that fails
    Service on July 8, signed on September 19, no label.

    ## A note that passes
    Signed on the day of service. Or: "Late entry, written on September 19 for July 8."

    ## What it does not check
    The time of day, and addenda after the signature.

    ## Sources
    CMS Program Integrity Manual, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC016"
    name = "late-entry-unmarked"
    severity = "warning"

    def find(self, case: Case) -> Iterator[Finding]:
        known, integrity = note_rule(case, "late-signature"), case.note.integrity
        if known is None or integrity.late_entry_marked:
            return
        signed = _day(integrity.signature_date)
        claimed = case.claim.date_of_service if case.claim else None
        served = max((d for w in integrity.dates_of_service if (d := _day(w))), default=None) or _day(claimed)
        limit = known.number()
        if signed is None or served is None or limit is None or (signed - served).days <= limit:
            return
        yield self.finding(
            f"Signed {(signed - served).days} days after the service, without a late entry label.",
            evidence=case.note.of("signature") or case.note.of("integrity") or case.searched("header"),
            fix="Ask the author to explain the delay; do not change the original.",
            source=known.source,
        )


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None
