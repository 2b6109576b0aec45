"""Medical necessity: what came before, how long, how bad."""

from __future__ import annotations

from notecheck.checks.coverage.coverage_check import CoverageCheck


class ConservativeCareMissing(CoverageCheck):
    """No conservative treatment is documented where the policy asks for it.

    ## What it checks
    Whether note or chart names any treatment tried before: therapy, exercise, drugs, manipulation and the like. Earlier
    injections and operations do not count. For trigger points limited movement or a diagnostic purpose will do as well.

    ## Why it matters
    Most coverage policies for injections and ablations begin with care that failed. A record without it denies.

    ## A note that fails
    "Right leg pain for three months. Plan: epidural next week." No treatment is named anywhere in note or chart.

    ## A note that passes
    "Eight weeks of physical therapy and naproxen without lasting relief, home exercise continues."

    ## What it does not check
    Whether the care was suitable or done in earnest. Length and result are the matter of MED002.

    ## Sources
    Medicare LCDs and payer policies, under `patterns/policy`, requirement with the judge `conservative-care`.
    """

    code = "MED001"
    name = "conservative-care-missing"
    severity = "error"
    fix = "Ask for the treatment tried before, with dates and result, or add the visit note that states it."


class ConservativeCareTooShort(CoverageCheck):
    """Conservative care is documented, but shorter than the policy asks, or without its length or result.

    ## What it checks
    The longest treatment documented without lasting success against the policy's weeks. Care that was not tolerated or
    not possible needs no length. Where several short treatments are given without dates, it asks.

    ## Why it matters
    Four weeks asked and two documented is a contradiction, not a gap: the claim denies as it stands.

    ## A note that fails
    "Started therapy two weeks ago, too early to say", before an injection whose policy asks for four weeks.

    ## A note that passes
    "Physical therapy for ten weeks, naproxen for eight weeks, no lasting relief."

    ## What it does not check
    Treatments are not added up, since they usually overlap. It does not judge whether drugs were dosed well.

    ## Sources
    Medicare LCDs and payer policies, under `patterns/policy`, requirement with the judge `conservative-care`.
    """

    code = "MED002"
    name = "conservative-care-too-short"
    severity = "error"
    fix = "Ask for start, end and result of each treatment, or hold the claim until the policy's time is reached."


class PainScoreMissing(CoverageCheck):
    """No pain score before the procedure is recorded where the policy asks for a scale.

    ## What it checks
    A numeric rating that stands for the pain before treatment. Where the policy takes a pain or a function scale, a
    scored questionnaire will do.

    ## Why it matters
    Later relief is a percentage of this number. Without it no repeat can be justified either.

    ## A note that fails
    "In for her shots, same as before."

    ## A note that passes
    "Pain before the injection 7/10 on the numeric scale."

    ## What it does not check
    Whether the same scale is used at follow-up, and whether the number is plausible.

    ## Sources
    Medicare LCDs and payer policies, under `patterns/policy`, requirement with the judge `scale`.
    """

    code = "MED003"
    name = "pain-score-missing"
    severity = "error"
    fix = "Ask which score was taken before the procedure and on which scale, or add the visit note that states it."


class PainScoreBelowThreshold(CoverageCheck):
    """The documented pain is below the payer's number.

    ## What it checks
    The score that stands for the pain before treatment (before the procedure, else the average, else the current one),
    on a scale of ten, against the number of payers that print one. The Medicare injection LCDs print none.

    ## Why it matters
    A payer with a number denies below it, whatever else the record shows.

    ## A note that fails
    "Average 2/10, it annoys her when she looks up", for a payer that asks for three.

    ## A note that passes
    "Average 6/10 over the past month."

    ## What it does not check
    A score that is missing altogether; that is MED003. The worst and the best score are not compared.

    ## Sources
    Payer policies, under `patterns/policy`, requirement with the judge `pain-threshold`.
    """

    code = "MED004"
    name = "pain-score-below-threshold"
    severity = "warning"
    fix = "Check the score with the provider; if it stands, expect a denial by this payer."


class FunctionMissing(CoverageCheck):
    """No functional limitation or disability scale is documented where the policy asks for it.

    ## What it checks
    A limit in daily activity, work, sleep or walking, or a scored scale, in note or chart.

    ## Why it matters
    The policies speak of pain that limits life, not of pain alone.

    ## A note that fails
    "Right leg pain for three months." Nothing says what it keeps the patient from doing.

    ## A note that passes
    "Can stand for ten minutes only; Oswestry 46 percent."

    ## What it does not check
    How severe the limit is; the policies print no number.

    ## Sources
    Medicare LCDs and payer policies, under `patterns/policy`, requirement with the judge `function`.
    """

    code = "MED005"
    name = "function-missing"
    severity = "error"
    fix = "Ask what the pain keeps the patient from doing, or for the score of a function scale."


class SymptomDurationInsufficient(CoverageCheck):
    """The duration of the pain is missing, or shorter than the policy asks.

    ## What it checks
    The longest duration stated in note and chart against the policy's weeks. Acute zoster is excepted where the policy
    does so.

    ## Why it matters
    Short-lived pain often settles. Policies ask for four weeks before an epidural and three months before facet and
    sacroiliac procedures.

    ## A note that fails
    "Left buttock pain for five weeks", before a sacroiliac injection.

    ## A note that passes
    "Low back pain for fourteen months."

    ## What it does not check
    Which of several pains the duration belongs to.

    ## Sources
    Medicare LCDs and payer policies, under `patterns/policy`, requirement with the judge `symptom-duration`.
    """

    code = "MED006"
    name = "symptom-duration-insufficient"
    severity = "error"
    fix = "Ask when this pain began, or hold the claim until the policy's time is reached."
