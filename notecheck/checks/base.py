"""What a check is, and what it is given."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from notecheck.policy.book import Book
from notecheck.records import Claim, Evidence, Facts, Finding, Mode, Opinion, Severity, Suggested


@dataclass(frozen=True, slots=True)
class Case:
    """One note with its claim, its chart and the policy in force: all that a check may look at.

    ``note`` are the facts of the procedure note, ``chart`` those of the supporting documents (empty when none was
    given), ``claim`` None when nothing was billed, ``supported`` what the note alone supports, ``day`` the date of
    service that picks every edition (the claim's, else the note's, else today). ``mode`` is the moment of judging: in
    ``preauth`` the note is the visit note and its procedures are the planned ones. ``earlier`` are the facts of earlier
    procedure notes of the patient: they count as history and support nothing. ``opinions`` is where a learned model
    reads another procedure than the patterns.
    """

    note: Facts
    book: Book
    day: date
    supported: Suggested
    claim: Claim | None = None
    chart: tuple[Facts, ...] = ()
    mode: Mode = "prebill"
    earlier: tuple[Facts, ...] = ()
    opinions: tuple[Opinion, ...] = ()

    def record(self) -> Iterator[Facts]:
        """The note, then the chart documents."""
        yield self.note
        yield from self.chart

    def searched(self, *sections: str) -> tuple[Evidence, ...]:
        """Proof of an absence: the places of the note that were searched, or its opening words."""
        wanted = {f"searched:{kind}" for kind in sections}
        found = tuple(place for place in self.note.places if place.field in wanted)
        return found or self.note.places[:1] or (Evidence(0, 0, "", "searched:note"),)


class Check(ABC):
    """One thing that can be wrong. The class docstring is the page that ``notecheck rule CODE`` prints.

    Headings, in this order: What it checks, Why it matters, A note that fails, A note that passes,
    What it does not check, Sources.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    since: ClassVar[str] = "0.1"
    status: ClassVar[str] = "stable"
    completable: ClassVar[bool] = False
    """True where an addendum by the author can settle the finding: something is unstated, nothing is wrong."""
    modes: ClassVar[tuple[Mode, ...]] = ("prebill",)
    """The moments at which the check has a meaning; most need the procedure to be done."""

    @abstractmethod
    def find(self, case: Case) -> Iterable[Finding]:
        """Findings of this check, in the order of the claim's lines or of the note."""

    def finding(
        self,
        message: str,
        *,
        evidence: Iterable[Evidence],
        fix: str,
        source: str,
        line: str | None = None,
        requirement: str | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """A finding of this check; ``severity`` only where it differs from the default."""
        return Finding(
            code=self.code,
            name=self.name,
            severity=severity or self.severity,
            message=message,
            source=source,
            evidence=tuple(evidence),
            fix=fix,
            line=line,
            requirement=requirement,
        )
