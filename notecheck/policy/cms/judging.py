"""Whether a download can be what it says: its rows against the bounds and against the edition before."""

from __future__ import annotations

from datetime import date

from notecheck.errors import InputError
from notecheck.policy.cms import shelf
from notecheck.policy.cms.expected import Expected


def plausible(kind: shelf.Kind, rows: int, day: date, expected: Expected, where: str) -> None:
    """Refuse a file that is too short, or far from the edition before it. Raises InputError NC-I53."""
    if rows < expected.least_rows:
        raise InputError(
            "NC-I53",
            f"{rows} rows, where at least {expected.least_rows} are expected",
            where=where,
            next_step="Give all files of the edition, downloaded to the end.",
        )
    before = [edition for edition in shelf.editions(kind) if edition.day <= day]
    if not before:
        return
    old = before[-1]
    if not old.rows * expected.shrink <= rows <= old.rows * expected.grow:
        raise InputError(
            "NC-I53",
            f"{rows} rows, where the edition of {old.day} has {old.rows}: too far apart",
            where=where,
            next_step="Check the download; if it is right, take the old edition off with `notecheck codes restore`.",
        )
