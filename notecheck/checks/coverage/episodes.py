"""Episodes of care: the sequence of procedures of one kind and region, what counts, and when the next may follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from notecheck.checks.base import Case
from notecheck.checks.coverage.history import past
from notecheck.checks.coverage.judge_frequency import counted_sessions, window_of
from notecheck.checks.coverage.requirements import concerned
from notecheck.checks.coverage.session import Earlier, Session, of_topic, sessions
from notecheck.policy.coverage import Rule
from notecheck.records import Episode, SessionCount, Step, Waiting

_KIND_OF = {
    "facet-rfa": "ablation",
    "si-rfa": "ablation",
    "genicular-rfa": "ablation",
    "basivertebral-ablation": "ablation",
    "scs-trial": "trial",
    "scs-implant": "implant",
    "scs-revision": "revision",
    "vertebral-augmentation": "augmentation",
    "chemodenervation": "treatment",
}
_TESTED = ("facet-injection", "si-joint-injection")


def episodes(case: Case) -> tuple[Episode, ...]:
    """One episode for each policy topic that today's procedures touch, with the patient's earlier sessions in it."""
    return tuple(_episode(whole) for whole in sessions(case))


def _episode(session: Session) -> Episode:
    case = session.case
    rules = [(rule, part) for rule, part in concerned(session) if not rule.gap and rule.value is not None]
    waiting = tuple(
        found
        for rule, part in rules
        for found in (*_by_interval(part, rule), *_by_limit(part, rule), *_by_relief(part, rule))
    )
    binding = [w.date for w in waiting if w.binding]
    regions = dict.fromkeys(p.region for p in session.procedures)
    return Episode(
        topic=session.topic.topic,
        region=" and ".join(region for region in regions if region) or None,
        steps=tuple(_steps(session)),
        counts=tuple(count for rule, part in rules for count in _counts(part, rule)),
        waiting=waiting,
        next_eligible=max(binding, default=None) if case.mode == "prebill" else _from_day(case, binding),
    )


def _from_day(case: Case, binding: list[str]) -> str:
    """Before the procedure the planned day itself may already do."""
    return max((*binding, case.day.isoformat()))


def _steps(session: Session) -> Iterator[Step]:
    sources = {entry.prior: entry.source for entry in past(session.case)}
    numbers: Counter[str] = Counter()
    for earlier in sorted((e for e in of_topic(session) if e.here), key=lambda e: e.prior.date):
        prior = earlier.prior
        kind = _kind_before(earlier)
        numbers[kind] += 1
        yield Step(
            prior.date, kind, numbers[kind], prior.laterality, prior.levels, prior.relief_percent, prior.relief_days,
            sources.get(prior, "claim"),
        )  # fmt: skip
    if session.case.mode == "preauth":
        return
    for kind, done in {_kind_today(session, p.family): p for p in session.procedures}.items():
        numbers[kind] += 1
        yield Step(
            session.case.day.isoformat(), kind, numbers[kind], done.laterality, done.joints or done.levels,
            known_from="this note",
        )  # fmt: skip


def _kind_before(earlier: Earlier) -> str:
    family = earlier.families[0]
    if family in _TESTED:
        return "diagnostic block" if earlier.diagnostic else "injection"
    return _kind(family)


def _kind_today(session: Session, family: str) -> str:
    if family in _TESTED:
        return "diagnostic block" if "diagnostic" in session.purposes else "injection"
    return _kind(family)


def _kind(family: str) -> str:
    return _KIND_OF.get(family) or ("epidural injection" if family.startswith("epidural") else "injection")


def _counts(session: Session, rule: Rule) -> Iterator[SessionCount]:
    if rule.requirement.judge != "sessions":
        return
    counted = counted_sessions(session, rule)
    today = 0 if session.case.mode == "preauth" else 1
    period = window_of(session, rule).shown
    limit = _limit(rule)
    if limit is not None:
        yield SessionCount(rule.slug, "", len(counted) + today, limit, period, rule.source)
        return
    tests = sum(e.diagnostic for e in counted)
    testing = "diagnostic" in session.purposes
    for kind, number, now in (
        ("diagnostic", tests, today if testing else 0),
        ("therapeutic", len(counted) - tests, 0 if testing else today),
    ):
        if (most := rule.number(kind)) is not None:
            yield SessionCount(rule.slug, kind, number + now, most, period, rule.source)


def _limit(rule: Rule) -> float | None:
    return rule.number() if rule.number() is not None else rule.number("limit")


def _by_interval(session: Session, rule: Rule) -> Iterator[Waiting]:
    asked = rule.number()
    if rule.requirement.judge != "interval" or asked is None:
        return
    last = _last_day(session)
    if last is not None:
        yield Waiting(
            rule.slug,
            (last + timedelta(days=int(asked))).isoformat(),
            f"{asked:g} days after the session of {last.isoformat()}",
            rule.source,
        )


def _by_limit(session: Session, rule: Rule) -> Iterator[Waiting]:
    """The day on which enough sessions have left the rolling period for one more."""
    if rule.requirement.judge != "sessions":
        return
    counted = counted_sessions(session, rule)
    testing = "diagnostic" in session.purposes
    limit = _limit(rule)
    if limit is None:
        limit = rule.number("diagnostic" if testing else "therapeutic")
        counted = tuple(e for e in counted if e.diagnostic == testing)
    days = sorted(date.fromisoformat(e.prior.date) for e in counted)
    if session.case.mode == "prebill":
        days.append(session.case.day)
    if limit is None or len(days) < limit:
        return
    oldest = days[len(days) - int(limit)]
    yield Waiting(
        rule.slug,
        window_of(session, rule).leaves(oldest).isoformat(),
        f"{len(days)} of {limit:g} sessions are used; that of {oldest.isoformat()} leaves the period then",
        rule.source,
    )


def _by_relief(session: Session, rule: Rule) -> Iterator[Waiting]:
    days, percent = rule.number("days"), rule.number("percent")
    last = _last_day(session)
    if rule.requirement.judge != "repeat-relief" or not days or last is None or rule.words("only_icd10"):
        return
    if "diagnostic" in session.purposes:
        return
    ends = (last + timedelta(days=int(days))).isoformat()
    other = ", or better function" if rule.text("function") == "or" else ""
    because = f"relief of {percent or 0:g} percent has to last {days:g} days{other}"
    yield Waiting(rule.slug, ends, because, rule.source, binding=False)


def _last_day(session: Session) -> date | None:
    """The session from which waiting counts: today's, or before the procedure the last one."""
    if session.case.mode == "prebill":
        return session.case.day
    return date.fromisoformat(session.repeated[0].prior.date) if session.repeated else None
