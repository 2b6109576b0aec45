"""The HTML report in a real browser: a finding and its words, light, dark, printed, on a phone; nothing leaves the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from finished_reports import NAMES, PLANNED, WRONG_SIDE, finished
from test_web_browser import BROWSER, axe, browser, sync_api  # noqa: F401

from notecheck.records import Note
from notecheck.report.form import written, written_all

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine")
BATCH, HOSTILE = "batch", "hostile"
HOSTILE_NOTE = (
    "PROCEDURE: Left L5-S1 transforaminal epidural <script>document.title='owned'</script>\n"
    "<img src=https://example.org/a.png onerror=\"document.title='owned'\"> <a href=javascript:alert(1)>x</a>\n"
    "The needle was advanced to the left L5-S1 foramen under fluoroscopy. <iframe src=https://example.org></iframe>\n"
)


@pytest.fixture(scope="module")
def reports(checker, tmp_path_factory) -> dict[str, Path]:
    """The finished reports as files, one page of all of them, and one of a hostile note."""
    folder = tmp_path_factory.mktemp("reports")
    judged = {name: (report, documents) for name, report, documents in finished(checker)}
    pages = {name: written(*one, "html") for name, one in judged.items()}
    pages[BATCH] = written_all(list(judged.values()), "html")
    note = Note(HOSTILE_NOTE, "<img src=x>.txt")
    claim = {"lines": [{"code": "64483", "modifiers": ["RT"]}], "date_of_service": "2026-03-04"}
    pages[HOSTILE] = written(checker.check(note, claim), [note], "html")
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


@pytest.fixture
def opened(browser: Any, reports: dict[str, Path]) -> Iterator[Any]:  # noqa: F811
    """Opens a report. Any request but the one for the file itself, and any fault, fails the test at its end."""
    requests: list[str] = []
    faults: list[str] = []
    contexts = []

    def show(name: str, **how: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | how)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: (faults.append("dialog"), dialog.dismiss()))
        page.goto(reports[name].as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
    own = {path.as_uri() for path in reports.values()}
    assert not faults and {url.partition("#")[0] for url in requests} <= own, (faults, requests)


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_a_finding_leads_to_its_words_and_back(opened: Any) -> None:
    page = opened(WRONG_SIDE)
    finding = page.locator(".finding", has_text="LAT002")
    finding.locator("a.to-words").click()
    assert focused(page) == "Left"
    chosen = page.locator(".hit.chosen")
    assert chosen.count() >= 1 and page.locator(".finding.chosen").count() == 1
    sync_api.expect(chosen.first).to_be_in_viewport()
    chosen.first.click()
    assert "levels-overbilled" in focused(page) or "laterality-modifier-mismatch" in focused(page)


def test_the_keyboard_alone_is_enough(opened: Any) -> None:
    page = opened(WRONG_SIDE)
    page.keyboard.press("Tab")
    assert "Skip to the findings" in focused(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert "LVL002" in focused(page)
    page.keyboard.press("Enter")
    assert focused(page) in page.locator(".notes").text_content()
    assert page.locator(".hit.chosen").count() >= 1
    page.keyboard.press("Enter")
    assert "LVL002" in focused(page)


def test_on_a_page_of_several_notes_the_words_are_those_of_the_note(opened: Any) -> None:
    page = opened(BATCH)
    page.locator("nav a").nth(3).click()
    last = page.locator("article.one").nth(3)
    last.locator("a.to-words").first.click()
    assert last.locator(".hit.chosen").count() == 1 and page.locator(".hit.chosen").count() == 1
    assert focused(page) == "radiofrequency ablation"


def test_nothing_of_a_note_runs(opened: Any) -> None:
    page = opened(HOSTILE)
    page.wait_for_timeout(200)
    assert "owned" not in page.title()
    assert page.locator("img, iframe, .text script").count() == 0
    assert "<script>document.title='owned'</script>" in page.locator(".text").first.text_content()


def colours(page: Any) -> tuple[str, str]:
    return tuple(page.evaluate("[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"))


def test_light_dark_and_printed(opened: Any) -> None:
    light, dark = opened(WRONG_SIDE, color_scheme="light"), opened(WRONG_SIDE, color_scheme="dark")
    assert colours(light) == ("rgb(251, 251, 250)", "rgb(29, 35, 39)")
    assert colours(dark) == ("rgb(21, 25, 28)", "rgb(230, 233, 235)")
    dark.emulate_media(media="print")
    assert colours(dark) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
    hidden = "(e) => e.scrollHeight - e.clientHeight"
    assert light.locator(".text").first.evaluate(hidden) > 0, "the note is longer than its window on the screen"
    assert dark.locator(".text").first.evaluate(hidden) <= 1, "and whole on paper"
    assert dark.pdf(format="Letter").count(b"/Type /Page\n") == 2


@pytest.mark.parametrize("name", [*NAMES, BATCH])
def test_a_phone_needs_no_sideways_scrolling(opened: Any, name: str) -> None:
    page = opened(name, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for table in page.locator(".scroll").all():
        assert table.evaluate("(e) => e.scrollWidth - e.clientWidth") <= (1 if name != BATCH else 400)


@pytest.mark.parametrize("name", [*NAMES, BATCH])
def test_axe_finds_nothing(browser: Any, axe: str, reports: dict[str, Path], name: str) -> None:  # noqa: F811
    found = []
    for scheme, width in (("light", 1280), ("dark", 390)):
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
        page = context.new_page()
        page.goto(reports[name].as_uri())
        page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
        page.evaluate(axe)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found += [(scheme, v["id"], [n["html"][:160] for n in v["nodes"]][:4]) for v in result["violations"]]
        context.close()
    assert not found, json.dumps(found, indent=1)


def test_before_the_procedure_the_request_is_shown(opened: Any) -> None:
    page = opened(PLANNED)
    assert "Asked for: 64635-LT x1" in page.locator("header").inner_text()
    assert page.locator("svg").count() == 0 and "Prior authorization" in page.locator(".answers").inner_text()
