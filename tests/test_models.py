"""The learned models: how they are opened, refused and made anew, and the search for ICD-10-CM codes."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from notecheck import locate
from notecheck.annotate import artefacts, icd_search, second_look
from notecheck.annotate.second_look import SecondLook
from notecheck.annotate.topics import TOPICS
from notecheck.annotate.word_classes import WordClasses
from notecheck.checks.coverage.requirements import JUDGES
from notecheck.checks.registry import CHECKS
from notecheck.errors import DataError, InputError
from notecheck.policy import crosswalk, icd10
from notecheck.records import ChecklistItem, Evidence, Facts, Note
from notecheck.training import check_again, corpus, data, icd, store
from notecheck.training.run import split

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def search() -> icd_search.IcdSearch:
    return icd_search.load()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The shipped models in a folder that a test may spoil."""
    return Path(shutil.copytree(locate.models(), tmp_path / "models"))


def packed_as(folder: Path, name: str, content: dict[str, object], **card: object) -> None:
    store.write(name, content, {"purpose": "a test", **card}, folder)


def test_all_models_are_small_and_have_cards() -> None:
    files = sorted(locate.models().glob("*.skops"))
    assert files
    assert sum(path.stat().st_size for path in files) < 5 * MEGABYTE
    for path in files:
        card = json.loads(path.with_name(f"{path.stem}.card.json").read_text(encoding="utf-8"))
        assert {"purpose", "data", "scores", "limits", "versions", "format", "sha256", "bytes"} <= set(card), path.name
        assert card["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert f"{card['sha256']}  {path.name}" in (locate.models() / store.SUMS).read_text(encoding="utf-8")


def test_skops_itself_reads_the_files_and_trusts_every_type() -> None:
    skops_io = pytest.importorskip("skops.io")
    for path in locate.models().glob("*.skops"):
        assert skops_io.get_untrusted_types(file=path) == []
        whole, mine = skops_io.load(path), artefacts.read(path.stem)
        assert set(whole) == {*mine.values, *mine.arrays}
        for key, array in mine.arrays.items():
            assert np.array_equal(whole[key], array)


def test_a_changed_file_is_refused(copied: Path) -> None:
    path = copied / "icd.skops"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(DataError, match=r"NC-D21 .*notecheck train"):
        artefacts.read("icd", copied)


def test_a_model_without_file_or_card_is_refused(copied: Path) -> None:
    with pytest.raises(DataError, match="NC-D20"):
        artefacts.read("none", copied)
    (copied / "icd.card.json").write_text("[]", encoding="utf-8")
    with pytest.raises(DataError, match="NC-D24"):
        artefacts.read("icd", copied)


def test_another_layout_is_refused(copied: Path) -> None:
    card = copied / "icd.card.json"
    card.write_text(card.read_text(encoding="utf-8").replace('"format": 1', '"format": 9'), encoding="utf-8")
    with pytest.raises(DataError, match=r"NC-D23 .*layout 9"):
        artefacts.read("icd", copied)


def test_a_type_that_is_not_trusted_is_refused(tmp_path: Path) -> None:
    from sklearn.linear_model import LogisticRegression

    for content in ({"model": LogisticRegression()}, {"call": [1, 2]}, {"words": np.array(["a"])}):
        packed_as(tmp_path, "odd", content)
        with pytest.raises(DataError, match="NC-D22"):
            artefacts.read("odd", tmp_path)


def test_another_code_set_is_refused(tmp_path: Path) -> None:
    stored = artefacts.read("icd")
    packed_as(tmp_path, "icd", {**stored.values, **stored.arrays, "edition": "of another year"})
    table = icd10.load()
    with pytest.raises(DataError, match=r"NC-D23 .*of another year"):
        icd_search.IcdSearch(table, crosswalk.load(table), artefacts.read("icd", tmp_path))


def test_the_same_content_gives_the_same_bytes() -> None:
    content = {"a": "x\ny", "b": np.arange(4, dtype=np.float16), "c": np.zeros((2, 2))}
    assert store.packed(content) == store.packed(dict(content))


def test_training_without_its_data_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(data, "_PACKAGE", tmp_path / "notecheck")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"NC-I97 .*source distribution"):
        data.folder()


def test_the_shipped_models_are_what_the_shipped_data_give() -> None:
    found = check_again.differences(data.folder())
    assert not found, f"run `notecheck train`: {found}"


