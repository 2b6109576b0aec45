"""``python tests/scan_long --count 20000``: rate of one worker against two, memory of each worker, kill -9 in the middle.

Not part of the suite: it takes minutes to hours. Notes are generated; ``--also FOLDER`` adds notes of one's own, each
repeated with other dates and sides until the count is reached.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP), str(TOP / "tests")]

from generator.note import sample  # noqa: E402

from notecheck.scan.pool import Pool  # noqa: E402
from notecheck.scan.run import Progress, Request, scan  # noqa: E402
from notecheck.scan.store import Store  # noqa: E402

_SIDES = {"left": "right", "right": "left", "Left": "Right", "Right": "Left", "LEFT": "RIGHT", "RIGHT": "LEFT"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python tests/scan_long", description=__doc__)
    parser.add_argument("--count", type=int, default=600, help="how many notes (600)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2], help="worker counts to measure (1 2); none after it: only --kill")
    parser.add_argument("--also", type=Path, metavar="FOLDER", help="text notes of one's own, repeated with changes")
    parser.add_argument("--kill", action="store_true", help="kill a worker and the parent in the middle, then go on")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep notes and results here")
    asked = parser.parse_args()
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="scan-long-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        notes = folder / "notes.jsonl"
        with notes.open("w", encoding="utf-8") as stream:
            for number, text in enumerate(_texts(asked.count, asked.seed, asked.also)):
                row = {"note_id": f"n{number}", "patient_id": f"P{number // 5}", "provider": f"D{number % 17}"}
                stream.write(json.dumps({**row, "note_text": text}) + "\n")
        print(f"{asked.count} notes; {os.cpu_count()} processors; load before {_load()}")
        rates = {workers: _measured(notes, folder / f"out{workers}", workers, asked.count) for workers in asked.workers}
        for workers in asked.workers[1:]:
            first = asked.workers[0]
            print(f"{workers} workers against {first}: {rates[workers] / rates[first]:.2f} times the rate")
        return _killed(notes, folder / "killed", asked.count) if asked.kill else 0
    finally:
        if asked.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _texts(count: int, seed: int, also: Path | None) -> Iterator[str]:
    own = [file.read_text(encoding="utf-8", errors="replace") for file in sorted(also.glob("*.txt"))] if also else []
    for number in range(count):
        if own and number % 2:
            yield _turned(own[number // 2 % len(own)], number)
        else:
            yield sample(seed, number).text


def _turned(text: str, number: int) -> str:
    """The same note on another day, every second time on the other side."""
    if number % 4 == 1:
        text = re.sub(r"\b(?:left|right)\b", lambda found: _SIDES.get(found[0], found[0]), text, flags=re.IGNORECASE)
    return re.sub(r"\b(\d{1,2})/(\d{1,2})/(20\d\d)\b", lambda found: f"{found[1]}/{number % 28 + 1}/{found[3]}", text)


def _measured(notes: Path, out: Path, workers: int, count: int) -> float:
    """Scan, print rate and memory, give notes a second counted from the first answer on."""
    memory: list[tuple[int, int]] = []
    began: list[tuple[float, int]] = []
    load: list[float] = []

    def told(progress: Progress) -> None:
        if not began:
            began.append((time.monotonic(), progress.judged))
        if progress.stage == "notes" and progress.judged % max(1, count // 20) == 0:
            load.append(os.getloadavg()[0])
            for pid in pool.pids:
                with contextlib.suppress(psutil.NoSuchProcess):  # one that is being replaced
                    memory.append((progress.judged, psutil.Process(pid).memory_info().rss >> 20))
        if progress.stage == "history" and len(began) == 1:
            began.append((time.monotonic(), progress.judged))

    with Pool(workers) as pool:
        done = scan(Request((notes,), out, workers=workers), told=told, pool=pool)
    (start, at), (end, to) = began[0], began[-1] if len(began) > 1 else (time.monotonic(), done.judged)
    rate = (to - at) / (end - start) if end > start else 0.0
    tenth = [mb for judged, mb in memory if judged <= count // 10] or [0]
    last = [mb for judged, mb in memory if judged > count - count // 20 - 1] or [0]
    most = max((mb for _, mb in memory), default=0)
    growth = 100 * (max(last) / max(tenth) - 1) if max(tenth) else 0.0
    print(
        f"{workers} workers: {done.judged} notes, {rate:.2f} a second in the first pass; {done.history} judged again in "
        f"the second; all {done.seconds:.0f} s; memory of a worker {max(tenth)} MB after a tenth, {max(last)} MB at the "
        f"end ({growth:+.1f} %), {most} MB at most; load {min(load, default=0):.1f} to {max(load, default=0):.1f}",
        flush=True,
    )
    return rate


def _killed(notes: Path, out: Path, count: int) -> int:
    """Kill a worker after a third and the parent after two thirds, run again, count."""
    command = [sys.executable, "-m", "notecheck", "scan", str(notes), "--out", str(out), "--exit-zero"]
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    run = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    worker = 0
    for judged in _progress(run, count):
        if not worker and judged > count // 3:
            worker = _workers(run)[0].pid
            os.kill(worker, signal.SIGKILL)
        if judged > 2 * count // 3:
            run.kill()
            break
    run.wait()
    between = _counted(out)
    again = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for _ in _progress(again, count):
        pass
    if again.wait():
        raise SystemExit("the rerun failed")
    rows, keys, judged = _counted(out)
    print(
        f"killed worker {worker} and the parent: {between[0]} rows then ({between[1]} different), after the rerun "
        f"{rows} rows, {keys} different, {judged} judged, of {count} notes"
    )
    return 0 if rows == keys == judged == count and worker else 1


def _progress(run: subprocess.Popen[str], count: int) -> Iterator[int]:
    """The number of notes judged, line by line; prints the memory of the workers now and then."""
    assert run.stderr is not None
    shown = -1
    for line in run.stderr:
        found = re.match(r"(\d+)(?: of \d+)? notes", line)
        judged = int(found[1]) if found else 0
        if found and judged // max(1, count // 20) != shown:
            shown = judged // max(1, count // 20)
            sizes = [worker.memory_info().rss >> 20 for worker in _workers(run)]
            print(f"  {judged} notes, workers of {sizes} MB, load {_load()}", flush=True)
        yield judged


def _workers(run: subprocess.Popen[str]) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return [p for p in psutil.Process(run.pid).children() if "spawn_main" in " ".join(p.cmdline())]
    return []


def _counted(out: Path) -> tuple[int, int, int]:
    with Store(out, read_only=True) as store:
        counted = store.query("SELECT count(*), count(DISTINCT note_key), count(report) FROM notes")[0]
    return int(counted[0]), int(counted[1]), int(counted[2])


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    raise SystemExit(main())
