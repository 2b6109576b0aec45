"""Which payer a document is judged by: that of its claim, else of its file, else of the setting, else Medicare."""

from __future__ import annotations

from notecheck.read.payer_names import Payers
from notecheck.records import Claim, Document

BY_CLAIM, BY_FILE, BY_SETTING, BY_DEFAULT = "claim", "file", "setting", "default"
NOT_KNOWN = ", the file's is not known"
"""Added to the way where the file names a payer that is none of those known."""

_LONGEST = 80
"""Characters beyond which a text in a column of payers is no name."""


def named(found: Document) -> str | None:
    """The payer as the file names it; None for no name, and for a text that is too long to be one."""
    text = " ".join((found.payer or "").split())
    return text if 0 < len(text) <= _LONGEST else None


def chosen(claim: Claim | None, name: str | None, usual: str | None, payers: Payers) -> tuple[str | None, str]:
    """The payer, None where nothing names one, and what named it.

    ``name`` is what the file says, ``usual`` the payer of the setting. A payer that nobody knows is one without a
    published policy, as in a claim file: neither Medicare nor the payer of the setting.
    """
    if claim is not None and claim.payer:
        return claim.payer, BY_CLAIM
    if name and (slug := payers.judged(name)):
        return slug, BY_FILE if payers.slug(name) else BY_FILE + NOT_KNOWN
    way = BY_SETTING if usual else BY_DEFAULT
    return usual, way + NOT_KNOWN if name else way
