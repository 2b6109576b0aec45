"""The public names: what others may import stays, and the command uses nothing else of the engine."""

from __future__ import annotations

import notecheck

NAMES = [
    "Checker",
    "Claim",
    "ClaimLine",
    "DataError",
    "Facts",
    "Finding",
    "InputError",
    "Note",
    "NotecheckError",
    "Procedure",
    "Report",
    "load",
]
CHECKER = ["answer", "book", "check", "episodes", "explain", "extract", "second_reading"]


def test_public_names_are_those_agreed() -> None:
    assert sorted(notecheck.__all__) == NAMES
    assert all(hasattr(notecheck, name) for name in NAMES)


def test_public_names_of_the_checker() -> None:
    assert [name for name in sorted(vars(notecheck.Checker)) if not name.startswith("_")] == CHECKER


def test_public_things_say_what_they_are() -> None:
    for name in NAMES:
        assert (getattr(notecheck, name).__doc__ or "").strip(), name
