"""Nothing that lies among the notes stops a scan: it becomes a row with the reason. And whose payer judges a note."""

from __future__ import annotations

import csv
import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import made_workers
import pytest
from conftest import Done
from generator.note import sample
from kept_pool import Kept

import notecheck
from notecheck.config import settings
from notecheck.errors import InputError
from notecheck.policy.book import Book
from notecheck.read import documents as reading
from notecheck.read.claim_files import readable_claims
from notecheck.scan import watch as watching
from notecheck.scan.batch import Batch
from notecheck.scan.joined import Joined, Setting
from notecheck.scan.payers import NOT_KNOWN, Payers
from notecheck.scan.pool import Pool
from notecheck.scan.request import Progress, Request
from notecheck.scan.run import scan
from notecheck.scan.store import Store
from notecheck.scan.summary import summary

GOOD = (
    "Date of service: 01/12/2026\nPROCEDURE: Left L5-S1 transforaminal epidural steroid injection\n"
    "Under fluoroscopic guidance with contrast a 22G needle was placed at the left L5-S1 foramen. "
    "Dexamethasone 10 mg was injected. The patient tolerated the procedure well. Signed by A. Made, MD 01/12/2026.\n"
)
LATER = GOOD.replace("01/12/2026", "03/02/2026")
ACCEPTED = 'notecheck:ignore DOC003 reason="kept in the chart"\n'


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    """One worker for the whole file."""
    with Pool(1) as kept:
        yield kept


def _rows(out: Path) -> dict[str, dict[str, Any]]:
    with Store(out, read_only=True) as store:
        names = "source, status, reason_code, reason, payer, payer_named, payer_by, joined_by, gone, infos, note_id"
        return {Path(row["source"]).name + (row["member"] or ""): row for row in store.stream(f"SELECT member, {names} FROM notes")}


