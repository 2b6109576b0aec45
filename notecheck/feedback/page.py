"""The page for the provider: Markdown, or one HTML file that works offline and prints on one sheet."""

from __future__ import annotations

from notecheck.feedback.gaps import Feedback, Gap
from notecheck.report.html import environment
from notecheck.report.markdown import literal, table

_MOST_GAPS = 5
_MOST_OF_REST = 8
_MOST_MONTHS = 6
_MOST_IN_TREND = 3


def markdown(page: Feedback) -> str:
    """The page as Markdown; words of notes come out literally."""
    parts = [f"# {literal(title(page))}", *(literal(sentence) for sentence in page.sentences)]
    for number, gap in enumerate(page.gaps[:_MOST_GAPS], start=1):
        parts += [
            f"## {number}. {literal(heading(gap))}",
            f"In {gap.notes} of {page.notes} notes (weight {gap.weight}; {', '.join(gap.findings)}).",
            *(f"> {literal(quote.words)}{_of(quote.note_id)}" for quote in gap.quotes),
            f"**The template could ask for:** {literal(gap.ask)}",
            f"**Good wording covers:** {literal(gap.covers)}",
        ]
    if rest := rest_of(page):
        parts += ["## Also open", "\n".join(f"- {literal(line)}" for line in rest)]
    if page.months:
        heads, rows = trend(page)
        parts += ["## By month", table(heads, rows)]
    return "\n\n".join([*parts, literal(foot(page))]) + "\n"


def html(page: Feedback) -> str:
    """The page as one HTML file without any request; every word of a note is escaped."""
    heads, rows = trend(page)
    return (
        environment()
        .get_template("feedback.html")
        .render(
            page=page,
            title=title(page),
            gaps=[(heading(gap), gap) for gap in page.gaps[:_MOST_GAPS]],
            rest=rest_of(page),
            heads=heads,
            rows=rows,
            foot=foot(page),
        )
    )


def title(page: Feedback) -> str:
    """``Feedback on procedure notes: NAME``."""
    return "Feedback on procedure notes" + (f": {page.provider}" if page.provider else "")


def heading(gap: Gap) -> str:
    """The gap as a heading."""
    return gap.heading[0].upper() + gap.heading[1:]


def rest_of(page: Feedback) -> list[str]:
    """The gaps that have no room of their own."""
    rest = page.gaps[_MOST_GAPS:]
    told = [f"{heading(gap)}: {gap.notes} of {page.notes}" for gap in rest[:_MOST_OF_REST]]
    return [*told, f"and {len(rest) - _MOST_OF_REST} more"] if len(rest) > _MOST_OF_REST else told


def trend(page: Feedback) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the last months: notes, those with nothing open, and those with each of the first gaps."""
    top = page.gaps[:_MOST_IN_TREND]
    heads = ["Month", "Notes", "Nothing open", *(heading(gap) for gap in top)]
    rows = [
        [m.month, str(m.notes), str(m.complete), *(str(m.gaps.get(gap.topic, 0)) for gap in top)]
        for m in page.months[-_MOST_MONTHS:]
    ]
    return heads, rows


def foot(page: Feedback) -> str:
    """How it was counted, and what was masked."""
    counted = (
        "Counted is what only the author can settle. Weight: 3 for each note in which the gap is an error, 1 where it "
        "is a warning. The lines say what a template could ask for and what wording covers; what is true of a patient, "
        "only the author knows."
    )
    masked = " Names, dates, numbers and places in the quotations are masked as far as they were recognised."
    return counted + (masked if page.redacted else "")


def _of(note_id: str) -> str:
    return f" ({literal(note_id)})" if note_id else ""
