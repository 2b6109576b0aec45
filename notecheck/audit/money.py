"""Money at risk, by a fee file of the user's own: the billed lines that an error names, or whose note is on hold."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from notecheck.audit.batch import Billed
from notecheck.errors import InputError
from notecheck.scan.store import Store

_NEXT = "Give a CSV file with the columns code and fee, a line for each code, as in 64483,245.10."


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A billed line at risk and its amount. ``why`` is ``named by an error`` or ``note on hold``."""

    key: str
    code: str
    amount: Decimal
    why: str


@dataclass(frozen=True, slots=True)
class Money:
    """What is at risk of what was billed. ``without_fee`` counts billed lines whose code the fee file lacks."""

    billed: Decimal
    lines: tuple[AtRisk, ...]
    without_fee: int

    @property
    def at_risk(self) -> Decimal:
        """The sum of the lines at risk."""
        return sum((line.amount for line in self.lines), Decimal(0))


def read_fees(path: Path) -> dict[str, Decimal]:
    """Fee by code. Raises InputError NC-A11 for a file that cannot be read, lacks a column or holds no amount."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            "NC-A11", f"not a CSV file ({type(error).__name__})", where=str(path), next_step=_NEXT
        ) from None
    fees: dict[str, Decimal] = {}
    for number, row in enumerate(rows, start=2):
        named = {(name or "").strip().lower(): (value or "") for name, value in row.items() if isinstance(value, str)}
        code = named.get("code", "").strip().upper()
        written = next((named[name] for name in ("fee", "amount", "charge") if named.get(name)), "")
        try:
            amount = Decimal(written.replace("$", "").replace(",", "").strip())
        except InvalidOperation:
            amount = Decimal("NaN")
        if not code or not amount.is_finite() or amount < 0:
            raise InputError("NC-A11", "no code with an amount", where=f"{path}:{number}", next_step=_NEXT)
        fees[code] = amount
    if not fees:
        raise InputError("NC-A11", "no fee in this file", where=str(path), next_step=_NEXT)
    return fees


def at_risk(store: Store, lines: Iterable[Billed], fees: Mapping[str, Decimal]) -> Money:
    """The money at risk. An error that names a code puts its lines at risk, one that names none the whole note."""
    named: dict[str, set[str]] = defaultdict(set)
    whole: set[str] = set()
    rows = store.query(
        "SELECT f.note_key, f.billed FROM findings f JOIN notes n USING (note_key) "
        "WHERE f.severity = 'error' AND n.readiness = 'hold' AND NOT n.gone"
    )
    for key, code in rows:
        if code:
            named[key].add(code)
        else:
            whole.add(key)
    total, without = Decimal(0), 0
    found: list[AtRisk] = []
    for line in lines:
        fee = fees.get(line.code)
        if fee is None:
            without += 1
            continue
        amount = fee * Decimal(str(line.units))
        total += amount
        if line.code in named.get(line.key, ()):
            found.append(AtRisk(line.key, line.code, amount, "named by an error"))
        elif line.key in whole:
            found.append(AtRisk(line.key, line.code, amount, "note on hold"))
    return Money(total, tuple(found), without)
