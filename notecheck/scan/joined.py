"""The claims of a scan: which belongs to which document, and which belong to none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from notecheck.records import Claim, Document


@dataclass(frozen=True, slots=True)
class Setting:
    """Payer and place for notes without a claim; contractor, state and place also where a claim leaves them open."""

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

    A claim goes to one document only, the first that fits; where several claims fit a document it gets none of them.
    By patient and day, only a day that the file of the document gives counts, not one that its text states.
    """

    def __init__(self, claims: Iterable[Claim] = (), setting: Setting | None = None) -> None:
        self._setting = setting or Setting()
        self._claims = tuple(claims)
        self._used: set[int] = set()
        self._disputed: set[int] = set()
        self._by_note: dict[str, list[int]] = defaultdict(list)
        self._by_encounter: dict[str, list[int]] = defaultdict(list)
        self._by_visit: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, claim in enumerate(self._claims):
            if claim.note_id:
                self._by_note[claim.note_id].append(number)
            if claim.encounter:
                self._by_encounter[claim.encounter].append(number)
            if claim.patient_id and claim.date_of_service:
                self._by_visit[claim.patient_id, claim.date_of_service].append(number)

    def of(self, document: Document) -> Claim | None:
        """The claim to judge the document with: what was billed, or the setting alone; None without either."""
        found = self._found(document)
        if len(found) > 1:
            self._disputed.update(found)
        if len(found) == 1:
            self._used.add(found[0])
            return self._completed(self._claims[found[0]])
        if not self._setting.given:
            return None
        return self._completed(Claim(payer=self._setting.payer or "medicare"))

    def unmatched(self) -> list[dict[str, Any]]:
        """The claims that no document took, as rows of the table ``unmatched``."""
        return [
            {
                "claim_id": claim.claim_id,
                "note_id": claim.note_id,
                "patient": claim.patient_id,
                "day": claim.date_of_service,
                "codes": list(claim.codes),
                "reason": self._why(number, claim),
            }
            for number, claim in enumerate(self._claims)
            if number not in self._used
        ]

    def _found(self, document: Document) -> Sequence[int]:
        fitting: list[Sequence[int]] = [self._by_note.get(document.note.note_id, ())]
        if document.encounter:
            fitting += [self._by_encounter.get(document.encounter, ()), self._by_note.get(document.encounter, ())]
        if document.patient and document.day:
            fitting.append(self._by_visit.get((document.patient, document.day), ()))
        left = ([number for number in some if number not in self._used] for some in fitting)
        return next((some for some in left if some), ())

    def _completed(self, claim: Claim) -> Claim:
        local = claim.mac or claim.state
        return replace(
            claim,
            mac=claim.mac if local else self._setting.mac,
            state=claim.state if local else self._setting.state,
            place_of_service=claim.place_of_service or self._setting.place_of_service,
        )

    def _why(self, number: int, claim: Claim) -> str:
        if number in self._disputed:
            return "several claims fit the same document"
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
