"""The pool of worker processes: bounded, warm, replaced when one dies; and who may ask beyond this computer."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from web_actors import play, refuses
from web_server import Served
from web_threads import threaded

from notecheck.errors import InputError
from notecheck.policy.book import Book
from notecheck.web.problems import Problem
from notecheck.web.settings import Limits, Settings, is_loopback, settings
from notecheck.web.workers import LATER, Pool

MARK = "Quetzalcoatl"
TOKEN = "a-token-of-more-than-twenty"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    made = Pool(play, None, size=2, waiting=4, seconds=1.5)
    made.start()
    assert made.wait_ready(120)
    while made.ready < 2:
        time.sleep(0.05)
    yield made
    made.close()


def problem(pool: Pool, name: str, data: object) -> Problem:
    with pytest.raises(Problem) as raised:
        pool.submit(name, data).result(timeout=60)
    return raised.value


def settled(pool: Pool) -> None:
    """Wait until every worker is back."""
    until = time.monotonic() + 60
    while pool.ready < pool.size and time.monotonic() < until:
        time.sleep(0.02)
    assert pool.ready == pool.size


def test_the_worker_that_was_busy_last_is_asked_first(pool: Pool) -> None:
    settled(pool)
    first = pool.submit("pid", None).result(timeout=30)
    assert [pool.submit("pid", None).result(timeout=30) for _ in range(5)] == [first] * 5


def test_a_worker_that_dies_is_replaced_and_says_so(pool: Pool) -> None:
    settled(pool)
    before, pids = pool.restarts, set(pool.pids())
    died = problem(pool, "die", MARK)
    assert (died.status, died.code) == (500, "NC-X01") and MARK not in str(died.to_dict())
    assert pool.submit("echo", "still here").result(timeout=60) == "still here"
    settled(pool)
    assert pool.restarts == before + 1 and len(set(pool.pids()) - pids) == 1


def test_a_job_that_takes_too_long_is_given_up(pool: Pool) -> None:
    settled(pool)
    before = pool.restarts
    late = problem(pool, "sleep", 60)
    assert (late.status, late.code) == (504, "NC-W08") and "1.5 seconds" in late.detail
    settled(pool)
    assert pool.restarts == before + 1


def test_faults_cross_without_their_words_and_refusals_with_theirs(pool: Pool) -> None:
    settled(pool)
    fault = problem(pool, "fault", f"{MARK} L5-S1")
    assert fault.status == 500 and "ValueError" in fault.detail and MARK not in str(fault.to_dict())
    refusal = problem(pool, "refuse", None)
    assert (refusal.status, refusal.code, refusal.extra) == (422, "NC-I31", {"where": "claim"})
    assert len(pool.pids()) == 2


def test_more_jobs_than_may_wait_are_turned_away_and_later_ones_wait(pool: Pool) -> None:
    settled(pool)
    running = [pool.submit("sleep", 0.8) for _ in range(2)]
    time.sleep(0.2)
    late = pool.submit("echo", "late", LATER)
    waiting = [pool.submit("echo", n) for n in range(3)]
    with pytest.raises(Problem) as full:
        pool.submit("echo", 9)
    assert (full.value.status, full.value.headers) == (503, {"Retry-After": "2"})
    assert [future.result(timeout=30) for future in waiting] == [0, 1, 2]
    assert late.result(timeout=30) == "late" and [f.result(timeout=30) for f in running] == [0.8, 0.8]


def test_a_job_whose_client_left_is_not_done(pool: Pool) -> None:
    settled(pool)
    running = [pool.submit("sleep", 0.6) for _ in range(2)]
    time.sleep(0.2)
    dropped = pool.submit("die", None)
    assert dropped.cancel()
    before = pool.restarts
    assert pool.submit("echo", 1).result(timeout=30) == 1
    assert [f.result(timeout=30) for f in running] and pool.restarts == before


def test_workers_that_never_start_refuse_instead_of_hanging() -> None:
    made = Pool(refuses, None, size=1, waiting=4, seconds=5)
    made.start()
    with pytest.raises(Problem) as raised:
        made.submit("echo", 1).result(timeout=120)
    assert raised.value.status == 503
    made.close()


def test_a_zip_bomb_is_refused_and_the_server_goes_on(served: Served) -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("note.txt", "w", force_zip64=True) as member,
    ):
        for _ in range(300):
            member.write(b"\x20" * 1_000_000)
    assert len(packed.getvalue()) < 2_000_000
    headers = {"content-type": "application/octet-stream", "x-file-name": "bomb.zip"}
    with httpx.Client(base_url=served.address, timeout=90) as client:
        answer = client.post("/page/document", content=packed.getvalue(), headers=headers)
        assert answer.status_code == 422 and answer.json()["code"].startswith("NC-I"), answer.text
        batch = client.post("/batches", json={}).json()["batch"]
        assert client.post(f"/batches/{batch}/files", content=packed.getvalue(), headers=headers).status_code == 202
        rows = client.get(f"/batches/{batch}").json()["rows"]
        assert [row["state"] for row in rows] == ["refused"] and rows[0]["reason"]
        assert client.post("/v1/extract", json={"note": "Left L4-5 facet injection."}).status_code == 200
        assert client.delete(f"/batches/{batch}").status_code == 204
        assert client.get(f"/batches/{batch}").status_code == 404


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.3.4.5"])
def test_this_computer_needs_no_token(host: str) -> None:
    assert is_loopback(host) and settings(host, 8765).token == ""


def test_other_addresses_need_a_flag_a_token_and_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTECHECK_TOKEN", raising=False)
    short, good = tmp_path / "short", tmp_path / "good"
    short.write_text("secret\n")
    good.write_text(TOKEN + "\n")
    for host, given, code in (
        ("0.0.0.0", {}, "NC-I86"),
        ("192.0.2.7", {"token_file": good}, "NC-I86"),
        ("0.0.0.0", {"allow_remote": True, "token_file": good}, "NC-I87"),
        ("192.0.2.7", {"allow_remote": True}, "NC-I88"),
        ("192.0.2.7", {"allow_remote": True, "token_file": short}, "NC-I88"),
        ("192.0.2.7", {"allow_remote": True, "token_file": tmp_path / "none"}, "NC-I88"),
    ):
        with pytest.raises(InputError) as raised:
            settings(host, 8765, **given)
        assert raised.value.code == code and raised.value.next_step and "secret" not in str(raised.value)
    made = settings("0.0.0.0", 8765, allow_remote=True, token_file=good, names=["pain.example.org"])
    assert made.token == TOKEN and "pain.example.org" in made.hosts and "0.0.0.0" not in made.hosts
    monkeypatch.setenv("NOTECHECK_TOKEN", TOKEN)
    assert settings("192.0.2.7", 8765, allow_remote=True).token == TOKEN


def test_with_a_token_nothing_but_the_empty_pages_answers_without_it() -> None:
    with threaded(Settings(token=TOKEN)) as (address, _), httpx.Client(base_url=address) as client:
        for path in ("/", "/batch", "/template", "/static/page.js", "/rules/LAT002", "/api"):
            assert client.get(path).status_code == 200, path
        asked = [client.get("/v1/rules"), client.get("/cds-services"), client.get("/batches/x"), client.get("/v1/openapi.json")]
        asked += [client.post(path, json={"note": "x"}) for path in ("/v1/check", "/page/check", "/page/codes", "/batches")]
        asked += [client.get("/v1/rules", headers={"authorization": f"Bearer {TOKEN}x"})]
        for answer in asked:
            assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer", answer.url
        assert client.get("/v1/rules", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_a_port_that_is_taken_is_one_sentence(served: Served, run_notecheck) -> None:
    done = run_notecheck("serve", "--port", served.port)
    assert done.returncode == 2 and "NC-I89" in done.stderr and "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_limits_on_a_batch_and_its_age(book: Book) -> None:
    from notecheck.web.batches import Batches

    kept = Batches(Limits(batches=2, batch_seconds=0.2), book.codes)
    first, second = kept.add({}), kept.add({})
    third = kept.add({})
    with pytest.raises(Problem):
        kept.named(first.name)
    assert kept.named(second.name) is second and len({first.name, second.name, third.name}) == 3
    time.sleep(0.3)
    with pytest.raises(Problem) as gone:
        kept.named(third.name)
    assert gone.value.status == 404
