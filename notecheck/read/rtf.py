"""RTF to text."""

from __future__ import annotations

from collections.abc import Callable

from notecheck.read.spot import broken


def text(raw: bytes, where: str) -> str:
    """The text of an RTF document. Raises InputError NC-I11 where it is none."""
    from striprtf import striprtf

    to_text: Callable[..., str] = striprtf.rtf_to_text
    try:
        # RTF is ASCII; bytes above it come from careless writers and are Windows-1252
        return to_text(raw.decode("cp1252", errors="replace"), encoding="cp1252", errors="ignore")
    except (ValueError, LookupError, IndexError, TypeError, RecursionError):
        raise broken("RTF file", where) from None
