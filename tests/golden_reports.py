"""Golden files of four finished reports. ``PYTHONPATH=. python tests/golden_reports.py`` renews them; read the difference.

Left out of the JSON: the facts, which other tests hold; of SARIF: the version and the rules of the registry.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

from finished_reports import finished
from rich.console import Console

import notecheck
from notecheck.report import text
from notecheck.report.form import Manner, written

FOLDER = Path(__file__).parent / "golden"
ENDINGS = ("txt", "html", "md", "csv", "json", "sarif")
_VERSION = re.compile(r'"semanticVersion": "[^"]*"')


def files(checker: notecheck.Checker) -> dict[str, str]:
    """Every golden file by its name."""
    made = {}
    for name, report, documents in finished(checker):
        stream = io.StringIO()
        page = text.render(report, documents, checklist=True)
        Console(file=stream, width=100, markup=False, highlight=False, emoji=False).print(page, soft_wrap=True)
        made[f"{name}.txt"] = stream.getvalue()
        for form in ("html", "md", "csv", "sarif"):
            made[f"{name}.{form}"] = written(report, documents, form, Manner())
        made[f"{name}.sarif"] = _VERSION.sub('"semanticVersion": "-"', made[f"{name}.sarif"])
        answer = {key: value for key, value in report.to_dict().items() if key not in ("facts", "chart")}
        made[f"{name}.json"] = json.dumps(answer, indent=1) + "\n"
    return made


def main() -> None:
    """Write them all."""
    FOLDER.mkdir(exist_ok=True)
    for name, content in files(notecheck.load()).items():
        (FOLDER / name).write_text(content, encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
