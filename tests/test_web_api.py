"""The HTTP API and the pages as a program meets them: every answer, every refusal, and a server that goes on."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from web_server import Served

import notecheck
from notecheck import locate
from notecheck.checks.registry import CHECKS
from notecheck.policy import book
from notecheck.web.typed import claim_data

MARK = "Quetzalcoatl"
NOTE = (
    f"PROCEDURE NOTE\nPatient: {MARK} Example. Date of service: 03/04/2026\n"
    "PROCEDURE: Left L5-S1 transforaminal epidural steroid injection under fluoroscopy with contrast.\n"
    "The needle was advanced to the left L5-S1 foramen. Dexamethasone 10 mg was injected. No complications.\n"
)
RIGHT = {"lines": [{"code": "64483", "modifiers": ["RT"], "icd10": ["M54.16"]}], "date_of_service": "2026-03-04"}
PROBLEM = "application/problem+json"
JSON = {"content-type": "application/json"}
BYTES = {"content-type": "application/octet-stream"}


@pytest.fixture(scope="module")
def client(served: Served):
    with httpx.Client(base_url=served.address, timeout=90) as made:
        yield made


def refused(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem of an answer, of the right shape and with nothing of the note."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem = answer.json()
    assert problem["status"] == status and problem["code"].startswith("NC-") and problem["detail"]
    assert MARK not in answer.text
    return problem


def test_check_gives_what_the_library_gives(client: httpx.Client, checker) -> None:
    answer = client.post("/v1/check", json={"note": NOTE, "claim": RIGHT, "chart": ["Pain for two years, 7/10."]})
    assert answer.status_code == 200
    visit = notecheck.Note("Pain for two years, 7/10.", "chart 1", "chart-1")
    assert answer.json() == json.loads(json.dumps(checker.check(NOTE, RIGHT, [visit]).to_dict()))
    assert "LAT002" in {finding["code"] for finding in answer.json()["findings"]}


def test_modes_and_earlier_notes_reach_the_check(client: httpx.Client) -> None:
    body = {"note": "Plan: left L5-S1 transforaminal epidural.", "claim": RIGHT, "mode": "preauth", "earlier": [NOTE]}
    answer = client.post("/v1/check", json=body).json()
    assert answer["mode"] == "preauth" and answer["episodes"]


def test_extract_and_query(client: httpx.Client, checker) -> None:
    assert client.post("/v1/extract", json={"note": NOTE}).json() == json.loads(
        json.dumps(checker.extract(NOTE).to_dict())
    )
    asked = client.post("/v1/query", json={"note": NOTE, "claim": RIGHT}).json()
    assert asked["queries"] and all("addendum" not in query["question"].lower() for query in asked["queries"])
    assert "LATE ENTRY / ADDENDUM" in asked["text"]


def test_rules_and_policies(client: httpx.Client) -> None:
    rules = client.get("/v1/rules").json()["rules"]
    assert [rule["code"] for rule in rules] == [check.code for check in CHECKS]
    page = client.get("/v1/rules/laterality-modifier-mismatch").json()
    assert page["code"] == "LAT002" and "## What it does not check" in page["page"]
    refused(client.get("/v1/rules/LAT999"), 404)
    everything = client.get("/v1/policies").json()
    assert {"medicare", "aetna"} <= {policy["payer"] for policy in everything["policies"]}
    assert everything["editions"] and "folder" not in everything["policies"][0]
    assert {p["payer"] for p in client.get("/v1/policies", params={"payer": "aetna"}).json()["policies"]} == {"aetna"}
    refused(client.get("/v1/policies", params={"payer": "nobody"}), 422)


def test_answers_and_problems_are_as_the_openapi_document_says(client: httpx.Client) -> None:
    document = client.get("/v1/openapi.json").json()
    paths = {"/v1/check", "/v1/extract", "/v1/query", "/v1/rules", "/v1/rules/{code}", "/v1/policies", "/v1/schema"}
    assert paths | {"/cds-services", "/cds-services/{service}"} == set(document["paths"])
    assert document["components"]["schemas"]["Answer"]["additionalProperties"] is False, "the published schema"
    published = client.get("/v1/schema").json()
    jsonschema.validate(client.post("/v1/check", json={"note": NOTE, "claim": RIGHT}).json(), published)
    for path, name in (("/v1/check", "Answer"), ("/v1/query", "QueryAnswer"), ("/v1/extract", "FactsAnswer")):
        body = {"note": NOTE} if name == "FactsAnswer" else {"note": NOTE, "claim": RIGHT}
        answer = client.post(path, json=body).json()
        jsonschema.validate(answer, {"$ref": f"#/components/schemas/{name}", "components": document["components"]})
    problem = client.post("/v1/check", json={"note": ""}).json()
    jsonschema.validate(problem, {"$ref": "#/components/schemas/ProblemBody", "components": document["components"]})
    for methods in document["paths"].values():
        for says in methods.values():
            assert says["description"]
            assert all(s == "200" or PROBLEM in says["responses"][s]["content"] for s in says["responses"])


BROKEN = {
    "no JSON": ({"content": b"{", "headers": JSON}, 400),
    "not Unicode": ({"content": b'{"note": "\xff"}', "headers": JSON}, 400),
    "a list": ({"json": [1]}, 422),
    "deep": ({"content": b"[" * 100_000, "headers": JSON}, 400),
    "no note": ({"json": {}}, 422),
    "an empty note": ({"json": {"note": ""}}, 422),
    "an unknown key": ({"json": {"note": NOTE, MARK: 1}}, 422),
    "a note that is a number": ({"json": {"note": 5}}, 422),
    "half a character": ({"content": b'{"note": "a \\ud800 b"}', "headers": JSON}, 422),
    "too long a note": ({"json": {"note": "left knee " * 20_001}}, 422),
    "too much together": ({"json": {"note": NOTE, "chart": ["left knee " * 19_999] * 2}}, 413),
    "an unknown code": ({"json": {"note": NOTE, "claim": {"lines": [{"code": "64482"}]}}}, 422),
    "an unknown payer": ({"json": {"note": NOTE, "claim": {"payer": "nobody"}}}, 422),
    "units that are no number": (
        {"content": b'{"note": "x", "claim": {"lines": [{"code": "64483", "units": NaN}]}}', "headers": JSON}, 422,
    ),
    "a form": ({"data": {"note": NOTE}}, 415),
    "text": ({"content": NOTE.encode(), "headers": {"content-type": "text/plain"}}, 415),
}  # fmt: skip


@pytest.mark.parametrize(("request_", "status"), BROKEN.values(), ids=BROKEN)
def test_a_broken_request_is_refused_in_words(client: httpx.Client, request_: dict[str, Any], status: int) -> None:
    problem = refused(client.post("/v1/check", **request_), status)
    assert problem.get("next_step")


def test_faults_of_a_body_are_named_without_its_values(client: httpx.Client) -> None:
    body = {"note": NOTE, "claim": {"lines": [{"code": "64483", "units": MARK}]}}
    problem = refused(client.post("/v1/check", json=body), 422)
    assert problem["errors"] == [{"pointer": "/claim/lines/0/units", "detail": "float parsing"}]


def test_unknown_addresses_and_methods(client: httpx.Client) -> None:
    refused(client.get(f"/{MARK}"), 404)
    refused(client.get("/v1/check"), 405)
    refused(client.put("/v1/check", json={}), 405)
    refused(client.post("/v1/rules", json={}), 405)


def test_other_hosts_and_other_sites_are_refused(client: httpx.Client, served: Served) -> None:
    own = f"http://{served.host}:{served.port}"
    refused(client.get("/", headers={"host": "evil.example"}), 421)
    refused(client.get("/", headers={"host": f"127.0.0.1.evil.example:{served.port}"}), 421)
    assert client.get("/", headers={"host": f"localhost:{served.port}"}).status_code == 200
    for headers in (
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": f"http://{served.host}:{served.port + 1}"},
        {"sec-fetch-site": "cross-site"},
        {"origin": own, "sec-fetch-site": "same-site"},
    ):
        refused(client.post("/v1/check", json={"note": NOTE}, headers=headers), 403)
    assert client.post("/v1/extract", json={"note": NOTE}, headers={"origin": own}).status_code == 200
    refused(client.get("/v1/rules", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}), 403)
    assert "access-control-allow-origin" not in client.get("/v1/rules", headers={"origin": "http://evil.example"}).headers


def test_a_cross_site_form_post_is_refused(client: httpx.Client) -> None:
    """As a browser sends it: a form of another site, with the content type that needs no permission."""
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"):
        headers = {"content-type": kind, "origin": "http://evil.example", "sec-fetch-site": "cross-site"}
        refused(client.post("/v1/check", content=b'{"note": "x"}', headers=headers), 403)
        refused(client.post("/v1/check", content=b'{"note": "x"}', headers={"content-type": kind}), 415)


def test_every_answer_keeps_notes_out_of_caches_and_frames(client: httpx.Client) -> None:
    answers = [
        client.get(path) for path in ("/", "/batch", "/template", "/rules/", "/rules/LAT002", "/static/page.js", "/x")
    ]
    answers += [client.post("/v1/check", json={"note": NOTE}), client.post("/v1/check", content=b"{", headers=JSON)]
    answers += [client.get("/", headers={"host": "evil.example"})]
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store", answer.url
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["x-frame-options"] == "DENY"
        assert "server" not in answer.headers


def test_pages_hold_no_inline_script_and_name_no_other_host(client: httpx.Client) -> None:
    for path in ("/", "/batch", "/template", "/rules/", "/rules/LAT002", "/api"):
        text = client.get(path).text
        assert "<script>" not in text and " onclick" not in text and " style=" not in text
        assert "https:" not in text and "http:" not in text.replace(f"http://{client.base_url.host}", "")
    script = "".join(client.get(f"/static/{name}.js").text for name in ("common", "codes", "editor", "page", "batch"))
    assert "://" not in script and "eval(" not in script


def test_a_large_body_is_refused_and_its_sender_gets_to_read_why(served: Served) -> None:
    head = b"POST /v1/check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    for request in (
        head + b"Content-Length: 100000000\r\n\r\n" + b"x" * 3_000_000,
        head + b"Content-Length: 100000000\r\nExpect: 100-continue\r\n\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\n" + b"100000\r\n" + b"x" * 0x100000 + b"\r\n" + b"200000\r\n"
        + b"x" * 0x200000 + b"\r\n0\r\n\r\n",
    ):  # fmt: skip
        answer = served.raw(request, seconds=15)
        assert answer.startswith(b"HTTP/1.1 413 "), answer[:200]
        assert b"NC-W05" in answer


def test_100_megabytes_are_refused(client: httpx.Client) -> None:
    started = time.monotonic()
    try:
        refused(client.post("/v1/check", content=b'{"note": "' + b"x" * 100_000_000, headers=JSON), 413)
    except (httpx.WriteError, httpx.ReadError):
        pytest.fail("the connection was cut before the answer could be read")
    assert time.monotonic() - started < 30
    assert client.get("/healthz").status_code == 200


def test_a_slow_body_and_slow_headers_are_given_up(tmp_path: Path) -> None:
    """With short limits, in this process: no worker is needed to refuse."""
    from web_threads import threaded

    from notecheck.web.settings import Limits, Settings

    limits = Limits(body_seconds=0.6, head_seconds=0.6)
    with threaded(Settings(limits=limits)) as (address, port):
        import socket

        head = b"POST /v1/check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
        with socket.create_connection(("127.0.0.1", port), timeout=10) as slow:
            slow.sendall(head)
            answer = b"".join(iter(lambda: slow.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 408 ") and b"NC-W06" in answer
        with socket.create_connection(("127.0.0.1", port), timeout=10) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: 127")
            assert slow.recv(65536) == b""
        assert httpx.get(f"{address}/v1/rules/LAT002").status_code == 200


def test_the_log_has_routes_and_nothing_of_a_request(client: httpx.Client, served: Served) -> None:
    client.post(f"/v1/check?{MARK}=1", json={"note": NOTE, "claim": RIGHT})
    client.get(f"/v1/rules/{MARK}")
    client.get(f"/nothing/{MARK}")
    client.post("/page/document", content=NOTE.encode(), headers={**BYTES, "x-file-name": f"{MARK}.txt"})
    time.sleep(0.3)
    log = "".join(served.log)
    assert "POST /v1/check 200" in log and "GET /v1/rules/{code} 404" in log
    assert MARK not in log and "Traceback" not in log


def test_nothing_is_written_to_disk(client: httpx.Client, served: Served) -> None:
    """The folder in which the server runs stays empty, and no open file of it is a temporary one."""
    assert client.post("/v1/check", json={"note": NOTE}).status_code == 200
    proc = Path(f"/proc/{served.process.pid}")
    if not proc.is_dir():
        pytest.skip("no /proc on this system")
    assert list((proc / "cwd").resolve().iterdir()) == []
    opened = [str(link.resolve()) for link in (proc / "fd").iterdir() if link.is_symlink()]
    assert not [name for name in opened if "/tmp" in name and "pytest" not in name and "(deleted)" not in name]


def hook(*documents: str, codes: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    entries = [
        {
            "resource": {
                "resourceType": "DocumentReference",
                "content": [
                    {"attachment": {"contentType": "text/plain", "data": base64.b64encode(text.encode()).decode()}}
                ],
            }
        }
        for text in documents
    ]
    orders = [
        {"resource": {"resourceType": "ServiceRequest", "code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": code}]}}}
        for code in codes
    ]
    return {
        "hook": "encounter-discharge",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"patientId": "1", "encounterId": "2", "draftOrders": {"resourceType": "Bundle", "entry": orders}},
        "prefetch": {"notes": {"resourceType": "Bundle", "entry": entries}},
        **more,
    }


def test_cds_hooks_are_listed_and_answer_with_cards(client: httpx.Client) -> None:
    services = {s["hook"]: s for s in client.get("/cds-services").json()["services"]}
    assert set(services) == {"order-sign", "encounter-discharge"}
    assert all(s["prefetch"] and s["title"] and s["description"] for s in services.values())
    said = {"notecheck": {"mac": "palmetto", "date_of_service": "2026-03-04"}}
    address = f"/cds-services/{services['encounter-discharge']['id']}"
    sample = (locate.samples() / "tfesi-left-billed-right.txt").read_text(encoding="utf-8")
    cards = client.post(address, json=hook(sample, codes=("64483", "77003"), extension=said)).json()["cards"]
    codes = [card["source"]["topic"]["code"] for card in cards]
    assert {"IMG004", "LAT006"} <= set(codes) and "CLM001" not in codes
    order = ["critical", "warning", "info"]
    assert [order.index(card["indicator"]) for card in cards] == sorted(order.index(c["indicator"]) for c in cards)
    many = client.post(address, json=hook(NOTE, codes=("64483", "64484", "77003", "76942"))).json()["cards"]
    assert len(many) == 13 and "further findings" in many[-1]["summary"]
    for card in cards:
        assert len(card["summary"]) < 140 and card["indicator"] in ("info", "warning", "critical")
        assert card["source"]["label"] and card["links"][0]["type"] == "absolute"
    assert client.get(cards[0]["links"][0]["url"]).status_code == 200
    order = hook(NOTE.replace("PROCEDURE:", "PLAN:"), codes=("64483",), hook="order-sign")
    order_cards = client.post(f"/cds-services/{services['order-sign']['id']}", json=order)
    assert order_cards.status_code == 200


def test_cds_hooks_refuse_what_they_cannot_answer(client: httpx.Client) -> None:
    address = "/cds-services/notecheck-encounter-discharge"
    refused(client.post("/cds-services/other", json=hook(NOTE)), 404)
    refused(client.post(address, json=hook(NOTE, hook="order-sign")), 422)
    refused(client.post(address, json=hook()), 412)
    broken = hook(NOTE)
    broken["prefetch"]["notes"]["entry"][0]["resource"]["content"][0]["attachment"]["data"] = "no base64!"
    refused(client.post(address, json=broken), 422)
    refused(client.post(address, json=hook("\x00\x01\x02" * 50)), 422)


def test_samples_open_with_their_claims(client: httpx.Client) -> None:
    from notecheck.web.page import SAMPLES

    for name, _ in SAMPLES:
        sample = client.get(f"/page/samples/{name}").json()
        assert sample["note"] == (locate.samples() / f"{name}.txt").read_text(encoding="utf-8")
        judged = client.post("/page/check", json={k: sample[k] for k in ("note", "name", "chart", "choices")}).json()
        assert (judged["readiness"] == "ready") == name.endswith("-ready"), name
        assert "".join(piece["text"] for piece in judged["note"]) == sample["note"]
    refused(client.get("/page/samples/..%2F..%2Fpyproject"), 404)


def test_the_page_gives_rule_links_and_things_to_copy(client: httpx.Client) -> None:
    body = {"note": NOTE, "choices": {"codes": "64483-RT 64484-RT M54.16", "date_of_service": "2026-03-04"}}
    judged = client.post("/page/check", json=body).json()
    assert 'href="/rules/LAT002"' in judged["parts"]["findings"]
    assert judged["copy"]["codes"].startswith("64483-LT")
    assert "Please" in judged["copy"]["query"] and "NOT MET" in judged["copy"]["checklist"].upper()
    saved = client.post("/page/report", json=body)
    assert saved.text.startswith("<!doctype html>") and "attachment" in saved.headers["content-disposition"]


def test_text_of_a_note_stays_text_on_the_page(client: httpx.Client) -> None:
    body = {"note": NOTE + "<script>alert(1)</script><img src=x onerror=y> left <b>L4-5</b>", "name": "<i>a</i>"}
    judged = client.post("/page/check", json=body).json()
    assert not [html for html in judged["parts"].values() if "<script" in html or "<img" in html or "<i>" in html]


def test_codes_are_judged_as_typed(client: httpx.Client) -> None:
    typed = "64483-RT 6448 64482 J1100x10 m5416 M54.1 Z99.99"
    answer = client.post("/page/codes", json={"codes": typed, "word": "644"}).json()
    tokens = {token["text"]: token for token in answer["tokens"]}
    assert [t for t in tokens if tokens[t]["refused"]] == ["6448", "64482"]
    assert tokens["M54.16"]["kind"] == "diagnosis" and not tokens["M54.16"]["problem"]
    assert tokens["M54.1"]["problem"] and tokens["Z99.99"]["problem"] and tokens["J1100 x10"]["label"]
    assert all(made["code"].startswith("644") and made["label"] for made in answer["completions"])
    words = client.post("/page/codes", json={"word": "M54.1"}).json()["completions"]
    assert {"M54.16", "M54.17"} <= {made["code"] for made in words}


def test_letters_point_to_the_diagnoses_in_the_order_typed(client: httpx.Client) -> None:
    tokens = client.post("/page/codes", json={"codes": "64483-RTx1:b 20610-LT:ba J1100x10 M54.16 M17.12 20605:C"}).json()["tokens"]
    shown = {token["text"]: token for token in tokens}
    assert [t for t in shown if shown[t]["refused"]] == ["20605:C"] and "there are 2" in shown["20605:C"]["problem"]
    assert {"64483-RT x1:B", "20610-LT x1:BA", "J1100 x10"} <= set(shown)
    made = claim_data("64483-RT x1:B 20610-LT x1:BA J1100 x10 M54.16 M17.12", book.load())
    assert [line["icd10"] for line in made["lines"]] == [["M17.12"], ["M17.12", "M54.16"], ["M54.16", "M17.12"]]
    body = {"note": NOTE, "choices": {"codes": "64483-LT:A 64484-LT:B M54.16 Z98.890"}}
    assert client.post("/page/check", json=body).status_code == 200


def test_templates_are_judged_and_begun(client: httpx.Client) -> None:
    blank = client.post("/page/template/new", json={"family": "facet-rfa"}).json()["template"]
    good = client.post("/page/template", json={"template": blank, "family": "facet-rfa"}).json()
    filled = "PROCEDURE: Left L4-5 radiofrequency ablation. Complications: None."
    weak = client.post("/page/template", json={"template": filled, "family": "facet-rfa"}).json()
    assert not [gap for gap in good["gaps"] if gap["kind"] == "never-asked"]
    assert {gap["kind"] for gap in weak["gaps"]} >= {"never-asked", "filled-in"}
    refused(client.post("/page/template", json={"template": "x", "family": "nothing"}), 422)
    refused(client.post("/page/template", json={"template": "x", "family": "facet-rfa", "date_of_service": "soon"}), 422)
