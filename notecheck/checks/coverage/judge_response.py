"""Judges of the response to what was done before: repeats, diagnostic blocks, trials."""

from __future__ import annotations

from dataclasses import dataclass

from notecheck.checks.coverage.history import history
from notecheck.checks.coverage.judging import (
    Answer,
    absent,
    coded,
    diagnoses,
    met,
    not_applicable,
    not_met,
    states,
    unclear,
)
from notecheck.checks.coverage.session import Session, cite_record, cite_relief, kinds_of
from notecheck.policy.coverage import Rule
from notecheck.records import Evidence, PriorProcedure

_TESTED = frozenset({"facet-injection", "si-joint-injection"})
_SECTIONS = ("history", "indication")
_MISSING = "repeat-relief-missing"
_BELOW = "repeat-relief-below-threshold"


@dataclass(frozen=True, slots=True)
class Response:
    """Relief by an earlier procedure, in percent and days, each or None."""

    percent: float | None
    days: float | None

    @property
    def shown(self) -> str:
        percent = f"{self.percent:g} percent" if self.percent is not None else "relief without a percent"
        return f"{percent} for {self.days:g} days" if self.days is not None else percent


def repeat_relief(session: Session, rule: Rule) -> Answer:
    """The last response against percent and days; better function may replace relief, or is asked besides."""
    only = rule.words("only_icd10")
    if only and not coded(diagnoses(session), only):
        return not_applicable("The rule is about another diagnosis.")
    if _only_tests_before(session):
        return not_applicable("Only diagnostic blocks came before.")
    responses = _responses(session, "prior-procedure")
    words = _words(session, "prior-procedure")
    if not responses:
        return absent(session, rule, "The response to the earlier procedure", _MISSING, *_SECTIONS)
    percent, days = rule.number("percent") or 0, rule.number("days") or 0
    good = [r for r in responses if r.percent is not None and r.percent >= percent and (r.days or 0) >= days]
    better_function = states(session, ("function-gain",))
    asked = rule.text("function")
    if good:
        if asked == "and" and not better_function:
            return unclear(
                f"The earlier response was {good[0].shown}; the policy also asks for a gain in function.",
                words, _MISSING,
            )  # fmt: skip
        return met(f"The earlier response was {good[0].shown}.", words)
    if asked == "or" and better_function:
        return unclear(
            "A gain in function is documented; whether it reaches half is not settled.", words, _MISSING, "info"
        )
    open_ones = [
        r for r in responses if (r.percent is None or r.percent >= percent) and (r.days is None or r.days >= days)
    ]
    if open_ones:
        return unclear(
            f"The earlier response is {open_ones[0].shown}; the policy asks for {percent:g} percent and {days:g} days.",
            words, _MISSING, "info" if session.told_only or open_ones[0].percent is not None else "warning",
        )  # fmt: skip
    if rule.flag("changed_after_failure") and _changed_after_first(session):
        if "rationale" in session.case.note.statements:
            return met(
                f"The first response was {responses[0].shown}; another approach or level now, with its reason.",
                cite_record(session.case, "statements", values=("rationale",)) or words,
            )
        return unclear(
            f"The first response was {responses[0].shown}; a repeat with another approach or level needs its reason.",
            words, _BELOW,
        )  # fmt: skip
    return not_met(
        f"The earlier response was {responses[0].shown}; the policy asks for {percent:g} percent and {days:g} days.",
        _BELOW,
        words,
    )


def _responses(session: Session, source: str) -> list[Response]:
    """What note (else chart) and claim history tell of the latest earlier procedure, the note's words first."""
    found: list[Response] = []
    for facts in session.case.record():
        found = [Response(r.percent, r.days) for r in facts.relief if r.source == source]
        if found:
            break
    treatments = [e for e in session.repeated if not e.diagnostic] if source == "prior-procedure" else []
    latest = next((e.prior for e in (*treatments, *session.repeated)), None)
    if latest is not None and latest.relief_percent is not None:
        known = Response(latest.relief_percent, latest.relief_days)
        found = [
            Response(r.percent, known.days if r.days is None and r.percent == known.percent else r.days) for r in found
        ]
        found.append(known)
    return found


