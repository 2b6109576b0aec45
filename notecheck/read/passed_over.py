"""Files in a folder or an archive that are no notes: hidden ones, and what notecheck itself is told by."""

from __future__ import annotations


def passed_over(name: str) -> bool:
    """True for a hidden file, a sidecar file of suppressions and a configuration file, by the name alone."""
    return name.startswith(".") or told_by(name)


def told_by(name: str) -> bool:
    """True for a sidecar file of suppressions and a configuration file, by the name alone."""
    return name.endswith(".notecheck") or name == "notecheck.toml"