def test_the_stored_sentences_stand_in_the_notes_they_name() -> None:
    tests = data.folder()
    texts = {path.stem: " ".join(path.read_text(encoding="utf-8").split()) for path in (tests / "own").glob("*/*.txt")}
    rows = [one for one in corpus.read(tests) if one.note in texts]
    assert len({one.note for one in rows}) > 150
    strange = [one for one in rows if one.text not in texts[one.note]]
    assert not strange
    held = json.loads((tests / "own" / "split.json").read_text(encoding="utf-8"))
    assert not {one.note for one in rows} & {*held["held"], *held["third-held"]}, "held notes are never trained on"


def test_no_held_statement_is_trained_on() -> None:
    tests = data.folder()
    trained = {one.text.lower() for one in corpus.read(tests)}
    shingles = {words for text in trained for words in _runs(text)}
    for name, least in (("unusual-held.txt", 150), ("unusual-second.txt", 100)):
        held = corpus.written(tests, name)
        assert len(held) > least
        assert not [one.text for one in held if one.text.lower() in trained]
        near = [one.text for one in held if len(_runs(one.text)) > 1 and _runs(one.text) <= shingles]
        assert not near, "put together from runs of words that are trained on"


def _runs(text: str, length: int = 4) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


def test_words_are_read_by_their_groups() -> None:
    groups = WordClasses(["season spring winter", "since since began*", "tool lathe"])
    assert groups.marks("it began in winter") == ["season", "since", "season&since"]
    assert groups.marks("beginnings") == []
    assert groups.marks("began, beganning") == ["since"]
    assert groups.marks("0") == ["number"]


# sentences and second opinion


@pytest.fixture(scope="module")
def second(book) -> SecondLook:
    return SecondLook(book)


def test_unusual_statements_are_found_and_plain_ones_left(second: SecondLook) -> None:
    held = corpus.written(data.folder(), "unusual-held.txt")
    model = second.sentences_model
    likely = model.likelihoods([one.text for one in held])
    shown = [{t for c, t in enumerate(TOPICS) if row[c] >= model.thresholds[t]} for row in likely]
    asked = sum(len(one.topics) for one in held)
    hits = sum(len(one.topics & got) for one, got in zip(held, shown, strict=True))
    wrong = sum(bool(got) for one, got in zip(held, shown, strict=True) if not one.topics)
    assert hits / asked >= 0.65
    assert wrong <= 6


def test_an_empty_note_has_no_candidates(second: SecondLook) -> None:
    assert second.candidates(TOPICS, [""]) == {}
    assert second.opinions(Note(""), Facts("x")) == ()


NOTE = """DATE OF SERVICE: 05/12/2026
PROCEDURE: Right knee joint injection.
DIAGNOSIS: primary osteoarthritis of the right knee.
{here}
Supine. The knee was cleaned with chlorhexidine. A 25 gauge needle was placed from the lateral side. 40 mg triamcinolone was injected.
She tolerated it well. No complications. Home with her son.
Rhea Castellan, MD, electronically signed 05/12/2026
"""
TOLD = (
    "He knows the odds, had no more doubts and told us to get on with it.",
    "After a talk about what may go wrong she waved us on.",
    "What could go wrong was gone through line by line and she nodded to all of it.",
)
"""Consent in words that the patterns are not made for; one of them at least they should miss."""


def test_a_candidate_is_shown_and_decides_nothing(checker, without_models) -> None:
    shown = 0
    for told in TOLD:
        text = NOTE.format(here=told)
        with_models, without = checker.check(text), without_models.check(text)
        assert with_models.facts == without.facts
        assert with_models.readiness == without.readiness
        kept = [(f.code, f.severity) for f in with_models.findings if f.code != "PRC010"]
        assert kept == [(f.code, f.severity) for f in without.findings]
        assert not [e for f in without.findings for e in f.evidence if e.field.startswith("candidate:")]
        proofs = {e for f in with_models.findings for e in f.evidence if e.field == "candidate:consent"}
        assert all(text[e.start : e.end] == e.text == told for e in proofs)
        shown += bool(proofs)
    assert shown


def test_items_with_a_candidate_are_unclear_and_never_met() -> None:
    place = Evidence(0, 5, "words", "searched:history")
    shown = Evidence(3, 9, "sounds like it", "candidate:care")
    for status in ("unclear", "not-met"):
        item = ChecklistItem("x/y", status, "policy", (place,), judge="conservative-care")
        assert second_look._opened(item, {"care": shown}).status == "unclear"
    for item in (
        ChecklistItem("x/y", "met", "policy", (place,), judge="conservative-care"),
        ChecklistItem("x/y", "not-met", "policy", (Evidence(0, 3, "two"),), judge="conservative-care"),
        ChecklistItem("x/y", "not-met", "policy", (place,), judge="sessions"),
    ):
        assert second_look._opened(item, {"care": shown}) is item


