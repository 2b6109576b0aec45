"""Names of procedures on bare lines, places that disagree, and words near the needle that belong to something else."""

from __future__ import annotations

import pytest

import notecheck

WORK = "Under fluoroscopic guidance a 22 gauge needle was advanced to the target. 40 mg of Depo-Medrol was injected."


@pytest.mark.parametrize(
    ("head", "levels", "side"),
    [
        ("Dx: Lumbar radiculopathy with severe foraminal stenosis and a herniated disc\nL4, L5 transforaminal ESI - left", ("L4", "L5"), "left"),
        ("Dx: 1. Cervical radiculopathy\n2. Disc herniation\n(L) TFESI, C6", ("C6",), "left"),
        ("Dx: Lumbar spinal stenosis with neurogenic claudication; lumbar disc disorder\nS1 TFESI, right side", ("S1",), "right"),
        ("Diagnosis: Radiculopathy of the lumbosacral region, worse for the last half year\nTransforaminal epidural steroid injection left L5-S1", ("L5-S1",), "left"),
    ],
)  # fmt: skip
def test_a_name_below_the_diagnosis_is_a_title(
    checker: notecheck.Checker, head: str, levels: tuple[str, ...], side: str
) -> None:
    story = "The patient has had leg pain for seven months that did not respond to therapy, medication or rest, and walks with a cane.\n"
    (found,) = checker.extract(f"{head}\n{story}Patient prone. {WORK}").procedures
    assert (found.family, found.levels, found.laterality) == ("epidural-transforaminal", levels, side)


def test_a_wrapped_diagnosis_stays_one_line(checker: notecheck.Checker) -> None:
    note = (
        "Diagnosis: Chronic low back pain with radiation to the left leg, stenosis at\nL4-5 and facet arthropathy.\n"
        f"Procedure: Left L5-S1 transforaminal epidural steroid injection\nPatient prone. {WORK}"
    )
    (found,) = checker.extract(note).procedures
    assert found.levels == ("L5-S1",)


@pytest.mark.parametrize(
    ("title", "levels"),
    [("ILESI L4,5", ("L4-L5",)), ("Bilateral L4,5 facet joint injections", ("L4-L5",)), ("Left L3,4,5 medial branch blocks", ("L3", "L4", "L5"))],
)  # fmt: skip
def test_a_comma_joins_two_vertebrae(checker: notecheck.Checker, title: str, levels: tuple[str, ...]) -> None:
    (found,) = checker.extract(f"Procedure: {title}\nPatient prone. {WORK}").procedures
    assert found.levels == levels


def test_a_nerve_blocked_beside_a_neurolysis_is_a_block(checker: notecheck.Checker) -> None:
    note = (
        "Procedure: 1. Right obturator nerve neurolysis\n2. Left suprascapular nerve block\n"
        "With ultrasound a 22 gauge needle was guided to the right obturator nerve. 4 mL of 6% phenol was injected.\n"
        "With ultrasound a 25 gauge needle was guided to the left suprascapular nerve. 5 mL of 0.25% bupivacaine was injected."
    )
    found = [(p.family, p.site, p.laterality) for p in checker.extract(note).procedures]
    assert found == [
        ("neurolysis", "obturator-nerve", "right"),
        ("peripheral-nerve-block", "suprascapular-nerve", "left"),
    ]


def test_a_drug_given_at_each_site_is_no_skin_anesthesia(checker: notecheck.Checker) -> None:
    work = "Under fluoroscopy 25 gauge needles were placed at the right L3 and L4 medial branches."
    note = f"Procedure: Right L3, L4 medial branch blocks\nPatient prone. {work} 0.5 mL of 1% lidocaine was given at each site."
    facts = checker.extract(note)
    assert [d.drug for d in facts.procedures[0].injectate] == ["lidocaine"]
    assert facts.sedation is None


def test_the_side_to_which_the_beam_turned_is_not_the_side_treated(checker: notecheck.Checker) -> None:
    note = f"Procedure: Ganglion impar block\nPatient prone. The C-arm was angled to the left. {WORK}"
    assert checker.extract(note).procedures[0].laterality is None


