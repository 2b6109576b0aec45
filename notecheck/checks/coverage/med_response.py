"""Medical necessity: the response to what was done before."""

from __future__ import annotations

from notecheck.checks.coverage.coverage_check import CoverageCheck


class RepeatReliefMissing(CoverageCheck):
    """A procedure is repeated without the response to the earlier one.

    ## What it checks
    For a repeat (by the claim's history, or by the note itself): relief in percent and its length, from the note, the
    chart or the history of the claim.

    ## Why it matters
    Each repeat has to earn its place by what the last one did.

    ## A note that fails
    "Here for another injection, same as in September."

    ## A note that passes
    "The July injection gave 57 percent relief on the same scale until November."

    ## What it does not check
    Whether the same scale was used. An earlier procedure elsewhere is unknown to it.

    ## Sources
    Medicare LCDs and payer policies, under `patterns/policy`, judges `repeat-relief` and `first-block`.
    """

    code = "MED011"
    name = "repeat-relief-missing"
    severity = "error"
    fix = "Ask for percent and duration of the relief by the last procedure, with the dates it was measured."


class RepeatReliefBelowThreshold(CoverageCheck):
    """The response to the earlier procedure is below the policy's percent or duration.

    ## What it checks
    The latest earlier response against the policy: percent and days for a repeat, percent alone for a diagnostic block,
    whose length is that of its drug.

    ## Why it matters
    A repeat after a weak or short response is not covered, nor a second diagnostic block after a weak first one.

    ## A note that fails
    "The last injection gave about 40 percent for five weeks."

    ## A note that passes
    "The last injection gave 60 percent for four months."

    ## What it does not check
    A gain in function of half, which several policies take instead: where the note states such a gain it only asks.

    ## Sources
    Medicare LCDs and payer policies, under `patterns/policy`, judges `repeat-relief` and `first-block`.
    """

    code = "MED012"
    name = "repeat-relief-below-threshold"
    severity = "error"
    fix = "Check the response with the provider; if it stands, the policy does not cover the repeat."


class DiagnosticBlocksMissing(CoverageCheck):
    """Ablation or therapeutic facet injection without the diagnostic blocks and relief that the policy asks.

    ## What it checks
    The number of diagnostic blocks with enough relief, in note, chart or the claim's history.

    ## Why it matters
    Medicare asks for two medial branch blocks with at least 80 percent relief each before an ablation.

    ## A note that fails
    "The one block helped about sixty percent for two hours, so we went on to radiofrequency."

    ## A note that passes
    "Blocks on March 3 and March 31 gave 88 and 86 percent for the life of the drug."

    ## What it does not check
    Whether blocks and lesion were at the same nerves. For a repeat ablation the earlier response counts instead.

    ## Sources
    Medicare facet LCDs and payer policies, under `patterns/policy`, requirement with the judge `blocks`.
    """

    code = "MED013"
    name = "diagnostic-blocks-missing"
    severity = "error"
    fix = "Ask for date, level and percent relief of each diagnostic block, or add their notes."


class PsychologicalEvaluationMissing(CoverageCheck):
    """A stimulator or pump without a psychological evaluation on file.

    ## What it checks
    The statement that a psychological evaluation was done, in note or chart.

    ## Why it matters
    The national rule on stimulators asks for psychological and physical screening; auditors look for it first.

    ## A note that fails
    "Patient keen on the trial; PHQ-2 at check-in 0." A short questionnaire is no evaluation.

    ## A note that passes
    "Psychological evaluation by a clinical psychologist on July 10, report on file: suitable."

    ## What it does not check
    Who wrote it and what it says. Pump refills and lead revisions are not judged.

    ## Sources
    NCD 160.7, NCD 280.14, Noridian LCDs, under `patterns/policy/medicare`.
    """

    code = "MED014"
    name = "psychological-evaluation-missing"
    severity = "error"
    fix = "Ask for the psychological evaluation and add its report."


class TrialReliefMissing(CoverageCheck):
    """A permanent implant without a successful trial.

    ## What it checks
    The percent relief of the trial in note or chart against the policy, or that the trial was a success.

    ## Why it matters
    A permanent system is covered for what its trial showed.

    ## A note that fails
    "During the trial 5/10 on most days instead of 8/10, about 35 percent less. She wants to go on."

    ## A note that passes
    "Seven-day trial with 65 percent less pain and half the opioid; walks twice as far."

    ## What it does not check
    Analgesic use and function, which the policies name beside pain. A replacement of a working system needs no trial.

    ## Sources
    NCD 160.7, L35136, L37632, L34328, NCD 280.14, under `patterns/policy/medicare`.
    """

    code = "MED015"
    name = "trial-relief-missing"
    severity = "error"
    fix = "Ask for the result of the trial in percent, with its dates, or add the note of the trial's end."
