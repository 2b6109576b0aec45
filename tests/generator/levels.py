"""Spinal levels in every notation that people use, with the normalised names."""

from __future__ import annotations

from generator.draw import Draw, in_words, listed

SPACES = {
    "cervical": [("C2", "C3"), ("C3", "C4"), ("C4", "C5"), ("C5", "C6"), ("C6", "C7"), ("C7", "T1")],
    "thoracic": [(f"T{n}", f"T{n + 1}") for n in range(4, 12)] + [("T12", "L1")],
    "lumbar": [("L1", "L2"), ("L2", "L3"), ("L3", "L4"), ("L4", "L5"), ("L5", "S1")],
}
_ORDINALS = ["", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"]
_SEPARATORS = ["-", "-", "-", "/", "/", "–", "—", " - ", " -", "‑"]
_REGION_WORD = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}


def names(spaces: list[tuple[str, str]]) -> list[str]:
    """The normalised names of interspaces."""
    return [f"{top}-{bottom}" for top, bottom in spaces]


def spaces(draw: Draw, region: str, most: int) -> list[tuple[str, str]]:
    """One or more neighbouring interspaces."""
    table = SPACES[region]
    count = min(draw.weighted({1: 5, 2: 4, 3: 1.5}), most)
    if region == "lumbar":
        start = draw.whole(max(0, 2 - count), len(table) - count)
    else:
        start = draw.whole(0, len(table) - count)
    return table[start : start + count]


def space(top: str, bottom: str, separator: str, long: bool) -> str:
    """One interspace: ``L4-5``, ``L4/L5``, ``C7-T1``."""
    lower = bottom if long or top[0] != bottom[0] else bottom[1:]
    return f"{top}{separator}{lower}"


def spell_spaces(draw: Draw, chosen: list[tuple[str, str]], *, run: bool = False) -> str:
    """Interspaces in one notation. ``run`` allows "L3 through S1" for the joints between."""
    separator, long = draw.of(_SEPARATORS), draw.chance(0.35)
    if len(chosen) == 1:
        top, bottom = chosen[0]
        if top[0] == bottom[0] and len(top) == len(bottom) == 2 and draw.chance(0.06):
            return draw.pick(f"{top}{bottom[1:]}", f"{top},{bottom[1:]}")
        text = space(top, bottom, separator, long)
        return draw.pick(text, text, text, f"{text} level", f"{text} interspace") if not run else text
    lumbar = chosen[-1] == ("L5", "S1")
    if run and len(chosen) >= 2 and draw.chance(0.2):
        return chosen[0][0] + draw.pick(" through ", " to ", "-") + chosen[-1][1]
    if len(chosen) >= 3 and draw.chance(0.2):
        return space(*chosen[0], separator, long) + draw.pick(" through ", " to ") + space(*chosen[-1], separator, long)
    if draw.chance(0.12) and all(t[0] == b[0] or (t, b) == ("L5", "S1") for t, b in chosen):
        tail = [f"{t[1:]}/{b[1:]}" for t, b in chosen[1:]]
        return listed(draw, [f"{chosen[0][0]}/{chosen[0][1][1:]}", *tail]) if lumbar or draw.chance(0.5) else listed(
            draw, [space(t, b, separator, long) for t, b in chosen]
        )
    return listed(draw, [space(t, b, separator, long) for t, b in chosen])


def spell_singles(draw: Draw, chosen: list[str], *, run: bool = True) -> str:
    """Vertebrae, roots or nerves: ``L3, L4 and L5``, ``L3 through L5``, ``L3/L4/L5``, ``L3, 4, 5``."""
    if len(chosen) == 1:
        return chosen[0]
    same = len({name[0] for name in chosen}) == 1
    contiguous = same and [int(n[1:]) for n in chosen] == list(range(int(chosen[0][1:]), int(chosen[-1][1:]) + 1))
    if run and contiguous and len(chosen) >= 3 and draw.chance(0.25):
        return chosen[0] + draw.pick(" through ", " to ", "-", " thru ") + chosen[-1]
    if same and len(chosen) >= 3 and draw.chance(0.1):
        return chosen[0] + draw.pick(", ", ",", "/").join(["", *(n[1:] for n in chosen[1:])])
    if len(chosen) >= 3 and draw.chance(0.08):  # two would be an interspace
        return "/".join(chosen)
    return listed(draw, chosen)


def in_full(name: str) -> str:
    """``L5`` as ``fifth lumbar``."""
    return f"{_ORDINALS[int(name[1:])]} {_REGION_WORD[name[0]]}"


def branches(draw: Draw, chosen: list[str]) -> str:
    """Medial branches with their noun; the L5 dorsal ramus and the third occipital nerve by their own names."""
    noun = draw.say("medial {branch nerves|branches|branches|branch}")
    if "TON" in chosen:
        rest = [name for name in chosen if name != "TON"]
        third = draw.pick("third occipital nerve", "TON", "third occipital nerve (TON)")
        tail = f"{spell_singles(draw, rest, run=False)} {noun}"
        return draw.pick(f"{third}, {tail}", f"{third} and {tail}")
    if chosen[-1] == "L5" and len(chosen) > 1 and draw.chance(0.3):
        ramus = draw.say("{the |}L5 {dorsal ramus|dorsal ramus|primary dorsal ramus}")
        return f"{spell_singles(draw, chosen[:-1])} {noun} {draw.pick('and', 'and', 'as well as')} {ramus}"
    if len(chosen) == 1 and draw.chance(0.2):
        return f"{in_full(chosen[0])} medial branch"
    if draw.chance(0.06) and len(chosen) <= 3 and len({n[0] for n in chosen}) == 1:
        ordinals = [_ORDINALS[int(n[1:])] for n in chosen]
        return f"{listed(draw, ordinals)} {_REGION_WORD[chosen[0][0]]} {noun}"
    return f"{spell_singles(draw, chosen)} {noun}"


def count_words(draw: Draw, number: int) -> str:
    """A count in words or figures."""
    return draw.pick(in_words(number), str(number))
