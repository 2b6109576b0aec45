"""The worker processes of a scan: killed, slow, recycled. Real processes, without the pipeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import made_workers
import pytest

from notecheck.errors import DataError, NotecheckError
from notecheck.scan.pool import Pool
from notecheck.scan.rows import Place
from notecheck.scan.work import Answer, Read, Task


def _tasks(*texts: str) -> Iterator[Task]:
    return iter([Read(Place(f"note{number}"), text) for number, text in enumerate(texts)])


def _by_source(answers: list[tuple[Task, Answer]]) -> dict[str, Answer]:
    counted = Counter(task.place.source for task, _ in answers)
    assert set(counted.values()) <= {1}, "a note was answered twice"
    return {task.place.source: answer for task, answer in answers}


def test_every_note_is_answered_once_and_a_killed_workers_note_is_tried_again(tmp_path: Path) -> None:
    texts = [f"note {n}" for n in range(20)]
    texts[5] = f"die once {tmp_path / 'mark'}"
    texts[9] = "die"
    with Pool(2, work=made_workers.obedient) as pool:
        answers = _by_source(list(pool.run(_tasks(*texts))))
    assert set(answers) == {f"note{n}" for n in range(20)}
    assert answers["note5"].rows is not None, "it dies once only"
    trouble = answers["note9"].trouble
    assert trouble is not None and trouble.code == "NC-S10" and "SIGKILL" in trouble.reason
    assert sum(answer.trouble is not None for answer in answers.values()) == 1


def test_a_note_that_takes_too_long_is_named_and_the_others_go_on() -> None:
    with Pool(1, work=made_workers.obedient, seconds=0.6) as pool:
        answers = _by_source(list(pool.run(_tasks("a", "sleep", "b", "c"))))
    trouble = answers["note1"].trouble
    assert trouble is not None and trouble.code == "NC-S11" and "0.6 seconds" in trouble.reason
    assert [answers[f"note{n}"].trouble for n in (0, 2, 3)] == [None, None, None]


def test_a_worker_is_replaced_after_its_notes() -> None:
    with Pool(1, work=made_workers.obedient, notes_each=4) as pool:
        answers, running = [], []
        for one in pool.run(_tasks(*"abcdefghij")):
            answers.append(one)
            running.append(len(pool.pids))
    assert max(running) == 2, "the next worker is started before the last note of the one before"
    answers = _by_source(answers)
    served = Counter(answer.rows["notes"][0]["pid"] for answer in answers.values() if answer.rows)
    assert sorted(served.values()) == [2, 4, 4]


def test_tasks_are_read_only_as_work_is_free() -> None:
    taken: list[int] = []

    def endless() -> Iterator[Task]:
        for number in range(10_000):
            taken.append(number)
            yield Read(Place(f"note{number}"), "text")

    with Pool(1, work=made_workers.obedient) as pool:
        answers = pool.run(endless(), stopped=lambda: len(taken) > 30)
        done = sum(1 for _ in answers)
    assert 25 <= done <= 31 and len(taken) - done <= 2


def test_workers_that_do_not_start_are_an_error_not_a_loop() -> None:
    with Pool(1, work=made_workers.stillborn) as pool, pytest.raises(NotecheckError, match=r"NC-S12 .*before it was ready"):
        list(pool.run(_tasks("a")))
    with Pool(1, work=made_workers.refusing) as pool, pytest.raises(DataError, match="NC-D02"):
        list(pool.run(_tasks("a")))


def test_large_notes_and_large_answers_do_not_block_each_other() -> None:
    large = "x" * 2_000_000
    with Pool(1, work=made_workers.obedient) as pool:
        answers = _by_source(list(pool.run(_tasks(*[large] * 8))))
    assert [len(answer.rows["notes"][0]["text"]) for answer in answers.values() if answer.rows] == [2_000_000] * 8
