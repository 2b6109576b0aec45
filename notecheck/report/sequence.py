"""Authorization, episodes and the visit's three elements, as lines of a text report."""

from __future__ import annotations

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


def authorization(page: Page, report: Report) -> None:
    """The programmes that the codes fall under; before the procedure only, or where a number is on the claim."""
    if report.mode != "preauth":
        return
    if not report.planned:
        page.line(NOTHING_PLANNED)
    for need in report.authorization:
        state = f"number {need.number}" if need.number else "no number yet"
        page.hang("Request", f"{need.code}: {_NEED[need.need]} ({need.source}; {need.says}); {state}", _HANG)
    if report.claim and report.claim.lines and not report.authorization:
        page.hang("Request", NO_PROGRAMME, _HANG)


def episodes(page: Page, report: Report) -> None:
    """Each sequence that has more than this session in it."""
    for episode in report.episodes:
        if any(step.known_from != "this note" for step in episode.steps):
            page.blank()
            _episode(page, episode)


def _episode(page: Page, episode: Episode) -> None:
    page.line(f"Episode  {', '.join(part for part in (slug_words(episode.topic), episode.region) if part)}", "bold")
    for step in episode.steps:
        page.hang("", f"{step.date}  {_step(step)}", _HANG)
    for count in episode.counts:
        what = f"{count.kind} sessions" if count.kind else "sessions"
        page.hang("", f"{what}: {count.sessions} of {number(count.limit)} in {count.period} ({count.source})", _HANG)
    if episode.next_eligible:
        page.hang("", f"The same again: not before {episode.next_eligible} by the rules on time.", _HANG)
    for rule in episode.waiting:
        page.hang("", f"{rule.date}  {rule.because} ({rule.source})", _HANG + 2)


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


def visit(page: Page, report: Report) -> None:
    """The three elements, the minutes and the answer, where a visit is billed or was found."""
    found = report.visit
    if found is None or (found.billed is None and report.facts.procedures):
        return
    page.blank()
    page.line(f"Visit  {_heading(found)}", "bold")
    for name, element in (("problems", found.problems), ("data", found.data), ("risk", found.risk)):
        page.hang(name, f"{element.level or 'not stated'}: {', '.join(element.seen) or 'nothing found'}", 12)
    minutes = "not stated" if found.minutes is None else f"{number(found.minutes)}"
    page.hang("decision", f"{found.decision or 'fewer than two elements'}; {found.code_by_decision or 'no code'}", 12)
    page.hang("minutes", f"{minutes}; {found.code_by_time or 'no code'}", 12)


def _heading(found: VisitSupport) -> str:
    return f"{found.billed}: {found.status}. {found.because}" if found.billed else "no visit is billed"
