"""A dropped file to documents, in a worker: nothing of it is written to disk."""

from __future__ import annotations

from typing import Any

from notecheck.read.documents import from_bytes
from notecheck.records import Refused


def read(name: str, data: bytes, most: int) -> list[dict[str, Any]]:
    """The documents of a file or an archive, at most ``most``, and one refusal after them where there are more.

    A document is ``{"name", "text"}`` and what its file says of it, a refusal ``{"name", "refused", "next_step"}``.
    """
    found: list[dict[str, Any]] = []
    for one in from_bytes(name, data):
        label = f"{name}/{one.member}" if one.member else name
        if len(found) == most:
            found.append(refused(name, f"more than {most} documents", "Drop the rest as a second batch."))
            break
        if isinstance(one, Refused):
            found.append(refused(label, one.reason, one.next_step, one.code))
        else:
            said = {
                "payer": one.payer,
                "date_of_service": one.day,
                "patient": one.patient,
                "encounter": one.encounter,
                "note_id": one.note.note_id,
            }
            found.append({"name": label, "text": one.note.text} | {k: v for k, v in said.items() if v})
    return found or [refused(name, "nothing in it", "Check that it was exported fully.")]


def refused(name: str, reason: str, next_step: str, code: str = "") -> dict[str, Any]:
    """A document that could not be read, as plain data."""
    return {"name": name, "refused": reason, "next_step": next_step, "code": code}
