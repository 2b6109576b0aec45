"""The one place that knows where things are: ``patterns/`` and ``models/``, and the user's own tables."""

from __future__ import annotations

import os
from pathlib import Path

from notecheck.errors import DataError

USER_DATA = "NOTECHECK_DATA"
"""Environment variable that names the folder of the user's own tables."""

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


def user_data() -> Path:
    """The folder of the user's own tables; it need not exist. ``NOTECHECK_DATA`` names another than the usual one."""
    named = os.environ.get(USER_DATA)
    if named:
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_data_path("notecheck", appauthor=False)


def _folder(name: str) -> Path:
    for candidate in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise DataError("NC-D01", f"folder '{name}' not found", where=str(_PACKAGE), next_step="Install notecheck again.")
