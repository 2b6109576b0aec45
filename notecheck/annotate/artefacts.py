"""Opens the learned models under ``models/``: a skops file of plain arrays and strings, and its card.

skops's own loader imports all of scikit-learn, which takes over a second. The files written here hold nothing but
strings, numbers and numeric arrays, so this reader takes those three kinds and refuses every other, which is stricter.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notecheck import locate
from notecheck.errors import DataError

if TYPE_CHECKING:
    import numpy as np

FORMAT = 1
"""Version of the layout of the arrays; a file of another version is refused."""

_ENDING, _CARD = ".skops", ".card.json"
_SCHEMA = "schema.json"
_MOST = 64 * 1024 * 1024
_AGAIN = "Install notecheck again, train anew with `notecheck train`, or go without by `check --no-models`."


@dataclass(frozen=True, slots=True)
class Artefact:
    """One model as stored: its card, its numbers and texts, its arrays."""

    name: str
    card: Mapping[str, Any]
    values: Mapping[str, str | int | float]
    arrays: Mapping[str, np.ndarray[Any, Any]]

    def lines(self, key: str) -> list[str]:
        """A stored list of words, one a line."""
        text = str(self.values[key])
        return text.split("\n") if text else []


def read(name: str, folder: Path | None = None) -> Artefact:
    """The model ``name``; ``folder`` names another place than the shipped one.

    Raises DataError: NC-D20 no file or card, NC-D21 wrong hash, NC-D22 a type that is not trusted, NC-D23 made for
    another version, NC-D24 broken.
    """
    folder = folder or locate.models()
    path, card_path = folder / f"{name}{_ENDING}", folder / f"{name}{_CARD}"
    data, card = _bytes(path), _card(card_path)
    if hashlib.sha256(data).hexdigest() != card.get("sha256"):
        raise DataError("NC-D21", "the file is not the one that its card describes", where=path.name, next_step=_AGAIN)
    if card.get("format") != FORMAT:
        raise other_version(name, f"layout {card.get('format')}", f"layout {FORMAT}")
    values, arrays = _opened(data, path)
    return Artefact(name, card, values, arrays)


def other_version(name: str, made_for: str, have: str) -> DataError:
    """The error NC-D23 for a model that was made for something else than what is here."""
    return DataError("NC-D23", f"made for {made_for}; here is {have}", where=f"{name}{_CARD}", next_step=_AGAIN)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError("NC-D20", type(error).__name__, where=path.name, next_step=_AGAIN) from None


def _card(path: Path) -> Mapping[str, Any]:
    try:
        card = json.loads(_bytes(path))
    except ValueError:
        card = None
    if not isinstance(card, dict):
        raise DataError("NC-D24", "the card is no JSON object", where=path.name, next_step=_AGAIN)
    return card


def _opened(data: bytes, path: Path) -> tuple[dict[str, str | int | float], dict[str, np.ndarray[Any, Any]]]:
    import numpy as np

    values: dict[str, str | int | float] = {}
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MOST:
                raise DataError("NC-D24", "it unpacks to far more than a model has", where=path.name, next_step=_AGAIN)
            schema = json.loads(archive.read(_SCHEMA))
            if _kind(schema) != ("builtins", "dict", "DictNode"):
                raise _untrusted(schema, path)
            for key, node in schema["content"].items():
                if _kind(node) == ("numpy", "ndarray", "NdArrayNode") and node.get("type") == "numpy":
                    arrays[key] = np.load(io.BytesIO(archive.read(node["file"])), allow_pickle=False)
                    if arrays[key].dtype.kind not in "biuf":
                        raise _untrusted(node, path)
                elif _kind(node) == ("builtins", "str", "JsonNode"):
                    value = json.loads(node["content"])
                    if not isinstance(value, str | int | float):
                        raise _untrusted(node, path)
                    values[key] = value
                else:
                    raise _untrusted(node, path)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, EOFError) as error:
        raise DataError("NC-D24", type(error).__name__, where=path.name, next_step=_AGAIN) from None
    return values, arrays


def _kind(node: Any) -> tuple[str, str, str]:
    if not isinstance(node, dict):
        return ("", "", "")
    return (str(node.get("__module__")), str(node.get("__class__")), str(node.get("__loader__")))


def _untrusted(node: Any, path: Path) -> DataError:
    module, name, _ = _kind(node)
    return DataError(
        "NC-D22",
        f"it holds a '{module}.{name}', and a model may hold words, numbers and numeric arrays only",
        where=path.name,
        next_step=_AGAIN,
    )
