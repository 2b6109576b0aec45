"""The parts of README.md that are made from the code. ``python tests/made_parts.py`` writes them; test_docs compares."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

import notecheck
from notecheck.cli.rulebook import as_markdown
from notecheck.read.claim_files import read_claim
from notecheck.read.notes import read_note
from notecheck.report import text

TOP = Path(__file__).resolve().parents[1]
SAMPLE = TOP / "sample_notes" / "tfesi-left-billed-right.txt"


def sample_report(checker: notecheck.Checker) -> str:
    """What the first command of README.md prints."""
    note = read_note(SAMPLE)
    report = checker.check(note, read_claim(SAMPLE.with_suffix(".claim.json"), checker.book))
    stream = io.StringIO()
    Console(file=stream, width=100, markup=False, highlight=False).print(text.render(report, (note,)), soft_wrap=True)
    return f"```text\n{stream.getvalue().rstrip()}\n```"


def between(readme: str, name: str) -> str:
    """The text between the two marks of a made part."""
    return readme.partition(f"<!-- begin {name} -->\n")[2].partition(f"<!-- end {name} -->")[0].rstrip()


def put(readme: str, name: str, part: str) -> str:
    """``readme`` with the made part replaced."""
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
    head, _, rest = readme.partition(begin)
    return f"{head}{begin}{part}\n{end}{rest.partition(end)[2]}"


def main() -> None:
    """Write both parts into README.md."""
    file = TOP / "README.md"
    readme = file.read_text(encoding="utf-8")
    readme = put(readme, "rule table", as_markdown())
    readme = put(readme, "sample report", sample_report(notecheck.load()))
    file.write_text(readme, encoding="utf-8")


if __name__ == "__main__":
    main()
