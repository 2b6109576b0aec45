"""Sessions of several procedures, through the real extraction: every entry with its own attributes, and none too many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import notecheck
from notecheck.datafile import read_yaml

SESSIONS: list[dict[str, Any]] = read_yaml(Path(__file__).parent / "facts" / "sessions.yaml")


def said(entry: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    """The keys of a fixture out of one entry of the answer."""
    whole = {**entry, "muscles": sorted(entry["muscles"]), "drugs": {i["drug"]: i["mg"] for i in entry["injectate"]}}
    return {key: whole[key] for key in keys}


@pytest.mark.parametrize("session", [pytest.param(s, id=s["name"]) for s in SESSIONS])
def test_session(checker: notecheck.Checker, session: dict[str, Any]) -> None:
    found = checker.extract(session["note"]).to_dict()["procedures"]
    assert sorted(p["family"] for p in found) == sorted(w["family"] for w in session["want"])
    for wanted in session["want"]:
        wanted = {**wanted, "muscles": sorted(wanted["muscles"])} if "muscles" in wanted else wanted
        answers = [said(entry, list(wanted)) for entry in found if entry["family"] == wanted["family"]]
        assert wanted in answers


def test_there_are_enough_sessions() -> None:
    assert len(SESSIONS) >= 20
    assert len({s["name"] for s in SESSIONS}) == len(SESSIONS)
