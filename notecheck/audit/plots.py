"""Drawings of the audit as SVG text for inside a page: they take the page's colours, light or dark, and ask nothing."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from notecheck.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# colours that stand for those of the page: replaced by its variables when the drawing is written
_INK, _SOFT, _LINE, _GOOD, _WARN, _BAD, _ACCENT, _PANEL = (f"#0102{n:02x}" for n in range(1, 9))
_VARIABLES = {
    _INK: "--ink",
    _SOFT: "--soft",
    _LINE: "--line",
    _GOOD: "--good",
    _WARN: "--warn",
    _BAD: "--bad",
    _ACCENT: "--accent",
    _PANEL: "--panel",
}
_PARTS = (("Ready", _GOOD, 1.0), ("Addendum", _WARN, 0.75), ("Hold", _BAD, 0.9))
_WIDTH = 6.0
_LONGEST_LABEL = 40
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "svg.hashsalt": "notecheck",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": _INK,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _SOFT,
    "xtick.color": _SOFT,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "axes.grid": True,
    "grid.color": _LINE,
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "ytick.left": False,
    "legend.frameon": False,
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A name and its parts (ready, addendum, hold), or one value."""

    name: str
    values: tuple[float, ...]


def readiness(bars: Sequence[Bar], name: str, says: str) -> str:
    """Lying bars of readiness, one for each name, as shares of its notes."""
    figure, axes = _drawn(0.27 * len(bars) + 0.6)
    labels = [f"{_short(bar.name)}  ({sum(bar.values):,.0f})" for bar in bars]
    at = range(len(bars))
    left = [0.0] * len(bars)
    for number, (part, colour, strength) in enumerate(_PARTS):
        widths = [bar.values[number] / (sum(bar.values) or 1) for bar in bars]
        axes.barh(at, widths, left=left, color=colour, alpha=strength, label=part, height=0.66, edgecolor=_PANEL)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    axes.set_yticks(at, labels)
    axes.set_ylim(len(bars) - 0.45, -0.55)
    _in_percent(axes)
    axes.grid(axis="y", visible=False)
    _legend(axes)
    return _svg(figure, name, says)


def trend(bars: Sequence[Bar], name: str, says: str) -> str:
    """Readiness month by month: standing bars of notes, with the share that is ready as a line."""
    figure, axes = _drawn(2.6)
    at = range(len(bars))
    below = [0.0] * len(bars)
    for number, (part, colour, strength) in enumerate(_PARTS):
        heights = [bar.values[number] for bar in bars]
        axes.bar(at, heights, bottom=below, color=colour, alpha=strength, label=part, width=0.72, edgecolor=_PANEL)
        below = [a + b for a, b in zip(below, heights, strict=True)]
    step = max(1, len(bars) // 12)
    axes.set_xticks(
        list(at)[::step],
        [bar.name for bar in bars][::step],
        rotation=0 if len(bars) <= 8 else 40,
        ha="center" if len(bars) <= 8 else "right",
    )
    axes.set_ylabel("notes")
    axes.locator_params(axis="y", integer=True)
    axes.grid(axis="x", visible=False)
    _legend(axes)
    share = axes.twinx()
    for spine in share.spines.values():
        spine.set_visible(False)
    share.plot(
        at,
        [bar.values[0] / (sum(bar.values) or 1) for bar in bars],
        color=_INK,
        linewidth=1.4,
        marker="o",
        markersize=3,
    )
    share.set_ylim(0, 1)
    share.grid(visible=False)
    share.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    share.set_ylabel("ready (line)")
    share.tick_params(axis="y", colors=_SOFT)
    return _svg(figure, name, says)


def pareto(bars: Sequence[Bar], name: str, says: str) -> str:
    """The most frequent gaps: not met and unclear as lying bars, with the running share of all gaps as text."""
    figure, axes = _drawn(0.25 * len(bars) + 0.8)
    at = range(len(bars))
    axes.barh(
        at, [bar.values[0] for bar in bars], color=_BAD, alpha=0.9, label="Not met", height=0.66, edgecolor=_PANEL
    )
    axes.barh(
        at,
        [bar.values[1] for bar in bars],
        left=[bar.values[0] for bar in bars],
        color=_WARN,
        alpha=0.75,
        label="Unclear",
        height=0.66,
        edgecolor=_PANEL,
    )
    most = max((bar.values[0] + bar.values[1] for bar in bars), default=1)
    for number, bar in enumerate(bars):
        axes.text(
            bar.values[0] + bar.values[1] + most * 0.01,
            number,
            f"{bar.values[2]:.0%}",
            va="center",
            color=_SOFT,
            size=8,
        )
    axes.set_yticks(at, [_short(bar.name) for bar in bars])
    axes.set_ylim(len(bars) - 0.45, -0.55)
    axes.set_xlabel("notes; at the bar: share of all gaps so far")
    axes.grid(axis="y", visible=False)
    _legend(axes)
    return _svg(figure, name, says)


def amounts(bars: Sequence[Bar], name: str, says: str) -> str:
    """Lying bars of one amount each."""
    figure, axes = _drawn(0.25 * len(bars) + 0.5)
    axes.barh(range(len(bars)), [bar.values[0] for bar in bars], color=_ACCENT, height=0.66)
    axes.set_yticks(range(len(bars)), [_short(bar.name) for bar in bars])
    axes.set_ylim(len(bars) - 0.45, -0.55)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.grid(axis="y", visible=False)
    return _svg(figure, name, says)


def _drawn(height: float) -> tuple[Figure, Axes]:
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise InputError(
            "NC-A04",
            "the audit page needs matplotlib, which is not installed",
            where="audit",
            next_step="Run: pip install 'notecheck[audit]', or use --format md, csv or xlsx.",
        ) from None
    with mpl.rc_context(_STYLE):  # type: ignore[arg-type]
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        return figure, figure.add_subplot()


def _in_percent(axes: Axes) -> None:
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])


def _legend(axes: Axes) -> None:
    axes.legend(
        frameon=False,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=3,
        borderaxespad=0,
        handlelength=1.2,
        columnspacing=1.4,
    )


def _svg(figure: Figure, name: str, says: str) -> str:
    """The drawing as an ``svg`` element with a title; every id begins with ``name``."""
    import matplotlib as mpl

    out = io.StringIO()
    with mpl.rc_context(_STYLE):  # type: ignore[arg-type]
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", text)
    text = re.sub(
        r'(<svg\b[^>]*?) width="[^"]*"', r"\1", re.sub(r'(<svg\b[^>]*?) height="[^"]*"', r"\1", text, count=1), count=1
    )
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, f"var({variable})")
    text = re.sub(r"font-family: [^;\"]*", "font-family: system-ui, sans-serif", text)
    text = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", text, flags=re.DOTALL)
    title = f"{name}-says"
    return text.replace("<svg", f'<svg role="img" aria-labelledby="{title}"', 1).replace(
        ">", f'><title id="{title}">{_escaped(says)}</title>', 1
    )


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_LABEL else name[: _LONGEST_LABEL - 1].rstrip() + "…"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
