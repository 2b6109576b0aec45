"""The payer that a name in a file stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from notecheck.read.claim_names import names
from notecheck.read.claims import DEFAULT_PAYER

_NO_NAME = frozenset(
    {
        "self pay", "selfpay", "cash", "unknown", "unk", "none", "na", "n a", "not applicable", "not available",
        "other", "payer", "insurance", "primary", "null", "nan", "uninsured", "charity", "pending", "tbd",
    }
)  # fmt: skip
"""Words in the place of a payer that name none."""


class Payers:
    """The payers of the policies in use, by the names that exports give them."""

    def __init__(self, payers: Mapping[str, str]) -> None:
        """``payers`` are the printed names by slug."""
        self._slugs = frozenset(payers)
        printed = {_plain(name.partition("(")[0]): slug for slug, name in payers.items()}
        self._default = " ".join(_plain(payers.get(DEFAULT_PAYER, DEFAULT_PAYER)).split())
        own = (name for name in printed if printed[name] != DEFAULT_PAYER)
        self._printed = [(f" {name} ", printed[name]) for name in sorted(own, key=len, reverse=True)]
        self._found: dict[str, str | None] = {}

    def slug(self, name: str) -> str | None:
        """The payer of a name: by its slug, its printed name in the text, else the words known from claim files.

        None for an unknown one. Medicare comes last: other payers' plans have the word in their names.
        """
        if name not in self._found:
            self._found[name] = self._search(_plain(name))
        return self._found[name]

    def _search(self, words: str) -> str | None:
        slug = words.replace(" ", "-")
        if slug in self._slugs:
            return slug
        inside = f" {words} "
        known = next((slug for name, slug in self._printed if name in inside), None) or names().named(words)
        if known in self._slugs:
            return known
        return DEFAULT_PAYER if f" {self._default} " in inside else None

    def judged(self, name: str) -> str | None:
        """The payer that judges a document of this payer: the known one, else the commercial payer without a published
        policy, as in a claim file; None where the words name no payer at all."""
        if (known := self.slug(name)) is not None:
            return known
        words = _plain(name)
        real = re.search(r"[a-z]{2}", words) and words not in _NO_NAME
        return names().other_payer if real else None


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.lower()).split())
