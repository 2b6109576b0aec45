"""Documents of files, folders, archives and tables: every one comes, in a stable order, or is refused with a reason."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

from notecheck import locate
from notecheck.read.columns import Columns, iso_day
from notecheck.read.documents import documents, from_bytes
from notecheck.read.limits import usual_limits
from notecheck.records import Document, Refused

NOTE = (
    "PROCEDURE NOTE\nDate of service: 03/04/2026\nPROCEDURE: Left L5-S1 transforaminal epidural steroid injection.\n"
    "The needle was advanced under fluoroscopy. Dexamethasone 10 mg was injected. No complications.\n"
)
OTHER = NOTE.replace("Left", "Right")


def good(found: list[Document | Refused]) -> list[Document]:
    assert all(isinstance(one, Document) for one in found), found
    return [one for one in found if isinstance(one, Document)]


def codes(found: list[Document | Refused]) -> list[str]:
    return [one.code if isinstance(one, Refused) else "" for one in found]


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_a_folder_gives_every_file_in_order_and_names_what_is_no_note(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(NOTE)
    (tmp_path / "a.txt").write_bytes(OTHER.encode("utf-16"))
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "scan.png").write_bytes(b"\x89PNG\r\n")
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "may").mkdir()
    (tmp_path / "may" / "c.txt").write_text(NOTE)
    found = list(documents([tmp_path, tmp_path / "none.txt"]))
    assert [Path(one.source).name for one in found] == ["a.txt", "b.txt", "empty.txt", "scan.png", "c.txt", "none.txt"]
    assert codes(found) == ["", "", "NC-I04", "NC-I06", "", "NC-I01"]
    first = found[0]
    assert isinstance(first, Document)
    assert (first.note.text, first.note.source, first.note.note_id, first.member) == (OTHER, "a.txt", "a", None)
    assert list(documents([tmp_path])) == found[:-1]


def test_the_same_folder_as_an_archive_gives_the_same_notes(tmp_path: Path) -> None:
    data = zipped({"may/c.txt": NOTE.encode(), "a.txt": OTHER.encode("cp1252"), "__MACOSX/a.txt": b"x", "e.txt": b""})
    (tmp_path / "batch.zip").write_bytes(data)
    found = list(documents([tmp_path]))
    assert [(one.member, code) for one, code in zip(found, codes(found), strict=True)] == [
        ("a.txt", ""), ("e.txt", "NC-I04"), ("may/c.txt", ""),
    ]  # fmt: skip
    assert [one.note.text for one in found if isinstance(one, Document)] == [OTHER, NOTE]
    inner = list(from_bytes("outer.zip", zipped({"batch.zip": data})))
    assert [one.member for one in inner] == ["batch.zip, a.txt", "batch.zip, e.txt", "batch.zip, may/c.txt"]


def test_archives_that_would_harm_are_refused() -> None:
    deep = zipped({"1.zip": zipped({"2.zip": zipped({"a.txt": NOTE.encode()})})})
    assert codes(list(from_bytes("deep.zip", deep))) == ["NC-I13"]
    bomb = zipped({"zeros.csv": b"0" * 5_000_000, "a.txt": NOTE.encode()})
    found = list(from_bytes("bomb.zip", bomb))
    assert codes(found) == ["", "NC-I12"]
    few = usual_limits().model_copy(update={"archive_members": 1})
    assert codes(list(from_bytes("many.zip", zipped({"a.txt": b"a", "b.txt": b"b"}), few))) == ["NC-I12"]
    locked = bytearray(zipped({"a.txt": NOTE.encode()}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = locked.find(mark)
        locked[at + (6 if mark[2] == 3 else 8)] |= 1
    assert codes(list(from_bytes("locked.zip", bytes(locked)))) == ["NC-I14"]
    assert codes(list(from_bytes("cut.zip", zipped({"a.txt": NOTE.encode()})[:60]))) == ["NC-I11"]


def test_an_omop_note_table_is_recognised() -> None:
    table = (
        "note_id,person_id,note_date,provider_id,visit_occurrence_id,note_text\n"
        f'11,7,2026-03-04,55,900,"{NOTE}"\n'
        f'12,8,20260305,55,901,"{OTHER}"\n'
        "13,8,2026-03-06,55,902,\n"
    )
    found = list(from_bytes("NOTE.csv", table.encode()))
    assert codes(found) == ["", "", "NC-I04"]
    first, second = good(found[:2])
    assert (first.note.note_id, first.patient, first.provider, first.encounter, first.day) == (
        "11", "7", "55", "900", "2026-03-04",
    )  # fmt: skip
    assert (second.day, second.member, second.note.text) == ("2026-03-05", "row 2", OTHER)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_in_any_encoding_with_its_columns_named(encoding: str) -> None:
    table = f'key;when;words;who\r\nA1;3/4/2026;"{NOTE} 37° “prone”";Müller\r\n'
    columns = Columns(text="words", note_id="key", day="when", author="WHO")
    one = good(list(from_bytes("export.csv", table.encode(encoding), columns=columns)))[0]
    assert one.note.text == f"{NOTE} 37° “prone”"
    assert (one.note.note_id, one.day, one.author) == ("A1", "2026-03-04", "Müller")


def test_rows_that_hold_the_pieces_of_one_note_are_joined() -> None:
    pieces = NOTE.splitlines()
    order = [1, 0, 2, 3]
    rows = "".join(f'n1,{place + 1},"{pieces[place]}"\n' for place in order)
    table = f'note_id,line,note_text\n{rows}n2,1,"{OTHER}"\n'
    first, second = good(list(from_bytes("HNO_NOTE_TEXT.csv", table.encode())))
    assert first.note.text == NOTE.rstrip("\n")
    assert (second.note.note_id, second.note.text) == ("n2", OTHER)


@pytest.mark.parametrize("ending", ["csv", "json", "837"])
def test_a_file_of_claims_is_no_note_and_says_so(ending: str) -> None:
    file = locate.samples() / f"tfesi-left-billed-right.claim.{ending}"
    (found,) = from_bytes(file.name, file.read_bytes())
    assert isinstance(found, Refused) and found.code == "NC-I16"
    assert found.reason == "it holds claims, not notes" and "--claims" in found.next_step


def test_a_table_without_its_columns_or_with_broken_rows() -> None:
    nameless = list(from_bytes("x.csv", b"a,b\n1,2\n"))
    assert codes(nameless) == ["NC-I16"]
    assert isinstance(nameless[0], Refused) and "--text-col" in nameless[0].next_step
    wrong = list(from_bytes("x.csv", b"note_text\nx\n", columns=Columns(text="note_txt")))
    assert isinstance(wrong[0], Refused) and "Did you mean 'note_text'" in wrong[0].next_step
    few = usual_limits().model_copy(update={"rows": 2})
    many = f'note_text\n"{NOTE}"\n"{NOTE}"\n"{NOTE}"\n'.encode()
    assert codes(list(from_bytes("x.csv", many, few))) == ["", "", "NC-I17"]
    wide = f'note_id,note_text\n1,a,b,c\n2,"{NOTE}"\n'.encode()
    assert codes(list(from_bytes("x.csv", wide))) == ["NC-I62", ""]
    assert codes(list(from_bytes("x.tsv", b"\n\n"))) == ["NC-I04"]


def test_json_lines_with_bad_lines_between() -> None:
    lines = [
        json.dumps({"note_id": 5, "text": NOTE, "mrn": 7.0, "dos": "2026-03-04T10:00:00"}),
        "{",
        "[1]",
        "",
        json.dumps({"x": 1}),
    ]
    found = list(from_bytes("notes.jsonl", "\n".join(lines).encode()))
    assert codes(found) == ["", "NC-I11", "NC-I11", "NC-I16"]
    assert [one.member for one in found] == ["line 1", "line 2", "line 3", "line 5"]
    first = good(found[:1])[0]
    assert (first.note.note_id, first.patient, first.day) == ("5", "7", "2026-03-04")
    packed = list(from_bytes("notes.jsonl.gz", gzip.compress(lines[0].encode())))
    assert good(packed)[0].note.text == NOTE


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-04", "2026-03-04"),
        ("2026-03-04T08:30:00Z", "2026-03-04"),
        ("20260304", "2026-03-04"),
        ("202603040830", "2026-03-04"),
        ("20260304083000.123-0500", "2026-03-04"),
        ("3/4/2026 8:30 AM", "2026-03-04"),
        ("2026-02-30", None),
        ("soon", None),
    ],
)
def test_days_of_exports(text: str, day: str | None) -> None:
    assert iso_day(text) == day


def test_the_command_reads_a_table_with_one_note_and_names_one_with_several(run_notecheck, tmp_path: Path) -> None:
    one = tmp_path / "one.csv"
    one.write_text(f'note_text\n"{NOTE}"\n')
    assert run_notecheck("check", one).returncode in (0, 1)
    one.write_text(f'note_text\n"{NOTE}"\n"{OTHER}"\n')
    done = run_notecheck("check", one)
    assert done.returncode == 2 and done.stderr.startswith("NC-I18")
