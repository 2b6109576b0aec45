"""Rows of a table to documents: one note for each row, or several rows joined where an export cuts a note in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from notecheck.errors import InputError
from notecheck.read.columns import about, cell, chosen
from notecheck.read.spot import Spot
from notecheck.records import Document, Refused

Row = Mapping[str, Any]
_CUT = "\n"


def documents(
    rows: Iterable[tuple[str, Row | InputError]], header: list[str], spot: Spot, form: str
) -> Iterator[Document | Refused]:
    """The documents of a table. ``rows`` are pairs of a place, as ``row 12``, and the row or what is wrong with it.

    A table with a numbering column (``line``) and a ``note_id`` holds pieces: neighbouring rows of one note are
    joined in the order of their numbers. Raises InputError NC-I16 when no column holds the text.
    """
    names = chosen(spot.columns, header, spot.where)
    pieces: list[tuple[str, Row]] = []
    in_pieces = "line" in names and "note_id" in names
    count = broken = 0
    for place, row in rows:
        count += 1
        if count > spot.limits.rows:
            yield spot.inside(place).refused(_too_many(spot.limits.rows, spot.where))
            break
        if isinstance(row, InputError):
            broken += 1
            yield spot.inside(place).refused(row)
            if broken >= spot.limits.broken_rows:
                yield spot.inside(f"after {place}").refused(_given_up(broken, spot.where))
                break
            continue
        broken = 0
        if not in_pieces:
            yield _one([(place, row)], names, spot, form)
        elif pieces and cell(pieces[0][1].get(names["note_id"])) == cell(row.get(names["note_id"])):
            pieces.append((place, row))
        else:
            if pieces:
                yield _one(pieces, names, spot, form)
            pieces = [(place, row)]
    if pieces:
        yield _one(pieces, names, spot, form)


def _one(pieces: list[tuple[str, Row]], names: Mapping[str, str], spot: Spot, form: str) -> Document | Refused:
    place, first = pieces[0]
    if len(pieces) > 1:
        pieces = sorted(pieces, key=lambda piece: _number(piece[1].get(names["line"])))
    texts = [str(value) for _, row in pieces if (value := row.get(names["text"])) is not None]
    told = about([row for _, row in pieces], names)
    note_id = cell(first.get(names["note_id"])) if "note_id" in names else None
    return spot.inside(place).document(_CUT.join(texts), form, told, note_id=note_id)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def _too_many(limit: int, where: str) -> InputError:
    return InputError(
        "NC-I17", f"the file has more than {limit} rows", where=where, next_step="Cut the export into several files."
    )


def _given_up(count: int, where: str) -> InputError:
    return InputError(
        "NC-I11",
        f"{count} rows running cannot be read; the rest of the file is left out",
        where=where,
        next_step="Export the table again.",
    )
