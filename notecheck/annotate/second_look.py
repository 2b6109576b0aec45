"""What the learned models add to a finished report: candidates for a person, never a fact and never a verdict."""

from __future__ import annotations

from dataclasses import replace

from notecheck.coding.joints import sides_of
from notecheck.policy.book import Book
from notecheck.records import Facts, Report, SupportedDiagnosis

MOST_CODES = 3
_LEAST = 0.45


class SecondLook:
    """Holds the models; each is read when it is first needed."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def over(self, report: Report) -> Report:
        """The report with the candidates of the models."""
        return self._with_codes(report)

    def _with_codes(self, report: Report) -> Report:
        """Ranked codes for each diagnosis to which the crosswalk gives none."""
        if all(one.icd10 for one in report.suggested.diagnoses):
            return report
        region, side = _where(report.facts)
        told = tuple(one if one.icd10 else self._coded(one, region, side) for one in report.suggested.diagnoses)
        return replace(report, suggested=replace(report.suggested, diagnoses=told))

    def _coded(self, one: SupportedDiagnosis, region: str | None, side: str | None) -> SupportedDiagnosis:
        from notecheck.annotate.icd_search import load

        hits = load().search(one.text, region=region, side=side, most=MOST_CODES, rules=False)
        return replace(one, candidates=tuple((hit.icd10, hit.title) for hit in hits if hit.score >= _LEAST))


def _where(facts: Facts) -> tuple[str | None, str | None]:
    """Region and side of the procedures where all agree on one."""
    regions = {p.region for p in facts.procedures if p.region}
    sides = {side for p in facts.procedures for side in sides_of(p)}
    return (regions.pop() if len(regions) == 1 else None, sides.pop() if len(sides) == 1 else None)
