"""The auditor's worksheet as a workbook: written from a sample, and read back when it is filled in.

The tool's answers stand on a sheet of their own, hidden where the auditor works blind.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notecheck.audit.forms import put
from notecheck.audit.sample import Sample
from notecheck.audit.tables import Cell
from notecheck.config.suppressions import code_of
from notecheck.errors import InputError
from notecheck.report.words import slug_words

YES_NO = ("yes", "no", "cannot tell")
FOUR = ("met", "not-met", "unclear", "not-applicable")
VERDICTS = ("ready", "addendum", "hold")
_FORMAT = "notecheck worksheet 2"
_NOTES = (
    "Key",
    "Note",
    "Document",
    "Place",
    "Provider",
    "Procedure",
    "Day",
    "Stratum",
    "Tool's verdict",
    "Read in full",
    "Auditor's verdict",
    "Comment",
    "Payer",
    "Billed",
)
_QUESTIONS = (
    "Row",
    "Key",
    "Note",
    "Kind",
    "Check",
    "Question",
    "Tool's answer",
    "Tool's reason",
    "Quoted words",
    "Where",
    "Auditor's answer",
    "Comment",
)
_HIDDEN_WHEN_BLIND = ("Tool's answer", "Tool's reason", "Quoted words", "Where")
_MISSED_ROWS = 200
_WIDTHS = {
    "Question": 46,
    "Tool's reason": 46,
    "Quoted words": 40,
    "Comment": 30,
    "Document": 34,
    "Note": 22,
    "Check": 26,
    "Stratum": 28,
    "Billed": 46,
}
_HELP = (
    "Read each note in its document. Do not change the columns that are filled in.",
    "Notes: say whether you read the note in full, and your own verdict: ready to bill, addendum, or hold.",
    "Questions: a finding is so (yes), not so (no) or cannot be told; a requirement has one of the four answers.",
    "Missed: one row for each thing wrong that no question asks about: the note and the code or name of the check.",
    "What is left empty does not count. Then run: notecheck agree THIS-FILE",
    "This file quotes the notes: treat it as you treat them.",
)


@dataclass(frozen=True, slots=True)
class ReadNote:
    """A note of a filled-in worksheet. ``verdict`` is empty where the auditor gave none."""

    key: str
    stratum: str
    tool: str
    in_full: bool
    verdict: str


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """A question of a filled-in worksheet with both answers; ``auditor`` is empty where it was left open."""

    key: str
    kind: str
    check: str
    tool: str
    auditor: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A worksheet as read back. ``missed`` are pairs of note key and check code that the tool did not find."""

    notes: tuple[ReadNote, ...]
    answers: tuple[ReadAnswer, ...]
    missed: tuple[tuple[str, str], ...]
    sizes: dict[str, int]
    blind: bool
    way: str


def write(drawn: Sample, path: Path, *, blind: bool) -> None:
    """Write the worksheet, readable for its owner only. OSError as of any file."""
    from openpyxl import Workbook
    from openpyxl.worksheet.cell_range import MultiCellRange
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Read me"
    for number, line in enumerate((_FORMAT, drawn.way, f"seed {drawn.seed}", "blind" if blind else "open", *_HELP), 1):
        put(first, number, 1, line)
    first.column_dimensions["A"].width = 110

    notes = _sheet(book, "Notes", _NOTES, ("Tool's verdict",) if blind else ())
    names: dict[str, str] = {}
    for row, one in enumerate(drawn.drawn, 2):
        note = one.note
        # notes of one name are told apart: the sheet of what was missed knows them by it
        names[note.key] = f"{note.note_id} [{note.key[:6]}]" if note.note_id in names.values() else note.note_id
        cells = (
            note.key,
            names[note.key],
            note.source,
            note.member,
            note.provider,
            slug_words(note.family),
            note.day,
            one.stratum,
        )
        for column, value in enumerate((*cells, "" if blind else note.readiness), 1):
            put(notes, row, column, value)
        put(notes, row, len(_NOTES) - 1, note.payer)
        put(notes, row, len(_NOTES), one.billed)
    _choice(notes, DataValidation, "J", ("yes", "no"), len(drawn.drawn))
    _choice(notes, DataValidation, "K", VERDICTS, len(drawn.drawn))

    questions = _sheet(book, "Questions", _QUESTIONS, _HIDDEN_WHEN_BLIND if blind else ())
    places: dict[str, list[str]] = {"finding": [], "requirement": []}
    lists = {
        kind: _list(questions, DataValidation, kinds) for kind, kinds in (("finding", YES_NO), ("requirement", FOUR))
    }
    for row, asked in enumerate(drawn.asked, 2):
        shown = (asked.tool, asked.why, asked.quote, asked.place) if not blind else ("", "", "", "")
        asks: tuple[Cell, ...] = (row, asked.key, names[asked.key], asked.kind, asked.check, asked.question, *shown)
        for column, said in enumerate(asks, 1):
            put(questions, row, column, said)
        places[asked.kind].append(f"K{row}")
    for kind, cells_of in places.items():
        lists[kind].sqref = MultiCellRange(" ".join(cells_of))

    missed = _sheet(book, "Missed", ("Note", "Check", "Comment"), ())
    if drawn.drawn:
        from_notes = DataValidation(type="list", formula1=f"Notes!$B$2:$B${len(drawn.drawn) + 1}", allow_blank=True)
        missed.add_data_validation(from_notes)
        from_notes.add(f"A2:A{_MISSED_ROWS}")

    tool = book.create_sheet("Tool")
    tool.sheet_state = "veryHidden"
    for row, asked in enumerate(drawn.asked, 2):
        put(tool, row, 1, asked.tool)
    for row, one in enumerate(drawn.drawn, 2):
        put(tool, row, 2, one.note.readiness)
        put(tool, row, 5, one.note.key)
    for row, (name, size) in enumerate(sorted(drawn.sizes.items()), 2):
        put(tool, row, 3, name)
        put(tool, row, 4, size)
    path.touch(mode=0o600)
    book.save(path)


