"""Medical necessity: the reason for the service, the drug, the sedation."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case
from notecheck.checks.coverage.coverage_check import CoverageCheck
from notecheck.checks.coverage.judge_procedure import drugs
from notecheck.checks.coverage.judging import capped
from notecheck.checks.coverage.session import mac_of, payer_of, session
from notecheck.coding import rules
from notecheck.records import Finding


class RationaleMissing(CoverageCheck):
    """Nothing in the note says why this procedure was done now.

    ## What it checks
    Any reason in the procedure note: failed care, a limit, a duration, a score, an earlier response, or words such as
    "the reason for doing this today". For a therapeutic facet injection also why an ablation is not possible.

    ## Why it matters
    The report itself should carry its indication; a reviewer often has nothing else.

    ## A note that fails
    "Another injection today. Consent signed. Needle to the foramen."

    ## A note that passes
    "Four months of therapy and drugs did not help; he wants to avoid surgery."

    ## What it does not check
    Whether the reason is a good one.

    ## Sources
    Digests of the billing articles, under `patterns/policy`, requirement with the judge `rationale`.
    """

    code = "MED016"
    name = "rationale-missing"
    severity = "warning"
    completable = True
    fix = "Ask the provider to state the reason for the procedure in a dated addendum, if the record supports one."


class DrugNotCovered(CoverageCheck):
    """An injectate was given that the policy excludes.

    ## What it checks
    The drugs and agents given at the target against the policy's exclusions: biologicals, sclerosing agents, toxins,
    and for some contractors steroid in trigger points. Where another procedure was billed in the place of the one done,
    such as toxin as a trigger point injection, also the policy of the billed one.

    ## Why it matters
    One excluded agent can make the whole procedure non-covered.

    ## A note that fails
    "Dexamethasone 8 mg with 1 mL of amniotic fluid allograft into the epidural space."

    ## A note that passes
    "Dexamethasone 10 mg with 1 mL of lidocaine."

    ## What it does not check
    Doses, and drugs that are only drawn up or given elsewhere.

    ## Sources
    Medicare LCDs and payer policies, under `patterns/policy`, requirement with the judge `drugs`.
    """

    code = "MED017"
    name = "drug-not-covered"
    severity = "error"
    fix = "Check the agent with the provider; if it was given, the policy does not cover the procedure."

    def find(self, case: Case) -> Iterator[Finding]:
        found = list(super().find(case))
        yield from found or self._billed_in_its_place(case)

    def _billed_in_its_place(self, case: Case) -> Iterator[Finding]:
        """The policy of a billed kind of procedure that stands for another one in the note."""
        told: set[str] = set()
        for line in case.claim.lines if case.claim else ():
            row = case.book.codes.best_row(line.code, case.day)
            if row is None or set(row.fact_families) & {p.family for p in case.note.procedures}:
                continue
            pairs = (c for c in rules.load().techniques.confused if row.family in c.billed and c.kind == "technique")
            taken_for = {family for pair in pairs for family in pair.done}
            done = tuple(p for p in case.note.procedures if p.family in taken_for)
            for topic in case.book.coverage.topics_of(payer_of(case), row.fact_families) if done else ():
                seen = session(case, topic, done)
                for requirement in topic.requirements:
                    if requirement.judge != "drugs" or topic.topic in told:
                        continue
                    rule = case.book.coverage.in_force(topic, requirement, case.day, mac_of(case))
                    answer = None if rule.gap else drugs(seen, rule)
                    if answer is not None and answer.finding == self.name:
                        told.add(topic.topic)
                        yield self.finding(
                            f"{line.code} is billed: {answer.because}",
                            evidence=answer.evidence or case.searched("injectate", "procedure"),
                            fix=self.fix,
                            source=rule.source or f"{topic.payer} {topic.topic}",
                            line=line.code,
                            requirement=f"{topic.payer}/{topic.topic}/{rule.slug}",
                            severity=capped(rule.confidence, requirement.severity),
                        )


class SedationNotSupported(CoverageCheck):
    """Moderate or deeper sedation without the reason that the policy asks, or where it allows none.

    ## What it checks
    The deepest sedation stated against the policy. Local anesthesia and a pill for anxiety are always fine.

    ## Why it matters
    Routine sedation for needle procedures is refused, and may take the procedure with it.

    ## A note that fails
    "Moderate sedation by the operator: midazolam and fentanyl", without a word why.

    ## A note that passes
    "No sedation, local only."

    ## What it does not check
    Whether a stated reason is enough; anxiety alone is not. Stimulator and pump implants are not judged.

    ## Sources
    Medicare LCDs, under `patterns/policy/medicare`, requirement with the judge `sedation`.
    """

    code = "MED018"
    name = "sedation-not-supported"
    severity = "warning"
    fix = (
        "Ask whether a patient-specific need for sedation was documented; do not bill sedation that the policy refuses."
    )
