"""Several notes in one call of ``check``: what cannot be asked of them together, and which claim is whose."""

from __future__ import annotations

from collections.abc import Sequence

from notecheck.cli.claim_options import ClaimOptions
from notecheck.errors import InputError
from notecheck.policy import book as policy_book
from notecheck.read.claim_files import read_claims
from notecheck.records import Claim, Note

ONE_NOTE_ONLY = ("chart", "history", "cpt", "icd", "claim_id", "explain")


def refuse_for_one(notes: Sequence[str], given: dict[str, object]) -> None:
    """Raises InputError NC-I44 for several notes with an option that is about one of them."""
    for name in ONE_NOTE_ONLY:
        if len(notes) > 1 and given.get(name):
            option = f"--{name.replace('_', '-')}"
            raise InputError(
                "NC-I44",
                f"{option} is about one note, and {len(notes)} are named",
                where=option,
                next_step="Check them one by one; for claims give --claim a file with a note_id in each claim.",
            )


def claims_for(options: ClaimOptions, notes: Sequence[Note]) -> list[Claim | None]:
    """The claim of each note: of a file the one with its note_id. Raises InputError NC-I61 where there is none."""
    if len(notes) == 1 or not options.file:
        return [options.claim(note.note_id) for note in notes]
    book = policy_book.load(options.own_policies, options.own_payers)
    claims = read_claims(options.file, book, options.usual)
    return [_of(claims, note, str(options.file)) for note in notes]


def _of(claims: Sequence[Claim], note: Note, where: str) -> Claim:
    fitting = [claim for claim in claims if claim.note_id == note.note_id]
    if len(fitting) == 1:
        return fitting[0]
    raise InputError(
        "NC-I61",
        f"{len(fitting) or 'no'} claim{'s' * (len(fitting) > 1)} with the note_id '{note.note_id}'",
        where=where,
        next_step="Give each claim the note_id of its note: the file name without its ending.",
    )
