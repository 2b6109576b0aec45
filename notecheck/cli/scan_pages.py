"""What ``notecheck scan``, ``compare`` and ``watch`` show: progress, the numbers at the end, what differs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console, Group
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from notecheck.report.page import Page

if TYPE_CHECKING:
    from notecheck.scan.compare import Comparison, NoteChange
    from notecheck.scan.request import Progress
    from notecheck.scan.summary import Summary

_EVERY = 5.0  # seconds between two lines where the output is no terminal
_MOST = 15
_STYLES = {"ready": "bold green", "addendum": "bold yellow", "hold": "bold red"}


class _Rate:
    """Notes judged a second, and the time left by it."""

    def __init__(self, total: int | None) -> None:
        self._total = total
        self._first: tuple[float, int] | None = None

    def words(self, progress: Progress) -> tuple[str, str]:
        """Rate and time left as words; empty where they cannot be told yet."""
        done, of = self._figures(progress)
        if not done:
            return "loading", ""
        now = time.monotonic()
        if self._first is None:
            self._first = (now, done)  # the workers' start does not count
        took = now - self._first[0]
        rate = (done - self._first[1]) / took if took else 0.0
        if not rate:
            return "", ""
        left = f"{_span((of - done) / rate)} left" if of is not None and of >= done else ""
        return f"{rate:.1f} notes/s", left

    def _figures(self, progress: Progress) -> tuple[int, int | None]:
        """Judged so far, and how many there will be: what is unchanged costs no time and is left out."""
        if progress.stage == "history":
            return progress.judged + progress.history, progress.judged + progress.history_due
        if self._total is None:
            return progress.judged, None
        return progress.judged, max(progress.judged, self._total - progress.unchanged - progress.refused)


class Bar:
    """A bar with rate and time left on a terminal."""

    def __init__(self, total: int | None) -> None:
        console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        self._bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TextColumn("{task.fields[left]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._total = total
        self._rate = _Rate(total)
        self._task = self._bar.add_task("notes", total=total, rate="loading", left="")

    def start(self) -> None:
        """Show it."""
        self._bar.start()

    def tell(self, progress: Progress) -> None:
        """How far it is."""
        rate, left = self._rate.words(progress)
        if progress.stage == "history":
            self._bar.update(
                self._task, description="history", completed=progress.history, total=progress.history_due, rate=rate,
                left=left,
            )  # fmt: skip
        else:
            total = None if self._total is None else max(self._total, progress.documents)
            self._bar.update(self._task, completed=progress.done, total=total, rate=rate, left=left)

    def stop(self) -> None:
        """Take it away."""
        self._bar.stop()


class Lines:
    """A plain line every few seconds, for a log."""

    def __init__(self, total: int | None) -> None:
        self._total = total
        self._rate = _Rate(total)
        self._last = time.monotonic()

    def start(self) -> None:
        """Nothing to show yet."""

    def tell(self, progress: Progress) -> None:
        """How far it is, when some seconds have gone by."""
        if time.monotonic() - self._last < _EVERY:
            return
        self._last = time.monotonic()
        of = "" if self._total is None else f" of {max(self._total, progress.documents)}"
        parts = [f"{progress.done}{of} notes", *self._rate.words(progress)]
        if progress.stage == "history":
            parts[0] = f"{progress.history} of {progress.history_due} notes again with earlier ones"
        typer.echo("  ".join(part for part in parts if part), err=True)

    def stop(self) -> None:
        """Nothing to take away."""


def stopped_words(progress: Progress, out: Path) -> str:
    """What to say when a scan was stopped."""
    return (
        f"Stopped. {progress.judged} notes were judged and are stored in {out}. "
        "Run the same command again to go on where it stopped."
    )


def run_json(progress: Progress) -> dict[str, object]:
    """What this run did, as plain types."""
    return {
        "documents": progress.documents,
        "judged": progress.judged,
        "unchanged": progress.unchanged,
        "refused": progress.refused,
        "judged_again_with_history": progress.history,
        "gone": progress.gone,
        "seconds": round(progress.seconds, 1),
    }


def summary_page(progress: Progress, held: Summary, out: Path, new: Comparison | None, width: int) -> Group:
    """The end of a scan: what this run did, what the store holds, where to look next."""
    page = Page(width)
    rate = progress.judged / progress.seconds if progress.seconds else 0.0
    page.line(
        f"{progress.documents} documents in {_span(progress.seconds)}: {progress.judged} judged ({rate:.1f} a second), "
        f"{progress.unchanged} unchanged since the last scan, {progress.refused} refused"
        + (f", {progress.gone} no longer found" if progress.gone else "")
        + (f"; {progress.history} judged again with other notes or their claim" if progress.history else "")
        + "."
    )
    page.blank()
    for name, number in held.readiness:
        page.hang(name.upper(), f"{number:>6}  {_share(number, held.notes)}", 12, label_style=_STYLES[name])
    if new is not None:
        page.blank()
        _new_findings(page, new)
    elif held.top:
        page.blank()
        page.line("Most findings", "bold")
        rows = [(one.code, one.name, one.severity, _counted(one.notes)) for one in held.top]
        page.columns(rows, (8, 44, 8))
    _refused(page, held)
    _claims(page, held)
    _payers(page, held)
    page.blank()
    page.line(f"Results: {out}/audit.duckdb and {out}/*.parquet. Next: notecheck audit {out}")
    return page.renderable()


def comparison_page(found: Comparison, width: int) -> Group:
    """What differs between two scans."""
    page = Page(width)
    page.line(
        f"{found.same} notes alike, {len(found.notes)} with other findings, {len(found.only_before)} only in the "
        f"first, {len(found.only_after)} only in the second"
        + ("; judged by other editions of the rules." if found.other_rules else ".")
    )
    for kind in ("appeared", "vanished", "changed"):
        rows = [(code, name, severity, str(number)) for code, name, severity, number in found.counted(kind)]
        if rows:
            page.blank()
            page.line(f"Findings that {kind}" + (" severity" if kind == "changed" else ""), "bold")
            page.columns(rows, (8, 44, 8))
    if found.turned:
        page.blank()
        page.line("Requirements with another answer", "bold")
        page.columns(
            [(t.requirement, f"{t.before} -> {t.after}", f"{t.notes} notes") for t in found.turned[:_MOST]], (44, 30)
        )
        _more(page, len(found.turned) - _MOST, "--json lists all")
    if found.notes:
        page.blank()
        page.line("Notes", "bold")
        for note in found.notes[:_MOST]:
            _note(page, note)
        _more(page, len(found.notes) - _MOST, "--json lists all")
    return page.renderable()


def _new_findings(page: Page, new: Comparison) -> None:
    notes = [note for note in new.notes if any(change.kind != "vanished" for change in note.findings)]
    if not notes:
        page.line("Nothing new since the baseline.")
        return
    page.line(f"New since the baseline, in {len(notes)} note{'s' * (len(notes) != 1)}", "bold")
    for note in notes[:_MOST]:
        _note(page, note, new_only=True)
    _more(page, len(notes) - _MOST, "--json lists all")


def _note(page: Page, note: NoteChange, *, new_only: bool = False) -> None:
    where = note.member or Path(note.source).name
    turned = note.after if note.before in ("", note.after) else f"{note.before} -> {note.after}"
    page.hang(where, f"{turned}  ({', '.join(note.because) or 'same note, claim and rules'})", 3)
    for change in note.findings:
        if new_only and change.kind == "vanished":
            continue
        sign = {"appeared": "+", "vanished": "-", "changed": "~"}[change.kind]
        severity = f"{change.before} -> {change.after}" if change.kind == "changed" else change.after or change.before
        page.hang(f"  {sign} {change.code}", f"{severity}  {change.billed}  {change.message}", 12)


def _refused(page: Page, held: Summary) -> None:
    if not held.refused_count:
        return
    page.blank()
    page.line(f"{held.refused_count} documents could not be read or judged", "bold")
    for one in held.refused:
        where = f"{one.source}, {one.member}" if one.member else one.source
        page.hang(one.code, f"{where}: {one.reason}. {one.next_step}", 9)
    _more(page, held.refused_count - len(held.refused), "all are in the table notes, status refused")


def _claims(page: Page, held: Summary) -> None:
    if not (held.claims or held.unmatched):
        return
    page.blank()
    page.line(
        f"Claims: {held.claims} notes with their claim, {held.without_claim} notes without one, "
        f"{held.unmatched} claims without a note"
        + (f", {held.unread_claims} of them not understood." if held.unread_claims else "."),
        "bold",
    )
    for claim_id, reason in held.unmatched_first:
        page.hang(claim_id, reason, 3)
    _more(page, held.unmatched - len(held.unmatched_first), "all are in the table unmatched")


def _payers(page: Page, held: Summary) -> None:
    if not held.unknown_payers:
        return
    page.blank()
    page.line("Payers that are not known, and by which one their notes were judged", "bold")
    for name, payer, notes in held.unknown_payers:
        page.hang(name, f"{payer}  {_counted(notes)}", 34)
    page.line("Judge them by another with --payer, or add a payer of your own (README, Payers).")


def _more(page: Page, number: int, where: str) -> None:
    if number > 0:
        page.line(f"... and {number} more; {where}.")


def _share(number: int, of: int) -> str:
    return f"{100 * number / of:.0f} %" if of else ""


def _counted(notes: int) -> str:
    return f"{notes} note" if notes == 1 else f"{notes} notes"


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"
