"""Four finished reports in every form, as they were last read by a person."""

from __future__ import annotations

import difflib

import pytest
from finished_reports import NAMES
from golden_reports import ENDINGS, FOLDER, files

RENEW = "read the difference; to accept it run: PYTHONPATH=. python tests/golden_reports.py"


@pytest.fixture(scope="module")
def made(checker) -> dict[str, str]:
    return files(checker)


def test_the_folder_holds_these_files_and_no_others(made):
    assert {path.name for path in FOLDER.iterdir()} == set(made) == {f"{n}.{e}" for n in NAMES for e in ENDINGS}


@pytest.mark.parametrize("name", [f"{name}.{ending}" for name in NAMES for ending in ENDINGS])
def test_a_report_is_as_it_was(made, name):
    old = (FOLDER / name).read_bytes().decode("utf-8")
    changes = list(difflib.unified_diff(old.splitlines(), made[name].splitlines(), "golden", "now", lineterm="", n=1))
    assert old == made[name], "\n".join([RENEW, *changes[:40]])
