"""The claims of a scan: which belongs to which document, and which belong to none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from notecheck.policy.codes import CodeTables
from notecheck.read.claims import DEFAULT_PAYER
from notecheck.read.columns import iso_day
from notecheck.read.payer_names import Payers
from notecheck.records import Claim, RefusedClaim
from notecheck.scan.matching import WAYS, Fit, Settled, Told, families_billed, settle
from notecheck.scan.payers import chosen


@dataclass(frozen=True, slots=True)
class Setting:
    """Payer, contractor, state and place where neither the claim nor, for the payer, the file of a note names them."""

    payer: str | None = None
    mac: str | None = None
    state: str | None = None
    place_of_service: str | None = None

    @property
    def given(self) -> bool:
        """True where anything is named."""
        return bool(self.payer or self.mac or self.state or self.place_of_service)


class Joined:
    """Claims joined to documents by the name of the note, else by encounter, else by patient and day of service.

    While documents are read, a claim goes to the first document that it fits (``first``); once all are read,
    :meth:`settled` says which document it belongs to. By patient and day, only a day that the file of the document
    gives counts, not one that its text states. Claims are known by their number, as text.
    """

    def __init__(
        self,
        claims: Iterable[Claim] = (),
        setting: Setting | None = None,
        codes: CodeTables | None = None,
        *,
        payers: Payers | None = None,
        refused: Iterable[RefusedClaim] = (),
    ) -> None:
        """``payers`` know the names that files give; ``refused`` are claims that could not be understood."""
        self._setting = setting or Setting()
        self._claims = tuple(claims)
        self._payers = payers or Payers({})
        self._refused = tuple(refused)
        self._codes = codes
        self._given: set[str] = set()
        self._withheld: set[str] = set()
        self._by_note: dict[str, list[str]] = defaultdict(list)
        self._by_encounter: dict[str, list[str]] = defaultdict(list)
        self._by_visit: dict[tuple[str, str], list[str]] = defaultdict(list)
        for number, claim in enumerate(self._claims):
            if claim.note_id:
                self._by_note[claim.note_id].append(str(number))
            if claim.encounter:
                self._by_encounter[claim.encounter].append(str(number))
            if claim.patient_id and claim.date_of_service:
                self._by_visit[claim.patient_id, claim.date_of_service].append(str(number))

    def fitting(
        self, note_id: str, encounter: str | None, patient: str | None, day: str | None
    ) -> tuple[tuple[str, int], ...]:
        """Every claim that may belong to a document, once, with the tier of its surest way (see WAYS)."""
        if not self._claims:
            return ()
        found: dict[str, int] = {}
        by_way = (
            self._by_note.get(note_id, ()),
            self._by_encounter.get(encounter, ()) if encounter else (),
            self._by_note.get(encounter, ()) if encounter else (),
            self._by_visit.get((patient, day), ()) if patient and day else (),
        )
        for tier, claims in enumerate(by_way):
            for claim in claims:
                found.setdefault(claim, tier)
        return tuple((claim, tier) for claim, tier in found.items() if claim not in self._withheld)

    def withhold(self, claim_ids: Collection[str]) -> None:
        """Leave out the claims of these ids: documents that are not read this time have them."""
        self._withheld.update(str(n) for n, claim in enumerate(self._claims) if claim.claim_id in claim_ids)

    def first(self, fits: Iterable[tuple[str, int]]) -> tuple[str, str] | None:
        """The claim, and how it was found, to judge a document with until all are read; None where none is left."""
        left = [(tier, claim) for claim, tier in fits if claim not in self._given]
        best = [(tier, claim) for tier, claim in left if tier == min(left)[0]]
        if len(best) != 1:
            return None
        tier, claim = best[0]
        self._given.add(claim)
        return claim, WAYS[tier]

    def claim(self, number: str | None, payer: str | None = None) -> Claim | None:
        """The claim of a number with what file and setting add to it; without one, these alone, or None.

        ``payer`` is the name in the file of the document.
        """
        return completed(None if number is None else self._claims[int(number)], self._setting, payer, self._payers)[0]

    def payer_by(self, number: str | None, payer: str | None = None) -> str:
        """What names the payer of a document with this claim: see :func:`notecheck.scan.payers.chosen`."""
        return completed(None if number is None else self._claims[int(number)], self._setting, payer, self._payers)[1]

    def settled(self, fits: Iterable[Fit], told: Mapping[str, Told]) -> Settled:
        """Which claim each document has. Needs ``codes`` where several documents fit a claim."""
        return settle(fits, told, self._billed)

    def unmatched(self, settled: Settled) -> list[dict[str, Any]]:
        """The claims that no document has, as rows of the table ``unmatched``: first those that cannot be read."""
        placed = {claim for claim, _ in settled.of.values()}
        return [
            *(refused_row(claim) for claim in self._refused),
            *(
                unmatched_row(claim, settled.reasons.get(str(number)))
                for number, claim in enumerate(self._claims)
                if str(number) not in placed
            ),
        ]

    def _billed(self, number: str) -> frozenset[str]:
        return families_billed(self._claims[int(number)], self._codes) if self._codes else frozenset()


def completed(
    claim: Claim | None, setting: Setting, name: str | None, payers: Payers
) -> tuple[Claim | None, str]:
    """A claim with payer, contractor, state and place where it leaves them open, and what named the payer.

    ``name`` is the payer as the file names it. Without a claim what file and setting say stands for one; None where
    they say nothing.
    """
    payer, by = chosen(claim, name, setting.payer, payers)
    if claim is None and payer is None and not setting.given:
        return None, by
    given = claim or Claim()
    local = given.mac or given.state
    return replace(
        given,
        payer=payer or DEFAULT_PAYER,
        mac=given.mac if local else setting.mac,
        state=given.state if local else setting.state,
        place_of_service=given.place_of_service or setting.place_of_service,
    ), by


def refused_row(claim: RefusedClaim) -> dict[str, Any]:
    """The row of ``unmatched`` for a claim that cannot be understood."""
    return {
        "claim_id": claim.claim_id,
        "note_id": claim.note_id,
        "patient": claim.patient_id,
        "day": iso_day(claim.date_of_service or ""),
        "codes": list(claim.codes),
        "reason": claim.reason,
    }


def unmatched_row(claim: Claim, reason: str | None) -> dict[str, Any]:
    """The row of ``unmatched`` for a claim; ``reason`` where documents fitted it."""
    return {
        "claim_id": claim.claim_id,
        "note_id": claim.note_id,
        "patient": claim.patient_id,
        "day": claim.date_of_service,
        "codes": list(claim.codes),
        "reason": reason or _nowhere(claim),
    }


def _nowhere(claim: Claim) -> str:
    keys = [
        what
        for what, there in (
            ("name", claim.note_id),
            ("encounter", claim.encounter),
            ("patient and day", claim.patient_id and claim.date_of_service),
        )
        if there
    ]
    if not keys:
        return "the claim names no note, no encounter, and no patient with a day"
    return f"no document of this {' or '.join(keys)}"
