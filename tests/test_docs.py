"""README.md is true: its commands exist, its made parts are fresh, its examples run."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from datetime import date
from pathlib import Path

import pytest
from made_parts import SAMPLE, SCAN_TABLES, between, sample_report, scan_tables

import notecheck
from notecheck.cli.rulebook import as_markdown
from notecheck.policy import own
from notecheck.read.claims import AUTHORIZATION_KEYS, CLAIM_KEYS, HISTORY_KEYS, LINE_KEYS
from notecheck.scan.store import Store

REFRESH = "run: python tests/made_parts.py"


@pytest.fixture(scope="module")
def readme(top: Path) -> str:
    return (top / "README.md").read_text(encoding="utf-8")


def setup_lines(readme: str) -> list[str]:
    return re.findall(r"(?m)^python3\.11 -m venv .+$", readme)


def test_the_rule_table_is_fresh(readme: str) -> None:
    assert between(readme, "rule table") == as_markdown(), REFRESH


def test_the_sample_report_is_fresh(readme: str, checker: notecheck.Checker) -> None:
    assert between(readme, "sample report") == sample_report(checker), REFRESH


def test_the_page_on_the_tables_of_a_scan_is_fresh() -> None:
    assert SCAN_TABLES.read_text(encoding="utf-8") == scan_tables(), REFRESH


def test_the_first_command_finds_what_its_sentence_promises(checker: notecheck.Checker) -> None:
    claim = json.loads(SAMPLE.with_suffix(".claim.json").read_text(encoding="utf-8"))
    report = checker.check(SAMPLE.read_text(encoding="utf-8"), claim)
    assert report.readiness == "hold"
    assert {"LAT002", "LVL002", "IMG004"} <= {finding.code for finding in report.findings}


def test_two_commands_do_everything_on_one_line_each(readme: str, top: Path) -> None:
    first, second = setup_lines(readme)
    assert "notecheck check" in first and "--exit-zero" in first
    assert "'.[test]'" in second and second.endswith("pytest -q")
    for word in shlex.split(first):
        if word.startswith("sample_notes/"):
            assert (top / word).is_file(), word
    first_screen = readme.splitlines()[:25]
    assert first in first_screen and second in first_screen


def test_a_newcomer_finds_check_page_and_scan_at_the_top(readme: str) -> None:
    top = "\n".join(readme.splitlines()[:60])
    for command in ("notecheck check ", "notecheck serve", "notecheck scan "):
        assert re.search(rf"(?m)^{command}", top), command


def test_the_links_inside_the_readme_lead_to_its_headings(readme: str) -> None:
    text = re.sub(r"(?ms)^```.*?^```", "", readme)
    titles = re.findall(r"(?m)^#+ (.+)$", text)
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
    links = re.findall(r"\]\(#([^)]+)\)", readme)
    assert len(links) > 15 and not [link for link in links if link not in anchors]


def test_ci_runs_those_two_commands_and_no_others(top: Path) -> None:
    script = (top / ".ci" / "run").read_text(encoding="utf-8")
    assert "README.md" in script and "pip install" not in script
    done = subprocess.run(["bash", "-n", str(top / ".ci" / "run")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_command_and_option_is_in_the_readme(readme: str) -> None:
    from typer.main import get_command

    from notecheck.cli.app import app

    undocumented = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        assert command.help, name
        undocumented += [f"notecheck {name}"] if f"notecheck {name}" not in readme else []
        for parameter in command.params:
            options = [o for o in parameter.opts if o.startswith("--") and o not in ("--help", "--payer", "--state")]
            undocumented += [f"{name} {option}" for option in options if option not in readme]
    assert not undocumented


def test_every_command_line_of_the_readme_is_understood(readme: str) -> None:
    from typer.main import get_command

    from notecheck.cli.app import app

    group = get_command(app)
    seen = 0
    shell = "\n".join(re.findall(r"```sh\n(.*?)```", readme, flags=re.DOTALL))
    for line in re.findall(r"(?m)^notecheck .+$", shell):
        words = shlex.split(line.partition("<")[0])[1:]
        command = group.commands[words[0]]  # type: ignore[attr-defined]
        command.make_context(words[0], words[1:])
        seen += 1
    assert seen >= 6


def test_every_claim_key_is_documented(readme: str) -> None:
    for keys in (CLAIM_KEYS, LINE_KEYS, AUTHORIZATION_KEYS, HISTORY_KEYS):
        assert not [key for key in keys if key not in readme]


def test_python_examples_run(
    readme: str, checker: notecheck.Checker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(notecheck, "load", lambda policy=(): checker)
    monkeypatch.chdir(tmp_path)
    own.write_new(checker.book.coverage, tmp_path / "my-policy", "acme-health", "epidural", date(2026, 1, 1))
    (tmp_path / "answers").mkdir()
    stored = checker.check(SAMPLE.read_text(encoding="utf-8")).to_dict()
    (tmp_path / "answers" / "one.json").write_text(json.dumps(stored), encoding="utf-8")
    scanned(tmp_path / "results", checker)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "one.txt").write_text("Left L4-5 transforaminal epidural steroid injection was performed.")
    (tmp_path / "gold.jsonl").write_text('{"note_id": "one", "procedures": []}')
    Store(tmp_path / "results", create=True).close()
    names = {"text": SAMPLE.read_text(encoding="utf-8"), "claim": None, "visit_text": "Pain for two years."}
    names |= {"note": notecheck.Note(names["text"]), "visit": notecheck.Note(names["visit_text"])}
    blocks = re.findall(r"```python\n(.*?)```", readme, flags=re.DOTALL)
    assert len(blocks) >= 6
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
    assert names["report"].readiness in ("ready", "addendum", "hold")


def scanned(folder: Path, checker: notecheck.Checker) -> None:
    """What the examples on an audit need: a scan of one note, and a worksheet on it in the folder above."""
    from notecheck.audit import worksheet
    from notecheck.audit.sample import sample
    from notecheck.scan.rows import Layout, Place, rows
    from notecheck.scan.store import Store

    text = SAMPLE.read_text(encoding="utf-8")
    with Store(folder, create=True) as store:
        store.write([rows(checker.check(text), Place(source="one.txt"), Layout.of(text))])
        worksheet.write(sample(store, per_provider=1, seed=1), folder.parent / "worksheet.xlsx", blind=False)


def test_changelog_names_the_version(top: Path) -> None:
    version = re.search(r'(?m)^version = "(.+)"$', (top / "pyproject.toml").read_text(encoding="utf-8"))
    assert version
    assert f"## {version[1]}" in (top / "CHANGELOG.md").read_text(encoding="utf-8")