@pytest.mark.parametrize(
    ("title", "told", "slugs"),
    [
        ("Caudal ESI under fluoroscopic guidance", "The sacral hiatus was entered with a 22 gauge needle. No imaging was used.", ("guidance",)),
        ("Caudal ESI under fluoroscopic guidance", "The sacral hiatus was entered with a 22 gauge needle under fluoroscopy.", ()),
        ("Caudal ESI with ultrasound guidance", "The sacral hiatus was entered with a 22 gauge needle. Imaging guidance was not used.", ("guidance",)),
        ("Caudal ESI with ultrasound guidance", "Fluoroscopy was not used. Under ultrasound the sacral hiatus was entered with a 22 gauge needle.", ()),
        ("Lumbar sympathetic chain nerve block under ultrasound guidance", "A 22 gauge needle was placed at L3 under fluoroscopy.", ("guidance",)),
        ("Right L3, L4 medial branch nerves blocks (ultrasound-guided)", "Under fluoroscopy 25 gauge needles were placed at the right L3 and L4 medial branches.", ("guidance",)),
    ],
)  # fmt: skip
def test_a_machine_in_the_title_that_the_telling_denies(
    checker: notecheck.Checker, title: str, told: str, slugs: tuple[str, ...]
) -> None:
    note = f"Procedure: {title}\nDescription of procedure: Patient prone. {told} 40 mg of Depo-Medrol was injected."
    assert checker.extract(note).contradictions == slugs


@pytest.mark.parametrize(("who", "slugs"), [("male", ("sex-age",)), ("female", ())])
def test_the_patient_is_a_man_and_then_she(checker: notecheck.Checker, who: str, slugs: tuple[str, ...]) -> None:
    note = (
        f"Indication: The patient is a 61-year-old {who} with back pain. She has failed therapy. Her last injection helped.\n"
        f"Procedure: Caudal epidural steroid injection\nThe sacral hiatus was entered. {WORK} She tolerated it well."
    )
    assert checker.extract(note).contradictions == slugs


def test_the_third_occipital_nerve_in_small_letters(checker: notecheck.Checker) -> None:
    note = "procedure: right ton, c3 mbb\nunder fluoroscopy 25 gauge needles were placed. 0.5 ml of 1% lidocaine was injected at each target."
    (found,) = checker.extract(note).procedures
    assert "TON" in found.levels


def test_an_anesthesia_line_ends_before_the_lead_is_placed(checker: notecheck.Checker) -> None:
    note = (
        "S: Pain for years.\nO: Vitals stable.\nA: As below.\nPROCEDURE: Left saphenous nerve peripheral nerve stimulation lead placement\n"
        "Sedation: none. The patient was positioned supine and draped. With ultrasound an introducer was guided to the left saphenous "
        "nerve and a percutaneous lead was deployed beside it. The lead was secured."
    )
    (found,) = checker.extract(note).procedures
    assert (found.family, found.guidance) == ("peripheral-nerve-stimulation", ("ultrasound",))


def test_prior_procedures_on_a_wrapped_line_are_history(checker: notecheck.Checker) -> None:
    note = (
        "Indications: 70-year-old woman with left knee pain for nine months. Prior\nprocedures: a knee injection in 2020 that helped.\n"
        "Operation: Left genicular nerve blocks\nNarrative: With ultrasound a 25 gauge needle was directed to the left superomedial, "
        "superolateral and inferomedial genicular nerves. 1 mL of 1% lidocaine was injected at each."
    )
    assert [p.family for p in checker.extract(note).procedures] == ["genicular-block"]


def test_an_empty_box_is_no_treatment(checker: notecheck.Checker) -> None:
    form = "[x] Failed PT ........ 8 wks\n[x] Failed NSAID ..... naproxen\n[ ] Failed chiropractic ..... n/a\n[ ] Failed acupuncture\n"
    care = checker.extract(f"{form}Procedure: Caudal epidural steroid injection\n{WORK}").conservative_care
    assert {c.modality for c in care} == {"physical-therapy", "nsaid"}


@pytest.mark.parametrize("sheet", ["HEP sheet given.", "Home exercise handout was provided."])
def test_a_sheet_handed_out_is_no_treatment(checker: notecheck.Checker, sheet: str) -> None:
    assert checker.extract(f"Procedure: Caudal epidural\n{WORK} {sheet}").conservative_care == ()


