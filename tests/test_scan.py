"""A scan end to end: every note once whatever is killed, what is new only, history, claims, compare, baseline, watch.

The workers are real processes with real pipelines. One run with two workers serves most tests.
"""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import PACKAGE, Done
from generator.note import sample
from kept_pool import Kept

import notecheck
from notecheck import locate
from notecheck.errors import InputError
from notecheck.policy import book
from notecheck.records import Claim, ClaimLine, Note
from notecheck.scan.compare import compare
from notecheck.scan.joined import Joined, Setting
from notecheck.scan.matching import Fit, Told
from notecheck.scan.pool import Pool
from notecheck.scan.run import Progress, Request, scan
from notecheck.scan.schema import OF_NOTES, TABLES, VOLATILE
from notecheck.scan.store import NotTaken, Store
from notecheck.scan.summary import summary
from notecheck.scan.watch import watch

_GENERATED = 9
_FIRST = (
    "Date of service: 01/12/2026\nPROCEDURE: Left L5-S1 transforaminal epidural steroid injection\n"
    "Under fluoroscopic guidance with contrast a 22G needle was placed at the left L5-S1 foramen. "
    "Dexamethasone 10 mg was injected. The patient tolerated the procedure well. Signed by A. Made, MD 01/12/2026.\n"
)
_SECOND = _FIRST.replace("01/12/2026", "03/02/2026")


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generated notes as files, two of one patient in a table, claims, and documents that cannot be read."""
    folder = tmp_path_factory.mktemp("notes")
    below = folder / "clinic"
    below.mkdir()
    for number in range(_GENERATED):
        place = below if number % 3 else folder
        (place / f"note{number:02}.txt").write_bytes(sample(11, number).text.encode("utf-8"))
    with (folder / "export.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(["note_id", "patient_id", "provider", "note_text"])
        table.writerow(["p-1", "P1", "Dr. Made", _FIRST])
        table.writerow(["p-2", "P1", "Dr. Made", _SECOND])
        table.writerow(["p-3", "P2", "Dr. Other", _SECOND])
    (folder / "void.txt").write_bytes(b"")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    return folder


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A claim for each of two notes, and one for none."""
    file = tmp_path_factory.mktemp("claims") / "claims.json"
    line = {"code": "64483", "modifiers": ["RT"], "units": 1, "icd10": ["M54.16"]}
    made = [
        {"claim_id": f"C-{note}", "note_id": note, "date_of_service": day, "lines": [line]}
        for note, day in (("p-1", "2026-01-12"), ("p-2", "2026-03-02"), ("nowhere", "2026-03-02"))
    ]
    file.write_text(json.dumps(made), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    """Two workers, kept for the whole file."""
    with Pool(2) as kept:
        yield kept


@pytest.fixture(scope="module")
def whole(notes: Path, claims: Path, pool: Pool, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Progress]:
    """The results of two workers."""
    out = tmp_path_factory.mktemp("whole") / "results"
    return out, scan(Request((notes,), out, claims=claims, setting=Setting(mac="palmetto")), pool=pool)


def _tables(out: Path) -> dict[str, list[dict[str, Any]]]:
    """Every table but meta, in a fixed order and without what differs from run to run."""
    with Store(out, read_only=True) as store:
        found = {}
        for table in TABLES:
            if table.name == "meta":
                continue
            columns = ", ".join(name for name in table.names if name not in VOLATILE)
            found[table.name] = list(store.stream(f"SELECT {columns} FROM {table.name} ORDER BY ALL"))
        return found


def _command(*args: object) -> list[str]:
    return [sys.executable, "-m", "notecheck", *map(str, args)]


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("NOTECHECK")}
    return kept | {"PYTHONPATH": str(PACKAGE.parent), locate.USER_DATA: os.environ[locate.USER_DATA]}


