"""What judged: one checksum over the package, its tables and policies, the user's own tables and own policies."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

from notecheck import locate

_PACKAGE = Path(locate.__file__).resolve().parent
_OF_PACKAGE = (".py",)
_ANYWHERE = ("",)


def edition(own: Sequence[Path] = (), payers: Sequence[Path] = (), *, models: bool = True) -> str:
    """16 hexadecimal digits that change whenever an answer may: other code, pattern, model, table, policy or payer.

    Without ``models`` it is another edition too.
    """
    made = hashlib.blake2b(digest_size=8)
    folders = [
        (_PACKAGE, _OF_PACKAGE),
        (locate.patterns(), _ANYWHERE),
        (locate.models(), _ANYWHERE),
        (locate.user_data(), _ANYWHERE),
        *((folder, _ANYWHERE) for folder in own),
    ]
    for folder, endings in folders:
        made.update(b"\0folder\0")
        for name, file in _files(folder, endings):
            made.update(name.encode("utf-8", "surrogateescape"))
            made.update(hashlib.blake2b(file.read_bytes(), digest_size=16).digest())
    for file in payers:
        made.update(hashlib.blake2b(file.read_bytes(), digest_size=16).digest())
    if not models:
        made.update(b"\0no models\0")
    return made.hexdigest()


def package_version() -> str:
    """The version of the installed package, or ``folder`` when it runs from one."""
    try:
        return metadata.version("notecheck")
    except metadata.PackageNotFoundError:
        return "folder"


def _files(folder: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    if not folder.is_dir():
        return
    for file in sorted(folder.rglob("*")):
        hidden = "__pycache__" in file.parts or file.name.startswith(".")
        if file.is_file() and not hidden and file.name.endswith(endings) and "_data" not in file.parts[-4:-1]:
            yield file.relative_to(folder).as_posix(), file
