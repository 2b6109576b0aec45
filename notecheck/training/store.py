"""Writes a model: a skops file with the same bytes each time, and its card."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

from notecheck.annotate.artefacts import FORMAT
from notecheck.errors import InputError

SUMS = "SHA256SUMS"
_WHEN = (1980, 1, 1, 0, 0, 0)
_LIBRARIES = ("scikit-learn", "numpy", "scipy", "skops")


def write(name: str, content: Mapping[str, Any], card: Mapping[str, Any], folder: Path) -> Path:
    """Store ``content`` (strings, numbers, numeric arrays) and the card; returns the path of the model.

    Raises InputError NC-I95 where skops is not installed, NC-I96 where the folder cannot be written.
    """
    data = packed(content)
    whole = {
        "name": name,
        "format": FORMAT,
        **card,
        "versions": {library: metadata.version(library) for library in _LIBRARIES},
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    path = folder / f"{name}.skops"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        (folder / f"{name}.card.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
        _sums(folder)
    except OSError as error:
        raise InputError(
            "NC-I96", type(error).__name__, where=str(folder), next_step="Name a folder that can be written."
        ) from None
    return path


def packed(content: Mapping[str, Any]) -> bytes:
    """The skops file of ``content``. skops names its parts by memory address; here they are counted instead."""
    try:
        import skops.io
    except ImportError:
        raise InputError(
            "NC-I95", "skops is not installed", where="train", next_step="Install it: pip install 'notecheck[train]'."
        ) from None
    first = io.BytesIO()
    skops.io.dump(dict(content), first)
    with zipfile.ZipFile(first) as archive:
        schema = archive.read("schema.json").decode()
        parts = {name: archive.read(name) for name in archive.namelist() if name != "schema.json"}
    names: dict[str, int] = {}
    for address in re.findall(r'"__id__": (\d+)', schema):
        names.setdefault(address, len(names))
    schema = re.sub(r'(?<="__id__": )\d+', partial(_counted, names), schema)
    schema = re.sub(r'(?<="file": ")\d+(?=\.npy")', partial(_counted, names), schema)
    renamed = {f"{names[name.removesuffix('.npy')]}.npy": part for name, part in parts.items()}
    last = io.BytesIO()
    with zipfile.ZipFile(last, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(renamed, key=lambda one: int(one.split(".")[0])):
            _add(archive, name, renamed[name])
        _add(archive, "schema.json", schema.encode())
    return last.getvalue()


def _counted(names: Mapping[str, int], match: re.Match[str]) -> str:
    return str(names[match.group()])


def _add(archive: zipfile.ZipFile, name: str, part: bytes) -> None:
    info = zipfile.ZipInfo(name, _WHEN)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, part)


def _sums(folder: Path) -> None:
    stored = sorted(folder.glob("*.skops"))
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in stored]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")
