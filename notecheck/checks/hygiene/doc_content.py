"""What an injection note must say: drug, needle, diagnosis."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.hygiene.note_rules import injections, note_rule, source_of
from notecheck.records import Facts, Finding, Procedure


class MedicationMissing(Check):
    """An injection without its drug, or without dose or concentration.

    ## What it checks
    Every completed injection: at least one drug is named, and one of the drugs has a dose that is stated or follows
    from volume and concentration. Saline, contrast and skin anesthesia do not count.

    ## Why it matters
    Without drug and dose neither the procedure nor a drug line can be proved.

    ## A note that fails
    "Injected with the usual mix, about 8 cc in all."

    ## A note that passes
    "1 mL of 40 mg/mL triamcinolone with 1 mL of 0.5% bupivacaine."

    ## What it does not check
    Dry needling, ablations, devices, and drugs dosed by product or percent alone (hyaluronan, phenol,
    alcohol, biologicals).

    ## Sources
    HCPCS units and report practice, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC012"
    name = "medication-missing"
    severity = "error"
    completable = True

    def find(self, case: Case) -> Iterator[Finding]:
        known = note_rule(case, "medication")
        if known is None:
            return
        for procedure in injections(case):
            doseless = set(known.words("no_dose"))
            if not procedure.injectate:
                text = f"No drug is named for the {procedure.family}."
            elif _undosed(procedure, doseless):
                text = f"No dose or concentration is stated for the {procedure.family}."
            else:
                continue
            yield self.finding(
                text,
                evidence=procedure.of("injectate") or case.searched("injectate", "description", "procedure"),
                fix="Ask the provider for drug, concentration and volume by the medication record; do not fill in.",
                source=known.source,
            )


def _undosed(procedure: Procedure, doseless: set[str]) -> bool:
    """True where drugs that need a dose are named and none has one."""
    if any(i.mg is not None or (i.drug in doseless and i.drug != "saline") for i in procedure.injectate):
        return False
    return any(i.drug not in doseless for i in procedure.injectate)


class NeedleMissing(Check):
    """The needle gauge is not stated.

    ## What it checks
    A gauge for every completed injection.

    ## Why it matters
    It is part of a good report; no federal list asks for it.

    ## A note that fails
    "Spinal needle to the foramen under fluoroscopy."

    ## A note that passes
    "22 gauge 3.5 inch spinal needle."

    ## What it does not check
    Filament needles, which are given in millimetres.

    ## Sources
    Practice standard, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC013"
    name = "needle-missing"
    severity = "info"
    completable = True

    def find(self, case: Case) -> Iterator[Finding]:
        without = [p for p in injections(case) if not p.needle_gauge]
        if without:
            yield self.finding(
                f"No needle gauge is stated for the {without[0].family}.",
                evidence=case.searched("description", "procedure"),
                fix="Ask the provider to state the needle in future notes.",
                source=source_of(case, "needle"),
            )


class DiagnosisMissing(Check):
    """The note has no diagnosis and no indication.

    ## What it checks
    A diagnosis or indication in the note, or a diagnosis code printed in it. Where the
    indication stands in other words (symptoms, duration, earlier care) it gives an information only.

    ## Why it matters
    Every billed diagnosis must come from the record.

    ## A note that fails
    "In for her shots, same as before."

    ## A note that passes
    "Pre- and postoperative diagnosis: lumbar radiculopathy, left."

    ## What it does not check
    Whether the diagnosis fits the procedure or the claim.

    ## Sources
    Joint Commission RC.02.01.03, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC014"
    name = "diagnosis-missing"
    severity = "error"
    completable = True

    def find(self, case: Case) -> Iterator[Finding]:
        note = case.note
        printed = any(code.system in ("icd10", "icd9") for code in note.written_codes)
        if note.diagnoses or printed:
            return
        yield self.finding(
            "No diagnosis or indication is in the note.",
            evidence=case.searched("diagnosis", "assessment", "indication", "procedure"),
            fix="Ask the provider to state the diagnosis in a dated addendum, if the record supports one.",
            source=source_of(case, "report-elements"),
            severity="info" if _has_indication(note) else "error",
        )


def _has_indication(note: Facts) -> bool:
    """True where symptoms, a duration or earlier care tell what was treated."""
    care = any(c.modality not in ("prior-injection", "prior-surgery") for c in note.conservative_care)
    return bool(note.symptoms) or note.symptom_weeks is not None or care