def _only_tests_before(session: Session) -> bool:
    """True where every earlier facet or sacroiliac injection was a diagnostic block, by its length or by the record."""
    if not session.repeated or not {p.family for p in session.procedures} <= _TESTED:
        return False
    told = max(sum(r.source == "diagnostic-block" for r in facts.relief) for facts in session.case.record())
    return all(e.diagnostic for e in session.repeated) or told >= len(session.repeated)


def _changed_after_first(session: Session) -> bool:
    """Only one earlier session, and another level, side or approach today."""
    if len(session.repeated) != 1:
        return False
    prior = session.repeated[0].prior
    levels = {level for p in session.procedures for level in p.levels}
    other_level = bool(prior.levels) and bool(levels) and not levels <= set(prior.levels)
    other_way = prior.family is not None and prior.family not in {p.family for p in session.procedures}
    return other_level or other_way


def first_block(session: Session, rule: Rule) -> Answer:
    """The last diagnostic block against the percent; its duration is that of the agent and not counted."""
    asked = rule.number("percent") or 0
    percents = [r.percent for r in _responses(session, "diagnostic-block") if r.percent is not None]
    words = _words(session, "diagnostic-block")
    if not percents:
        return absent(session, rule, "The relief by the earlier diagnostic block", _MISSING, *_SECTIONS)
    if max(percents) >= asked:
        return met(f"The earlier block gave {max(percents):g} percent.", words)
    return not_met(f"The earlier block gave {max(percents):g} percent; the policy asks for {asked:g}.", _BELOW, words)


def blocks(session: Session, rule: Rule) -> Answer:
    """Enough diagnostic blocks, each with enough relief, by one document or by the claim's history."""
    case, name = session.case, "diagnostic-blocks-missing"
    count, asked = rule.number("count") or 1, rule.number("percent") or 0
    told = [[r.percent for r in facts.relief if r.source == "diagnostic-block"] for facts in case.record()]
    history = [prior.relief_percent for prior in _facet_blocks(session)]
    accounts = [[p for p in account if p is not None] for account in (*told, history)]
    words = _words(session, "diagnostic-block")
    enough = max((sum(p >= asked for p in account) for account in accounts), default=0)
    if enough >= count:
        return met(f"{enough} diagnostic blocks with at least {asked:g} percent relief.", words)
    known = max(accounts, key=len)
    if not known:
        if history:
            return unclear("Earlier blocks are known, their relief is not.", words, name)
        return absent(session, rule, "A diagnostic block with its relief", name, *_SECTIONS)
    shown = " and ".join(f"{p:g}" for p in known)
    because = f"Diagnostic blocks gave {shown} percent; the policy asks for {count:g} of at least {asked:g}."
    if case.chart or any(p < asked for p in known):
        return not_met(because, name, words)
    return unclear(because + " Check the visit note for the other.", words, name)


def _facet_blocks(session: Session) -> list[PriorProcedure]:
    """Facet injections of the claim's history in a treated region, one for each day."""
    found: dict[str, PriorProcedure] = {}
    for prior in history(session.case):
        families, group = kinds_of(session.case, prior)
        if "facet-injection" in families and (group is None or not session.groups or group in session.groups):
            found[prior.date] = prior
    return list(found.values())


def trial_relief(session: Session, rule: Rule) -> Answer:
    """The result of the trial: percent relief, or that it was a success."""
    case, asked, name = session.case, rule.number("percent") or 0, "trial-relief-missing"
    percents = [
        r.percent for facts in case.record() for r in facts.relief if r.source == "trial" and r.percent is not None
    ]
    # a batch knows the trial from its own notes; the words of this record go first
    percents = percents or [
        prior.relief_percent
        for prior in history(case)
        if prior.family and prior.family.endswith("-trial") and prior.relief_percent is not None
    ]
    words = _words(session, "trial")
    if percents and max(percents) >= asked:
        return met(f"The trial gave {max(percents):g} percent relief.", words)
    if percents:
        return not_met(f"The trial gave {max(percents):g} percent relief; the policy asks for {asked:g}.", name, words)
    if states(session, ("trial-successful",)):
        words = cite_record(case, "statements", values=("trial-successful",)) or words
        if not asked:
            return met("A successful trial is documented.", words)
        return unclear("A successful trial is stated without its percent.", words, name)
    return absent(session, rule, "The result of the trial", name, *_SECTIONS)


def _words(session: Session, source: str) -> tuple[Evidence, ...]:
    return cite_relief(session.case, source) or session.case.searched(*_SECTIONS)
