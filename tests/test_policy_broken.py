"""Each file of ``policy_broken`` holds one mistake; its first line is the whole sentence with which it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from notecheck.errors import DataError
from notecheck.policy import coverage_load

FOLDER = Path(__file__).parent / "policy_broken"
EXPECTS = "# expects: "
BROKEN = sorted(p for p in FOLDER.glob("*.yaml") if not p.name.startswith("sound-"))


def laid_out(tmp_path: Path, broken: Path | None = None) -> Path:
    """A whole policy folder of the sound files, with the broken one in the place that its name begins with."""
    topic = tmp_path / "medicare" / "sample"
    topic.mkdir(parents=True)
    places = {
        "payers": tmp_path / "payers.yaml",
        "programmes": tmp_path / "prior-authorization.yaml",
        "topic": topic / "topic.yaml",
        "more": topic / "more.yaml",
    }
    for kind, place in places.items():
        place.write_bytes((FOLDER / f"sound-{kind}.yaml").read_bytes())
    if broken is not None:
        places[broken.name.partition("-")[0]].write_bytes(broken.read_bytes())
    return tmp_path


def test_the_files_without_a_mistake_are_read(tmp_path: Path) -> None:
    read = coverage_load.load_from(laid_out(tmp_path))
    topic = read.topic("medicare", "sample")
    assert topic is not None and [r.slug for r in topic.requirements] == ["duration", "sessions"]
    assert [p.slug for p in read.programmes] == ["list"]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda p: p.stem)
def test_a_broken_file_is_refused_with_file_line_and_mend(tmp_path: Path, broken: Path) -> None:
    expected = broken.read_text(encoding="utf-8").partition("\n")[0]
    assert expected.startswith(EXPECTS)
    with pytest.raises(DataError) as caught:
        coverage_load.load_from(laid_out(tmp_path, broken))
    assert str(caught.value).replace(f"{tmp_path}/", "") == expected.removeprefix(EXPECTS)
    assert caught.value.next_step and ".yaml:" in caught.value.where


def test_a_file_beside_the_topic_folders_is_refused(tmp_path: Path) -> None:
    place = laid_out(tmp_path)
    (place / "medicare" / "loose.yaml").write_text("payer: medicare\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"loose\.yaml: no folder of its own\. Move it to loose/topic\.yaml"):
        coverage_load.load_from(place)


def test_a_topic_folder_without_its_head_is_refused(tmp_path: Path) -> None:
    place = laid_out(tmp_path)
    (place / "medicare" / "sample" / "topic.yaml").unlink()
    with pytest.raises(DataError, match=r"sample: no topic\.yaml in this folder\. Add it"):
        coverage_load.load_from(place)


def test_a_missing_payer_table_is_refused(tmp_path: Path) -> None:
    place = laid_out(tmp_path)
    (place / "payers.yaml").unlink()
    with pytest.raises(DataError, match=r"NC-D02  .*payers\.yaml: not there"):
        coverage_load.load_from(place)
