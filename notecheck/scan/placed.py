"""A document before it is judged: everything that tells whether the stored answer to it still holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from notecheck.errors import NotecheckError
from notecheck.records import Claim, Document, Refused, Ruling
from notecheck.records.stored import pack
from notecheck.scan.matching import BY_PROCEDURES, WAYS
from notecheck.scan.payers import named
from notecheck.scan.rows import Place, checksum, note_key

About = tuple[str | None, ...]


def placed(
    found: Document,
    root: str,
    edition: str,
    claim: Claim | None,
    way: str | None,
    ruling: Ruling | None,
    payer_by: str | None = None,
) -> Place:
    """The place of a document. ``way`` is how its claim was found, None for the setting alone; ``payer_by`` what named
    its payer."""
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
        payer_named=named(found),
        payer_by=payer_by,
    )


def refused_place(found: Refused, root: str, edition: str, note_id: str | None = None) -> Place:
    """The place of a document that cannot be read, or judged with what lies beside it."""
    return Place(
        source=found.source,
        member=found.member,
        root=root,
        note_id=note_id or Path(found.source).stem,
        content_hash=checksum(found.code, found.reason),
        edition=edition,
    )


def side_file_refused(source: str, member: str | None, error: NotecheckError) -> Refused:
    """The refusal of a document for a file beside it: the place of the fault is part of the reason."""
    return Refused(source, member, error.code, f"{error.where}: {error.what}", error.next_step)


def about(found: Document) -> About:
    """What the file says of a document, the payer last."""
    return (
        found.patient, found.provider, found.encounter, found.author, found.day, found.note.note_id, named(found),
    )  # fmt: skip


def claim_hash(claim: Claim | None, way: str | None, ruling: Ruling | None, told: About) -> str:
    """The checksum of all that a document is judged with beside its text."""
    ruled = None if ruling is None or ruling == Ruling() else pack(ruling)
    return checksum(json.dumps([pack(claim) if claim else None, way, ruled, told]))


def possible_ways(tier: int) -> Iterator[str]:
    """The words under which a claim of a tier may have been joined."""
    yield WAYS[tier]
    yield WAYS[tier] + BY_PROCEDURES


def key_of(source: str, member: str | None, seen: set[str]) -> str:
    """The key of a document among those of its source ``seen`` before it, to which it is added."""
    number, key, named_as = 1, note_key(source, member), member
    while key in seen:
        number += 1
        named_as = numbered(member, number)
        key = note_key(source, named_as)
    seen.add(key)
    return key


def numbered(place_of: str | None, number: int) -> str:
    """The member of the second, third ... document of one name."""
    return f"{place_of or ''} (again {number})".strip()
