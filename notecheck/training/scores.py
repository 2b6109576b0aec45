"""Small measures with their doubt."""

from __future__ import annotations

import math
from dataclasses import dataclass

_Z = 1.96


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` out of ``of``, with a 95 % Wilson interval."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share itself; 0 of nothing is 0."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end."""
        if not self.of:
            return (0.0, 1.0)
        p, n = self.value, self.of
        middle = (p + _Z * _Z / (2 * n)) / (1 + _Z * _Z / n)
        half = _Z * math.sqrt(p * (1 - p) / n + _Z * _Z / (4 * n * n)) / (1 + _Z * _Z / n)
        return (max(0.0, middle - half), min(1.0, middle + half))

    def to_dict(self) -> dict[str, object]:
        low, high = self.interval
        ends = [round(float(low), 3), round(float(high), 3)]
        return {"hits": int(self.hits), "of": int(self.of), "share": round(float(self.value), 3), "ci95": ends}

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} ({self.hits} of {self.of}, 95 % {low:.2f}-{high:.2f})"