def test_a_note_in_which_nothing_was_done_has_no_second_opinion(second: SecondLook) -> None:
    told = "Left sacroiliac joint injection"
    visit = f"OFFICE VISIT. He comes back to talk about options. Plan: {told.lower()} next month if the insurer agrees."
    likely = second.families_model.likelihoods([visit])[0]
    nothing = second.families_model.classes.index(second_look.NOTHING)
    assert likely[nothing] >= second.families_model.thresholds[second_look.NOTHING]
    assert second.opinions(Note(visit), Facts("x")) == ()


def test_the_judges_and_findings_named_exist() -> None:
    names = {check.name for check in CHECKS}
    assert set(second_look.TOPIC_OF_FINDING) <= names
    assert set(second_look.TOPIC_OF_JUDGE) <= set(JUDGES)
    assert {*second_look.TOPIC_OF_FINDING.values(), *second_look.TOPIC_OF_JUDGE.values()} <= set(TOPICS)


# the search for codes


def test_the_shipped_index_is_made_from_the_shipped_data() -> None:
    tests = data.folder()
    values, arrays = split(icd.index(icd10.load(), data.known_phrases(tests), data.synonyms(tests)))
    shipped = artefacts.read("icd")
    assert values == dict(shipped.values), "run `notecheck train`"
    assert all(np.array_equal(arrays[key], shipped.arrays[key]) for key in shipped.arrays), "run `notecheck train`"


def test_no_held_phrase_is_trained_on() -> None:
    tests = data.folder()
    trained = {" ".join(phrase.split()) for phrase, _ in data.known_phrases(tests)}
    held = data.held_diagnoses(tests)
    walk = crosswalk.load()
    assert sum(one.known for one in held) >= 200
    assert not [one.phrase for one in held if walk.spelled(one.phrase) in trained and not one.region]
    assert not [code for one in held for code in one.codes if not icd10.load().billable(code)]


def test_recall_on_held_phrases(search: icd_search.IcdSearch) -> None:
    held = data.held_diagnoses(data.folder())
    for known, first_floor, among_floor in ((True, 0.75, 0.92), (False, 0.58, 0.83)):
        asked = [one for one in held if one.known is known]
        got = [[h.icd10 for h in search.search(one.phrase, region=one.region, side=one.side)] for one in asked]
        first = sum(codes[:1] != [] and codes[0] in one.codes for one, codes in zip(asked, got, strict=True))
        among = sum(any(code in one.codes for code in codes) for one, codes in zip(asked, got, strict=True))
        assert first / len(asked) >= first_floor
        assert among / len(asked) >= among_floor


def test_side_and_region_pick_the_code(search: icd_search.IcdSearch) -> None:
    left = search.search("meniscus tear, old", side="left", rules=False, most=8)
    assert left
    assert not [hit.title for hit in left if "right" in hit.title]
    assert search.search("spinal stenosis", region="cervical", rules=False)[0].icd10 == "M48.02"
    assert search.search("left frozen shoulder", side="right", rules=False)[0].icd10 == "M75.02"


def test_the_rules_answer_first_and_nonsense_finds_nothing(search: icd_search.IcdSearch) -> None:
    first = search.search("Lumbar radiculopathy")[0]
    assert (first.icd10, first.why) == ("M54.16", "rules")
    assert search.search("of the and") == ()
    assert search.search("") == ()


def test_the_command(run_notecheck) -> None:
    got = run_notecheck("icd", "chronic inflammatory demyelinating neuropathy", "--format", "json")
    answer = json.loads(got.stdout)
    assert answer["codes"][0]["icd10"] == "G61.81"
    assert got.returncode == 0
    assert run_notecheck("icd", "of the").returncode == 1
    assert run_notecheck("icd", "knee pain", "--side", "left").stdout.startswith("M25.562")


def test_candidates_of_a_diagnosis_outside_the_crosswalk(checker) -> None:
    note = "DIAGNOSIS: Chronic inflammatory demyelinating polyneuritis variant.\n\nPROCEDURE: Left L5 transforaminal epidural steroid injection under fluoroscopy."
    told = checker.check(note).suggested.diagnoses
    open_ones = [one for one in told if not one.icd10]
    assert open_ones
    assert all(one.icd10 is None for one in open_ones), "a candidate is never taken for the code"
    assert "G61.81" in [code for code, _ in open_ones[0].candidates]
