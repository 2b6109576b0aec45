"""Two places of one note that disagree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from notecheck.checks.base import Case, Check
from notecheck.checks.hygiene.note_rules import source_of
from notecheck.records import Finding


class ContradictionCheck(Check):
    """Reports contradictions of the kinds that the facts name."""

    kinds: ClassVar[tuple[str, ...]]
    message: ClassVar[str]
    fix: ClassVar[str] = "Ask the author which is right; the correction must be dated and leave the original readable."

    def find(self, case: Case) -> Iterator[Finding]:
        shown = [kind for kind in self.kinds if kind in case.note.contradictions]
        if not shown:
            return
        words = tuple(e for e in case.note.of("contradictions") if not e.value or e.value in shown)
        named = f" ({', '.join(shown)})" if len(self.kinds) > 1 else ""
        yield self.finding(
            f"{self.message}{named}.",
            evidence=words or case.searched("procedure", "description", "header"),
            fix=self.fix,
            source=source_of(case, "contradiction"),
        )


class ContradictionLaterality(ContradictionCheck):
    """The note says left in one place and right in another, for the same procedure.

    ## What it checks
    The side in title, diagnosis, consent, time-out and description of one procedure.

    ## Why it matters
    It may be a wrong-side procedure, and at least the service is unproven.

    ## A note that fails
    Title "left lumbar sympathetic block", body "the right L3 vertebral body".

    ## A note that passes
    Right knee injected, and in the history "The left knee was replaced in 2019."

    ## What it does not check
    The claim; that is LAT002.

    ## Sources
    CMS Program Integrity Manual, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC006"
    name = "contradiction-laterality"
    severity = "error"
    kinds = ("laterality",)
    message = "The note names different sides for the same procedure"


class ContradictionLevel(ContradictionCheck):
    """Levels disagree inside the note.

    ## What it checks
    The levels in title and description of one procedure, and a stated number of levels against the list.

    ## Why it matters
    Level-counted codes cannot be proved by a note that names two sets of levels.

    ## A note that fails
    Title "block at L2", body "the L3 vertebral body".

    ## A note that passes
    A second level looked at and left alone: "L5-S1 was inspected and not injected because of scar."

    ## What it does not check
    The claim; that is the matter of the LVL checks.

    ## Sources
    CMS Program Integrity Manual, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC007"
    name = "contradiction-level"
    severity = "error"
    kinds = ("level",)
    message = "The note names different levels for the same procedure"


class ContradictionProcedure(ContradictionCheck):
    """Title and body describe different procedures, regions or guidance.

    ## What it checks
    Procedure, region and guidance in the title against the description.

    ## Why it matters
    The claim follows one of the two, and the other denies it.

    ## A note that fails
    Title "Spinal cord stimulator trial", body "A pulse generator was implanted in the left flank."

    ## A note that passes
    Title "Spinal cord stimulator implant", and the same body.

    ## What it does not check
    Which of the two is right.

    ## Sources
    CMS Program Integrity Manual, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC008"
    name = "contradiction-procedure"
    severity = "error"
    kinds = ("procedure", "region", "guidance")
    message = "Title and body disagree"


class ContradictionPatient(ContradictionCheck):
    """Sex or age of the patient disagree inside the note.

    ## What it checks
    Words for sex, and ages, against each other and against the date of birth.

    ## Why it matters
    It is the plainest sign of a copied note, or of the wrong patient.

    ## A note that fails
    "67-year-old woman" above, "this 58-year-old man" below.

    ## A note that passes
    "67-year-old woman" above, "this 67-year-old woman, with her 70-year-old husband," below: relatives are not counted.

    ## What it does not check
    The name.

    ## Sources
    CMS Program Integrity Manual, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC015"
    name = "contradiction-patient"
    severity = "error"
    kinds = ("sex-age",)
    message = "The note disagrees about the patient's sex or age"
