"""A document before it is judged: everything that tells whether the stored answer to it still holds."""

from __future__ import annotations

import json
from collections.abc import Iterator

from notecheck.records import Claim, Document, Ruling
from notecheck.records.stored import pack
from notecheck.scan.matching import BY_PROCEDURES, WAYS
from notecheck.scan.rows import Place, checksum

About = tuple[str | None, ...]


def placed(
    found: Document, root: str, edition: str, claim: Claim | None, way: str | None, ruling: Ruling | None
) -> Place:
    """The place of a document. ``way`` is how its claim was found, None for the setting alone."""
    return Place(
        source=found.source,
        member=found.member,
        root=root,
        note_id=found.note.note_id,
        patient=found.patient,
        provider=found.provider,
        encounter=found.encounter,
        author=found.author,
        day=found.day,
        content_hash=checksum(found.note.text),
        edition=edition,
        claim_hash=claim_hash(claim, way, ruling, about(found)),
        joined_by=way,
    )


def about(found: Document) -> About:
    """What the file says of a document."""
    return (found.patient, found.provider, found.encounter, found.author, found.day, found.note.note_id)


def claim_hash(claim: Claim | None, way: str | None, ruling: Ruling | None, told: About) -> str:
    """The checksum of all that a document is judged with beside its text."""
    ruled = None if ruling is None or ruling == Ruling() else pack(ruling)
    return checksum(json.dumps([pack(claim) if claim else None, way, ruled, told]))


def possible_ways(tier: int) -> Iterator[str]:
    """The words under which a claim of a tier may have been joined."""
    yield WAYS[tier]
    yield WAYS[tier] + BY_PROCEDURES


def numbered(place_of: str | None, number: int) -> str:
    """The member of the second, third ... document of one name."""
    return f"{place_of or ''} (again {number})".strip()
