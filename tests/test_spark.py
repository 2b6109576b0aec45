"""The Spark engine on two local worker processes gives the rows of the embedded engine.

Skipped without pyspark (``pip install '.[spark]'``) or Java 17: it takes more than a minute, most of it loading.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from written_forms import FORMS

from notecheck.policy.book import Book

pyspark = pytest.importorskip("pyspark", reason="pip install '.[spark]'")
pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="no java")

TOP = Path(__file__).resolve().parents[1]
STEMS = ("tfesi-left-billed-right", "tpi-two-muscles-as-three", "si-joint-by-ultrasound", "facet-rfa-ready")


@pytest.fixture(scope="module")
def session() -> Any:
    """Two tasks at once, each in a Python process of its own."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    paths = [str(TOP), str(TOP / "tests"), *filter(None, [os.environ.get("PYTHONPATH")])]
    made = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "1g")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.executorEnv.PYTHONPATH", os.pathsep.join(paths))
        .getOrCreate()
    )
    yield made
    made.stop()


def note(stem: str) -> str:
    return (TOP / "sample_notes" / f"{stem}.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Notes in several formats, a table with two visits of one patient, a file that cannot be read, and claims."""
    made = tmp_path_factory.mktemp("notes")
    for stem, form in zip(STEMS, ("pdf", "docx", "hl7", "fhir-reference"), strict=True):
        name, write = FORMS[form]
        (made / f"{stem}{Path(name).suffix}").write_bytes(write(note(stem)))
    rows = [
        ("n1", "P1", "2026-01-05", note(STEMS[0]).replace("03/04/2026", "01/05/2026")),
        ("n2", "P1", "2026-03-04", note(STEMS[0])),
        ("n3", "P2", "2026-03-04", note("genicular-block-ready")),
    ]
    (made / "export.jsonl").write_text(
        "\n".join(json.dumps(dict(zip(("note_id", "person_id", "note_date", "note_text"), row, strict=True))) for row in rows)
    )
    (made / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    return made


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows in a fixed order, without what differs between two runs; JSON texts as objects."""
    from notecheck.scan.schema import VOLATILE

    kept = [
        {key: json.loads(value) if key == "report" and value else value for key, value in row.items() if key not in VOLATILE}
        for row in rows
    ]
    return sorted(kept, key=lambda row: (row["note_key"], row.get("number", 0), row.get("step", 0)))


def test_spark_gives_the_rows_of_the_embedded_engine(session: Any, folder: Path, tmp_path: Path, book: Book) -> None:
    from pyarrow import parquet

    from notecheck.read.claim_files import read_claims
    from notecheck.scan.run import Request
    from notecheck.scan.run import scan as embedded
    from notecheck.scan.schema import OF_NOTES
    from notecheck.spark import scan

    claims = tmp_path / "claims.csv"
    claims.write_text(
        "claim_id,note_id,patient_id,payer,mac,date_of_service,place_of_service,code,modifiers,units,icd10\n"
        "C1,n2,,medicare,palmetto,2026-03-04,11,64483,RT,1,M54.16\n"
        "C2,,P2,medicare,palmetto,2026-03-04,11,64454,LT,1,M17.12\n"
    )
    embedded(Request((folder,), tmp_path / "embedded", claims=claims, workers=1))
    written = scan(session, [str(folder)], str(tmp_path / "spark"), claims=read_claims(claims, book))
    counts = {}
    for table in OF_NOTES:
        one = plain(parquet.read_table(tmp_path / "embedded" / f"{table.name}.parquet").to_pylist())
        other = plain(parquet.read_table(written[table.name]).to_pylist())
        assert one == other, table.name
        counts[table.name] = len(one)
    assert counts["notes"] == 8 and counts["findings"] >= 8 and counts["claims"] >= 2 and counts["episodes"] > 0
    notes = parquet.read_table(written["notes"]).to_pylist()
    assert sorted(row["reason_code"] for row in notes if row["status"] == "refused") == ["NC-I11"]
    assert {row["note_id"]: row["earlier"] for row in notes}["n2"] == 1
    assert {row["note_id"] for row in notes if row["claimed"]} >= {"n2", "n3"}


def test_a_table_with_claims_as_a_table(session: Any) -> None:
    from notecheck.errors import InputError
    from notecheck.spark import check, tables

    rows = [("a", "V1", note(STEMS[0])), ("b", "V2", note(STEMS[1])), ("c", None, "")]
    df = session.createDataFrame(rows, "note_id string, visit_occurrence_id string, body string")
    lines = [("C1", "a", "64483", ["RT"], 1.0), ("C1", "a", "77003", [], 1.0)]
    claims = session.createDataFrame(lines, "claim_id string, note_id string, code string, modifiers array<string>, units double")
    judged = check(df, "body", claims, history=False).persist()
    made = tables(judged)
    notes = {row.note_id: row for row in made["notes"].collect()}
    assert {key: row.status for key, row in notes.items()} == {"a": "judged", "b": "judged", "c": "refused"}
    assert (notes["a"].claimed, notes["b"].claimed, notes["c"].reason_code) == (True, False, "NC-I04")
    found = {(row.code, row.billed) for row in made["findings"].collect()}
    assert {("LAT002", "64483"), ("IMG004", "77003")} <= found
    with pytest.raises(InputError) as caught:
        check(df, "boddy")
    assert caught.value.code == "NC-I16" and "'body'" in caught.value.next_step
