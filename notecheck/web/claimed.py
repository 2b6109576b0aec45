"""The claims of a batch: joined to its notes as in a scan, and settled whenever no note waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from notecheck.policy.codes import CodeTables
from notecheck.records import Claim
from notecheck.records.stored import unpack
from notecheck.scan.joined import Joined
from notecheck.scan.matching import Fit, Told
from notecheck.scan.rows import checksum

MOST_SHOWN = 200
"""Claims without a note that the page lists; the download has all of them."""


@dataclass(slots=True)
class Row:
    """One note of a batch: ``state`` is waiting, judged or refused.

    ``about`` is what its file says of it, ``claim`` the claim it is judged with and ``joined_by`` how that was found.
    """

    name: str
    state: str = "waiting"
    reason: str = ""
    text: str = ""
    about: dict[str, str] = field(default_factory=dict)
    claim: Claim | None = None
    joined_by: str = ""
    result: dict[str, Any] = field(default_factory=dict)
    parts: bytes = b""

    def to_dict(self, number: int) -> dict[str, Any]:
        """What the table shows of it."""
        short = {key: value for key, value in self.result.items() if key not in ("findings", "families")}
        made = {"number": number, "name": self.name, "state": self.state, "reason": self.reason, **short}
        named = label(self.claim) if self.claim else ""
        return made | {"claim": named, "joined_by": self.joined_by, "billed": self.billed}

    @property
    def billed(self) -> str:
        """The lines of its claim as a coder writes them; empty without a claim."""
        return lines(self.claim) if self.claim else ""


class Claims:
    """The claims of the files that were given, and what became of them."""

    def __init__(self, codes: CodeTables) -> None:
        self._codes = codes
        self._files: dict[str, tuple[Claim, ...]] = {}
        self._joined = Joined()
        self.left: tuple[dict[str, str], ...] = ()
        """The claims that no note has, with the reason, as of the last time that all notes were judged."""

    def take(self, name: str, given: Sequence[dict[str, Any]]) -> None:
        """The claims of one file; those of an earlier file of the same name go."""
        self._files[name] = tuple(unpack(Claim, one) for one in given)
        self._joined = Joined((claim for claims in self._files.values() for claim in claims), codes=self._codes)
        self.left = ()

    @property
    def given(self) -> bool:
        """True where there are claims."""
        return bool(self._files)

    def first(self, row: Row) -> tuple[Claim | None, str]:
        """The claim to judge a note with until all of them are judged."""
        found = self._joined.first(self._fitting(row))
        return (self._joined.claim(found[0]), found[1]) if found else (None, "")

    def settle(self, rows: Sequence[Row]) -> list[tuple[Row, Claim | None, str]]:
        """Every judged note with the claim that belongs to it now that all are known."""
        judged = {str(number): row for number, row in enumerate(rows) if row.state == "judged"}
        told = {
            key: Told((row.name, key), frozenset(row.result["families"]), checksum(row.text))
            for key, row in judged.items()
        }
        fits = (Fit(key, claim, tier) for key, row in judged.items() for claim, tier in self._fitting(row))
        settled = self._joined.settled(fits, told)
        self.left = tuple(
            {"claim": named(found), "codes": " ".join(found["codes"]), "reason": found["reason"]}
            for found in self._joined.unmatched(settled)
        )
        made = []
        for key, row in judged.items():
            number, way = settled.of.get(key, (None, ""))
            made.append((row, self._joined.claim(number) if number is not None else None, way))
        return made

    def to_dict(self) -> dict[str, Any]:
        """What the page shows of them."""
        return {
            "files": list(self._files),
            "claims": sum(map(len, self._files.values())),
            "unmatched": self.left[:MOST_SHOWN],
            "unmatched_count": len(self.left),
        }

    def _fitting(self, row: Row) -> tuple[tuple[str, int], ...]:
        about = row.about
        return self._joined.fitting(
            about.get("note_id", ""), about.get("encounter"), about.get("patient"), about.get("date_of_service")
        )


def label(claim: Claim) -> str:
    """The name of a claim: its id, else that of its note or encounter, else patient and day."""
    return named({
        "claim_id": claim.claim_id,
        "note_id": claim.note_id or claim.encounter,
        "patient": claim.patient_id,
        "day": claim.date_of_service,
    })  # fmt: skip


def named(found: dict[str, Any]) -> str:
    """The same for a row of claims that no document has."""
    by_patient = ", ".join(found[key] for key in ("patient", "day") if found[key])
    return found["claim_id"] or found["note_id"] or by_patient or "(no name)"


def lines(claim: Claim) -> str:
    """The lines of a claim as they are typed, units only above one."""
    return " ".join("".join(line.shown().split()).removesuffix("x1") for line in claim.lines)
