"""The page in a real browser: paste, read, click, mend; many notes; keyboard alone; no request to anywhere else."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from web_server import Served
from written_forms import docx, pdf, rtf

from notecheck import locate

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine")
SAMPLE = "tfesi-left-billed-right"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as play:
        made = play.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield made
        made.close()


@pytest.fixture
def page(browser: Any, served: Served) -> Iterator[Any]:
    """A fresh visitor. Every request to another server and every fault of a script fails the test at its end.

    A refused file is answered with 422, which the browser itself writes to its console.
    """
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    elsewhere: list[str] = []
    faults: list[str] = []
    made = context.new_page()
    made.set_default_timeout(60_000)
    own = (served.address, "blob:" + served.address, "data:")
    made.on("request", lambda request: None if request.url.startswith(own) else elsewhere.append(request.url))
    made.on("pageerror", lambda error: faults.append(str(error)))
    usual = ("ERR_FAILED", "status of 422")
    made.on("console", lambda m: faults.append(m.text) if m.type == "error" and not any(u in m.text for u in usual) else None)
    made.goto(served.address)
    yield made
    context.close()
    assert not elsewhere and not faults, (elsewhere, faults)


def verdict(page: Any, expected: str) -> None:
    """Wait until the page says so."""
    sync_api.expect(page.locator("#verdict strong")).to_have_text(expected, timeout=60_000)


def paste(page: Any, name: str = SAMPLE) -> str:
    text = (locate.samples() / f"{name}.txt").read_text(encoding="utf-8")
    page.fill("#note", text)
    return text


def test_paste_read_click_mend_ready(page: Any) -> None:
    text = paste(page)
    page.fill("#codes", "64483-RT 64484-RT 77003 M54.16")
    page.select_option("#mac", "palmetto")
    page.fill("#date_of_service", "2026-03-04")
    page.fill("#place_of_service", "11")
    verdict(page, "HOLD")
    finding = page.locator("#findings .finding", has_text="LAT002")
    sync_api.expect(finding).to_contain_text('"PROCEDURE: Left L5-S1')
    finding.locator("a.to-words").click()
    chosen = page.locator("#marks .chosen")
    sync_api.expect(chosen.first).to_be_visible()
    assert chosen.first.text_content() in ("Left", "left", "PROCEDURE: Left")
    assert page.locator("#marks").text_content().rstrip("\u200b") == text
    page.fill("#codes", "64483-LT M51.17")
    verdict(page, "READY")
    sync_api.expect(page.locator("#ledger")).to_contain_text("64483-LT")
    sync_api.expect(page.locator("#findings")).to_contain_text("Nothing to mend")
    assert page.title().startswith("READY")


def test_the_marks_lie_under_their_words(page: Any) -> None:
    """The text field and the layer beneath it break their lines alike: same height, whatever the width."""
    page.click(f"[data-sample={SAMPLE}]")
    verdict(page, "HOLD")
    for width in (1360, 900, 420):
        page.set_viewport_size({"width": width, "height": 900})
        high = page.evaluate("[$('#note').scrollHeight, $('#marks').scrollHeight]".replace("$(", "document.querySelector("))
        assert abs(high[0] - high[1]) <= 2, (width, high)


def test_typing_moves_the_marks_and_keeps_the_page(page: Any) -> None:
    page.click(f"[data-sample={SAMPLE}]")
    verdict(page, "HOLD")
    page.evaluate("window.kept = document.querySelector('#ledger .ledger')")
    page.locator("#note").evaluate("e => e.setSelectionRange(0, 0)")
    page.locator("#note").press_sequentially("x ")
    assert page.locator("#marks .hit").count() > 0
    assert page.locator("#marks").text_content().startswith("x PROCEDURE")
    page.wait_for_timeout(1500)
    assert page.evaluate("document.contains(window.kept)"), "an unchanged part was drawn again"


def test_keyboard_alone(page: Any) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.sample") == SAMPLE:
            break
    page.keyboard.press("Enter")
    verdict(page, "HOLD")
    page.keyboard.press("F8")
    first = page.evaluate("document.activeElement.dataset.finding")
    page.keyboard.press("F8")
    assert first == "1" and page.evaluate("document.activeElement.dataset.finding") == "2"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "note"
    assert page.evaluate("document.activeElement.selectionEnd > document.activeElement.selectionStart")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.finding") == "2"
    page.locator("#codes").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("6448", delay=30)
    sync_api.expect(page.locator("#options li").first).to_be_visible()
    while "64483" not in (page.locator("#options li[aria-selected=true]").text_content() if page.locator("#options li[aria-selected=true]").count() else ""):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#codes") == "64483 "
    page.keyboard.press("Backspace")
    page.keyboard.type("-LT M51.17 ", delay=20)
    verdict(page, "READY")


def test_codes_are_validated_while_they_are_typed(page: Any) -> None:
    page.locator("#codes").press_sequentially("64483-LT 64482 M54.16 ")
    bad = page.locator("#tokens li.bad")
    sync_api.expect(bad).to_have_count(1)
    sync_api.expect(bad).to_contain_text("64483")
    sync_api.expect(page.locator("#tokens li").last).to_contain_text("Radiculopathy, lumbar region")


def test_copy_save_and_rule_page(page: Any, tmp_path: Path) -> None:
    page.click(f"[data-sample={SAMPLE}]")
    verdict(page, "HOLD")
    page.click("[data-copy=codes]")
    assert page.evaluate("navigator.clipboard.readText()") == "64483-LT M51.17"
    page.click("[data-copy=checklist]")
    assert "MET" in page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as saved:
        page.click("#save")
    saved.value.save_as(tmp_path / "report.html")
    assert "LAT002" in (tmp_path / "report.html").read_text(encoding="utf-8")
    with page.context.expect_page() as opened:
        page.locator("#findings .why a").first.click()
    sync_api.expect(opened.value.locator("h1")).to_contain_text("LVL002")
    assert page.input_value("#note"), "the note stays where it is"


def test_files_and_chart_documents(page: Any) -> None:
    folder = locate.samples()
    page.set_input_files("#files", [str(folder / "facet-rfa-ready.txt"), str(folder / "facet-rfa-ready.visit.txt")])
    sync_api.expect(page.locator("#chart li")).to_have_count(1)
    page.fill("#codes", "64635-LT 64636-LT M47.816")
    sync_api.expect(page.locator("#found")).to_be_visible(timeout=60_000)
    page.click("#chart button")
    sync_api.expect(page.locator("#chart li")).to_have_count(0)
    page.set_input_files("#files", [{"name": "x.bin", "mimeType": "", "buffer": b"\x00\x01" * 500}])
    sync_api.expect(page.locator("#problem")).to_contain_text("x.bin")


@pytest.mark.parametrize(("ending", "form"), [("docx", docx), ("pdf", pdf), ("rtf", rtf)])
def test_a_word_processor_s_file_is_dropped_on_the_page(page: Any, ending: str, form: Any) -> None:
    text = (locate.samples() / f"{SAMPLE}.txt").read_text(encoding="utf-8")
    data = base64.b64encode(form(text)).decode("ascii")
    page.evaluate(
        """([name, data]) => {
          const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
          const dropped = new DataTransfer();
          dropped.items.add(new File([bytes], name));
          for (const kind of ["dragenter", "dragover", "drop"])
            document.getElementById("note").dispatchEvent(new DragEvent(kind, { dataTransfer: dropped, bubbles: true, cancelable: true }));
        }""",
        [f"scan.{ending}", data],
    )
    sync_api.expect(page.locator("#note")).to_have_value(re.compile("transforaminal", re.IGNORECASE), timeout=60_000)
    page.fill("#codes", "64483-RT M54.16")
    sync_api.expect(page.locator("#findings")).to_contain_text("LAT002", timeout=60_000)


def test_choices_are_remembered_and_the_note_is_not(page: Any) -> None:
    paste(page)
    page.fill("#codes", "64483-LT M51.17")
    page.select_option("#payer", "aetna")
    page.select_option("#state", "TX")
    page.fill("#date_of_service", "2026-03-04")
    sync_api.expect(page.locator("#found")).to_be_visible(timeout=60_000)
    page.reload()
    assert (page.input_value("#payer"), page.input_value("#state")) == ("aetna", "TX")
    assert [page.input_value(place) for place in ("#note", "#codes", "#date_of_service")] == ["", "", ""]
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "L5-S1" not in kept and "64483" not in kept and "2026" not in kept


def test_a_server_that_is_gone_is_said_and_the_text_stays(page: Any) -> None:
    page.route("**/page/check", lambda route: route.abort())
    text = paste(page)
    sync_api.expect(page.locator("#problem")).to_contain_text("does not answer")
    assert page.input_value("#note") == text
    page.unroute("**/page/check")
    page.keyboard.press("Control+Enter")
    sync_api.expect(page.locator("#found")).to_be_visible(timeout=60_000)
    sync_api.expect(page.locator("#problem")).to_be_hidden()


def test_a_batch_of_fifty_files(page: Any, tmp_path: Path) -> None:
    page.click("nav >> text=Many notes")
    notes = sorted(path for path in locate.samples().glob("*.txt") if "visit" not in path.name)
    short = [f"Date of service: 03/04/2026. Right L{n % 4 + 1}-{n % 4 + 2} facet injection under fluoroscopy." for n in range(25)]
    files = [{"name": path.name, "mimeType": "text/plain", "buffer": path.read_bytes()} for path in notes[:24]]
    files += [{"name": f"n{n}.txt", "mimeType": "text/plain", "buffer": text.encode()} for n, text in enumerate(short)]
    files += [{"name": "broken.txt", "mimeType": "text/plain", "buffer": b"\x00\x01\x02" * 99}]
    assert len(files) == 50
    page.select_option("#mac", "palmetto")
    page.set_input_files("#files", files)
    sync_api.expect(page.locator("#done")).to_have_text("50 of 50 notes", timeout=240_000)
    sync_api.expect(page.locator("#table tbody tr")).to_have_count(50)
    page.select_option("#f-verdict", "refused")
    sync_api.expect(page.locator("#table tbody tr")).to_have_count(1)
    sync_api.expect(page.locator("#table tbody")).to_contain_text("broken.txt")
    page.select_option("#f-verdict", "")
    page.fill("#f-text", "facet-rfa-ready")
    sync_api.expect(page.locator("#table tbody tr")).to_have_count(1)
    page.click("#table tbody button")
    sync_api.expect(page.locator("#one")).to_be_visible()
    sync_api.expect(page.locator("#one")).to_contain_text("facet")
    page.fill("#f-text", "")
    with page.expect_download() as saved:
        page.click("[data-save='table.csv']")
    saved.value.save_as(tmp_path / "batch.csv")
    rows = (tmp_path / "batch.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("file,verdict") and len({row.partition(",")[0] for row in rows[1:]}) == 50
    with page.expect_download() as saved:
        page.click("[data-save='table.html']")
    saved.value.save_as(tmp_path / "batch.html")
    assert "50 notes" in (tmp_path / "batch.html").read_text(encoding="utf-8")
    page.click("#forget")
    sync_api.expect(page.locator("#work")).to_be_hidden()


def test_a_zip_in_a_batch(page: Any) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(3):
            archive.writestr(f"may/{number}.txt", "Left L4-5 facet joint injection under fluoroscopy was performed.")
    page.click("nav >> text=Many notes")
    page.set_input_files("#files", [{"name": "may.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}])
    sync_api.expect(page.locator("#done")).to_have_text("3 of 3 notes", timeout=90_000)
    sync_api.expect(page.locator("#table tbody tr").first).to_contain_text("may.zip/may/0.txt")


def test_a_batch_with_a_file_of_claims(page: Any, tmp_path: Path) -> None:
    page.click("nav >> text=Many notes")
    claims = (locate.samples() / f"{SAMPLE}.claim.csv").read_bytes()
    page.set_input_files("#claims-file", [{"name": "march.csv", "mimeType": "text/csv", "buffer": b"code,modifers\n64483,RT\n"}])
    sync_api.expect(page.locator("#problem")).to_contain_text("march.csv")
    page.set_input_files("#claims-file", [{"name": "march.csv", "mimeType": "text/csv", "buffer": claims}])
    sync_api.expect(page.locator("#claims-taken")).to_have_text("Claims: march.csv (2)")
    sync_api.expect(page.locator("#problem")).to_be_hidden()
    page.select_option("#mac", "palmetto")  # chosen after the claims, before the notes
    names = (SAMPLE, "bursa-no-side")
    page.set_input_files("#files", [{"name": f"{name}.txt", "mimeType": "text/plain", "buffer": (locate.samples() / f"{name}.txt").read_bytes()} for name in names])
    sync_api.expect(page.locator("#done")).to_have_text("2 of 2 notes", timeout=120_000)
    first = page.locator("#table tbody tr").first
    sync_api.expect(first).to_contain_text("64483-RT 64484-RT 77003")
    sync_api.expect(first).to_contain_text("64483-LT")
    sync_api.expect(first).to_contain_text("LAT002")
    sync_api.expect(page.locator("#left")).to_contain_text("SAMPLE-90")
    page.select_option("#f-claim", "without")
    sync_api.expect(page.locator("#table tbody tr")).to_have_count(1)
    sync_api.expect(page.locator("#table tbody")).to_contain_text("no claim")
    page.select_option("#f-claim", "with")
    page.click("#table tbody button")
    sync_api.expect(page.locator("#one #claim")).to_contain_text("64484-RT")
    with page.expect_download() as saved:
        page.click("[data-save='table.csv']")
    saved.value.save_as(tmp_path / "batch.csv")
    text = (tmp_path / "batch.csv").read_text(encoding="utf-8")
    assert "SAMPLE-1,name,64483-RT 64484-RT 77003" in text and "no note" in text
    page.set_viewport_size({"width": 390, "height": 840})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "the page itself must not scroll sideways"
    page.click("#forget")
    sync_api.expect(page.locator("#claims-taken")).to_be_hidden()
    sync_api.expect(page.locator("#left")).to_be_hidden()


def test_what_was_chosen_before_the_script_came_is_taken(page: Any, served: Served) -> None:
    page.route("**/static/*.js", lambda route: (page.wait_for_timeout(700), route.continue_()))
    page.goto(f"{served.address}/batch", wait_until="commit")
    early = {"name": "n.txt", "mimeType": "text/plain", "buffer": b"Left L4-5 facet joint injection under fluoroscopy."}
    page.set_input_files("#files", [early])
    sync_api.expect(page.locator("#done")).to_have_text("1 of 1 notes", timeout=90_000)
    page.goto(f"{served.address}/template", wait_until="commit")
    page.fill("#note", "PROCEDURE: Left L4-5 transforaminal epidural")
    sync_api.expect(page.locator("#found")).to_contain_text("Never asked for", timeout=60_000)


def test_the_template_view(page: Any) -> None:
    page.click("nav >> text=Template")
    page.fill("#note", "PROCEDURE: Left L4-5 transforaminal epidural\nComplications: None.")
    sync_api.expect(page.locator("#found")).to_contain_text("Never asked for", timeout=60_000)
    page.click("#begin")
    sync_api.expect(page.locator("#found")).not_to_contain_text("Never asked for", timeout=60_000)


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core from the package registry, for this run only."""
    if shutil.which("npm") is None:
        pytest.skip("no npm on this machine: axe-core cannot be fetched")
    folder = tmp_path_factory.mktemp("axe")
    done = subprocess.run(
        ["npm", "pack", "axe-core@4", "--silent"], cwd=folder, capture_output=True, text=True, timeout=120
    )
    packed = next(folder.glob("axe-core-*.tgz"), None)
    if done.returncode or packed is None:
        pytest.skip("axe-core could not be fetched")
    shutil.unpack_archive(packed, folder, filter="data")
    return (folder / "package" / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1360), ("dark", 390)])
def test_axe_finds_nothing(browser: Any, served: Served, axe: str, scheme: str, width: int) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    found = []
    for address in ("/", "/sample", "/batch", "/template", "/rules/LAT002", "/rules/", "/api"):
        page.goto(served.address + address.replace("sample", ""))
        if address == "/sample":
            page.click(f"[data-sample={SAMPLE}]")
            verdict(page, "HOLD")
            page.click("#findings a.to-words >> nth=1")
            page.wait_for_timeout(300)
        page.evaluate(axe)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found += [(address, v["id"], [n["html"][:160] for n in v["nodes"]][:4]) for v in result["violations"]]
    context.close()
    assert not found, json.dumps(found, indent=1)
