"""One thing wrong, or worth knowing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from notecheck.records.text import Evidence

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong, or worth knowing, with the words that show it and the policy that asks.

    ``code`` and ``name`` are those of the check; ``line`` the billed code it is about, or None; ``source`` names
    policy and edition; ``fix`` says what to ask or to change and never states a clinical fact.
    """

    code: str
    name: str
    severity: Severity
    message: str
    source: str
    evidence: tuple[Evidence, ...]
    fix: str
    line: str | None = None
    requirement: str | None = None

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError(f"{self.code} has no evidence: cite the words, or the place that was searched")

    def to_dict(self) -> dict[str, object]:
        return {
            "code": self.code,
            "name": self.name,
            "severity": self.severity,
            "message": self.message,
            "line": self.line,
            "requirement": self.requirement,
            "source": self.source,
            "evidence": [e.to_dict() for e in self.evidence],
            "fix": self.fix,
        }
