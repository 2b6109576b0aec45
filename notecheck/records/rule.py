"""What a check says of itself, for outputs that carry their rules with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class RuleCard:
    """One check in words: ``says`` its first sentence, ``looks_for`` what it checks, ``page`` the whole page.

    ``severity`` is the loudest that its findings have, ``tags`` its family and what can settle it.
    """

    code: str
    name: str
    severity: Literal["error", "warning", "info"]
    says: str
    looks_for: str
    page: str
    tags: tuple[str, ...] = ()