def _stop_when_written(out: Path, command: list[str], number: int, more_than: int) -> tuple[int, str]:
    """Run a scan and send it a signal when its results have grown by so many bytes; exit code and error stream."""
    start = _size(out)
    # away from the project's folder, where a command would find the package of the folder and not the one under test
    run = subprocess.Popen(
        command, env=_environment(), cwd=out.parent, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 200
    while run.poll() is None and _size(out) - start < more_than and time.monotonic() < until:
        time.sleep(0.05)
    assert run.poll() is None, "it ended before it could be stopped"
    run.send_signal(number)
    _, said = run.communicate(timeout=60)
    return run.returncode, said


def _size(out: Path) -> int:
    return sum(file.stat().st_size for file in out.glob("audit.duckdb*") if file.exists())


def test_every_document_has_one_row_and_the_answer_of_check(
    whole: tuple[Path, Progress], notes: Path, checker: notecheck.Checker
) -> None:
    out, progress = whole
    assert (progress.documents, progress.judged, progress.refused) == (_GENERATED + 5, _GENERATED + 3, 2)
    with Store(out, read_only=True) as store:
        rows = list(store.stream("SELECT * FROM notes ORDER BY source, member"))
        findings = store.query("SELECT note_key, code, severity, message FROM findings ORDER BY note_key, number")
    assert len({row["note_key"] for row in rows}) == len(rows) == _GENERATED + 5
    plain = [row for row in rows if row["source"].endswith("note03.txt") or row["source"].endswith("note04.txt")]
    assert len(plain) == 2
    for row in plain:
        text = Path(row["source"]).read_bytes().decode("utf-8")
        expected = checker.check(Note(text, note_id=row["note_id"]), {"lines": [], "mac": "palmetto"})
        assert json.loads(row["report"]) == json.loads(json.dumps(expected.to_dict()))
        assert [f[1:] for f in findings if f[0] == row["note_key"]] == [
            (f.code, f.severity, f.message) for f in expected.findings
        ]
    refused = {Path(row["source"]).name: row["reason_code"] for row in rows if row["status"] == "refused"}
    assert refused == {"void.txt": "NC-I04", "picture.png": "NC-I06"}


def test_quotes_name_the_line_of_the_document(whole: tuple[Path, Progress]) -> None:
    with Store(whole[0], read_only=True) as store:
        rows = store.query(
            "SELECT n.source, f.line, f.quote FROM findings f JOIN notes n USING (note_key) "
            "WHERE n.member IS NULL AND length(f.quote) BETWEEN 4 AND 40 AND f.quote NOT LIKE '%\n%'"
        )
    assert len(rows) > 5
    for source, line, quote in rows:
        assert quote in Path(source).read_bytes().decode("utf-8").split("\n")[line - 1]


def test_earlier_notes_of_the_patient_are_history(
    whole: tuple[Path, Progress], claims: Path, checker: notecheck.Checker
) -> None:
    out, progress = whole
    assert progress.history == 1
    with Store(out, read_only=True) as store:
        held = {row["note_id"]: row for row in store.stream("SELECT * FROM notes WHERE patient IS NOT NULL")}
    assert {name: row["earlier"] for name, row in held.items()} == {"p-1": 0, "p-2": 1, "p-3": 0}
    claim = json.loads(claims.read_text(encoding="utf-8"))[1] | {"mac": "palmetto"}
    expected = checker.check(Note(_SECOND, note_id="p-2"), claim, earlier=[Note(_FIRST, note_id="p-1")])
    alone = checker.check(Note(_SECOND, note_id="p-2"), claim)
    stored = json.loads(held["p-2"]["report"])
    assert stored == json.loads(json.dumps(expected.to_dict()))
    assert stored["episodes"] != alone.to_dict()["episodes"]


def test_claims_are_joined_and_those_without_a_note_are_named(whole: tuple[Path, Progress]) -> None:
    with Store(whole[0], read_only=True) as store:
        claimed = store.query("SELECT note_id FROM notes WHERE claimed ORDER BY 1")
        lines = store.query("SELECT claim_id, code, modifiers, icd10 FROM claims WHERE NOT proposed ORDER BY 1")
        left = store.query("SELECT claim_id, note_id FROM unmatched")
        wrong_side = store.query(
            "SELECT note_id FROM findings JOIN notes USING (note_key) WHERE code = 'LAT002' ORDER BY 1"
        )
        held = summary(store)
    assert claimed == [("p-1",), ("p-2",)]
    assert lines == [(f"C-p-{n}", "64483", ["RT"], ["M54.16"]) for n in (1, 2)]
    assert left == [("C-nowhere", "nowhere")] and wrong_side == claimed
    assert held.unmatched == 1 and held.claims == 2 and held.refused_count == 2
    assert held.above_info > 0 and len(held.top) == 10


def test_parquet_beside_the_database_has_the_same_rows(whole: tuple[Path, Progress]) -> None:
    out, _ = whole
    with Store(out, read_only=True) as store:
        for table in TABLES:
            file = out / f"{table.name}.parquet"
            same = f"SELECT count(*) FROM (SELECT * FROM {table.name} EXCEPT ALL SELECT * FROM read_parquet(?))"
            assert store.query(same, [str(file)]) == [(0,)]
            assert store.query(f"SELECT count(*) FROM {table.name}") == store.query(
                "SELECT count(*) FROM read_parquet(?)", [str(file)]
            )


def test_stopped_killed_and_run_again_with_one_worker_gives_the_same_as_two(
    whole: tuple[Path, Progress], notes: Path, claims: Path, tmp_path: Path
) -> None:
    out = tmp_path / "results"
    command = _command(
        "scan", notes, "--out", out, "--claims", claims, "--mac", "palmetto", "--workers", 1, "--exit-zero"
    )
    code, said = _stop_when_written(out, command, signal.SIGINT, 20_000)
    assert code == 130 and "Run the same command again" in said and "Traceback" not in said
    with Store(out, read_only=True) as store:
        stopped_at = store.query("SELECT count(*) FROM notes WHERE status = 'judged'")[0][0]
    assert 0 < stopped_at < _GENERATED + 3

    code, _ = _stop_when_written(out, command, signal.SIGKILL, 20_000)
    assert code == -signal.SIGKILL
    with Store(out, read_only=True) as store:
        killed_at = store.query("SELECT count(*), count(DISTINCT note_key) FROM notes WHERE status = 'judged'")[0]
    assert stopped_at <= killed_at[0] == killed_at[1]

    done = subprocess.run(
        [*command, "--json"], env=_environment(), cwd=out.parent, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout)["run"]
    assert run["unchanged"] == killed_at[0] and run["judged"] == _GENERATED + 3 - killed_at[0]
    one, two = _tables(out), _tables(whole[0])
    for name in one:
        for left, right in zip(one[name], two[name], strict=True):
            assert {k: (v, right[k]) for k, v in left.items() if v != right[k]} == {}, name


def test_a_killed_worker_of_a_real_scan_loses_nothing(
    whole: tuple[Path, Progress], notes: Path, claims: Path, pool: Pool, tmp_path: Path
) -> None:
    killed: list[int] = []

    def kill_one(progress: Progress) -> None:
        if progress.judged == 4 and not killed:
            killed.append(pool.pids[0])
            os.kill(pool.pids[0], signal.SIGKILL)

    out = tmp_path / "results"
    scan(Request((notes,), out, claims=claims, setting=Setting(mac="palmetto")), pool=pool, told=kill_one)
    assert killed and _tables(out) == _tables(whole[0])


def test_only_what_is_new_or_changed_is_judged_again(
    notes: Path, claims: Path, pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "few"
    folder.mkdir()
    for number in range(4):
        (folder / f"n{number}.txt").write_text(sample(12, number).text, encoding="utf-8")
    request = Request((folder,), tmp_path / "results")
    assert scan(request, pool=pool).judged == 4
    same = scan(request, pool=pool)
    assert (same.judged, same.unchanged) == (0, 4)

    (folder / "n0.txt").write_text(sample(12, 9).text, encoding="utf-8")
    (folder / "n1.txt").unlink()
    (folder / "n4.txt").write_text(sample(12, 4).text, encoding="utf-8")
    changed = scan(request, pool=pool)
    assert (changed.judged, changed.unchanged, changed.gone) == (2, 2, 1)
    with Store(request.out, read_only=True) as store:
        assert [Path(row[0]).name for row in store.query("SELECT source FROM notes WHERE gone")] == ["n1.txt"]
        assert summary(store).notes == 4

    (folder / "n1.txt").write_text(sample(12, 1).text, encoding="utf-8")
    assert scan(request, pool=pool).unchanged == 5, "a note that is back has its answer still"
    with Store(request.out, read_only=True) as store:
        assert store.query("SELECT count(*) FROM notes WHERE gone") == [(0,)]

    own = Path(os.environ[locate.USER_DATA]) / "table.txt"
    own.write_text("another table", encoding="utf-8")
    assert scan(request, pool=pool).judged == 5, "another edition of the tables judges everything anew"


def test_compare_and_baseline_show_what_is_new(pool: Pool, tmp_path: Path, run_notecheck: Callable[..., Done]) -> None:
    folder = tmp_path / "two"
    folder.mkdir()
    (folder / "a.txt").write_text(_FIRST, encoding="utf-8")
    (folder / "b.txt").write_text(_SECOND, encoding="utf-8")
    before, after = tmp_path / "before", tmp_path / "after"
    scan(Request((folder,), before), pool=pool)
    moved = tmp_path / "moved"
    folder.rename(moved)
    (moved / "b.txt").write_text(_SECOND.replace("Signed by A. Made, MD 03/02/2026.", ""), encoding="utf-8")
    scan(Request((moved,), after), pool=pool)

    found = compare(before, after)
    assert (found.same, len(found.notes), found.only_before, found.only_after) == (1, 1, (), ())
    note = found.notes[0]
    assert note.note_id == "b" and note.because == ("note",)
    assert [(change.kind, change.code) for change in note.findings if change.code == "DOC001"] == [
        ("appeared", "DOC001")
    ]
    assert found.worse and not compare(after, before).worse
    assert {kind for change in compare(after, before).notes[0].findings for kind in [change.kind]} == {"vanished"}

    shown = run_notecheck("compare", before, after)
    assert shown.returncode == 1 and "+ DOC001" in shown.stdout and "a.txt" not in shown.stdout
    assert run_notecheck("compare", after, before).returncode == 0
    new = run_notecheck("scan", moved, "--out", after, "--baseline", before)
    assert new.returncode == 1 and "New since the baseline, in 1 note\n" in new.stdout
    nothing = run_notecheck("scan", moved, "--out", after, "--baseline", after)
    assert nothing.returncode == 2 and "NC-S06" in nothing.stderr


def test_watch_judges_what_is_dropped_in_once_it_is_complete(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "old.txt").write_text(_FIRST, encoding="utf-8")
    # the workers of this file, so that none must be started
    monkeypatch.setattr("notecheck.scan.watch.pool_for", lambda *args, **kwargs: Kept(pool))
    ended = threading.Event()
    request = Request((folder,), folder / "results")
    seen = watch(request, settle=0.8, stopped=ended.is_set)
    assert next(seen).judged == 1

    def drop() -> None:
        with (folder / "new.txt").open("w", encoding="utf-8") as stream:
            stream.write(_SECOND[:60])
            stream.flush()
            for at in range(60, len(_SECOND), 80):
                time.sleep(0.25)
                stream.write(_SECOND[at : at + 80])
                stream.flush()
        (folder / "half.txt.part").write_text(_SECOND, encoding="utf-8")
        (folder / "old.txt").unlink()

    dropping = threading.Thread(target=drop)
    dropping.start()
    keys: list[str] = []
    gone = 0
    while len(keys) < 1 or gone < 1:
        done = next(seen)
        keys += done.keys
        gone += done.gone
    ended.set()
    assert list(seen) == []
    dropping.join()
    with Store(request.out, read_only=True) as store:
        rows = store.query("SELECT source, chars, gone FROM notes ORDER BY source")
        parquet = store.query("SELECT source FROM read_parquet(?)", [str(request.out / "notes.parquet")])
    assert [(Path(source).name, chars, away) for source, chars, away in rows] == [
        ("new.txt", len(_SECOND), False),
        ("old.txt", len(_FIRST), True),
    ]
    assert len(keys) == 1, "it was judged once, when it was whole"
    assert sorted(Path(source).name for (source,) in parquet) == ["new.txt", "old.txt"], "Parquet follows at the end"


def test_what_cannot_be_used_is_said_before_any_worker_starts(
    tmp_path: Path, run_notecheck: Callable[..., Done]
) -> None:
    missing = run_notecheck("scan", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert missing.returncode == 2 and "NC-I01" in missing.stderr
    payer = run_notecheck("scan", tmp_path, "--out", tmp_path / "out", "--payer", "medicair")
    assert payer.returncode == 2 and "medicair" in payer.stderr
    no_results = run_notecheck("compare", tmp_path, tmp_path)
    assert no_results.returncode == 2 and "NC-S01" in no_results.stderr
    (tmp_path / "audit.duckdb").write_text("something else", encoding="utf-8")
    other = run_notecheck("compare", tmp_path, tmp_path)
    assert other.returncode == 2 and "NC-S03" in other.stderr


def test_a_store_has_one_writer_and_whole_batches(tmp_path: Path) -> None:
    with Store(tmp_path, create=True) as store:
        good = {
            "notes": [{"note_key": "k1", "families": [], "gone": False}],
            "findings": [{"note_key": "k1", "number": 0}],
        }
        store.write([good])
        with pytest.raises(NotTaken, match="table notes"):
            store.write([{"notes": [{"note_key": "k2"}]}, {"notes": [{"note_key": "k1", "day": "no-day"}]}])
        assert store.query("SELECT note_key FROM notes") == [("k1",)]
        assert store.query("SELECT count(*) FROM findings") == [(1,)]
        store.write([{"notes": [{"note_key": "k1", "reason": "half \ud83d character"}]}])
        assert [store.query(f"SELECT count(*) FROM {table.name}")[0][0] for table in OF_NOTES[:3]] == [1, 0, 0]
        assert store.query("SELECT reason FROM notes") == [("half ? character",)]
        other = subprocess.run(
            _command("compare", tmp_path, tmp_path), env=_environment(), capture_output=True, text=True, timeout=100
        )
    assert other.returncode == 2 and "NC-S02" in other.stderr
    with pytest.raises(InputError, match="NC-S01"):
        Store(tmp_path / "none", read_only=True)


def _settled(claims: list[Claim], documents: list[tuple[str, str | None, str | None, frozenset[str]]]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Who has which claim and how, and the claims left over, for documents of one day: name, encounter, patient, families."""
    joined = Joined(claims, Setting(mac="palmetto"), book.load().codes)
    fits = [
        Fit(name, claim, tier)
        for name, encounter, patient, _ in documents
        for claim, tier in joined.fitting(name, encounter, patient, "2026-03-02")
    ]
    told = {name: Told((name, ""), families, f"text of {name}") for name, _, _, families in documents}
    found = joined.settled(fits, told)
    left = [(row["claim_id"], row["reason"]) for row in joined.unmatched(found)]
    held = {name: (joined.claim(number).claim_id, way) for name, (number, way) in found.of.items()}
    assert joined.settled(reversed(fits), told) == found, "the order of the documents must not count"
    return held, left


_EPIDURAL, _JOINT, _VISIT = frozenset({"epidural-transforaminal"}), frozenset({"si-joint-injection"}), frozenset()


def test_a_claim_goes_to_the_note_it_names_else_the_encounter_else_patient_and_day() -> None:
    day = "2026-03-02"
    made = [
        Claim(claim_id="by name", note_id="n1", patient_id="P9", date_of_service=day),
        Claim(claim_id="by encounter", encounter="E1"),
        Claim(claim_id="by day", patient_id="P1", date_of_service=day, mac="wps"),
        Claim(claim_id="other day", patient_id="P1", date_of_service="2026-04-02"),
        Claim(claim_id="twice 1", encounter="E2"),
        Claim(claim_id="twice 2", encounter="E2"),
        Claim(claim_id="nothing"),
    ]
    held, left = _settled(made, [("n1", None, "P1", _VISIT), ("a", "E1", "P1", _VISIT), ("b", "E7", "P1", _VISIT), ("c", "E2", None, _VISIT)])
    assert held == {"n1": ("by name", "name"), "a": ("by encounter", "encounter"), "b": ("by day", "patient and day")}
    assert left == [
        ("other day", "no document of this patient and day"),
        ("twice 1", "several claims fit the same document"),
        ("twice 2", "several claims fit the same document"),
        ("nothing", "the claim names no note, no encounter, and no patient with a day"),
    ]
    joined = Joined(made, Setting(mac="palmetto"))
    assert [joined.claim(number).mac for number in ("0", "2", None)] == ["palmetto", "wps", "palmetto"]


def test_of_several_documents_a_claim_goes_to_the_one_whose_procedures_it_bills() -> None:
    day = "2026-03-02"

    def billed(name: str, *codes: str) -> Claim:
        return Claim(tuple(ClaimLine(code, (), 1) for code in codes), claim_id=name, patient_id="P1", date_of_service=day)

    three = [("v", None, "P1", _VISIT), ("t", None, "P1", _EPIDURAL), ("s", None, "P1", _JOINT)]
    by = "patient and day, by its procedures"
    held, left = _settled([billed("epidural", "64483"), billed("visit", "99213"), billed("joint", "27096")], three)
    assert held == {"t": ("epidural", by), "v": ("visit", by), "s": ("joint", by)} and not left
    held, left = _settled([billed("epidural", "64483")], [("t1", None, "P1", _EPIDURAL), ("t2", None, "P1", _EPIDURAL)])
    assert not held and left == [("epidural", "2 documents fit by patient and day, and their procedures do not tell which")]
    held, left = _settled([billed("epidural", "64483")], three[::2])
    assert not held and len(left) == 1, "neither a visit nor another procedure is the one billed"
    held, left = _settled([billed("both", "64483", "27096"), billed("epidural", "64483")], three)
    assert held == {"t": ("epidural", by)} and [name for name, _ in left] == ["both"], "half of it is in either note"
