"""The coverage checklist: every requirement of the policy in force with its answer."""

from __future__ import annotations

from notecheck.checks.base import Case
from notecheck.checks.coverage.requirements import judged
from notecheck.records import ChecklistItem

_READER = "reader"


def checklist(case: Case) -> tuple[ChecklistItem, ...]:
    """The items of the policies that apply to what was done, in the order of the policy files."""
    return tuple(
        ChecklistItem(
            item=f"{entry.rule.topic.topic}/{entry.rule.slug}",
            status=entry.status,
            source=entry.source,
            evidence=entry.answer.evidence,
            because=entry.answer.because,
            question=entry.rule.requirement.question,
            for_person=entry.status == "unclear" and entry.rule.requirement.judge == _READER,
            judge=entry.rule.requirement.judge,
        )
        for entry in judged(case)
    )
