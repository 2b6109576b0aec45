"""Statements that every procedure note carries: time-out, consent, complications, response."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.hygiene.note_rules import source_of
from notecheck.records import Finding


class TimeOutMissing(Check):
    """A procedure note without a time-out.

    ## What it checks
    The statement that a time-out was held, in the procedure note. Visits and monthly records need none.

    ## Why it matters
    It is the proof that patient, procedure and side were confirmed.

    ## A note that fails
    "Alcohol wipe first. Several spots each side."

    ## A note that passes
    "Time-out at 11:30: patient, procedure, left side."

    ## What it does not check
    What was read out.

    ## Sources
    Joint Commission Universal Protocol, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC003"
    name = "time-out-missing"
    severity = "warning"
    completable = True

    def find(self, case: Case) -> Iterator[Finding]:
        if case.note.procedures and not case.note.time_out:
            yield self.finding(
                "No time-out is in the note.",
                evidence=case.searched("time-out", "consent", "description", "procedure"),
                fix="Ask whether a time-out was held and recorded elsewhere; an addendum must carry its own date.",
                source=source_of(case, "time-out"),
            )


class ConsentMissing(Check):
    """A procedure note without informed consent.

    ## What it checks
    The statement that consent was given, in the procedure note. Visits and monthly records need none.

    ## Why it matters
    Consent belongs in the record before any procedure but an emergency.

    ## A note that fails
    "In for her shots, same as before."

    ## A note that passes
    "Risks and alternatives were discussed; consent signed."

    ## What it does not check
    Which risks were named, and the form itself.

    ## Sources
    42 CFR 482.24 and 482.51 as known, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC004"
    name = "consent-missing"
    severity = "warning"
    completable = True

    def find(self, case: Case) -> Iterator[Finding]:
        if case.note.procedures and not case.note.consent:
            yield self.finding(
                "No consent is in the note.",
                evidence=case.searched("consent", "description", "procedure"),
                fix="Ask whether a signed consent is on file and add it to the record.",
                source=source_of(case, "consent"),
            )


class ComplicationsMissing(Check):
    """A procedure note without a word on complications.

    ## What it checks
    A statement on complications, also "none".

    ## Why it matters
    It is one of the elements of a procedure report.

    ## A note that fails
    "Needle removed, band-aid. Home with daughter."

    ## A note that passes
    "Complications: none."

    ## What it does not check
    Whether a described event is named as a complication.

    ## Sources
    Joint Commission RC.02.01.03, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC010"
    name = "complications-missing"
    severity = "warning"
    completable = True

    def find(self, case: Case) -> Iterator[Finding]:
        if case.note.procedures and not case.note.complications_stated:
            yield self.finding(
                "Nothing is said on complications.",
                evidence=case.searched("complications", "response", "description", "procedure"),
                fix="Ask the provider to state complications, or their absence, in a dated addendum.",
                source=source_of(case, "report-elements"),
            )


class ResponseMissing(Check):
    """A procedure note without the patient's immediate response or condition.

    ## What it checks
    Tolerance, condition, relief or a pain score right after the procedure.

    ## Why it matters
    The report should tell how the patient left; diagnostic blocks are worth nothing without it.

    ## A note that fails
    "Needle removed. Follow-up in one month."

    ## A note that passes
    "Tolerated well; pain 2/10 after twenty minutes."

    ## What it does not check
    Whether the numbers before and after fit the percentage given.

    ## Sources
    Joint Commission RC.02.01.03, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC011"
    name = "response-missing"
    severity = "warning"
    completable = True

    def find(self, case: Case) -> Iterator[Finding]:
        told = case.note.response_stated or "condition-stated" in case.note.statements
        told = told or any(score.timing == "post" for score in case.note.pain_scores)
        if case.note.procedures and not told:
            yield self.finding(
                "Nothing is said on how the patient did right after the procedure.",
                evidence=case.searched("response", "disposition", "description", "procedure"),
                fix="Ask the provider to state the immediate response in a dated addendum, if it was observed.",
                source=source_of(case, "report-elements"),
            )
