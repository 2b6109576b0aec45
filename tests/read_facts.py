"""What several tests of short notes ask: one procedure with one attribute, or none at all."""

from __future__ import annotations

from typing import Any

import notecheck


def procedures(checker: notecheck.Checker, text: str) -> list[dict[str, Any]]:
    """The procedures that a note tells, as the facts print them."""
    found: list[dict[str, Any]] = checker.extract(text).to_dict()["procedures"]
    return found


def tells(checker: notecheck.Checker, text: str, family: str, key: str, value: object) -> None:
    """The note tells one procedure, of this family, and its ``key`` is ``value``."""
    found = procedures(checker, text)
    assert [p["family"] for p in found] == [family]
    assert found[0][key] == value
