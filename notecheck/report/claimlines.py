"""The claim as billed beside what the note supports, line by line."""

from __future__ import annotations

from dataclasses import dataclass

from notecheck.records import Finding, Report, SupportedLine
from notecheck.report.words import shown

SUPPRESSED = "suppressed: "


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One row: the billed line, what is wrong with it, the supported line, and why. Empty where there is none."""

    billed: str
    problem: str
    supported: str
    why: str

    @property
    def differs(self) -> bool:
        """True where a finding that counts speaks against the line, or the note supports it otherwise."""
        wrong = bool(self.problem) and not self.problem.startswith(SUPPRESSED)
        return wrong or bool(self.billed and self.supported and self.billed != self.supported)

    @property
    def agrees(self) -> bool:
        """True where the note supports the line as billed."""
        return bool(self.billed) and self.billed == self.supported and not self.problem


def claim_rows(report: Report) -> tuple[ClaimRow, ...]:
    """Every billed line with the supported line of the same code; then what the note supports and nobody billed."""
    left = list(report.suggested.lines)
    rows = []
    for line in report.claim.lines if report.claim else ():
        match = next((s for s in left if shown(s) == shown(line)), None)
        match = match or next((s for s in left if s.code == line.code), None)
        if match:
            left.remove(match)
        about = [f for f in report.findings if f.severity != "info" and f.line and f.line.split("-")[0] == line.code]
        settled = (s.finding for s in report.suppressed)
        accepted = [f for f in settled if f.line and f.line.split("-")[0] == line.code]
        problem = _problem(about) or (f"{SUPPRESSED}{_problem(accepted)}" if accepted else "")
        rows.append(ClaimRow(shown(line), problem, *_support(match)))
    unbilled = "not billed" if report.claim and report.claim.lines else ""
    rows += [ClaimRow("", unbilled, *_support(extra)) for extra in left]
    return tuple(rows)


def _problem(findings: list[Finding]) -> str:
    return findings[0].name.replace("-", " ") if findings else ""


def _support(line: SupportedLine | None) -> tuple[str, str]:
    return (shown(line), "; ".join(part for part in (" ".join(line.icd10), line.why) if part)) if line else ("", "")
