"""Blank templates: what they never ask for, what they fill in, and that our own ones are sound."""

from __future__ import annotations

from datetime import date

import pytest

from notecheck.blank import check_template, needed, new_template
from notecheck.errors import InputError
from notecheck.policy import elements
from notecheck.records import Note

DAY = date(2026, 3, 4)
FAMILIES = (
    "epidural-interlaminar",
    "epidural-transforaminal",
    "epidural-caudal",
    "facet-injection",
    "facet-rfa",
    "si-joint-injection",
    "si-rfa",
    "trigger-point",
    "peripheral-nerve-block",
    "genicular-block",
    "genicular-rfa",
    "sympathetic-block",
    "chemodenervation",
    "joint-injection",
    "bursa-injection",
    "carpal-tunnel-injection",
    "discography",
    "vertebral-augmentation",
    "scs-trial",
    "intrathecal-pump",
)
BAD = """TRANSFORAMINAL EPIDURAL
Patient: ____
Procedure: left L5-S1 transforaminal epidural steroid injection under fluoroscopy
{words}
Dexamethasone 10 mg was injected.
Complications: none. She tolerated it well.
""".format(words=" ".join(f"word{n}" for n in range(40)).replace("word", "steadily "))


@pytest.mark.parametrize("family", FAMILIES)
def test_our_own_templates_ask_for_all_and_fill_in_nothing(checker, family):
    text = new_template(checker.book, family, day=DAY)
    found = check_template(checker, Note(text), family, day=DAY)
    assert found.gaps == ()
    facts = checker.extract(text)
    assert not any(p.laterality or p.levels or p.injectate or p.contrast for p in facts.procedures)
    assert not facts.consent and not facts.time_out and not facts.signature and not facts.pain_scores


@pytest.fixture(scope="module")
def bad(checker):
    return check_template(checker, Note(BAD, "bad.txt"), "epidural-transforaminal", mac="palmetto", day=DAY)


def test_missing_elements_name_the_policy(bad):
    missing = {gap.element: gap for gap in bad.of("never-asked")}
    assert {"contrast", "care", "pain", "exam", "studies", "consent", "time-out", "signature"} <= set(missing)
    assert not {"guidance", "drug", "complications", "procedure"} & set(missing)
    assert any(source.startswith("L38994") for source in missing["care"].asked_by)


def test_risky_defaults_are_shown_with_their_words(bad):
    filled = {(gap.element, gap.words) for gap in bad.of("filled-in")}
    assert {("side", "left"), ("level", "L5-S1")} <= filled
    assert {"drug", "complications", "response", "guidance"} <= {element for element, _ in filled}
    assert all(gap.line for gap in bad.of("filled-in"))


def test_long_fixed_text_is_shown(bad):
    assert [gap.line for gap in bad.of("fixed-text")] == [4]
    short = Note(BAD.replace(BAD.split("\n")[3], "The skin was prepared with ____ and draped."))
    assert not _fixed(short)


def _fixed(template):
    from notecheck.blank import _fixed_text

    return list(_fixed_text(template.text))


def test_a_choice_is_no_default(checker):
    offered = Note("Side treated: ( ) left ( ) right\nComplications: ( ) none ( ) which: ____\n")
    assert not check_template(checker, offered, "facet-rfa", day=DAY).of("filled-in")


def test_sides_and_levels_are_asked_only_where_they_count(checker):
    def slugs(family):
        return {element.slug for element, _ in needed(checker.book, family, "medicare", None, DAY)}

    assert "side" in slugs("facet-rfa") and "side" not in slugs("epidural-caudal")
    assert "muscles" in slugs("trigger-point") and "muscles" not in slugs("facet-rfa")
    assert "contrast" in slugs("epidural-interlaminar") and "contrast" not in slugs("trigger-point")


def test_unknown_family_and_payer_are_refused_in_words(checker):
    with pytest.raises(InputError, match=r"NC-I46 .*Did you mean 'facet-rfa'"):
        new_template(checker.book, "facet-rf", day=DAY)
    with pytest.raises(InputError, match=r"NC-I47 .*Did you mean 'medicare'"):
        new_template(checker.book, "facet-rfa", payer="medicar", day=DAY)


def test_every_element_answers_facts_and_is_found_by_its_own_line():
    for element in elements.load().elements:
        assert element.facts, element.slug
        assert element.asked_in(element.line), element.slug


def test_command(run_notecheck, tmp_path):
    (tmp_path / "t.txt").write_text(BAD, encoding="utf-8")
    done = run_notecheck("template", "check", "t.txt", "--family", "epidural-transforaminal")
    assert done.returncode == 1 and "Never asked for" in done.stdout and "Filled in beforehand" in done.stdout
    done = run_notecheck("template", "new", "facet-rfa", "--output", "new.txt")
    assert done.returncode == 0 and "Side treated" in (tmp_path / "new.txt").read_text("utf-8")
    done = run_notecheck("template", "check", "new.txt", "--family", "facet-rfa", "--json")
    assert done.returncode == 0 and '"gaps": []' in done.stdout
    assert run_notecheck("template", "new", "facet-rfa", "--dos", "tomorrow").returncode == 2
