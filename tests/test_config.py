"""Configuration: found upward, read strictly, laid under the command line, shown with the place of each value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notecheck.config import settings
from notecheck.config.tables import key_lines
from notecheck.errors import InputError
from notecheck.records import Suppression

WHOLE = """# of the clinic
payer = "medicare"
mac = "palmetto"
state = "nc"
place_of_service = "24"
select = ["LAT", "levels-overbilled"]
ignore = "DOC013"
redact = true

[severities]
LAT002 = "warning"

[[suppress]]
note = "visit-17"
code = "laterality-modifier-mismatch"
reason = "addendum asked for"
until = 2026-12-31

[[suppress]]
note = "visit-18"
code = "LVL002"
reason = "appeal"
line = "64484"
"""


def write(folder: Path, text: str, name: str = settings.FILE) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_every_value_knows_its_place(tmp_path):
    file = write(tmp_path, WHOLE)
    config = settings.load(start=tmp_path)
    shown = {key: (s.value, s.origin) for key, s in config.settings.items()}
    assert shown == {
        "payer": ("medicare", f"{file}:2"),
        "mac": ("palmetto", f"{file}:3"),
        "state": ("NC", f"{file}:4"),
        "place_of_service": ("24", f"{file}:5"),
        "select": (("LAT", "LVL002"), f"{file}:6"),
        "ignore": (("DOC013",), f"{file}:7"),
        "redact": (True, f"{file}:8"),
        "models": (True, "default"),
        "severities": ({"LAT002": "warning"}, f"{file}:10"),
        "policy": ((), "default"),
        "payers": ((), "default"),
    }
    assert config.suppressions == (
        Suppression("LAT002", "addendum asked for", "2026-12-31", f"{file}:13", "visit-17"),
        Suppression("LVL002", "appeal", None, f"{file}:19", "visit-18", "64484"),
    )


def test_the_nearest_file_is_taken_and_alone(tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    write(tmp_path, 'payer = "uhc"\nmac = "palmetto"\n')
    assert settings.load(start=inner).value("payer") == "uhc"
    write(tmp_path / "a", '[project]\nname = "x"\n', "pyproject.toml")
    assert settings.load(start=inner).value("payer") == "uhc"
    other = write(tmp_path / "a", '[project]\nname = "x"\n[tool.notecheck]\npayer = "aetna"\n', "pyproject.toml")
    found = settings.load(start=inner)
    assert (found.value("payer"), found.settings["payer"].origin, found.value("mac")) == ("aetna", f"{other}:4", None)
    write(tmp_path / "a", 'payer = "cigna"\n')
    assert settings.load(start=inner).value("payer") == "cigna"
    assert settings.load(named=other, start=inner).value("payer") == "aetna"


def test_nothing_found_is_the_default(tmp_path):
    config = settings.load(start=tmp_path)
    assert config.source is None and config.usual() == {} and not config.ruling().suppressions
    assert {s.origin for s in config.settings.values()} == {"default"}


def test_the_command_line_beats_the_file(tmp_path):
    write(tmp_path, 'payer = "uhc"\nredact = true\n')
    config = settings.load(start=tmp_path).over("command line", payer=None, redact=False, policy=(tmp_path,))
    assert [config.settings[k].origin for k in ("redact", "policy")] == ["command line"] * 2
    assert (config.value("payer"), config.value("redact")) == ("uhc", False)


FAULTS = [
    ("payr = 'uhc'", "NC-I91", 1, "Did you mean 'payer'?"),
    ("\n\n[severity]\nLAT002 = 'info'", "NC-I91", 3, "Did you mean 'severities'?"),
    ("a = 1\na = 2", "NC-I90", 2, "not TOML"),
    ("payer = ", "NC-I90", 1, "not TOML"),
    ("payer = 3", "NC-I92", 1, "no text"),
    ("payer = 'medicare'\nredact = 'yes'", "NC-I92", 2, "Write true or false"),
    ("select = ['LAT', 'LATT002']", "NC-I94", 1, "Did you mean 'LAT002'?"),
    ("[severities]\nLAT002 = 'info'\nDOC013 = 'warn'", "NC-I92", 3, "Did you mean 'warning'?"),
    ("[severities]\nLAT02 = 'info'", "NC-I94", 2, "Did you mean"),
    ("policy = 'none-here'", "NC-I92", 1, "there is no 'none-here'"),
    ("[[suppress]]\nnote='a'\ncode='LAT002'\nreason='x'\n[[suppress]]\nnote='a'\ncode='LAT002'\nreason='x'\nuntill=2026-01-01", "NC-I91", 9, "Did you mean 'until'?"),
    ("[[suppress]]\nnote='a'\ncode='LAT002'", "NC-I93", 1, "the reason is missing"),
    ("x.y = 1", "NC-I91", 1, "unknown key 'x'"),
    ("\n[[suppress]]\ncode='LAT002'\nreason='x'", "NC-I92", 2, "the note is missing"),
    ("[[suppress]]\nnote='a'\ncode='LAT002'\nreason='x'\nuntil='soon'", "NC-I93", 1, "is no date"),
    ("suppress = 1", "NC-I92", 1, "[[suppress]]"),
    ("severities = 1", "NC-I92", 1, "[severities]"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "line", "says"), FAULTS, ids=lambda v: str(v)[:30])
def test_a_fault_is_told_with_file_line_and_mend(tmp_path, text, code, line, says):
    file = write(tmp_path, text)
    with pytest.raises(InputError) as error:
        settings.load(start=tmp_path)
    assert (error.value.code, error.value.where) == (code, f"{file}:{line}")
    assert says in str(error.value) and error.value.next_step


@pytest.mark.parametrize(("text", "line", "says"), [
    ('payer = "medicre"', 1, "Did you mean 'medicare'?"),
    ('\nmac = "palmeto"', 2, "Did you mean 'palmetto'?"),
    ('state = "zz"', 1, "there is no 'ZZ'"),
    ('place_of_service = "1"', 1, "two digits"),
])  # fmt: skip
def test_words_are_judged_by_the_tables(tmp_path, book, text, line, says):
    file = write(tmp_path, text)
    with pytest.raises(InputError) as error:
        settings.load(start=tmp_path).judged(book)
    assert error.value.where == f"{file}:{line}" and says in str(error.value)


def test_lines_of_keys():
    lines = key_lines('a = 1 # x\n"b c".d = 2\n[t.u]\ne = 3\n[[v]]\nf = 1\n[[v]]\nf = 2\n')
    assert lines[("a",)] == 1 and lines[("b c", "d")] == 2 and lines[("t", "u", "e")] == 4
    assert (lines[("v", 0, "f")], lines[("v", 1)], lines[("v", 1, "f")]) == (6, 7, 8)


SAMPLE = Path(__file__).resolve().parents[1] / "sample_notes" / "tfesi-left-billed-right.txt"


def test_the_command_obeys_it(run_notecheck, tmp_path):
    """Payer and contractor of the file judge a claim that names none; the command line and the claim beat it."""
    write(tmp_path, 'mac = "palmetto"\nplace_of_service = "24"\nignore = ["LVL", "IMG", "DXC", "MOD", "DOC", "MED"]\n')
    line = ("check", SAMPLE, "--cpt", "64483-RT", "--icd", "M54.16", "--dos", "2026-03-04", "--format", "json")
    answer = json.loads(run_notecheck(*line).stdout)
    assert (answer["claim"]["mac"], answer["claim"]["place_of_service"]) == ("palmetto", "24")
    assert {f["code"][:3] for f in answer["findings"]}.isdisjoint({"LVL", "IMG", "DXC", "MOD", "DOC", "MED"})
    assert "LAT002" in {f["code"] for f in answer["findings"]}
    other = json.loads(run_notecheck(*line, "--mac", "noridian", "--pos", "11").stdout)["claim"]
    assert (other["mac"], other["place_of_service"]) == ("noridian", "11")
    uhc = json.loads(run_notecheck(*line, "--payer", "uhc").stdout)["claim"]
    assert (uhc["payer"], uhc["mac"]) == ("uhc", None)
    given = json.loads(run_notecheck("check", SAMPLE, "--claim", SAMPLE.with_suffix(".claim.json"), "--format", "json").stdout)
    assert given["claim"]["place_of_service"] == "11"


def test_a_config_of_another_place_is_named(run_notecheck, tmp_path):
    write(tmp_path, 'payr = "x"\n')
    done = run_notecheck("check", SAMPLE)
    assert (done.returncode, done.stdout) == (2, "") and "NC-I91" in done.stderr and "notecheck.toml:1" in done.stderr
    other = write(tmp_path, 'ignore = ["LAT002"]\n', "ours.toml")
    done = run_notecheck("check", SAMPLE, "--claim", SAMPLE.with_suffix(".claim.json"), "--config", other)
    assert done.returncode == 1 and "LAT002" not in done.stdout and "LVL002" in done.stdout
    assert "NC-I01" in run_notecheck("check", SAMPLE, "--config", "none.toml").stderr


def test_config_show_tells_value_and_origin(run_notecheck, tmp_path, monkeypatch):
    file = write(tmp_path, WHOLE)
    done = run_notecheck("config", "show")
    assert done.returncode == 0 and "palmetto" in done.stdout and "notecheck.toml:3" in done.stdout
    assert "visit-17: LAT002 (addendum asked for, until" in done.stdout and "notecheck.toml:13" in done.stdout
    (tmp_path / "own").mkdir()
    monkeypatch.setenv("NOTECHECK_POLICY", "")
    answer = json.loads(run_notecheck("config", "show", "--format", "json").stdout)
    assert answer["file"] == str(file) and answer["settings"]["payer"] == {"value": "medicare", "from": f"{file}:2"}
    assert answer["settings"]["policy"] == {"value": [], "from": "default"} and len(answer["suppress"]) == 2


OWN = """payer: blue-example
name: Blue Example
like: commercial
bilateral: two-lines
source: manual, page 12
confidence: verified
"""


def test_an_own_payer_of_the_configuration_is_known(tmp_path):
    from notecheck.policy import book

    (tmp_path / "blue.yaml").write_text(OWN, encoding="utf-8")
    write(tmp_path, 'payer = "blue-example"\npayers = "blue.yaml"\n')
    config = settings.load(start=tmp_path)
    assert config.value("payers") == (tmp_path / "blue.yaml",)
    loaded = book.load((), config.value("payers"))
    assert config.judged(loaded).usual() == {"payer": "blue-example"} and loaded.own_payers[0].payer == "blue-example"


def test_own_files_in_a_folder_or_an_archive_are_no_notes(tmp_path):
    import zipfile

    from notecheck.read.documents import documents

    folder = tmp_path / "notes"
    folder.mkdir()
    for name in ("visit.txt", "visit.txt.notecheck", "visit.notecheck", settings.FILE):
        (folder / name).write_text("Left L4-L5 transforaminal epidural steroid injection was performed.\n")
    with zipfile.ZipFile(tmp_path / "notes.zip", "w") as packed:
        for file in folder.iterdir():
            packed.write(file, file.name)
    for source in (folder, tmp_path / "notes.zip"):
        (only,) = documents([source])
        assert only.note.note_id == "visit"
