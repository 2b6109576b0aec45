"""The Spark engine on local worker processes gives the rows of the embedded engine.

Skipped without pyspark (``pip install '.[spark]'``) or Java: it takes more than a minute, most of it loading.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Done
from written_forms import FORMS

pyspark = pytest.importorskip("pyspark", reason="pip install '.[spark]'")
pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="no java")

TOP = Path(__file__).resolve().parents[1]
STEMS = ("tfesi-left-billed-right", "tpi-two-muscles-as-three", "si-joint-by-ultrasound", "facet-rfa-ready")
VISIT = (
    "OFFICE VISIT\nDate of service: 03/04/2026\nRight leg pain for five months. Physical therapy for 8 weeks did not help.\n"
    "He cannot stand longer than ten minutes. Straight leg raise positive on the left.\nA. Example, MD\n"
)
CLAIMS = """claim_id,note_id,encounter,patient_id,payer,mac,date_of_service,place_of_service,code,modifiers,units,icd10
C1,n2,,,medicare,palmetto,2026-03-04,11,64483,RT,1,M54.16
C2,,,P2,medicare,palmetto,2026-03-04,11,64454,LT,1,M17.12
C3,,V5,,,palmetto,2026-03-04,11,64483,LT,1,M54.16
C4,,,P6,medicare,,2026-03-04,11,20552,,1,M79.18
C5,nobody,,,medicare,,2026-03-04,11,20552,,1,M79.18
C6,n3,,,medicare,,2026-03-04,11,20552,,none,M79.18
"""


def note(stem: str) -> str:
    return (TOP / "sample_notes" / f"{stem}.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Notes in several formats; a table with visits and procedures that share patients, encounters and claims; what
    cannot be read: a broken file, an empty one, a row without text."""
    made = tmp_path_factory.mktemp("notes")
    for stem, form in zip(STEMS, ("pdf", "docx", "hl7", "fhir-reference"), strict=True):
        name, write = FORMS[form]
        (made / f"{stem}{Path(name).suffix}").write_bytes(write(note(stem)))
    epidural, muscle = note(STEMS[0]), note(STEMS[1])
    rows = [
        ("n1", "P1", "V1", "2026-01-05", "Aetna", epidural.replace("03/04/2026", "01/05/2026")),
        ("n2", "P1", "V2", "2026-03-04", "Aetna", epidural),
        ("n3", "P2", "V3", "2026-03-04", None, note("genicular-block-ready")),
        ("n4", "P5", "V5", "2026-03-04", "Humana", VISIT),
        ("n5", "P5", "V5", "2026-03-04", "UHC Choice", epidural),
        ("n6", "P6", "V6", "2026-03-04", None, muscle),
        ("n7", "P6", "V7", "2026-03-04", "", muscle + "\nAddendum: copy to the chart.\n"),
        ("n8", None, None, None, None, ""),
    ]
    names = ("note_id", "person_id", "visit_occurrence_id", "note_date", "payer_name", "note_text")
    (made / "export.jsonl").write_text("\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows))
    (made / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    (made / f"{STEMS[0]}.pdf.notecheck").write_text("no suppression\n")
    (made / "_void.txt").write_bytes(b"")
    (made / "twice.zip").write_bytes(_archive("a.txt", "a.txt"))
    return made


def _archive(*names: str) -> bytes:
    import io
    import warnings
    import zipfile

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, name in enumerate(names):
            archive.writestr(name, f"{VISIT}Page {number}\n")
    return held.getvalue()


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Claims by name, by patient and day, by an encounter of two notes, one that two notes fit alike, one of no note."""
    file = tmp_path_factory.mktemp("claims") / "claims.csv"
    file.write_text(CLAIMS)
    return file


@pytest.fixture(scope="module")
def embedded(folder: Path, claims: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the embedded engine makes of them."""
    from notecheck.config import settings
    from notecheck.scan.run import Request, scan

    out = tmp_path_factory.mktemp("embedded") / "results"
    scan(Request((folder,), out, claims=claims, workers=1, config=settings.load(start=folder)))
    return out


def kind(of: Any) -> str:
    """The type of a Parquet column; JSON is text with a mark that Spark does not set, and lists name their items alike."""
    return str(of).replace("extension<arrow.json>", "string").replace("element: ", "item: ")


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows in a fixed order, without what differs between two runs; JSON texts as objects."""
    from notecheck.scan.schema import VOLATILE

    kept = [
        {key: json.loads(value) if key in ("report", "second") and value else value for key, value in row.items() if key not in VOLATILE}
        for row in rows
    ]
    return sorted(kept, key=lambda row: [str(row.get(name, "")).rjust(9) for name in ("note_key", "claim_id", "number", "step")])


@pytest.mark.parametrize("master", ["local[2]", "local-cluster[2,1,1024]"])
def test_spark_gives_the_rows_of_the_embedded_engine(
    master: str, folder: Path, claims: Path, embedded: Path, tmp_path: Path, run_notecheck: Callable[..., Done]
) -> None:
    from pyarrow import parquet

    from notecheck.scan.schema import OF_NOTES, UNMATCHED

    out = tmp_path / "spark"
    done = run_notecheck(
        "scan", folder, "--out", out, "--claims", claims, "--engine", "spark", "--master", master, "--json",
        "--spark-conf", "spark.sql.shuffle.partitions=2",
    )  # fmt: skip
    assert done.returncode == 1, done.stderr[-2000:]
    counts = {}
    for table in (*OF_NOTES, UNMATCHED):
        one, other = (parquet.read_table(place / f"{table.name}.parquet") for place in (embedded, out))
        assert one.schema.names == other.schema.names
        assert [*map(kind, one.schema.types)] == [*map(kind, other.schema.types)], table.name
        assert plain(one.to_pylist()) == plain(other.to_pylist()), table.name
        counts[table.name] = one.num_rows
    assert counts["notes"] == 16 and counts["findings"] >= 8 and counts["claims"] >= 3 and counts["episodes"] > 0
    notes = {row["note_id"]: row for row in parquet.read_table(out / "notes.parquet").to_pylist() if row["patient"]}
    assert {key: row["joined_by"] for key, row in notes.items() if row["joined_by"]} == {
        "n2": "name", "n3": "patient and day", "n5": "encounter, by its procedures",
    }  # fmt: skip
    assert (notes["n2"]["earlier"], notes["n5"]["beside"], notes["n4"]["beside"]) == (1, 1, 0)
    left = {row["claim_id"]: row["reason"] for row in parquet.read_table(out / "unmatched.parquet").to_pylist()}
    assert sorted(left) == ["C4", "C5", "C6"] and left["C6"].startswith("cannot be read: NC-I25") and left["C4"].startswith("2 documents fit by patient and day")
    assert {key: (row["payer"], row["payer_by"]) for key, row in notes.items() if key.startswith("n")} == {
        "n1": ("aetna", "file"), "n2": ("medicare", "claim"), "n3": ("medicare", "claim"), "n5": ("uhc", "file"),
        "n4": ("commercial", "file, the file's is not known"), "n6": ("medicare", "default"), "n7": ("medicare", "default"),
    }  # fmt: skip
    told = json.loads(done.stdout)
    assert (told["run"]["documents"], told["run"]["refused"], told["notes_with_claim"]) == (16, 4, 3)
    assert not (out / "_on_the_way").exists()
    shown = run_notecheck("compare", embedded, out, "--json")
    assert shown.returncode == 0 and json.loads(shown.stdout)["same"] == 16


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """A session in this process."""
    from notecheck.spark.session import session

    made = session("local[1]", {"spark.sql.shuffle.partitions": "1"})
    yield made
    made.stop()


def test_a_table_with_claims_as_a_table(session: Any) -> None:
    from notecheck.errors import InputError
    from notecheck.spark import check, tables

    rows = [("a", "V1", note(STEMS[0])), ("b", "V2", note(STEMS[1])), ("c", None, "")]
    df = session.createDataFrame(rows, "note_id string, visit_occurrence_id string, body string")
    lines = [("C1", "a", "64483", ["RT"], 1.0), ("C1", "a", "77003", [], 1.0)]
    claims = session.createDataFrame(lines, "claim_id string, note_id string, code string, modifiers array<string>, units double")
    judged = check(df, "body", claims).persist()
    made = tables(judged)
    notes = {row.note_id: row for row in made["notes"].collect()}
    assert {key: row.status for key, row in notes.items()} == {"a": "judged", "b": "judged", "c": "refused"}
    assert (notes["a"].claimed, notes["b"].claimed, notes["c"].reason_code) == (True, False, "NC-I04")
    found = {(row.code, row.billed) for row in made["findings"].collect()}
    assert {("LAT002", "64483"), ("IMG004", "77003")} <= found
    assert {row.note_id: row.joined_by for row in notes.values()}["a"] == "name"
    same = check(df.select("body").union(df.select("body")), "body", history=False)
    keys = [row.note_key for row in same.select("note_key").collect()]
    assert len(keys) == len(set(keys)) == 6, "rows without a name, and copies, have keys of their own"
    with pytest.raises(InputError) as caught:
        check(df, "boddy")
    assert caught.value.code == "NC-I16" and "'body'" in caught.value.next_step


def test_a_table_of_the_catalog_a_file_url_and_places_that_cannot_be_read(session: Any, tmp_path: Path) -> None:
    from pyarrow import parquet

    from notecheck.errors import InputError
    from notecheck.spark import scan

    folder = tmp_path / "my notes"
    folder.mkdir()
    (folder / "a.txt").write_text(note(STEMS[1]))
    (folder / "a.txt.notecheck").write_text('notecheck:ignore DOC013 reason="kept elsewhere"\n')
    made = session.createDataFrame([("t1", note(STEMS[0]), "Aetna")], "note_id string, note_text string, payer string")
    made.createOrReplaceTempView("exported_notes")
    scan(session, ["exported_notes", folder.as_uri()], str(tmp_path / "out"))
    rows = {row["note_id"]: row for row in parquet.read_table(tmp_path / "out" / "notes.parquet").to_pylist()}
    assert {key: (row["source"], row["payer"]) for key, row in rows.items()} == {
        "t1": ("exported_notes", "aetna"), "a": (str(folder / "a.txt"), "medicare"),
    }  # fmt: skip
    for place, code, words in (
        ("no_such_table", "NC-I01", "no such table"), ((tmp_path / "nowhere").as_uri(), "NC-I01", "no such file"),
        ("http://example.org/notes", "NC-S17", "web"), ("file://other/notes", "NC-S17", "another machine"),
        ("s3://bucket/notes", "NC-S17", "cannot read"), ("hdfs://nowhere.invalid:1/notes.parquet", "NC-S17", "cannot read"),
        (str(tmp_path / "none.parquet"), "NC-I01", "nothing there"),
    ):  # fmt: skip
        with pytest.raises(InputError) as caught:
            scan(session, [place], str(tmp_path / "other"))
        assert caught.value.code == code and words in str(caught.value), place
