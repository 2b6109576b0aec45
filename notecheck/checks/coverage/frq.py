"""How often, how soon, how many regions, and what together."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case
from notecheck.checks.coverage.coverage_check import CoverageCheck
from notecheck.records import Finding


class SessionsExceedLimit(CoverageCheck):
    """More sessions in the rolling period than the policy covers.

    ## What it checks
    Sessions of the same kind and region in the claim's history, today's included, within the policy's window. Days are
    counted, not codes. Relief that lasted hours marks an earlier facet or sacroiliac block as diagnostic.

    ## Why it matters
    The session above the limit denies whatever the note says.

    ## A note that fails
    A fifth epidural session in the lumbar region within twelve months.

    ## A note that passes
    A second session, seven months after the first.

    ## What it does not check
    Sessions elsewhere that the history does not hold.

    ## Sources
    Medicare LCDs and payer policies, under `patterns/policy`, requirement with the judge `sessions`.
    """

    code = "FRQ001"
    name = "sessions-exceed-limit"
    severity = "error"
    fix = "Check the history; if it stands, the policy does not cover this session."


class IntervalTooShort(CoverageCheck):
    """The session is closer to the last one than the policy allows.

    ## What it checks
    Days since the last session of the same kind, region and side (and joint, for facets).

    ## Why it matters
    Two diagnostic blocks a week apart do not count as two.

    ## A note that fails
    A second medial branch block nine days after the first, where two weeks are asked.

    ## A note that passes
    A second block four weeks after the first.

    ## What it does not check
    An exception that the record explains; the policies want it documented.

    ## Sources
    Medicare LCDs and payer policies, under `patterns/policy`, requirement with the judge `interval`.
    """

    code = "FRQ002"
    name = "interval-too-short"
    severity = "error"
    fix = "Check both dates; if they stand, ask for the documented exception."


class MultipleRegionsInSession(CoverageCheck):
    """More regions or sites were treated in one session than the policy covers.

    ## What it checks
    Spinal regions of one kind of procedure, grouped as the facet policies do: C1 to T12, and L1 to S5. For peripheral
    nerves, the number of nerves where the contractor prints one. For trigger points, muscles of the upper and of the
    lower half of the body; the policies print no map of nearer regions.

    ## Why it matters
    The second region denies.

    ## A note that fails
    A cervical and a lumbar epidural on one day.

    ## A note that passes
    Two lumbar foramina on one side.

    ## What it does not check
    Levels within one region; these are the matter of LVL004.

    ## Sources
    Medicare LCDs, under `patterns/policy/medicare`, requirements with the judges `regions`, `muscle-regions`
    and `sites`.
    """

    code = "FRQ003"
    name = "multiple-regions-in-session"
    severity = "error"
    fix = "Bill what the policy covers for one session; ask the provider about the reason for both."


class CombinedProceduresNotCovered(CoverageCheck):
    """Procedures were done on one day that the policy does not cover together.

    ## What it checks
    Other blocks performed in the session beside an epidural, facet, sacroiliac, trigger point or toxin injection.

    ## Why it matters
    Two blocks at once leave open which one helped; most policies refuse it, the facet policies want a reason for each.

    ## A note that fails
    A sacroiliac joint injection and trigger points on one day.

    ## A note that passes
    Injections of a knee and of a trochanteric bursa: no block is involved.

    ## What it does not check
    Blocks of other clinicians on the same day.

    ## Sources
    Medicare LCDs and payer policies, under `patterns/policy`, requirement with the judge `combined`.
    """

    code = "FRQ004"
    name = "combined-procedures-not-covered"
    severity = "warning"
    fix = "Ask why both were needed on one day; expect one of them to deny."

    def find(self, case: Case) -> Iterator[Finding]:
        # each side of a pair may have its policy: one pair is reported once
        for number, found in enumerate(super().find(case)):
            if number == 0:
                yield found
