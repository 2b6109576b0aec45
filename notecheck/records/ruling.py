"""What a practice has decided on findings: which checks it wants, how loud they are, which findings it has accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from notecheck.records.findings import Finding, Severity

NoticeCode = Literal["CFG001", "CFG002"]


@dataclass(frozen=True, slots=True)
class Suppression:
    """One accepted finding: the code of its check, why, until which ISO date (None for ever), where that is written.

    ``note_id`` names the note, None where the place itself does (a sidecar file). ``line`` narrows it to one billed
    code.
    """

    code: str
    reason: str
    until: str | None = None
    where: str = ""
    note_id: str | None = None
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is in force for one run. ``select`` and ``ignore`` hold codes or families (``LAT``); empty selects all.

    ``severities`` name a check and how loud its findings are to be; what the policy's confidence allows is never
    passed.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: tuple[tuple[str, Severity], ...] = ()
    suppressions: tuple[Suppression, ...] = ()

    def wants(self, code: str) -> bool:
        """True where the check of this code is to be reported; an exact code outweighs its family."""
        chosen = not self.select or code.startswith(self.select)
        if code in self.select and code not in self.ignore:
            return True
        return chosen and not (self.ignore and code.startswith(self.ignore))


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that was made and is accepted: it stays visible and counts for nothing."""

    finding: Finding
    reason: str
    until: str | None
    where: str

    def to_dict(self) -> dict[str, object]:
        return {
            "finding": self.finding.to_dict(),
            "reason": self.reason,
            "until": self.until,
            "where": self.where,
        }


@dataclass(frozen=True, slots=True)
class Notice:
    """What is wrong with a suppression itself; it says nothing of the note and counts for nothing."""

    code: NoticeCode
    name: str
    severity: Severity
    message: str
    where: str
    fix: str

    def to_dict(self) -> dict[str, object]:
        return {
            "code": self.code,
            "name": self.name,
            "severity": self.severity,
            "message": self.message,
            "where": self.where,
            "fix": self.fix,
        }
