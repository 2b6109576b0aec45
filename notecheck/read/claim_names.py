"""The names in claim files that are not our own JSON: payers, filing indicators, boxes and columns."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from notecheck import datafile, locate


class PayerName(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    payer: str
    words: tuple[str, ...]


class ClaimFiles(BaseModel):
    """``patterns/codes/claim-files.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    last_checked: date
    source: str
    confidence: Literal["verified", "verified-2", "recalled", "unsure"]
    payer_names: tuple[PayerName, ...]
    filing_indicators: dict[str, str]
    other_payer: str
    boxes: dict[str, str]
    columns: dict[str, str]

    def payer(self, name: str, indicator: str = "") -> str:
        """The profile for a payer's name, else for its filing indicator, else the one for unknown payers."""
        return self.named(name) or self.filing_indicators.get(indicator.upper(), self.other_payer)

    def named(self, name: str) -> str | None:
        """The profile for a payer's name, None for an unknown one."""
        lowered = " ".join(name.lower().split())
        for known in self.payer_names:
            if any(word in lowered for word in known.words):
                return known.payer
        return None


@lru_cache(maxsize=1)
def names() -> ClaimFiles:
    """The names in claim files. Raises DataError NC-D02 to NC-D04 when the data file is broken."""
    return datafile.read_model(locate.patterns() / "codes" / "claim-files.yaml", ClaimFiles)