def test_dots_lead_from_a_label_to_its_answer(checker: notecheck.Checker) -> None:
    facts = checker.extract(
        f"Procedure: Caudal epidural steroid injection\n{WORK}\nComplications .......... none\nDischarge ...... home with spouse"
    )
    assert facts.complications_stated
    assert facts.disposition_stated


def test_what_follows_a_goal_in_its_line_is_no_plan(checker: notecheck.Checker) -> None:
    story = "Goals: hygiene of the palm, dressing. Baclofen stopped because of sleepiness. Wrist splint, partial help.\n"
    care = checker.extract(f"{story}Procedure: Caudal epidural steroid injection\n{WORK}").conservative_care
    assert {(c.modality, c.outcome) for c in care} == {("muscle-relaxant", "not-tolerated"), ("bracing", "partial")}


@pytest.mark.parametrize("share", ["half of it went to each side", "half on each side", "half was placed on either side"])
def test_half_to_each_side_is_the_whole(checker: notecheck.Checker, share: str) -> None:
    note = (
        "Procedure: Bilateral greater occipital nerve blocks\nWith a 25 gauge needle both greater occipital nerves were "
        f"reached. I had drawn up 4 mL of bupivacaine 0.5%, and {share}."
    )
    (found,) = checker.extract(note).procedures
    assert [(d.drug, d.mg) for d in found.injectate] == [("bupivacaine", 20.0)]


def test_a_long_diagnosis_is_not_joined_with_the_title_below_it(checker: notecheck.Checker) -> None:
    note = (
        "Patient: Rowena Tattersall MRN: 100200; DATE OF SERVICE: 10/26/2026 at the clinic\n"
        "Dx: Chronic migraine without aura, intractable, without status migrainosus, bilateral\n"
        "Botulinum toxin injections for chronic migraine headache\nThe patient has had migraine for years.\n"
        "155 units of onabotulinumtoxinA was injected with a 30 gauge needle at 31 sites in the corrugator, procerus, frontalis, "
        "temporalis, occipitalis, cervical paraspinal and trapezius muscles bilaterally."
    )
    facts = checker.extract(note)
    assert [p.family for p in facts.procedures] == ["chemodenervation"]
    assert [d.icd10 for d in facts.diagnoses] == ["G43.719"]


@pytest.mark.parametrize(
    ("title", "told", "slugs"),
    [
        ("Botulinum toxin injection for spasticity, left arm", "OnabotulinumtoxinA was injected: right biceps 100 units, right brachioradialis 50 units.", ("laterality",)),
        ("Trigger point injections, left trapezius", "Taut bands in the right trapezius were found on palpation. 1 mL of 1% lidocaine was injected.", ("laterality",)),
        ("Left paramedian ILESI L5-S1", "A Tuohy needle was advanced to the L5-S1 epidural space by a right paramedian approach. 40 mg of Depo-Medrol was injected.", ("laterality",)),
        ("ILESI L5-S1", "A Tuohy needle was advanced to the L5-S1 epidural space by a right paramedian approach. 40 mg of Depo-Medrol was injected.", ()),
        ("Left C7-T1 facet joint injection", "Under fluoroscopy the left C4-C6 z-joints were entered with a 25 gauge needle. 10 mg of dexamethasone was injected at each.", ("level",)),
        ("Left C4-5, C5-6 facet joint injections", "Under fluoroscopy the left C4-C6 z-joints were entered with a 25 gauge needle. 10 mg of dexamethasone was injected at each.", ()),
    ],
)  # fmt: skip
def test_a_title_that_the_telling_contradicts(
    checker: notecheck.Checker, title: str, told: str, slugs: tuple[str, ...]
) -> None:
    note = f"Procedure: {title}\nDescription of procedure: The skin was prepped. {told}"
    assert checker.extract(note).contradictions == slugs


def test_a_short_word_on_the_last_line_of_a_plan(checker: notecheck.Checker) -> None:
    note = (
        "Procedure: Lumbar discogram at L4-5\nDescription: A 22 gauge needle was placed in the L4-5 disc under fluoroscopy. "
        "Omnipaque was injected\nwith pressure monitoring.\nDisposition and plan: Authorization requested for cervical\nRFA.\n"
    )
    assert [p.family for p in checker.extract(note).procedures] == ["discography"]
