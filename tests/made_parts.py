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
from notecheck.scan.schema import TABLES, VERSION

TOP = Path(__file__).resolve().parents[1]
SCAN_TABLES = TOP / "notecheck" / "scan" / "TABLES.md"
SAMPLE = TOP / "sample_notes" / "tfesi-left-billed-right.txt"


def sample_report(checker: notecheck.Checker) -> str:
    """What the first command of README.md prints."""
    note = read_note(SAMPLE)
    report = checker.check(note, read_claim(SAMPLE.with_suffix(".claim.json"), checker.book))
    stream = io.StringIO()
    Console(file=stream, width=100, markup=False, highlight=False).print(text.render(report, (note,)), soft_wrap=True)
    return f"```text\n{stream.getvalue().rstrip()}\n```"


def scan_tables() -> str:
    """The page on the tables of a scan."""
    parts = [
        "# Tables of a scan\n\nMade from `schema.py` by `python tests/made_parts.py`. The DuckDB file `audit.duckdb`, the Parquet files "
        "beside it and every other\nengine have these tables. Rows of one document share its `note_key`. "
        f"Version {VERSION} of the tables (`meta`, key `schema`).\n"
    ]
    for table in TABLES:
        rows = [f"| `{column.name}` | {column.kind} | {column.says} |" for column in table.columns]
        parts.append(
            "\n".join(
                [f"\n## {table.name}\n\n{table.says}\n", "| column | type | meaning |", "|---|---|---|", *rows, ""]
            )
        )
    return "".join(parts)


def between(readme: str, name: str) -> str:
    """The text between the two marks of a made part."""
    return readme.partition(f"<!-- begin {name} -->\n")[2].partition(f"<!-- end {name} -->")[0].rstrip()


def put(readme: str, name: str, part: str) -> str:
    """``readme`` with the made part replaced."""
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
    head, _, rest = readme.partition(begin)
    return f"{head}{begin}{part}\n{end}{rest.partition(end)[2]}"


def main() -> None:
    """Write the parts of README.md, and the page on the tables of a scan."""
    SCAN_TABLES.write_text(scan_tables(), encoding="utf-8")
    file = TOP / "README.md"
    readme = file.read_text(encoding="utf-8")
    readme = put(readme, "rule table", as_markdown())
    readme = put(readme, "sample report", sample_report(notecheck.load()))
    file.write_text(readme, encoding="utf-8")


if __name__ == "__main__":
    main()
