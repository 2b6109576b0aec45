"""The one place that knows where ``patterns/`` and ``models/`` are: in an installed copy, or beside the package."""

from __future__ import annotations

from pathlib import Path

from notecheck.errors import DataError

_PACKAGE = Path(__file__).resolve().parent


def patterns() -> Path:
    """The folder ``patterns``. Raises DataError NC-D01 when it is nowhere."""
    return _folder("patterns")


def models() -> Path:
    """The folder ``models``. Raises DataError NC-D01 when it is nowhere."""
    return _folder("models")


def samples() -> Path:
    """The folder ``sample_notes``. Raises DataError NC-D01 when it is nowhere."""
    return _folder("sample_notes")


def _folder(name: str) -> Path:
    for candidate in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise DataError("NC-D01", f"folder '{name}' not found", where=str(_PACKAGE), next_step="Install notecheck again.")
