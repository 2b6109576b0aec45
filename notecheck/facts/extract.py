"""Annotated note -> Facts: each kind of fact from its own module, put together here."""

from __future__ import annotations

from notecheck.facts import (
    care,
    contradictions,
    diagnoses,
    duration,
    exam,
    function,
    imaging,
    integrity,
    pain,
    plans,
    procedures,
    sedation,
    services,
    si_tests,
    statements,
    symptoms,
    vials,
    visit,
    written_codes,
)
from notecheck.facts.places import places, shingles
from notecheck.policy.book import Book
from notecheck.records import Annotated, Facts


def extract(doc: Annotated, book: Book) -> Facts:
    """Everything the note documents. ``book`` gives the diagnosis codes; no judgement is made here."""
    treated = procedures.find(doc)
    flags = integrity.flags(doc, treated.performed)
    found_care, care_evidence = care.find(doc)
    scores, score_evidence = pain.scores(doc)
    relief, relief_evidence = pain.relief(doc)
    weeks, weeks_evidence = duration.find(doc)
    limited, limited_evidence = function.limitation(doc)
    scales, scale_evidence = function.scales(doc)
    positive, negative, exam_evidence = exam.find(doc)
    studies, study_evidence = imaging.find(doc)
    stated_symptoms, symptom_evidence = symptoms.find(doc)
    stated, stated_evidence = statements.find(doc)
    si_named, si_evidence = si_tests.find(doc, exam_evidence)
    depth, depth_evidence = sedation.find(doc, treated.performed)
    open_fields, open_evidence = integrity.placeholders(doc)
    conflicts, conflict_evidence = contradictions.find(doc, treated)
    products = vials.find(doc)
    beside = services.find(doc)
    author = integrity.dates_and_signer(doc)
    evaluation = visit.find(doc, treated.performed)
    return Facts(
        note_id=doc.note.note_id,
        procedures=treated.performed,
        conservative_care=found_care,
        pain_scores=scores,
        relief=relief,
        symptom_weeks=weeks,
        functional_limitation=limited or bool(scales),
        function_scales=scales,
        exam=positive,
        imaging_studies=studies,
        diagnoses=diagnoses.find(doc, book),
        consent="consent" in flags,
        time_out="time_out" in flags,
        sterile_technique="sterile_technique" in flags,
        complications_stated="complications_stated" in flags,
        response_stated="response_stated" in flags,
        disposition_stated="disposition_stated" in flags,
        signature="signature" in flags,
        sedation=depth,
        placeholders=open_fields,
        contradictions=conflicts,
        evidence=(
            *care_evidence,
            *score_evidence,
            *relief_evidence,
            *weeks_evidence,
            *limited_evidence,
            *scale_evidence,
            *exam_evidence,
            *study_evidence,
            *symptom_evidence,
            *stated_evidence,
            *si_evidence,
            *depth_evidence,
            *open_evidence,
            *conflict_evidence,
            *(proof for proofs in flags.values() for proof in proofs),
            *(proof for product in products for proof in product.evidence),
            *(proof for service in beside for proof in service.evidence),
            *author.evidence,
            *evaluation.evidence,
        ),
        plan=treated.planned,
        planned=plans.find(doc, treated.planned),
        history=treated.earlier,
        symptoms=stated_symptoms,
        exam_negative=negative,
        vials=products,
        written_codes=written_codes.find(doc),
        integrity=author,
        visit=evaluation,
        statements=(*stated, *si_named),
        services=beside,
        places=places(doc),
        shingles=shingles(doc),
    )
