"""A claim as a coder would mark it up: each billed line kept, changed, removed or left open, and each line to add."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from notecheck.records.claim import ClaimLine
from notecheck.records.text import Evidence

Mark = Literal["kept", "changed", "removed", "added", "open"]


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """One line of the marked-up claim.

    ``changes`` say what differs (``modifier RT to LT``), ``why`` the reasons in words, ``checks`` the codes of the
    findings about the line. ``open`` is a line that the note neither supports nor speaks against.
    """

    mark: Mark
    billed: ClaimLine | None = None
    supported: ClaimLine | None = None
    changes: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Plain JSON types."""
        return {
            "mark": self.mark,
            "billed": self.billed.to_dict() if self.billed else None,
            "supported": self.supported.to_dict() if self.supported else None,
            "changes": list(self.changes),
            "why": list(self.why),
            "checks": list(self.checks),
            "evidence": [e.to_dict() for e in self.evidence],
        }
