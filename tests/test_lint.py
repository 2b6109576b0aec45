"""ruff finds nothing, with the settings in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_ruff_finds_nothing(top: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise", "notecheck", "tests", ".ci"],
        cwd=top, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_would_find_something(top: Path, tmp_path: Path) -> None:
    """The settings are read: an unused import fails."""
    (tmp_path / "pyproject.toml").write_bytes((top / "pyproject.toml").read_bytes())
    (tmp_path / "one.py").write_text("import os\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "one.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1 and "F401" in done.stdout
