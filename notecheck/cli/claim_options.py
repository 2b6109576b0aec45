"""The claim of the command line: a file, or the short form in options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from notecheck.errors import InputError
from notecheck.policy import book as policy_book
from notecheck.read.claim_files import read_claim
from notecheck.read.claims import claim_from_dict, short_line
from notecheck.records import Claim


@dataclass(frozen=True, slots=True)
class ClaimOptions:
    """The claim options as typed."""

    file: Path | None
    cpt: list[str]
    icd: list[str]
    payer: str | None
    mac: str | None
    state: str | None
    dos: str | None
    pos: str | None
    claim_id: str | None = None
    own_policies: tuple[Path, ...] = ()
    own_payers: tuple[Path, ...] = ()
    usual: Mapping[str, str] = field(default_factory=dict)
    """Payer, contractor, state and place of the configuration, where the claim does not say them."""

    def refuse_both_forms(self) -> None:
        """Raises InputError NC-I40 when a claim file and a claim option are given, or a diagnosis without a line."""
        given = self._given()
        if self.file and given:
            raise InputError(
                "NC-I40",
                f"--claim and --{given[0]} are given",
                where="--claim",
                next_step="Put everything into the claim file.",
            )
        if self.claim_id and not self.file:
            raise InputError(
                "NC-I40", "--claim-id needs a --claim", where="--claim-id", next_step="Name the file with the claims."
            )
        if self.icd and not self.cpt:
            raise InputError("NC-I40", "--icd needs a --cpt", where="--icd", next_step="Add the billed line.")

    def claim(self, note_id: str | None = None) -> Claim | None:
        """The claim, of several in a file the one for ``note_id``; None when no claim option is given. Raises
        InputError for one that cannot be understood.

        Asks the tables alone, so that a wrong claim is refused before the language pipeline is built.
        """
        if not self.file and not self._given() and not self.usual:
            return None
        book = policy_book.load(self.own_policies, self.own_payers)
        if self.file:
            return read_claim(self.file, book, claim_id=self.claim_id, note_id=note_id, usual=self.usual)
        lines: list[dict[str, Any]] = [short_line(line) | {"icd10": self.icd} for line in self.cpt]
        data = {
            "lines": lines,
            "payer": self.payer,
            "mac": self.mac,
            "state": self.state,
            "date_of_service": self.dos,
            "place_of_service": self.pos,
        }
        return claim_from_dict(data, book, where="command line", usual=self.usual)

    def _given(self) -> list[str]:
        options = ("cpt", "icd", "payer", "mac", "state", "dos", "pos")
        return [name for name in options if getattr(self, name)]
