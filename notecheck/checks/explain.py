"""Explains a finding or a checklist item: what is asked and where, what decided it, which wording would answer it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.cards import part
from notecheck.checks.coverage.requirements import REPORTED_BY, Judged, judged
from notecheck.checks.registry import CHECKS
from notecheck.errors import InputError, did_you_mean
from notecheck.policy import wording
from notecheck.policy.coverage_files import Setting, Value
from notecheck.records import Explanation, Finding, ReviewFigure

_ANY_CONTRACTOR = "by-mac"


def explain(what: str, case: Case, findings: Iterable[Finding]) -> tuple[Explanation, ...]:
    """All explanations of ``what``: the code or name of a check, or a checklist item (``pain-duration``).

    A check that found nothing is explained by the items that it would report, else by its page. Raises InputError
    NC-I43 for a word that is neither.
    """
    wanted = what.strip().lower()
    check = next((c for c in CHECKS if wanted in (c.code.lower(), c.name)), None)
    items = [entry for entry in judged(case) if wanted in _names(entry)]
    if check is not None:
        made = [f for f in findings if f.code == check.code]
        if made:
            return tuple(of_finding(found, case) for found in made)
        items = [entry for entry in judged(case) if check.name in _would_report(entry)]
        return tuple(_of_item(entry, case) for entry in items) or (_of_check(check, case),)
    if not items:
        known = [name for c in CHECKS for name in (c.code, c.name)] + [n for e in judged(case) for n in _names(e)]
        raise InputError(
            "NC-I43",
            f"'{what}' is no finding and no checklist item of this note",
            where="explain",
            next_step=did_you_mean(what, known) + "`notecheck check --checklist` lists the items.",
        )
    return tuple(_of_item(entry, case) for entry in items)


def of_finding(found: Finding, case: Case) -> Explanation:
    """One finding: by its requirement where a policy stands behind it, else by the page of its check."""
    for entry in judged(case):
        if entry.requirement == found.requirement:
            return _of_item(entry, case, found)
    check = next(c for c in CHECKS if c.code == found.code)
    page = _of_check(check, case)
    return Explanation(
        name=f"{found.code} {found.name}",
        status=found.severity,
        asks=page.asks,
        because=found.message,
        source=found.source,
        evidence=found.evidence,
        satisfies=page.satisfies,
        fails=page.fails,
        reviews=page.reviews,
    )


def _names(entry: Judged) -> tuple[str, ...]:
    return entry.rule.slug, f"{entry.rule.topic.topic}/{entry.rule.slug}", entry.requirement


def _would_report(entry: Judged) -> tuple[str, ...]:
    requirement = entry.rule.requirement
    return entry.answer.finding, requirement.finding, REPORTED_BY.get(requirement.judge, "")


def _of_item(entry: Judged, case: Case, found: Finding | None = None) -> Explanation:
    requirement = entry.rule.requirement
    kinds = wording.wordings().of(requirement.judge)
    value = _value(entry)
    code = found.code if found else _code_of(entry.answer.finding)
    return Explanation(
        name=f"{found.code} {found.name}" if found else f"{entry.rule.topic.topic}/{entry.rule.slug}",
        status=entry.status,
        asks=f"{requirement.question} {_sentence(entry.rule.says)}".strip(),
        because=entry.answer.because,
        source=entry.source,
        confidence=value.confidence if value else "",
        last_checked=value.last_checked.isoformat() if value else "",
        value=_shown(entry.rule.value, requirement.unit),
        evidence=entry.evidence(case),
        satisfies=kinds.satisfies if kinds else (),
        fails=kinds.fails if kinds else (),
        reviews=_reviews(code, case),
    )


def _value(entry: Judged) -> Value | None:
    """The dated value behind the rule: the one with its words."""
    same = (v for v in entry.rule.requirement.values if v.says == entry.rule.says and v.value == entry.rule.value)
    return next(same, None)


def _of_check(check: type[Check], case: Case) -> Explanation:
    page = inspect.getdoc(check) or ""
    return Explanation(
        name=f"{check.code} {check.name}",
        status="not found in this note",
        asks=part(page, "What it checks"),
        because="",
        source=part(page, "Sources"),
        satisfies=(part(page, "A note that passes"),),
        fails=(part(page, "A note that fails"),),
        reviews=_reviews(check.code, case),
    )


def _code_of(name: str) -> str:
    return next((c.code for c in CHECKS if c.name == name), "")


def _reviews(code: str, case: Case) -> tuple[ReviewFigure, ...]:
    return wording.reviews().about(code, (p.family for p in case.note.procedures))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "." if text else ""


def _shown(value: Setting, unit: str) -> str:
    """The value in force as words: ``4 weeks``, ``percent 50, days 90``."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(part)}" for key, part in value.items())
    return f"{_plain(value)} {unit}".strip() if value not in (None, True) else ""


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(str(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, int | float) else str(value)
