"""Payers that the user added: one small file for each under ``payers/`` of the user's data folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from notecheck import locate
from notecheck.datafile import read_model
from notecheck.errors import DataError, did_you_mean
from notecheck.policy.coverage import Coverage

Form = Literal["one-line-50", "two-lines", "two-units"]


class ElsewhereForm(BaseModel):
    """A form that is taken at one place of service beside the usual one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: str = Field(pattern=r"^\d{2}$")
    form: Form


class OwnPayer(BaseModel):
    """One added payer. ``like`` names the profile whose coverage policies judge its claims."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    payer: str = Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
    name: str = Field(min_length=2)
    like: str = "commercial"
    bilateral: Form
    also: tuple[ElsewhereForm, ...] = ()
    source: str = Field(min_length=3)
    confidence: Literal["verified", "verified-2", "recalled", "unsure"]


def own_payers(coverage: Coverage, files: Sequence[Path] = ()) -> tuple[OwnPayer, ...]:
    """Every added payer, by file name; ``files`` are further files beside those of the user's data folder.

    Raises DataError NC-D02 to NC-D04 (unreadable, unknown key, wrong value) and NC-D06 (a name that is taken, a profile
    that is not there), naming the file.
    """
    folder = locate.user_data() / "payers"
    found: dict[str, OwnPayer] = {}
    for path in (*(sorted(folder.glob("*.yaml")) if folder.is_dir() else ()), *files):
        payer = read_model(path, OwnPayer)
        _refuse(payer, path, coverage, found)
        found[payer.payer] = payer
    return tuple(found.values())


def with_payers(coverage: Coverage, own: tuple[OwnPayer, ...]) -> Coverage:
    """The policies with the added payers; the same where there are none."""
    if not own:
        return coverage
    topics = {payer.payer: coverage.topics[payer.like] for payer in own if payer.like in coverage.topics}
    names = {payer.payer: payer.name for payer in own}
    return replace(coverage, payers={**coverage.payers, **names}, topics={**coverage.topics, **topics})


def _refuse(payer: OwnPayer, path: Path, coverage: Coverage, found: Mapping[str, OwnPayer]) -> None:
    if payer.payer in coverage.payers or payer.payer in found:
        raise DataError(
            "NC-D06", f"there is a payer '{payer.payer}' already", where=str(path), next_step="Give it another name."
        )
    if payer.like not in coverage.payers:
        raise DataError(
            "NC-D06",
            f"like: there is no payer '{payer.like}'",
            where=str(path),
            next_step=did_you_mean(payer.like, coverage.payers) + f"Known: {', '.join(sorted(coverage.payers))}.",
        )
