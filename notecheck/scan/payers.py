"""Which payer a document is judged by: that of its claim, else of its file, else of the setting, else Medicare."""

from __future__ import annotations

import re
from collections.abc import Mapping

from notecheck.read.claim_parts import names
from notecheck.read.claims import DEFAULT_PAYER
from notecheck.records import Claim, Document

BY_CLAIM, BY_FILE, BY_SETTING, BY_DEFAULT = "claim", "file", "setting", "default"
NOT_KNOWN = ", the file's is not known"
"""Added to the way where the file names a payer that is none of those known."""

_LONGEST = 80
"""Characters beyond which a text in a column of payers is no name."""


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


def named(found: Document) -> str | None:
    """The payer as the file names it; None for no name, and for a text that is too long to be one."""
    text = " ".join((found.payer or "").split())
    return text if 0 < len(text) <= _LONGEST else None


def chosen(claim: Claim | None, name: str | None, usual: str | None, payers: Payers) -> tuple[str | None, str]:
    """The payer, None where nothing names a known one, and what named it.

    ``name`` is what the file says, ``usual`` the payer of the setting.
    """
    if claim is not None and claim.payer:
        return claim.payer, BY_CLAIM
    if name and (slug := payers.slug(name)):
        return slug, BY_FILE
    way = BY_SETTING if usual else BY_DEFAULT
    return usual, way + NOT_KNOWN if name else way


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.lower()).split())