def has_answers(path: Path) -> bool:
    """True for a worksheet into which somebody has written something."""
    try:
        filled = read(path)
    except InputError as error:
        return error.code == "NC-A22"
    return bool(filled.missed) or any(a.auditor for a in filled.answers) or any(n.verdict for n in filled.notes)


def read(path: Path) -> Filled:
    """A worksheet that an auditor filled in; its rows may have been sorted.

    Raises InputError NC-A21 for what is no worksheet of ``notecheck sample``, NC-A22 for an answer that is none, or a
    check that there is not.
    """
    sheets = _opened(path)
    about = [str(row[0] or "") for row in sheets["Read me"]]
    tool = list(sheets["Tool"])
    verdicts = {str(row[4]): str(row[1]) for row in tool[1:] if row[4]}
    notes: list[ReadNote] = []
    by_name: dict[str, str] = {}
    for number, row in enumerate(sheets["Notes"][1:], 2):
        if not row[0]:
            continue
        key = str(row[0])
        by_name[str(row[1])] = key
        in_full = _answer(row[9], ("yes", "no"), path, "Notes", number) == "yes"
        verdict = _answer(row[10], VERDICTS, path, "Notes", number)
        notes.append(ReadNote(key, str(row[7]), verdicts[key], in_full, verdict))
    answers = []
    for number, row in enumerate(sheets["Questions"][1:], 2):
        if row[1]:
            kind = str(row[3])
            said = _answer(row[10], YES_NO if kind == "finding" else FOUR, path, "Questions", number)
            answers.append(ReadAnswer(str(row[1]), kind, str(row[4]), str(tool[int(row[0]) - 1][0]), said))
    missed = []
    for number, row in enumerate(sheets["Missed"][1:], 2):
        name, check = str(row[0] or "").strip(), str(row[1] or "").strip()
        if not name and not check:
            continue
        if name not in by_name or not check:
            raise _wrong(path, "Missed", number, "a note of the sample and the code of a check are needed")
        try:
            missed.append((by_name[name], code_of(check, "")))
        except InputError as error:
            raise _wrong(path, "Missed", number, error.what, error.next_step) from None
    sizes = {str(row[2]): int(row[3]) for row in tool[1:] if row[2] is not None}
    return Filled(tuple(notes), tuple(answers), tuple(dict.fromkeys(missed)), sizes, about[3] == "blind", about[1])


def _opened(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    from openpyxl import load_workbook

    wrong = InputError(
        "NC-A21",
        "this is no worksheet of notecheck sample",
        where=str(path),
        next_step="Name the XLSX file that `notecheck sample` of this version wrote, saved as XLSX.",
    )
    try:
        book = load_workbook(path, data_only=True)
    except FileNotFoundError:
        raise InputError(
            "NC-A21", "no such file", where=str(path), next_step="Check the name and the folder."
        ) from None
    except Exception:
        raise wrong from None
    if not {"Read me", "Notes", "Questions", "Missed", "Tool"} <= set(book.sheetnames):
        raise wrong
    wide = {"Read me": 1, "Notes": len(_NOTES), "Questions": len(_QUESTIONS), "Missed": 3, "Tool": 5}
    found = {
        name: [tuple(row) for row in book[name].iter_rows(max_col=width, min_col=1, values_only=True)]
        for name, width in wide.items()
    }
    if len(found["Read me"]) < 4 or found["Read me"][0][0] != _FORMAT:
        raise wrong
    return found


def _answer(value: Any, allowed: tuple[str, ...], path: Path, sheet: str, row: int) -> str:
    said = str(value or "").strip().lower()
    if said and said not in allowed:
        raise _wrong(path, sheet, row, f"an answer must be one of: {', '.join(allowed)}")
    return said


def _wrong(path: Path, sheet: str, row: int, what: str, mend: str = "Choose from the list of the cell.") -> InputError:
    return InputError("NC-A22", what, where=f"{path}, {sheet}, row {row}", next_step=mend)


def _sheet(book: Any, name: str, heads: tuple[str, ...], hidden: tuple[str, ...]) -> Any:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    for column, head in enumerate(heads, 1):
        cell = put(sheet, 1, column, head)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = _WIDTHS.get(head, 14)
        if head in hidden or head in ("Key", "Row"):
            sheet.column_dimensions[letter].hidden = True
    sheet.freeze_panes = "A2"
    return sheet


def _list(sheet: Any, made: Any, allowed: tuple[str, ...]) -> Any:
    choice = made(type="list", formula1=f'"{",".join(allowed)}"', allow_blank=True, showErrorMessage=True)
    sheet.add_data_validation(choice)
    return choice


def _choice(sheet: Any, made: Any, column: str, allowed: tuple[str, ...], count: int) -> None:
    if count:
        _list(sheet, made, allowed).add(f"{column}2:{column}{count + 1}")
