"""Diagnosis phrases to codes: a table of invented phrases, and what the words around them do."""

from __future__ import annotations

from pathlib import Path

import pytest

from notecheck.errors import DataError
from notecheck.policy import crosswalk, icd10, spinewords

TABLE = Path(__file__).parent / "expected" / "diagnosis-phrases.tsv"


@pytest.fixture(scope="module")
def walk() -> crosswalk.Crosswalk:
    return crosswalk.load()


def rows() -> list[tuple[str, str | None, dict[str, object]]]:
    found = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        phrase, code, *rest = line.split("\t")
        given: dict[str, object] = {}
        for part in filter(None, (rest or [""])[0].split(";")):
            key, _, value = part.partition("=")
            given[key] = tuple(value.split()) if key == "levels" else value
        found.append((phrase, None if code == "-" else code, given))
    return found


@pytest.mark.parametrize(("phrase", "code", "given"), rows(), ids=lambda value: str(value)[:50])
def test_phrases(walk: crosswalk.Crosswalk, phrase: str, code: str | None, given: dict[str, object]) -> None:
    assert walk.code_for(phrase, **given) == code  # type: ignore[arg-type]


def test_the_table_is_large_and_has_both_kinds() -> None:
    found = rows()
    assert sum(code is not None for _, code, _ in found) >= 120
    assert sum(code is None for _, code, _ in found) >= 40


def test_every_code_that_a_rule_can_give_is_complete(walk: crosswalk.Crosswalk) -> None:
    table = icd10.load()
    wrong = [f"{rule}: {code}" for rule, code in walk.every_code() if not table.billable(code)]
    assert not wrong, wrong


def test_rule_names_stand_once(walk: crosswalk.Crosswalk) -> None:
    names = [rule.id for rule in (*walk._rules, *walk._status_rules)]
    assert len(names) == len(set(names))


def test_kinds_and_regions_name_codes_that_exist(walk: crosswalk.Crosswalk) -> None:
    table = icd10.load()
    listed = [code for codes in walk._tables.kinds.values() for code in codes] + list(walk._tables.regions)
    assert not [code for code in listed if not table.exists(code)]


def test_both_sides_without_a_common_code_are_two_codes(walk: crosswalk.Crosswalk) -> None:
    assert walk.codes_for("Bilateral knee pain") == ("M25.561", "M25.562")
    assert walk.code_for("Bilateral knee pain") is None
    assert walk.codes_for("Bilateral carpal tunnel syndrome") == ("G56.03",)


def test_the_words_win_over_the_procedure(walk: crosswalk.Crosswalk) -> None:
    assert walk.code_for("Left sciatica", side="right") == "M54.32"
    assert walk.code_for("Cervical radiculopathy", region="lumbar", levels=("L4-L5",)) == "M54.12"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Something odd (M47.816)", "M47.816"),
        ("Low back pain m54.59", "M54.59"),
        ("Hypertension (I10)", "I10"),
        ("L45 disc, L5-S1", None),
        ("(L45) disc", None),
        ("Radiculopathy M54.1", None),
        ("C5.6 and T12.1", None),
    ],
)
def test_printed_codes(walk: crosswalk.Crosswalk, text: str, code: str | None) -> None:
    assert walk.printed(text) == code


@pytest.mark.parametrize(
    ("code", "region", "regions"),
    [
        ("M54.16", "lumbar", ("lumbar",)),
        ("M54.17", "lumbar", ("lumbar", "sacral")),
        ("M54.12", "cervical", ("cervical",)),
        ("M54.13", "cervical", ("cervical", "thoracic")),
        ("M47.815", "thoracic", ("thoracic", "lumbar")),
        ("M50.122", "cervical", ("cervical",)),
        ("M51.360", "lumbar", ("lumbar",)),
        ("M48.062", "lumbar", ("lumbar",)),
        ("M54.32", "lumbar", ("lumbar",)),
        ("M46.1", "sacral", ("sacral",)),
        ("M47.818", "sacral", ("sacral",)),
        ("M96.1", None, ()),
        ("M17.11", None, ()),
        ("G89.4", None, ()),
        ("M47.819", None, ()),
        ("M48.56XA", "lumbar", ("lumbar",)),
        ("N88.3", None, ()),
    ],
)
def test_region_of_a_code(walk: crosswalk.Crosswalk, code: str, region: str | None, regions: tuple[str, ...]) -> None:
    assert walk.region_of(code) == region
    assert walk.regions_of(code) == regions


@pytest.mark.parametrize(
    ("code", "side"),
    [("M17.11", "right"), ("M17.12", "left"), ("M17.0", "bilateral"), ("G56.03", "bilateral"), ("M54.32", "left"), ("M54.16", None), ("M17.10", None), ("G90.522", "left"), ("nothing", None)],
)  # fmt: skip
def test_side_of_a_code(walk: crosswalk.Crosswalk, code: str, side: str | None) -> None:
    assert walk.side_of(code) == side


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("M54.16", "radicular"),
        ("M51.16", "radicular"),
        ("M47.26", "radicular"),
        ("M47.816", "facet"),
        ("M47.818", "si"),
        ("M46.1", "si"),
        ("M53.3", "si"),
        ("M48.061", "stenosis"),
        ("M48.062", "claudication"),
        ("M96.1", "postlaminectomy"),
        ("M54.50", "symptom-spine"),
        ("M54.51", "vertebrogenic"),
        ("M54.81", "occipital"),
        ("M79.18", "myofascial"),
        ("M51.26", "disc"),
        ("M51.360", "disc-degeneration"),
        ("E11.65", None),
        ("E11.42", "polyneuropathy"),
        ("G89.3", "cancer-pain"),
    ],
)
def test_kind_of_a_code(walk: crosswalk.Crosswalk, code: str, kind: str | None) -> None:
    assert walk.kind_of(code) == kind


@pytest.mark.parametrize(
    ("phrase", "levels"),
    [
        ("l4-5 and l5-s1", ("L4-L5", "L5-S1")),
        ("l45, l5-1, l5s1", ("L4-L5", "L5-S1", "L5-S1")),
        ("c56 and c7-t1", ("C5-C6", "C7-T1")),
        ("t12-l1, t12", ("T12-L1", "T12")),
        ("l9, t15, s7, c13", ()),
        ("grade 2 tear", ()),
    ],
)
def test_levels_in_a_phrase(phrase: str, levels: tuple[str, ...]) -> None:
    assert spinewords.levels_in(phrase) == levels


def test_a_broken_rule_is_found_when_loaded(tmp_path: Path) -> None:
    source = crosswalk.load()._folder
    (tmp_path / "crosswalk").mkdir()
    (tmp_path / "crosswalk.yaml").write_bytes((source / "crosswalk.yaml").read_bytes())
    (tmp_path / "crosswalk" / "head-nerve.yaml").write_text("rules:\n  - {id: odd, when: '(open', code: M54.16}\n")
    with pytest.raises(DataError, match="odd") as caught:
        crosswalk.Crosswalk(tmp_path, icd10.load()).code_for("pain")
    assert caught.value.code == "NC-D06"
