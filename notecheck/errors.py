"""Every error the tool raises on purpose: a code, what happened, where, what to do next. Never note text.

NotecheckError
    InputError      a file, a claim or an option is not what it should be
    DataError       a file under patterns/ or models/ is broken

Codes: NC-D data, NC-I input; input of the larger rooms has letters of its own: NC-S scan, NC-A audit, NC-W web;
NC-X is a fault of the tool.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class NotecheckError(Exception):
    """Base of all. ``code`` is stable; ``where`` names file and place; ``next_step`` says what to do."""

    def __init__(self, code: str, what: str, *, where: str = "", next_step: str = "") -> None:
        self.code = code
        self.what = what
        self.where = where
        self.next_step = next_step
        parts = [f"{code}  "]
        if where:
            parts.append(f"{where}: ")
        parts.append(what.rstrip("."))
        parts.append(".")
        if next_step:
            parts.append(f" {next_step}")
        super().__init__(" ".join("".join(parts).splitlines()))

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.code, self.what, self.where, self.next_step))


class InputError(NotecheckError):
    """What the user gave cannot be used: unreadable file, misspelt key, unknown code, payer, MAC or date."""


class DataError(NotecheckError):
    """A pattern, table or policy file is broken; found when it is loaded, never on a note."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``Did you mean 'x'? `` where a near name exists, else an empty string."""
    lowered = {k.lower(): k for k in known}
    near = get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.6)
    return f"Did you mean '{lowered[near[0]]}'? " if near else ""


def _rebuild(kind: type[NotecheckError], code: str, what: str, where: str, next_step: str) -> NotecheckError:
    return kind(code, what, where=where, next_step=next_step)
