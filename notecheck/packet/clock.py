"""How long there is to answer a records request: ``patterns/packet``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from notecheck import datafile, locate
from notecheck.errors import InputError, did_you_mean


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClockRule(_Strict):
    asker: str
    label: str
    days: int = Field(gt=0)
    payers: tuple[str, ...]
    source: str
    confidence: Literal["verified", "verified-2", "recalled", "unsure"]
    last_checked: date


class ClockFile(_Strict):
    clocks: tuple[ClockRule, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """When the answer is due. ``days`` is None where no rule is known: the letter says. ``left`` counts from today."""

    received: date
    days: int | None
    due: date | None
    left: int | None
    label: str
    source: str
    confidence: str

    @property
    def sentence(self) -> str:
        """The clock in one sentence."""
        if self.due is None or self.left is None:
            return f"Request of {self.received}: no time is known for this payer. The letter says when it is due."
        counted = f"Request of {self.received}, {self.days} calendar days: due {self.due}"
        if self.left < 0:
            return f"{counted}, {-self.left} days ago."
        return f"{counted}, {self.left} day{'' if self.left == 1 else 's'} from today."


@lru_cache(maxsize=1)
def rules() -> tuple[ClockRule, ...]:
    """The known times. Raises DataError NC-D02 to NC-D04 for a broken file."""
    return datafile.read_model(locate.patterns() / "packet" / "response.yaml", ClockFile).clocks


def clock(received: date, today: date, *, payer: str = "medicare", asker: str = "", days: int | None = None) -> Clock:
    """The clock of a request dated ``received``. ``days`` is what the letter says; else the rule of ``asker`` or payer.

    Raises InputError NC-I99 for an asker that is not known, or days below one.
    """
    if days is not None:
        if days < 1:
            raise InputError("NC-I99", "days below one", where="--days", next_step="Write the days of the letter.")
        return _clock(received, today, days, "as the letter says", "the letter", "verified")
    known = {rule.asker: rule for rule in rules()}
    if asker and asker not in known:
        raise InputError(
            "NC-I99",
            f"no time is known for '{asker}'",
            where="--asker",
            next_step=f"{did_you_mean(asker, known)}Known are {', '.join(known)}; or give --days.",
        )
    rule = known.get(asker) or next((rule for rule in rules() if payer in rule.payers), None)
    if rule is None:
        return Clock(received, None, None, None, "", "", "")
    return _clock(received, today, rule.days, rule.label, rule.source, rule.confidence)


def _clock(received: date, today: date, days: int, label: str, source: str, confidence: str) -> Clock:
    due = received + timedelta(days=days)
    return Clock(received, days, due, (due - today).days, label, source, confidence)
