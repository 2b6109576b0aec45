"""``python tests/generator --count 5000 --seed N``: generates, extracts, scores, and shows what was missed."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from generator.note import sample
from generator.score import scored
from notecheck.evaluate.tally import Miss, Tally


def main() -> int:
    parser = argparse.ArgumentParser(prog="python tests/generator", description=__doc__)
    parser.add_argument("--count", type=int, default=5000, help="how many notes (5000)")
    parser.add_argument("--seed", type=int, default=1, help="which notes; the same seed gives the same notes (1)")
    parser.add_argument("--workers", type=int, default=1, help="processes (1)")
    parser.add_argument("--gallery", type=int, default=5, help="misses shown for each field (5)")
    parser.add_argument("--field", help="show the misses of this field only, all of them")
    parser.add_argument("--show", type=int, metavar="N", help="print note N with its facts and stop")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write gold.jsonl and notes/ for `notecheck evaluate`, and stop")
    asked = parser.parse_args()
    if asked.show is not None:
        one = sample(asked.seed, asked.show)
        print(one.text, json.dumps(one.facts, indent=1), ", ".join(one.features), sep="\n\n")
        return 0
    if asked.write:
        _write(asked.write, asked.seed, asked.count)
        return 0
    began = time.monotonic()
    step = 50
    tasks = [(asked.seed, start, min(start + step, asked.count)) for start in range(0, asked.count, step)]
    tally, found = Tally(), []
    if asked.workers > 1:
        with multiprocessing.get_context("spawn").Pool(asked.workers) as pool:
            for part, some in pool.imap(scored, tasks):
                tally.merge(part)
                found += some
    else:
        for task in tasks:
            part, some = scored(task)
            tally.merge(part)
            found += some
    _print(tally, found, asked.gallery, asked.field)
    print(f"\n{asked.count} notes, seed {asked.seed}, {time.monotonic() - began:.0f} s")
    return 0


def _print(tally: Tally, found: list[tuple[Miss, list[str]]], most: int, only: str | None) -> None:
    print(f"{'field':28}{'right':>7}{'wrong':>7}{'missed':>7}{'precision':>11}{'recall':>8}{'F1':>8}")
    for score in tally.scores():
        mark = "" if score.f1 >= 0.99 else "  *"
        print(f"{score.field:28}{score.right:7d}{score.wrong:7d}{score.missed:7d}{score.precision:11.4f}{score.recall:8.4f}{score.f1:8.4f}{mark}")
    for field in sorted({miss.field for miss, _ in found}):
        if only and field != only:
            continue
        of_field = [(miss, features) for miss, features in found if miss.field == field]
        common = Counter(feature for _, features in of_field for feature in features).most_common(6)
        print(f"\n{field} ({len(of_field)})   {', '.join(f'{name} {n}' for name, n in common)}")
        for miss, _ in of_field[: None if only else most]:
            print(f"   {miss.note_id}:{miss.line}  expected {miss.expected}, got {miss.got}   {miss.words}")


def _write(folder: Path, seed: int, count: int) -> None:
    (folder / "notes").mkdir(parents=True, exist_ok=True)
    with (folder / "gold.jsonl").open("w", encoding="utf-8") as stream:
        for number in range(count):
            one = sample(seed, number)
            stream.write(json.dumps(one.facts) + "\n")
            (folder / "notes" / f"{one.note_id}.txt").write_text(one.text, encoding="utf-8", newline="")


if __name__ == "__main__":
    sys.exit(main())
