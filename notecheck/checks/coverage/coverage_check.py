"""The common shape of checks that report the verdict on a coverage requirement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from notecheck.checks.base import Case, Check
from notecheck.checks.coverage.judging import LOUDNESS
from notecheck.checks.coverage.requirements import judged
from notecheck.records import Finding, Mode


class CoverageCheck(Check):
    """Reports the requirements whose answer names this check, once for each policy topic, the loudest first."""

    modes: ClassVar[tuple[Mode, ...]] = ("prebill", "preauth")
    fix: ClassVar[str]
    """What to ask or to change; never a clinical fact."""

    def find(self, case: Case) -> Iterator[Finding]:
        loudest: dict[str, Finding] = {}
        for entry in judged(case):
            if entry.answer.finding != self.name:
                continue
            found = self.finding(
                entry.answer.because,
                evidence=entry.evidence(case),
                fix=self.fix,
                source=entry.source,
                line=entry.line,
                requirement=entry.requirement,
                severity=entry.severity,
            )
            known = loudest.get(entry.rule.topic.topic)
            if known is None or LOUDNESS[found.severity] > LOUDNESS[known.severity]:
                loudest[entry.rule.topic.topic] = found
        yield from loudest.values()
