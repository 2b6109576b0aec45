"""Authorization, episodes and the visit's three elements in words, and as lines of a text report."""

from __future__ import annotations

from dataclasses import dataclass

from notecheck.records import Episode, Report, Step, VisitSupport
from notecheck.report.page import Page
from notecheck.report.words import number, slug_words

_HANG = 9
_NEED = {
    "required": "required",
    "voluntary": "voluntary, else the claim goes to review",
    "usual": "usual with this payer",
}
NO_PROGRAMME = "No programme of prior authorization is known for these codes, place, state and day."
NOTHING_PLANNED = "No planned procedure is named in the plan: name it with --cpt."


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """One episode in words: its sessions as (date, what), the counts, the next eligible day, the rules on time."""

    title: str
    steps: tuple[tuple[str, str], ...]
    counts: tuple[str, ...]
    next_eligible: str
    rules: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class VisitView:
    """The visit in words: its answer, and each element with what was seen."""

    title: str
    rows: tuple[tuple[str, str], ...]


def requests(report: Report) -> tuple[str, ...]:
    """The programmes that the codes fall under; before the procedure only."""
    if report.mode != "preauth":
        return ()
    told = []
    for need in report.authorization:
        state = f"number {need.number}" if need.number else "no number yet"
        told.append(f"{need.code}: {_NEED[need.need]} ({need.source}; {need.says}); {state}")
    if report.claim and report.claim.lines and not report.authorization:
        told.append(NO_PROGRAMME)
    return tuple(told)


def episode_views(report: Report) -> tuple[EpisodeView, ...]:
    """Each sequence that has more than this session in it."""
    return tuple(_episode(e) for e in report.episodes if any(step.known_from != "this note" for step in e.steps))


def visit_view(report: Report) -> VisitView | None:
    """The three elements, the minutes and the answer, where a visit is billed or was found."""
    found = report.visit
    if found is None or (found.billed is None and report.facts.procedures):
        return None
    elements = (("problems", found.problems), ("data", found.data), ("risk", found.risk))
    rows = [(name, f"{e.level or 'not stated'}: {', '.join(e.seen) or 'nothing found'}") for name, e in elements]
    minutes = "not stated" if found.minutes is None else f"{number(found.minutes)}"
    rows.append(("decision", f"{found.decision or 'fewer than two elements'}; {found.code_by_decision or 'no code'}"))
    rows.append(("minutes", f"{minutes}; {found.code_by_time or 'no code'}"))
    return VisitView(_heading(found), tuple(rows))


def authorization(page: Page, report: Report) -> None:
    """The requests as lines; before the procedure only."""
    if report.mode == "preauth" and not report.planned:
        page.line(NOTHING_PLANNED)
    for told in requests(report):
        page.hang("Request", told, _HANG)


def episodes(page: Page, report: Report) -> None:
    """The episodes as lines."""
    for view in episode_views(report):
        page.blank()
        page.line(f"Episode  {view.title}", "bold")
        for day, what in view.steps:
            page.hang("", f"{day}  {what}", _HANG)
        for count in view.counts:
            page.hang("", count, _HANG)
        if view.next_eligible:
            page.hang("", view.next_eligible, _HANG)
        for day, because in view.rules:
            page.hang("", f"{day}  {because}", _HANG + 2)


def visit(page: Page, report: Report) -> None:
    """The visit as lines."""
    view = visit_view(report)
    if view is None:
        return
    page.blank()
    page.line(f"Visit  {view.title}", "bold")
    for name, says in view.rows:
        page.hang(name, says, 12)


def _episode(episode: Episode) -> EpisodeView:
    counts = []
    for count in episode.counts:
        what = f"{count.kind} sessions" if count.kind else "sessions"
        counts.append(f"{what}: {count.sessions} of {number(count.limit)} in {count.period} ({count.source})")
    after = episode.next_eligible
    return EpisodeView(
        title=", ".join(part for part in (slug_words(episode.topic), episode.region) if part),
        steps=tuple((step.date, _step(step)) for step in episode.steps),
        counts=tuple(counts),
        next_eligible=f"The same again: not before {after} by the rules on time." if after else "",
        rules=tuple((rule.date, f"{rule.because} ({rule.source})") for rule in episode.waiting),
    )


def _step(step: Step) -> str:
    where = " ".join(part for part in (step.laterality or "", ", ".join(step.levels)) if part)
    gave = ""
    if step.relief_percent is not None:
        gave = f"{number(step.relief_percent)} percent relief"
        if step.relief_days is not None:
            gave += f" for {_length(step.relief_days)}"
    parts = (f"{step.kind} {step.number}", where, gave, f"from the {step.known_from}".replace("the this", "this"))
    return ", ".join(part for part in parts if part)


def _length(days: float) -> str:
    return f"{number(round(days * 24, 1))} hours" if days < 1 else f"{number(days)} days"


def _heading(found: VisitSupport) -> str:
    return f"{found.billed}: {found.status}. {found.because}" if found.billed else "no visit is billed"
