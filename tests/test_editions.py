"""Every rule page and every finding says from which edition it speaks."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
import yaml

from notecheck import locate
from notecheck.checks.base import Check
from notecheck.checks.registry import CHECKS
from notecheck.coding import rules

FOLDER = Path(__file__).parent / "rules"
# an id, a version or a year: L39240, A58350 v22, CMM-208, 2024-07-01, July 2026, ch. 3
EDITION = re.compile(r"\d")
PLACE = re.compile(r"`(patterns/[a-z0-9/_.-]+)`")
COUNTING = re.compile(r"[Cc]ounting rules? ((?:[a-z-]+(?:, | and )?)+)")
# what has no edition: the claim's own paper, and rules that rest on custom and say so
WITHOUT = ("authorization on the claim", "no published policy known", "payer practice", "none printed", "not read")
# sources of the policy files that still name no edition; may only become fewer
UNDATED = {
    "WISeR model, epidural steroid injections",
    "HCPCS unit logic and procedure report practice em-and-modifiers sheet, drugs, units",
    "practice standard note-integrity sheet, required elements",
    "practice standard nerve-blocks sheet, checklist",
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_the_page_names_edition_and_source(check: type[Check]) -> None:
    words = inspect.cleandoc(check.__doc__ or "").partition("## Sources")[2].strip()
    assert words
    places = PLACE.findall(words)
    for place in places:
        path = locate.patterns().parent / place
        kin = locate.patterns() / Path(place).relative_to("patterns").with_suffix("")
        assert path.exists() or kin.exists(), f"{check.code} points to {place}, which is not there"
    named = [name for found in COUNTING.findall(words) for name in re.split(r", | and ", found) if name]
    known = rules.load().counting.rules
    dated = [name for name in named if name in known and EDITION.search(known[name].shown)]
    custom = any(phrase in words.lower() for phrase in ("payer practice", "practice standard"))
    assert EDITION.search(words) or places or dated or custom, words


def findings(checker):
    for path in sorted(FOLDER.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, case in content.items():
            if name.startswith("fail_"):
                report = checker.check(case["note"], case.get("claim"), chart=case.get("chart", []))
                yield from ((f"{path.stem} {name}", finding) for finding in report.findings)


def test_every_finding_names_edition_and_source(checker) -> None:
    wanting = {
        f"{finding.code}: {finding.source}"
        for _, finding in findings(checker)
        if not EDITION.search(finding.source)
        and not any(phrase in finding.source.lower() for phrase in WITHOUT)
        and finding.source not in UNDATED
    }
    assert not wanting, "\n".join(sorted(wanting))
