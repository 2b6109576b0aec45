"""From a diagnosis as a physician writes it to an ICD-10-CM code, and back to region, side and kind of a code.

The rules are data (``patterns/icd10/crosswalk.yaml`` and the files it names). A phrase that leaves the choice open
gives None: a missing code costs less than a wrong one.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from notecheck import locate
from notecheck.datafile import read_model
from notecheck.errors import DataError
from notecheck.policy import icd10, spinewords

Side = Literal["left", "right", "bilateral"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Strict):
    """One line of a rule file: all of ``when`` must be found and ``unless`` must not; ``code`` None ends the search."""

    id: str
    when: str | list[str]
    code: str | None
    unless: str | None = None
    side: str | dict[str, str] | None = None
    regions: str | None = None
    fallback: str | None = None
    limb: bool = False
    full: bool = False


class RuleFile(_Strict):
    """One file under ``crosswalk/``; ``status`` rules are tried where nothing else fits."""

    rules: list[Rule]
    status: list[Rule] = []


class Tables(_Strict):
    """The file ``crosswalk.yaml``."""

    source: str
    checked: object
    confidence: str
    note: str
    files: list[str]
    short: list[tuple[str, str]]
    uncertain: str
    either: str
    negation: str
    status: str
    gone: str
    region_words: list[tuple[str, str]]
    limb_words: list[tuple[str, str]]
    region_names: dict[str, str]
    sides: dict[str, dict[str, str]]
    marks: dict[str, list[tuple[str, str]]]
    words: dict[str, str]
    kinds: dict[str, list[str]]
    regions: dict[str, list[str]]
    region_titles: list[str]
    kind_words: dict[str, str]


class Crosswalk:
    """Diagnosis phrases and ICD-10-CM codes. Rules are compiled at the first question."""

    def __init__(self, folder: Path, table: icd10.Icd10Table) -> None:
        self._folder = folder
        self._table = table

    def ready(self) -> None:
        """Read the rules now, so that the first diagnosis of a note does not wait for them."""
        _ = self._rules, self._patterns, self._marks, self._short, self._region_words, self._limb_words

    def code_for(
        self,
        text: str,
        *,
        levels: Sequence[str] = (),
        region: str | None = None,
        side: str | None = None,
    ) -> str | None:
        """The code that the words of one diagnosis support, or None where they leave it open.

        ``levels``, ``region`` and ``side`` are those of the procedure; they only fill what the phrase does not say. A
        billable code printed in the phrase wins. Both sides of a code that knows one side only give None; see
        :meth:`codes_for`.
        """
        found = self.codes_for(text, levels=levels, region=region, side=side)
        return found[0] if len(found) == 1 else None

    def codes_for(
        self,
        text: str,
        *,
        levels: Sequence[str] = (),
        region: str | None = None,
        side: str | None = None,
    ) -> tuple[str, ...]:
        """As :meth:`code_for`; two codes, right first, where both sides are meant and no code joins them."""
        if (printed := self.printed(text)) is not None:
            return (printed,)
        phrase = self.spelled(text)
        if not phrase or self._patterns["gone"].search(phrase):
            return ()
        if (named := self._table.titled(plain(phrase))) is not None:
            return (named,)
        rest = self._certain(phrase)
        if rest is None:
            return ()
        rest = self._clauses_cut(rest, "negation")
        bare = self._clauses_cut(rest, "status")
        asked = _Asked(phrase, bare, tuple(levels), region, side)
        for rule in self._rules:
            answer = self._answer(rule, asked)
            if answer is not None:
                return answer
        for rule in self._status_rules:
            answer = self._answer(rule, asked.with_bare(rest))
            if answer is not None:
                return answer
        return ()

    def printed(self, text: str) -> str | None:
        """The first complete, existing code printed in the phrase, or None. ``L45`` and the like are levels."""
        for match in _PRINTED.finditer(text):
            name = match.group(0)
            if "." not in name:
                bracketed = text[max(match.start() - 1, 0) : match.start()] in ("(", "[")
                if len(name) < 4 and (not bracketed or name[0] in "CTLScTLSctls" or name[0].lower() in "ctls"):
                    continue
            if self._table.billable(name):
                return icd10.dotted(name)
        return None

    def region_of(self, code: str) -> str | None:
        """The spine region of a diagnosis code (``lumbar`` for lumbosacral), None where it has none."""
        regions = self.regions_of(code)
        return regions[0] if regions else None

    def regions_of(self, code: str) -> tuple[str, ...]:
        """Every spine region a diagnosis code can stand for; two for cervicothoracic, thoracolumbar, lumbosacral."""
        name = icd10.bare(code)
        for size in range(len(name), 2, -1):
            if (found := self._region_prefixes.get(name[:size])) is not None:
                return found
        if name[:3] not in self._tables.region_titles or "multiple sites" in (title := self._table.title(name).lower()):
            return ()
        return spinewords.regions_of_title(title)

    def side_of(self, code: str) -> Side | None:
        """The side in the title of a code, None for a code without side or with the side unspecified."""
        title = self._table.title(code).lower()
        if re.search(r"\bbilateral\b|\bboth\b", title):
            return "bilateral"
        left, right = re.search(r"\bleft\b", title), re.search(r"\bright\b", title)
        if bool(left) == bool(right):
            return None
        return "left" if left else "right"

    def kind_of(self, code: str) -> str | None:
        """What sort of diagnosis a code is (``radicular``, ``facet``, ``si`` ...), None off our field."""
        name = icd10.bare(code)
        for size in range(len(name), 2, -1):
            if (kind := self._kind_prefixes.get(name[:size])) is not None:
                return kind
        return None

    def digit_of(self, text: str) -> str | None:
        """The region digit (1 occiput to 8 sacral) that a phrase speaks of by a level or a region word, or None."""
        return spinewords.digit(self.spelled(text), self._region_words)

    def speaks_of(self, text: str, code: str) -> bool:
        """True when a phrase uses words for the kind of diagnosis that ``code`` is, whatever code the phrase has."""
        kind = self.kind_of(code)
        words = self._tables.kind_words.get(kind or "")
        return bool(words and re.search(words, text.lower()))

    def every_code(self) -> Iterator[tuple[str, str]]:
        """Rule name and code for all that the rules can answer; for tests of the data."""
        for rule in (*self._rules, *self._status_rules):
            yield from ((rule.id, code) for code in self._possible(rule.rule) if code)

    # the search

    def _answer(self, rule: _Compiled, asked: _Asked) -> tuple[str, ...] | None:
        """None when the rule does not fit; an empty tuple when it fits and says that there is no code."""
        where = asked.phrase if rule.rule.full else asked.bare
        if not all(part.search(where) for part in rule.when) or (rule.unless and rule.unless.search(where)):
            return None
        template = rule.rule.code
        values: dict[str, str] = {}
        if rule.rule.regions is not None:
            digit = self._digit(asked, rule.rule.limb)
            if digit is None or digit not in rule.rule.regions:
                if digit is None and rule.rule.fallback:
                    return (rule.rule.fallback,)
                return None
            values["r"] = digit
            values["c"] = spinewords.cervical_disc(spinewords.levels_in(asked.bare) or asked.levels, digit)
        if template is None:
            return ()
        values |= {name: self._mark(name, asked.phrase) for name in self._marks if "{" + name + "}" in template}
        if "{s}" not in template:
            return (template.format(**values),)
        scheme = self._scheme(rule.rule)
        side = self._side(asked)
        if side == "bilateral" and "bilateral" not in scheme:
            return tuple(template.format(s=scheme[one], **values) for one in ("right", "left"))
        return (template.format(s=scheme[side or "none"], **values),)

    def _digit(self, asked: _Asked, limb: bool) -> str | None:
        found = spinewords.digit(asked.bare, self._region_words)
        if found is None and limb:
            found = next((digit for digit, words in self._limb_words if words.search(asked.bare)), None)
        if found is not None:
            return found
        if asked.levels and spinewords.digits(asked.levels) == {"7"}:
            return "7"
        return self._tables.region_names.get(asked.region or "")

    def _side(self, asked: _Asked) -> str | None:
        if re.search(r"\bbilateral|\bboth\b", asked.bare):
            return "bilateral"
        left, right = (re.search(rf"\b{word}\b(?![- ]hand(?:ed|\s+dom))", asked.bare) for word in ("left", "right"))
        if left and right:
            return "bilateral"
        if left or right:
            return "left" if left else "right"
        return asked.side if asked.side in ("left", "right", "bilateral") else None

    def _mark(self, name: str, phrase: str) -> str:
        return next(value for pattern, value in self._marks[name] if pattern.search(phrase))

    def _scheme(self, rule: Rule) -> dict[str, str]:
        return rule.side if isinstance(rule.side, dict) else self._tables.sides[rule.side or ""]

    # the phrase

    def spelled(self, text: str) -> str:
        """The phrase in small letters with its short forms written out."""
        phrase = " ".join(text.lower().split())
        for pattern, put in self._short:
            phrase = pattern.sub(put, phrase)
        return " ".join(phrase.split()).strip(" .,;:-")

    def _certain(self, phrase: str) -> str | None:
        """The phrase without its uncertain clauses; None when nothing certain is left."""
        if self._patterns["either"].search(phrase):
            kept = [part for part in re.split(r"[;,]", phrase) if not self._patterns["either"].search(part)]
            phrase = ",".join(kept)
        while (match := self._patterns["uncertain"].search(phrase)) is not None:
            end = _end_of_clause(phrase, match.end())
            if not re.search(r"\w", phrase[match.end() : end]):
                return None  # "radiculopathy, likely": the doubt is about what stands before
            phrase = phrase[: match.start()] + phrase[end:]
        return phrase if re.search(r"[a-z]{3}", phrase) else None

    def _clauses_cut(self, phrase: str, kind: str) -> str:
        while (match := self._patterns[kind].search(phrase)) is not None:
            end = _end_of_clause(phrase, match.end(), _TURN[kind])
            if kind == "negation" and (more := _LIST_GOES_ON.match(phrase, end)) is not None:
                end = more.end()  # "no evidence of a, b or c" denies all three
            phrase = phrase[: match.start()] + " " + phrase[end:]
        return phrase

    # the data

    @cached_property
    def _tables(self) -> Tables:
        return read_model(self._folder / "crosswalk.yaml", Tables)

    @cached_property
    def _loaded(self) -> tuple[list[_Compiled], list[_Compiled]]:
        rules: list[_Compiled] = []
        status: list[_Compiled] = []
        for name in self._tables.files:
            path = self._folder / "crosswalk" / f"{name}.yaml"
            content = read_model(path, RuleFile)
            rules += [self._compiled(rule, path) for rule in content.rules]
            status += [self._compiled(rule, path) for rule in content.status]
        return rules, status

    @property
    def _rules(self) -> list[_Compiled]:
        return self._loaded[0]

    @property
    def _status_rules(self) -> list[_Compiled]:
        return self._loaded[1]

    def _compiled(self, rule: Rule, path: Path) -> _Compiled:
        when = [rule.when] if isinstance(rule.when, str) else rule.when
        try:
            unless = re.compile(self._expanded(rule.unless)) if rule.unless else None
            return _Compiled(rule, tuple(re.compile(self._expanded(part)) for part in when), unless)
        except (re.error, KeyError) as error:
            where = f"{path}: {rule.id}"
            raise DataError("NC-D06", f"pattern: {error}", where=where, next_step="Mend the pattern.") from None

    def _expanded(self, pattern: str) -> str:
        return re.sub(r"(?<!\(\?P)(?<!\(\?)<([a-z]+)>", lambda m: f"(?:{self._tables.words[m.group(1)]})", pattern)

    @cached_property
    def _short(self) -> list[tuple[re.Pattern[str], str]]:
        return [(re.compile(pattern), put) for pattern, put in self._tables.short]

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        tables = self._tables
        return {
            "uncertain": re.compile(rf"(?:\b(?:{tables.uncertain.removesuffix('|' + _MARK)})\b|{_MARK})"),
            "either": re.compile(tables.either),
            "negation": re.compile(tables.negation),
            "status": re.compile(tables.status),
            "gone": re.compile(tables.gone),
        }

    @cached_property
    def _marks(self) -> dict[str, list[tuple[re.Pattern[str], str]]]:
        return {name: [(re.compile(p), v) for p, v in choices] for name, choices in self._tables.marks.items()}

    @cached_property
    def _region_words(self) -> list[tuple[str, re.Pattern[str]]]:
        return [(digit, re.compile(words)) for digit, words in self._tables.region_words]

    @cached_property
    def _limb_words(self) -> list[tuple[str, re.Pattern[str]]]:
        return [(digit, re.compile(words)) for digit, words in self._tables.limb_words]

    @cached_property
    def _kind_prefixes(self) -> dict[str, str]:
        return {icd10.bare(code): kind for kind, codes in self._tables.kinds.items() for code in codes}

    @cached_property
    def _region_prefixes(self) -> dict[str, tuple[str, ...]]:
        return {icd10.bare(code): tuple(names) for code, names in self._tables.regions.items()}

    def _possible(self, rule: Rule) -> Iterator[str]:
        template = rule.code
        if rule.fallback:
            yield rule.fallback
        if template is None:
            return
        names = re.findall(r"\{(\w+)\}", template)
        choices: list[list[str]] = []
        for name in names:
            if name == "r":
                choices.append(list(rule.regions or ""))
            elif name == "c":
                choices.append(["0", "1", "3", "20", "21", "22", "23"])
            elif name == "s":
                choices.append(list(self._scheme(rule).values()))
            else:
                choices.append([value for _, value in self._marks[name]])
        for values in product(*choices):
            yield template.format(**dict(zip(names, values, strict=True)))


class _Compiled:
    """A rule with its patterns ready."""

    __slots__ = ("id", "rule", "unless", "when")

    def __init__(self, rule: Rule, when: tuple[re.Pattern[str], ...], unless: re.Pattern[str] | None) -> None:
        self.id = rule.id
        self.rule = rule
        self.when = when
        self.unless = unless


class _Asked:
    """One question: the whole phrase, the phrase without doubt, denial and past, and what the procedure adds."""

    __slots__ = ("bare", "levels", "phrase", "region", "side")

    def __init__(self, phrase: str, bare: str, levels: tuple[str, ...], region: str | None, side: str | None) -> None:
        self.phrase = phrase
        self.bare = bare
        self.levels = levels
        self.region = region
        self.side = side

    def with_bare(self, bare: str) -> _Asked:
        return _Asked(self.phrase, bare, self.levels, self.region, self.side)


_MARK = r"\?"
TITLED = "BEFGIKMRZ"  # chapters whose titles stand in notes word for word; injuries are left out for speed
_PRINTED = re.compile(r"(?<![A-Za-z0-9.])[A-Za-z]\d[0-9A-Za-z](?:\.[0-9A-Za-z]{1,4})?(?![A-Za-z0-9])(?!\.\d)")
_LIST_GOES_ON = re.compile(r"(?:,[^,;.()]+)*?,?[^,;.()]*\b(?:or|nor)\b[^,;.()]*")
_PUNCTUATION = str.maketrans(dict.fromkeys(string.punctuation, " "))
_TURN = {"negation": r"\b(?:with|but|however)\b", "status": r"\b(?:with|and|now|but)\b"}


def load(table: icd10.Icd10Table | None = None) -> Crosswalk:
    """The crosswalk shipped with the tool; its files are read at the first question."""
    return Crosswalk(locate.patterns() / "icd10", table or icd10.load())


def _end_of_clause(phrase: str, start: int, turn: str = "") -> int:
    """Where the clause that runs from ``start`` ends: at punctuation or a word of ``turn``."""
    stop = re.compile(rf"[,;()]|\.(?!\d)|{turn}" if turn else r"[,;()]|\.(?!\d)")
    match = stop.search(phrase, start)
    return match.start() if match else len(phrase)


def plain(text: str) -> str:
    """Letters and digits only, for comparing a phrase with an official title."""
    return " ".join(text.translate(_PUNCTUATION).split())
