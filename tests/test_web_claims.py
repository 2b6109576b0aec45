"""Claims beside many notes on the web page: found by name, encounter or patient and day; what fits nothing is shown."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from web_server import Served

from notecheck import locate
from notecheck.policy.book import Book
from notecheck.read.claim_files import holds_claims
from notecheck.read.claims import claim_from_dict
from notecheck.records.stored import pack
from notecheck.web.claimed import Claims, Row, label

NAME = "tfesi-left-billed-right"
NOTE = (locate.samples() / f"{NAME}.txt").read_bytes()
BLOCK = b"Date of service: 03/04/2026. Left L3, L4 and L5 medial branch blocks under fluoroscopy, 25 gauge, lidocaine 2%."
CLAIM = {
    "claim_id": "C-1", "note_id": NAME, "mac": "palmetto", "date_of_service": "2026-03-04",
    "lines": [{"code": "64483", "modifiers": ["RT"], "icd10": ["M54.16"]}],
}  # fmt: skip


class Batch:
    """A batch of the running server."""

    def __init__(self, client: httpx.Client, **choices: str) -> None:
        self.client = client
        self.address = "/batches/" + client.post("/batches", json={"choices": choices}).json()["batch"]

    def send(self, name: str, content: bytes, to: str = "files") -> httpx.Response:
        headers = {"content-type": "application/octet-stream", "x-file-name": name}
        return self.client.post(f"{self.address}/{to}", content=content, headers=headers)

    def claims(self, *given: dict[str, Any], name: str = "claims.json") -> httpx.Response:
        return self.send(name, json.dumps(list(given)).encode(), "claims")

    def done(self) -> dict[str, Any]:
        until = time.monotonic() + 90
        while time.monotonic() < until:
            found: dict[str, Any] = self.client.get(self.address).json()
            if found["done"] == found["notes"]:
                return found
            time.sleep(0.1)
        raise AssertionError("the batch did not end")


def table(*rows: list[str]) -> bytes:
    """Notes as a CSV export."""
    written = io.StringIO()
    csv.writer(written).writerows([["note_id", "patient_id", "encounter_id", "note_text"], *rows])
    return written.getvalue().encode()


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.address, timeout=90) as made:
        yield made


@pytest.mark.parametrize("ending", ["csv", "json", "837"])
def test_a_note_is_judged_against_its_claim_in_every_format(client: httpx.Client, ending: str) -> None:
    file = locate.samples() / f"{NAME}.claim.{ending}"
    batch = Batch(client)
    assert batch.send(file.name, file.read_bytes(), "claims").json()["claims"] == (2 if ending == "csv" else 1)
    if ending == "837":  # names no note: its number is that of the visit
        batch.send("notes.csv", table(["p", "00-0117", "SAMPLE-1", NOTE.decode()]))
    else:
        batch.send(f"{NAME}.txt", NOTE)
    found = batch.done()
    row = found["rows"][0]
    assert row["billed"] == "64483-RT 64484-RT 77003" and row["supported"].startswith("64483-LT")
    assert row["readiness"] == "hold" and {"LAT002", "LVL002", "IMG004"} <= set(row["codes"])
    assert found["claims"]["files"] == [file.name]
    left = [("SAMPLE-90", "20553", "no document of this name")] if ending == "csv" else []
    assert [tuple(one.values()) for one in found["claims"]["unmatched"]] == left


def test_claims_that_come_after_the_notes_judge_them_again(client: httpx.Client) -> None:
    batch = Batch(client)
    batch.send(f"{NAME}.txt", NOTE)
    batch.send("block.txt", BLOCK)
    before = batch.done()
    assert "claims" not in before and "LAT002" not in before["rows"][0]["codes"]
    block = {**CLAIM, "claim_id": "C-2", "note_id": "another"}
    assert batch.claims(CLAIM, block).status_code == 202
    found = batch.done()
    first, second = found["rows"]
    assert (first["claim"], first["joined_by"], first["billed"]) == ("C-1", "name", "64483-RT") and "LAT002" in first["codes"]
    assert (second["claim"], second["billed"], second["state"]) == ("", "", "judged")
    assert found["claims"]["unmatched"] == [{"claim": "C-2", "codes": "64483", "reason": "no document of this name"}]
    batch.claims({**CLAIM, "lines": [{"code": "64483", "modifiers": ["LT"], "icd10": ["M51.17"]}]})
    found = batch.done()
    assert found["claims"]["claims"] == 1, "a file of the same name takes the place of the first"
    assert found["rows"][0]["billed"] == "64483-LT" and "LAT002" not in found["rows"][0]["codes"]


def test_of_two_documents_of_an_encounter_the_procedure_note_gets_the_claim(client: httpx.Client) -> None:
    batch = Batch(client)
    visit = "Office visit 03/04/2026. Left leg pain for ten weeks, 7/10. Plan: MRI."
    assert batch.claims({key: value for key, value in CLAIM.items() if key != "note_id"} | {"encounter": "E-7"})
    batch.send("notes.csv", table(["v", "P-1", "E-7", visit], ["p", "P-1", "E-7", NOTE.decode()]))
    found = batch.done()
    assert [(row["claim"], row["joined_by"]) for row in found["rows"]] == [("", ""), ("C-1", "encounter, by its procedures")]
    assert found["claims"]["unmatched"] == [] and "LAT002" in found["rows"][1]["codes"]


def test_two_claims_for_one_note_stay_open_and_say_so(client: httpx.Client) -> None:
    batch = Batch(client)
    batch.claims(CLAIM, {**CLAIM, "claim_id": "C-2"})
    batch.send(f"{NAME}.txt", NOTE)
    found = batch.done()
    assert found["rows"][0]["claim"] == ""
    assert {one["reason"] for one in found["claims"]["unmatched"]} == {"several claims fit the same document"}
    saved = client.get(f"{batch.address}/table.csv").text
    rows = list(csv.reader(io.StringIO(saved)))
    assert rows[0][-3:] == ["claim", "joined_by", "billed"]
    assert [row[-3] for row in rows if row[1] == "no note"] == ["C-1", "C-2"]
    page = client.get(f"{batch.address}/table.html").text
    assert "Claims without a note" in page and "C-2" in page and "no claim" in page


def test_what_was_chosen_holds_for_claims_that_do_not_say_it(client: httpx.Client) -> None:
    batch = Batch(client, payer="uhc", place_of_service="24")
    plain = {key: value for key, value in CLAIM.items() if key != "mac"}
    batch.claims(plain)
    batch.send(f"{NAME}.txt", NOTE)
    batch.done()
    verdict = client.get(f"{batch.address}/rows/0").json()["parts"]["verdict"].lower()
    assert "unitedhealthcare" in verdict.replace(" ", "") or "uhc" in verdict


def test_a_broken_file_of_claims_is_refused_with_its_place_and_the_batch_goes_on(client: httpx.Client) -> None:
    batch = Batch(client)
    answer = batch.send("march.csv", b"note_id,code,modifers\nx,64483,RT\n", "claims")
    assert answer.status_code == 422 and answer.json()["where"].startswith("march.csv") and "modifiers" in answer.text
    assert batch.send("march.json", b"{", "claims").json()["code"] == "NC-I20"
    assert batch.send("empty.json", b"[]", "claims").json()["code"] == "NC-I22"
    batch.send("block.txt", BLOCK)
    assert batch.done()["rows"][0]["state"] == "judged"
    assert client.post("/batches/nothing/claims", content=b"[]", headers={"content-type": "application/octet-stream"}).status_code == 404


def test_claims_dropped_among_the_notes_are_taken_as_claims(client: httpx.Client) -> None:
    batch = Batch(client)
    for name in (f"{NAME}.txt", f"{NAME}.claim.json"):
        assert batch.send(name, (locate.samples() / name).read_bytes()).status_code == 202
    batch.send("first.txt", b"Code: none\n" + BLOCK)
    found = batch.done()
    assert [row["name"] for row in found["rows"]] == [f"{NAME}.txt", "first.txt"]
    assert found["rows"][0]["claim"] == "SAMPLE-1" and "LAT002" in found["rows"][0]["codes"]
    assert batch.send("wrong.csv", b"note_id,code,modifers\nx,64483,RT\n").json()["code"] == "NC-I24"


@pytest.mark.parametrize(
    ("content", "claims"),
    [
        (b"ISA*00*          *", True),
        (b"ISAAC was seen today.", False),
        (b"ISA was not seen.", False),
        (b"claim_id;note_id;code\n1;a;64483\n", True),
        (b'{"claim_id": "1", "lines": []}', True),
        (b'[{"24": [], "21": {}}]', True),
        (b'{"resourceType": "DocumentReference"}', False),
        (b"Left L4-5 facet injection.", False),
        (b"", False),
    ],
)
def test_what_looks_like_claims(content: bytes, claims: bool) -> None:
    assert holds_claims(content) is claims


def test_claims_are_settled_without_a_server(book: Book) -> None:
    """By patient and day the note whose procedures are billed has the claim; the day is that of the file."""
    about = {"patient": "P-1", "date_of_service": "2026-03-04"}
    visit = Row("visit", "judged", text="a", about=about | {"note_id": "v"}, result={"families": []})
    block = Row("block", "judged", text="b", about=about | {"note_id": "b"}, result={"families": ["facet-injection"]})
    waits = Row("later", about=about | {"note_id": "w"})
    line = {"code": "64493", "modifiers": ["LT"], "icd10": ["M47.816"]}
    claim = claim_from_dict({"patient_id": "P-1", "date_of_service": "2026-03-04", "lines": [line]}, book)
    claims = Claims(book.codes)
    claims.take("c.json", [pack(claim)])
    assert label(claim) == "P-1, 2026-03-04" and claims.first(visit) == (claim, "patient and day")
    settled = claims.settle([visit, block, waits])
    assert [(row.name, given, way) for row, given, way in settled] == [
        ("visit", None, ""), ("block", claim, "patient and day, by its procedures"),
    ]  # fmt: skip
    assert claims.left == ()
    claims.settle([waits])
    assert [one["reason"] for one in claims.left] == ["no document of this patient and day"]
