"""What the coding checks share: the claim's lines matched with the note, and the words that prove a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from notecheck.checks.base import Case
from notecheck.coding import rules
from notecheck.coding.count import LevelCount, level_counts
from notecheck.coding.joints import said
from notecheck.coding.lines import Setting
from notecheck.coding.match import LineMatch, match_lines
from notecheck.coding.suggest import setting_of
from notecheck.records import Evidence, Procedure, Severity

_RANK: dict[Severity, int] = {"info": 0, "warning": 1, "error": 2}
_CAP: dict[str, Severity] = {"verified": "error", "verified-2": "warning", "recalled": "info", "unsure": "info"}


@dataclass(frozen=True, slots=True)
class Billing:
    """A case with lines to judge: the setting of the claim and each line's procedures."""

    case: Case
    setting: Setting
    matches: tuple[LineMatch, ...]

    @property
    def sound(self) -> tuple[LineMatch, ...]:
        """Lines about a documented procedure that fits them in family, region, technique and target."""
        return tuple(m for m in self.matches if m.sound and m.procedures)

    def counts(self) -> tuple[LevelCount, ...]:
        """Levels billed and documented, one entry for each row of level-counting codes."""
        return level_counts(self.matches, self.setting)

    def rows(self) -> Iterator[tuple[LineMatch, ...]]:
        """Sound lines together that share a row of level-counting codes or one code."""
        found: dict[tuple[str, ...], list[LineMatch]] = {}
        for match in self.sound:
            ladder = self.setting.rules.ladder(match.line.code)
            found.setdefault(ladder.codes if ladder else (match.line.code,), []).append(match)
        return (tuple(group) for group in found.values())


def billing(case: Case) -> Billing | None:
    """The case as a Billing; None when nothing was billed."""
    if case.claim is None or not case.claim.lines:
        return None
    setting = replace(setting_of(case.note, case.claim, case.book), day=case.day)
    return Billing(case, setting, match_lines(case.note, case.claim.lines, setting))


def grouped(matches: Iterable[LineMatch]) -> Iterator[tuple[LineMatch, ...]]:
    """Lines about the same procedures together, so that one fault is told once."""
    found: dict[tuple[int, ...], list[LineMatch]] = {}
    for match in matches:
        found.setdefault(tuple(id(p) for p in match.procedures), []).append(match)
    return (tuple(group) for group in found.values())


def listed(matches: Sequence[LineMatch]) -> str:
    """The codes of some lines as a person lists them, each once."""
    codes = list(dict.fromkeys(m.line.code for m in matches))
    return codes[0] if len(codes) == 1 else ", ".join(codes[:-1]) + f" and {codes[-1]}"


def proof(case: Case, procedures: Iterable[Procedure], *fields: str) -> tuple[Evidence, ...]:
    """The words that prove the named fields of the procedures, else that they were done, else the place searched."""
    done = list(procedures)
    found = [e for p in done for name in fields for e in p.of(name)]
    found = found or [e for p in done for e in p.of("family")] or [e for p in done for e in p.evidence[:2]]
    return tuple(dict.fromkeys(found))[:6] or searched(case)


def searched(case: Case) -> tuple[Evidence, ...]:
    """The places where a procedure is told, as proof that something is not there."""
    return case.searched("procedure", "description", "findings", "none")


def capped(severity: Severity, confidence: str) -> Severity:
    """A severity no louder than what is known allows: only verified facts may be errors."""
    limit = _CAP.get(confidence, "info")
    return severity if _RANK[severity] <= _RANK[limit] else limit


def told(procedure: Procedure) -> str:
    """A procedure in a few words."""
    data = rules.load()
    parts = (
        procedure.laterality,
        procedure.region,
        said(procedure.levels),
        (procedure.site or "").replace("-", " "),
        data.technique(procedure.technique) if procedure.technique else "",
    )
    extra = ", ".join(part for part in parts if part)
    return data.family(procedure.family) + (f" ({extra})" if extra else "")


def verb(matches: Sequence[LineMatch], one: str, many: str) -> str:
    """The verb that fits one code or several."""
    return one if len({m.line.code for m in matches}) == 1 else many
