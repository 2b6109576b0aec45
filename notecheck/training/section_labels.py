"""An experiment: do labels for notes without headings help the facts?

Headings are taken out of the own notes; a linear model over the words of each sentence and of those around it, trained
on the other notes, says which section the sentence is from; headings are put back where it is sure. Facts are then
compared on three forms of every note: as written, without headings, with the predicted ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from notecheck.annotate.pipeline import Annotator
from notecheck.annotate.text_model import vectorizers
from notecheck.annotate.topics import sentences
from notecheck.records import Note
from notecheck.training.corpus import own_notes

FORMS = ("as written", "without headings", "with predicted headings")
_FEWEST, _SURE, _FOLDS, _SEED = 3, 0.6, 4, 20261122
_NEVER = ("header", "other", "none", "codes")


@dataclass(frozen=True, slots=True)
class Bare:
    """A note without its headings: its sentences, the kind of section of each, and the kinds and words cut out."""

    text: str
    places: tuple[tuple[int, int], ...]
    kinds: tuple[str, ...]
    headings: tuple[tuple[str, str], ...]


def forms(tests: Path, *splits: str) -> dict[str, list[tuple[dict[str, Any], Note]]]:
    """Annotation and text of every own note with some headings, in each of FORMS."""
    annotator = Annotator()
    out: dict[str, list[tuple[dict[str, Any], Note]]] = {form: [] for form in FORMS}
    golds, bares = [], []
    for name, text, gold in own_notes(tests, *splits):
        bare = without_headings(annotator, Note(text, name))
        if bare is not None:
            golds.append(gold)
            bares.append(bare)
            out[FORMS[0]].append((gold, Note(text, name)))
            out[FORMS[1]].append((gold, Note(bare.text, name)))
    words = usual(bares)
    for gold, bare, kinds in zip(golds, bares, predicted(bares), strict=True):
        out[FORMS[2]].append((gold, Note(labelled(bare, kinds, words), gold["note_id"])))
    return out


def without_headings(annotator: Annotator, note: Note) -> Bare | None:
    """The note without its headings, or None where it has fewer than three."""
    read = annotator.annotate(note)
    if sum(section.heading.end > section.heading.start for section in read.sections) < _FEWEST:
        return None
    whole = note.text
    parts, cuts, cut_out, kept = [], [], [], 0
    for section in sorted(read.sections, key=_begin):
        if section.heading.end <= section.heading.start or section.heading.start < kept:
            continue
        parts.append(whole[kept : section.heading.start])
        cuts.append((sum(map(len, parts)), section.kind))
        cut_out.append((section.kind, whole[section.heading.start : section.heading.end].strip("#:*- \t\r\n").upper()))
        kept = section.heading.end
    text = "".join((*parts, whole[kept:]))
    places = tuple(sentences(text))
    kinds = tuple(next((kind for start, kind in reversed(cuts) if start <= end - 1), "") for _, end in places)
    return Bare(text, places, kinds, tuple(cut_out))


def usual(bares: Sequence[Bare]) -> dict[str, str]:
    """The commonest heading of each kind."""
    count: dict[str, Counter[str]] = defaultdict(Counter)
    for bare in bares:
        for kind, words in bare.headings:
            count[kind][words] += 1
    return {kind: told.most_common(1)[0][0] for kind, told in count.items() if kind not in _NEVER}


def _begin(section: Any) -> int:
    return int(section.heading.start)


def predicted(bares: Sequence[Bare]) -> list[list[str]]:
    """The kind of section of each sentence by a model that saw no sentence of its note; empty where it is unsure."""
    from scipy.sparse import hstack
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    groups = [number for number, bare in enumerate(bares) for _ in bare.places]
    texts = [" ".join(bare.text[start:end].split()) for bare in bares for start, end in bare.places]
    before = ["", *texts[:-1]]
    kinds = np.array([kind for bare in bares for kind in bare.kinds], dtype=object)
    sure = np.full(len(texts), "", dtype=object)
    for train, test in GroupKFold(n_splits=_FOLDS).split(texts, groups=groups):
        word, run = vectorizers(most_words=6000, most_runs=8000)
        again, _ = vectorizers(most_words=3000)
        rows = hstack(
            [
                word.fit_transform([texts[i] for i in train]),
                run.fit_transform([texts[i] for i in train]),
                again.fit_transform([before[i] for i in train]),
            ],
            format="csr",
        )
        asked = hstack(
            [
                word.transform([texts[i] for i in test]),
                run.transform([texts[i] for i in test]),
                again.transform([before[i] for i in test]),
            ],
            format="csr",
        )
        model = LogisticRegression(C=8.0, max_iter=300, class_weight="balanced", random_state=_SEED)
        model.fit(rows, kinds[train].astype(str))
        likely = model.predict_proba(asked)
        best = likely.argmax(axis=1)
        for place, row in enumerate(test):
            if likely[place, best[place]] >= _SURE:
                sure[row] = str(model.classes_[best[place]])
    out, taken = [], 0
    for bare in bares:
        out.append([str(kind) for kind in sure[taken : taken + len(bare.places)]])
        taken += len(bare.places)
    return out


def labelled(bare: Bare, kinds: Sequence[str], words: Mapping[str, str]) -> str:
    """The text with a heading where a sure kind begins."""
    parts, kept, now = [], 0, ""
    for (start, _), kind in zip(bare.places, kinds, strict=True):
        if kind in words and kind != now:
            parts.append(f"{bare.text[kept:start].rstrip()}\n{words[kind]}: ")
            kept, now = start, kind
    return "".join((*parts, bare.text[kept:]))
