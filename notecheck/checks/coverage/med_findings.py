"""Medical necessity: symptoms, exam and imaging."""

from __future__ import annotations

from notecheck.checks.coverage.coverage_check import CoverageCheck


class ExamMissing(CoverageCheck):
    """No physical findings that support the procedure are documented.

    ## What it checks
    A finding that fits the procedure in note or chart: a nerve root sign before an epidural, positive tests by name
    before a sacroiliac injection. Tests stated as negative contradict the sacroiliac indication.

    ## Why it matters
    Policies ask for history, exam and imaging together. A diagnosis without an exam is not enough.

    ## A note that fails
    "FABER, Gaenslen, thigh thrust and compression negative", before a sacroiliac injection.

    ## A note that passes
    "FABER, thigh thrust and Gaenslen positive on the right."

    ## What it does not check
    Side and level of a finding. Trigger points have their own check, MED019.

    ## Sources
    Medicare LCDs and payer policies, under `patterns/policy`, requirements with the judges `exam` and `si-tests`.
    """

    code = "MED007"
    name = "exam-missing"
    severity = "error"
    fix = "Ask for the exam on which the decision rests, or add the visit note that states it."


class ImagingCorrelationMissing(CoverageCheck):
    """No imaging study that agrees with symptoms and level is cited.

    ## What it checks
    A study of the kind that the policy names, of the treated region. Where the study names sides or levels, a foraminal
    injection on the other side or more than one level away is questioned.

    ## Why it matters
    Epidurals, vertebral augmentation and basivertebral ablation are covered for what imaging shows.

    ## A note that fails
    "Left lumbar radiculopathy. Epidural at L5-S1." No study is named in note or chart.

    ## A note that passes
    "MRI in August: left L5-S1 foraminal stenosis, root contact."

    ## What it does not check
    Whether the finding explains the pain; a person must read the report. Facet and trigger point procedures need no
    imaging proof.

    ## Sources
    Medicare LCDs and payer policies, under `patterns/policy`, requirement with the judge `imaging`.
    """

    code = "MED008"
    name = "imaging-correlation-missing"
    severity = "error"
    fix = "Ask which study supports the level and side, or add its report."


class RadicularPainMissing(CoverageCheck):
    """An epidural is documented for axial pain, without radiculopathy or claudication.

    ## What it checks
    Radicular pain, claudication, post-laminectomy syndrome or acute zoster, by symptom, diagnosis or root sign in note
    or chart. "No leg pain" or a diagnosis of discogenic back pain only contradicts it.

    ## Why it matters
    Axial pain is named among the exclusions of the epidural policies.

    ## A note that fails
    "Discogenic low back pain only, denies leg pain", before a lumbar epidural.

    ## A note that passes
    "Burning pain from the left buttock to the top of the foot; lumbar radiculopathy."

    ## What it does not check
    Whether the root and the treated level fit each other.

    ## Sources
    Medicare LCDs and payer policies, under `patterns/policy`, requirement with the judge `radicular-pain`.
    """

    code = "MED009"
    name = "radicular-pain-missing"
    severity = "error"
    fix = (
        "Ask whether there is radicular pain or claudication; if there is none, the policy does not cover the epidural."
    )


class FacetExclusionDocumented(CoverageCheck):
    """An untreated radiculopathy or another cause is documented for a facet procedure.

    ## What it checks
    Words for an untreated radiculopathy, or radicular pain together with a root sign, in note or chart. A facet
    synovial cyst is excepted.

    ## Why it matters
    The facet policies ask that no untreated radiculopathy explains the pain.

    ## A note that fails
    "New left S1 radiculopathy, nothing done for it yet. Keep the date for the ablation."

    ## A note that passes
    "Axial pain only, straight leg raise negative, no untreated radiculopathy."

    ## What it does not check
    Fracture, tumor, infection and deformity: these it cannot tell from old or excluded findings.

    ## Sources
    Medicare facet LCDs, under `patterns/policy/medicare/facet`, requirement `no-untreated-radiculopathy`.
    """

    code = "MED010"
    name = "facet-exclusion-documented"
    severity = "warning"
    fix = "Ask the provider to address the radicular findings before the facet procedure is billed."


class TriggerPointExamMissing(CoverageCheck):
    """Trigger points were injected and no taut band, referred pain, twitch or tender spot is documented.

    ## What it checks
    The signs of a trigger point in note or chart, as many as the policy asks.

    ## Why it matters
    Neck or back pain without actual trigger points is not covered.

    ## A note that fails
    "Tight areas around the upper back were injected with the usual mix."

    ## A note that passes
    "Taut band in the right trapezius with referred pain to the temple, her usual pain."

    ## What it does not check
    Whether each injected muscle has its own finding. Dry needling is not judged.

    ## Sources
    Medicare trigger point LCDs and payer policies, under `patterns/policy`, requirement `exam-findings`.
    """

    code = "MED019"
    name = "trigger-point-exam-missing"
    severity = "error"
    fix = "Ask what was found on palpation of each muscle injected."
