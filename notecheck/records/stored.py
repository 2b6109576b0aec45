"""Records as plain JSON types and back: what an answer carries so that it can be judged again without the note."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


def pack(value: object) -> Any:
    """A record, or what a field of one holds, as JSON types. Sets of numbers become one text of hexadecimal numbers."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: pack(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, frozenset):
        return " ".join(f"{number:x}" for number in sorted(value))
    if isinstance(value, tuple | list):
        return [pack(item) for item in value]
    return value


def unpack(kind: type[Record], data: Mapping[str, Any]) -> Record:
    """The record that ``pack``, or the record's own ``to_dict``, wrote. Keys of other versions are left out.

    Raises TypeError, ValueError or KeyError for what is no such record.
    """
    hints = _hints(kind)  # type: ignore[arg-type]
    given = {name: _value(hints[name], data[name]) for name in hints if name in data}
    return kind(**given)


def missing(record: object, given: Iterable[str]) -> dict[str, Any]:
    """The fields of a record that ``given`` does not name, packed: what a published format lacks."""
    named = set(given)
    return {f.name: pack(getattr(record, f.name)) for f in fields(record) if f.name not in named}  # type: ignore[arg-type]


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    known = get_type_hints(kind)
    return {f.name: known[f.name] for f in fields(kind)}


def _value(hint: Any, data: Any) -> Any:
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return None if data is None else _value(next(part for part in inside if part is not type(None)), data)
    if origin is tuple:
        parts = inside[:1] * len(data) if len(inside) == 2 and inside[1] is ... else inside
        return tuple(_value(part, item) for part, item in zip(parts, data, strict=True))
    if origin is frozenset:
        return frozenset(int(number, 16) for number in data.split())
    if origin is Literal:
        return data
    if is_dataclass(hint):
        return unpack(hint, data)  # type: ignore[arg-type]
    if hint is float and isinstance(data, int):
        return data
    if isinstance(hint, type) and not isinstance(data, hint):
        raise TypeError(f"{type(data).__name__} where {hint.__name__} is due")
    return data
