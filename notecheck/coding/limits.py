"""How many units of a code stand against its medically-unlikely edit (MUE)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from notecheck.policy.codes import CodeRow


class Billed(Protocol):
    """What a claim line and a suggested line have in common."""

    @property
    def modifiers(self) -> tuple[str, ...]: ...

    @property
    def units(self) -> float: ...


def counted_units(lines: Sequence[Billed], row: CodeRow) -> float:
    """Units of the lines of one code as its edit counts them: the largest line (indicator 1), else those of the day.

    Left and right lines of a code that may be bilateral count as the larger of the two.
    """
    if row.mai == 1:
        return max(line.units for line in lines)
    left = sum(line.units for line in lines if "LT" in line.modifiers and "RT" not in line.modifiers)
    right = sum(line.units for line in lines if "RT" in line.modifiers and "LT" not in line.modifiers)
    rest = sum(line.units for line in lines) - left - right
    return (max(left, right) if row.bilateral == "1" else left + right) + rest