def _beside(note: Path, text: str | bytes) -> None:
    note.write_text(GOOD, encoding="utf-8")
    side = note.with_name(note.name + ".notecheck")
    side.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_every_bad_input_is_a_row_and_the_others_are_judged(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "notes"
    (folder / "shut").mkdir(parents=True)
    (folder / "shut" / "inside.txt").write_text(GOOD, encoding="utf-8")
    request = Request((folder,), tmp_path / "results", config=settings.load(start=tmp_path))
    first = scan(request, pool=pool)
    assert (first.judged, first.refused) == (1, 0)

    for name in ("good.txt", "locked.txt", "vanishing.txt"):
        (folder / name).write_text(GOOD, encoding="utf-8")
    _beside(folder / "accepted.txt", ACCEPTED)
    _beside(folder / "no-line.txt", "# remark\nplease ignore LAT002\n")
    _beside(folder / "no-check.txt", 'notecheck:ignore LAT999 reason="x"\n')
    _beside(folder / "no-text.txt", b"\xff\xfe\x00")
    (folder / ("n" * 250 + ".txt")).write_text(GOOD, encoding="utf-8")
    (folder / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    (folder / "nowhere.txt").symlink_to(tmp_path / "nothing")
    os.mkfifo(folder / "pipe.txt")
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text(GOOD, encoding="utf-8")

    listing, opening, below = os.scandir, Path.open, reading.files_below

    def scandir(path: Any) -> Any:
        if os.fspath(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return listing(path)

    def opened(path: Path, *args: Any, **named: Any) -> Any:
        if path.name == "locked.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return opening(path, *args, **named)

    def listed(*args: Any) -> Iterator[Path]:
        for file in list(below(*args)):
            if file.name == "vanishing.txt":
                file.unlink(missing_ok=True)
            yield file

    with monkeypatch.context() as broken:
        broken.setattr(os, "scandir", scandir)
        broken.setattr(Path, "open", opened)
        broken.setattr(reading, "files_below", listed)
        done = scan(request, pool=pool)
    rows = _rows(request.out)
    refused = {name: (row["reason_code"], row["reason"]) for name, row in rows.items() if row["status"] == "refused"}
    assert {name: code for name, (code, _) in refused.items()} == {
        "no-line.txt": "NC-I93", "no-check.txt": "NC-I94", "no-text.txt": "NC-I93", "deep.json": "NC-I11",
        "nowhere.txt": "NC-I01", "vanishing.txt": "NC-I01", "locked.txt": "NC-I03", "pipe.txt": "NC-I03",
        "shut": "NC-I03",
    }  # fmt: skip
    assert refused["no-line.txt"][1] == "no-line.txt.notecheck:2: this is no suppression"
    assert "no check 'LAT999'" in refused["no-check.txt"][1] and "no-check.txt.notecheck:1" in refused["no-check.txt"][1]
    assert "folder cannot be opened (Permission denied)" in refused["shut"][1]
    judged = {name for name, row in rows.items() if row["status"] == "judged"}
    assert judged == {"good.txt", "accepted.txt", "inside.txt", "n" * 250 + ".txt", "caf?.txt"}
    assert not rows["inside.txt"]["gone"], "nobody has looked into its folder"
    assert done.documents == 13 and rows["no-line.txt"]["note_id"] == "no-line"

    (folder / "no-line.txt.notecheck").write_text(ACCEPTED, encoding="utf-8")
    (folder / "pipe.txt").unlink()
    again = scan(request, pool=pool)
    rows = _rows(request.out)
    assert {name for name, row in rows.items() if row["status"] == "refused" and not row["gone"]} == {
        "no-check.txt", "no-text.txt", "deep.json", "nowhere.txt",
    }  # fmt: skip
    assert again.judged == 2, "the mended one, and the one that can be opened now"


def test_an_answer_that_the_store_does_not_take_is_a_row_and_the_others_are_written(tmp_path: Path) -> None:
    def made(name: str, muscles: int) -> dict[str, list[dict[str, Any]]]:
        note = {"note_key": name, "source": name, "status": "judged", "note_id": name, "families": [], "gone": False}
        return {"notes": [note], "procedures": [{"note_key": name, "number": 0, "muscle_count": muscles}]}

    with Store(tmp_path, create=True) as store:
        batch = Batch(store)
        for name, muscles in (("a", 1), ("b", 4_000_000_000), ("c", 3)):
            batch.add(made(name, muscles))
        batch.flush()
        rows = store.query("SELECT note_id, status, reason_code, reason FROM notes ORDER BY 1")
        assert [row[:3] for row in rows] == [("a", "judged", None), ("b", "refused", "NC-S16"), ("c", "judged", None)]
        assert "table procedures" in rows[1][3] and "4000000000" not in rows[1][3]
        assert store.query("SELECT note_key FROM procedures ORDER BY 1") == [("a",), ("c",)]


def test_a_side_file_that_breaks_between_the_passes_leaves_the_first_answer(pool: Pool, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.txt").write_text(GOOD, encoding="utf-8")
    (folder / "b.txt").write_text(LATER, encoding="utf-8")
    claims = tmp_path / "claims.csv"
    claims.write_text(
        "claim_id,note_id,patient_id,date_of_service,code,modifiers\n"
        "C1,a,P1,2026-01-12,64483,LT\nC2,b,P1,2026-03-02,64483,LT\n"
    )

    def broke(progress: Progress) -> None:
        if progress.judged == 2:
            (folder / "b.txt.notecheck").write_text("nonsense\n")

    request = Request((folder,), tmp_path / "results", claims=claims, config=settings.load(start=tmp_path))
    done = scan(request, pool=pool, told=broke)
    assert (done.judged, done.history) == (2, 0)
    assert scan(request, pool=pool).refused == 1 and _rows(request.out)["b.txt"]["reason_code"] == "NC-I93"
    (folder / "b.txt.notecheck").unlink()
    assert scan(request, pool=pool).history == 1, "the earlier note counts once it can be judged"


def test_a_note_without_an_answer_is_tried_again_by_the_next_scan(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.txt").write_text("note that does nothing", encoding="utf-8")
    (folder / "b.txt").write_text("die", encoding="utf-8")
    request = Request((folder,), tmp_path / "results")
    with Pool(1, work=made_workers.obedient) as pool:
        for _ in range(2):
            done = scan(request, pool=pool)
            assert done.refused == 1
    rows = _rows_by_note(request.out)
    assert rows["b"] == ("refused", "NC-S10")


def _rows_by_note(out: Path) -> dict[str, tuple[str, str]]:
    with Store(out, read_only=True) as store:
        return {note: (status, code) for note, status, code in store.query("SELECT note_id, status, reason_code FROM notes WHERE status IS NOT NULL")}


CLAIMS = """claim_id,note_id,payer,date_of_service,code,modifiers,units,icd10
C1,a,aetna,2026-01-12,64483,LT,1,M54.16
C2,b,aetna,2026-01-12,64483,LT,none,M54.16
C3,c,aetna,2026-02-30,64483,LT,1,M54.16
C4,d,aetna,2026-01-12,64483,LT,1,M54.16,too,many
C5,e,aetna,2026-01-12,6448,LT,1,M54.16
C6,f,aetna,2026-01-12,64483,LT,1,M54.16
C6,f,uhc,2026-01-12,64484,LT,1,M54.16
C7,g,,2026-01-12,64483,LT,1,M54.16
"""


def test_a_claim_that_cannot_be_understood_is_named_and_the_others_are_used(
    tmp_path: Path, book: Book, run_notecheck: Callable[..., Done]
) -> None:
    file = tmp_path / "claims.csv"
    file.write_text(CLAIMS)
    claims, refused = readable_claims(file, book, {"payer": ""})
    assert [(claim.claim_id, claim.payer) for claim in claims] == [("C1", "aetna"), ("C7", "")]
    assert [one.claim_id for one in refused] == ["C2", "C3", "C4", "C5", "C6"]
    assert [one.reason.split()[3] for one in refused] == ["NC-I25", "NC-I27", "NC-I62", "NC-I28", "NC-I63"]
    assert "claims.csv, claim C2, line 3, column units" in refused[0].reason and str(tmp_path) not in refused[0].reason
    left = {row["claim_id"]: row for row in Joined(claims, refused=refused).unmatched(Joined(claims).settled((), {}))}
    assert left["C3"]["day"] is None and left["C2"]["codes"] == ["64483"] and left["C1"]["reason"].startswith("no document")

    lines = [json.dumps({"claim_id": "J1", "lines": [{"code": "64483"}]}), "{broken", '{"claim_id": "J3", "lines": 7}']
    file.write_text("\n".join(lines))
    claims, refused = readable_claims(file, book)
    assert [claim.claim_id for claim in claims] == ["J1"] and [one.claim_id for one in refused] == [None, "J3"]
    file.write_text("\n".join(["claim_id,code", "C1,6448", "C2,none"]))
    with pytest.raises(InputError, match="NC-I28") as caught:
        readable_claims(file, book)
    assert "line 2" in caught.value.where, "a file of which nothing is understood stops before the start"
    x12 = (Path(__file__).resolve().parents[1] / "sample_notes" / "tfesi-left-billed-right.claim.837").read_text()
    spoilt = x12.replace("HC:64484:RT", "ZZ:64484:RT")
    file.write_text(spoilt)
    with pytest.raises(InputError, match="NC-I62"):
        readable_claims(file, book)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Aetna", "aetna"), ("AETNA PPO", "aetna"), ("United Healthcare Choice Plus", "uhc"), ("UHC Medicare Advantage", "uhc"),
        ("bcbs-nc", "bcbs-nc"), ("BCBS NC", "bcbs-nc"), ("Blue Cross Blue Shield of North Carolina, PPO", "bcbs-nc"),
        ("Anthem Blue Cross", "anthem"), ("Medicare", "medicare"), ("MEDICARE PART B", "medicare"), ("Palmetto GBA", "medicare"),
        ("Railroad Medicare", "medicare"), ("Cigna", "evicore"), ("commercial", "commercial"), ("Blue Example HMO", "blue-example"),
        ("Humana", None), ("Medicaid of Ohio", None), ("60054", None), ("self pay", None), ("?", None),
    ],
)  # fmt: skip
def test_payers_are_known_by_slug_printed_name_and_words(book: Book, name: str, slug: str | None) -> None:
    payers = Payers({**book.coverage.payers, "blue-example": "Blue Example"})
    assert payers.slug(name) == slug
    nobody = name in ("60054", "self pay", "?")
    assert payers.judged(name) == (slug or (None if nobody else "commercial"))


TABLE = (
    ("r-aetna", "Aetna PPO", "1"), ("r-medicare", "Medicare Part B", "2"), ("r-humana", "Humana", "3"), ("r-none", "", "4"),
    ("r-long", "Plan: " + "repeat the injection in three months. " * 4, "5"), ("r-claim", "Aetna", "6"), ("r-open", "Aetna", "7"),
)  # fmt: skip


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Notes with a column of payers under a name of the house, and claims: one names its payer, one does not."""
    folder = tmp_path_factory.mktemp("table")
    with (folder / "export.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(["note_id", "FIN_CLASS", "note_text"])
        rows.writerows((name, payer, GOOD + f"Room {room}\n") for name, payer, room in TABLE)
    claims = folder / "claims.jsonl"
    line = {"code": "64483", "modifiers": ["LT"], "units": 1, "icd10": ["M54.16"]}
    made = [{"claim_id": "K1", "note_id": "r-claim", "payer": "uhc", "lines": [line]}, {"claim_id": "K2", "note_id": "r-open", "lines": [line]}]
    claims.write_text("\n".join(map(json.dumps, made)))
    return folder / "export.csv", claims


def test_the_payer_of_the_export_judges_its_note(
    table: tuple[Path, Path], pool: Pool, tmp_path: Path, checker: notecheck.Checker
) -> None:
    notes, claims = table
    columns = reading.Columns(payer="FIN_CLASS")
    request = Request((notes,), tmp_path / "results", claims=claims, columns=columns, setting=Setting(mac="palmetto"))
    scan(request, pool=pool)
    rows = {row["note_id"]: row for row in _rows(request.out).values()}
    assert {name: (row["payer"], row["payer_named"], row["payer_by"]) for name, row in rows.items()} == {
        "r-aetna": ("aetna", "Aetna PPO", "file"), "r-medicare": ("medicare", "Medicare Part B", "file"),
        "r-humana": ("commercial", "Humana", "file" + NOT_KNOWN), "r-none": ("medicare", None, "default"),
        "r-long": ("medicare", None, "default"), "r-claim": ("uhc", "Aetna", "claim"), "r-open": ("aetna", "Aetna", "file"),
    }  # fmt: skip
    with Store(request.out, read_only=True) as store:
        asked = {
            note: set(items) for note, items in
            store.query("SELECT note_id, list(checklist.source) FROM checklist JOIN notes USING (note_key) GROUP BY 1")
        }
        stored = {row[0]: json.loads(row[1]) for row in store.query("SELECT note_id, CAST(report AS VARCHAR) FROM notes")}
        told = summary(store).to_dict()
    assert asked["r-aetna"] == asked["r-open"] != asked["r-medicare"] != asked["r-humana"] != asked["r-claim"] != asked["r-aetna"]
    expected = checker.check(notecheck.Note(GOOD + "Room 1\n", note_id="r-aetna"), {"lines": [], "payer": "aetna", "mac": "palmetto"})
    assert stored["r-aetna"]["checklist"] == json.loads(json.dumps(expected.to_dict()))["checklist"]
    assert told["payers_not_known"] == [{"named": "Humana", "judged_by": "commercial", "notes": 1}]

    other = scan(Request((notes,), request.out, claims=claims, columns=columns, setting=Setting("uhc", "palmetto")), pool=pool)
    assert other.judged == 2, "those whose payer the setting now gives"
    rows = {row["note_id"]: (row["payer"], row["payer_by"]) for row in _rows(request.out).values()}
    assert (rows["r-humana"], rows["r-none"], rows["r-aetna"]) == (("commercial", "file" + NOT_KNOWN), ("uhc", "setting"), ("aetna", "file"))


def test_the_command_says_which_payers_and_claims_it_does_not_know(
    tmp_path: Path, run_notecheck: Callable[..., Done]
) -> None:
    (tmp_path / "notes").mkdir()
    note = {"note_id": "n", "payer": "Humana", "note_text": sample(11, 3).text}
    (tmp_path / "notes" / "export.jsonl").write_text(json.dumps(note))
    claims = tmp_path / "claims.csv"
    claims.write_text(CLAIMS)
    arguments = ("scan", tmp_path / "notes", "--out", tmp_path / "out", "--claims", claims, "--workers", 1)
    shown = run_notecheck(*arguments)
    words = " ".join(shown.stdout.split())
    assert shown.returncode == 1, shown.stderr
    assert "7 claims without a note, 5 of them not understood." in words and "C2 cannot be read: NC-I25 claims.csv" in words
    assert "Humana commercial 1 note" in words


def test_watch_goes_on_after_trouble_and_looks_again_when_a_side_file_changes(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    locked = [InputError("NC-S02", "another process is using this store")]

    def scanned(request: Request, **named: Any) -> Progress:
        if request.only and locked:
            raise locked.pop()
        return scan(request, **named)

    monkeypatch.setattr(watching, "scan", scanned)
    monkeypatch.setattr(watching, "pool_for", lambda *args, **kwargs: Kept(pool))
    monkeypatch.setattr(watching, "_REST", 0.1)
    ended = threading.Event()
    request = Request((folder,), tmp_path / "results", config=settings.load(start=tmp_path))
    seen = watching.watch(request, settle=0.3, stopped=ended.is_set)
    assert next(seen).documents == 0
    threading.Timer(1, (folder / "new.txt").write_text, (GOOD,)).start()
    assert "NC-S02" in next(seen).trouble
    assert [len(next(seen).keys), _rows(request.out)["new.txt"]["status"]] == [1, "judged"]
    threading.Timer(1, (folder / "new.txt.notecheck").write_text, ("nonsense\n",)).start()
    while not next(seen).keys:
        pass
    assert _rows(request.out)["new.txt"]["reason_code"] == "NC-I93" and list(_rows(request.out)) == ["new.txt"]
    ended.set()
    assert not [done for done in seen if done.keys]
