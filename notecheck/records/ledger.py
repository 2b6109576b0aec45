"""One row for each needle target: what the note documents there and which billed lines are about it."""

from __future__ import annotations

from dataclasses import dataclass

from notecheck.records.facts import Injectate
from notecheck.records.text import Evidence


@dataclass(frozen=True, slots=True)
class Needle:
    """One target of one procedure on one side, documented, billed, or both.

    ``target`` are the words for a reader; ``level`` the normalised level or None off the spine; ``kind`` one of
    ``foramen``, ``interspace``, ``joint``, ``nerve``, ``vertebra``, ``lead``, ``muscle``, ``site``. ``injectate`` are
    the drugs of the whole procedure: ``shared`` says that its doses are totals over several targets. ``billed`` are
    claim lines as a coder writes them. ``evidence`` is empty for a target that only the claim has.
    """

    family: str
    target: str
    kind: str
    level: str | None = None
    region: str | None = None
    side: str | None = None
    approach: str | None = None
    guidance: tuple[str, ...] = ()
    contrast: str | None = None
    injectate: tuple[Injectate, ...] = ()
    shared: bool = False
    documented: bool = True
    billed: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @property
    def agrees(self) -> bool:
        """True where note and claim both have this target."""
        return self.documented and bool(self.billed)

    def to_dict(self) -> dict[str, object]:
        return {
            "family": self.family,
            "target": self.target,
            "kind": self.kind,
            "level": self.level,
            "region": self.region,
            "side": self.side,
            "approach": self.approach,
            "guidance": list(self.guidance),
            "contrast": self.contrast,
            "injectate": [drug.to_dict() for drug in self.injectate],
            "shared": self.shared,
            "documented": self.documented,
            "billed": list(self.billed),
            "evidence": [e.to_dict() for e in self.evidence],
        }
