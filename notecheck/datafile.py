"""Strict reading of the YAML files under ``patterns/``: no duplicate keys, every fault with file and line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from notecheck.errors import DataError, did_you_mean

Model = TypeVar("Model", bound=BaseModel)
RULE = "rule"
_COMPARE = "Compare with a neighbouring file of the same folder."


if TYPE_CHECKING:
    from yaml import SafeLoader as _Base
else:
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one reads ten times as fast


class _StrictLoader(_Base):
    """SafeLoader that refuses duplicate keys, which plain PyYAML silently overwrites, and days that do not exist."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: dict[Any, int] = {}
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            line = key_node.start_mark.line + 1
            if key in seen:
                raise DataError(
                    "NC-D03",
                    f"key '{key}' stands twice, on lines {seen[key]} and {line}",
                    where=f"{key_node.start_mark.name}:{line}",
                    next_step="Keep one of them.",
                )
            seen[key] = line
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> Any:
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError:
            raise DataError(
                "NC-D02",
                f"'{node.value}' is no day of the calendar",
                where=f"{node.start_mark.name}:{node.start_mark.line + 1}",
                next_step="Write year, month and day, as in 2026-03-04.",
            ) from None


_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _StrictLoader.construct_yaml_timestamp)


def read_yaml(path: Path) -> Any:
    """The content of one YAML file. Raises DataError NC-D02 (not YAML, not to be read) or NC-D03 (duplicate key)."""
    try:
        with path.open(encoding="utf-8") as stream:
            loader = _StrictLoader(stream)
            loader.name = str(path)
            try:
                return loader.get_single_data()
            finally:
                loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise DataError("NC-D02", str(problem), where=f"{path}{line}", next_step="Mend the file.") from None
    except (OSError, UnicodeDecodeError) as error:
        what = "not there" if isinstance(error, FileNotFoundError) else f"not readable ({type(error).__name__})"
        raise DataError("NC-D02", what, where=str(path), next_step="Put the file there, saved as UTF-8.") from None


def read_model(path: Path, model: type[Model]) -> Model:
    """One YAML file as a typed model. Raises DataError NC-D04 naming the first wrong place, and its line."""
    try:
        return model.model_validate(read_yaml(path))
    except ValidationError as error:
        first, others = _telling(error.errors())
        place = ".".join(str(part) for part in first["loc"]) or "top level"
        what, mend = _in_words(first, model)
        raise DataError(
            "NC-D04",
            f"{place}: {what}" + (f" (and {others} more in this file)" if others else ""),
            where=at_line(path, first["loc"]),
            next_step=mend,
        ) from None


def broken_rule(what: str, mend: str) -> PydanticCustomError:
    """The error that a model raises for keys that do not go together: what is wrong, and how to mend it."""
    return PydanticCustomError(RULE, "{what}", {"what": what, "mend": mend})


def at_line(path: Path, place: Sequence[str | int]) -> str:
    """``file:line`` of a place in a YAML file, as far as the place can be followed."""
    try:
        with path.open(encoding="utf-8") as stream:
            node = yaml.compose(stream, Loader=_Base)
    except (OSError, yaml.YAMLError):
        return str(path)
    line = 1
    for part in place:
        found = _step(node, part)
        if found is None:
            continue
        node, line = found
    return f"{path}:{line}"


def _step(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node, int] | None:
    """The node below ``node`` and the line on which it begins; None where there is none of that name."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        below = node.value[part]
        return below, below.start_mark.line + 1
    return None


def _telling(errors: Sequence[ErrorDetails]) -> tuple[ErrorDetails, int]:
    """The fault to tell first (an unknown key explains a missing one beside it), and how many others there are."""
    # a list counts as too short when its only item is broken: that is one fault, not two
    real = [e for e in errors if e["type"] != "too_short" or not any(_below(o, e) for o in errors)]
    first = next((e for e in real if e["type"] == "extra_forbidden"), real[0])
    return first, len(real) - 1


def _below(error: ErrorDetails, other: ErrorDetails) -> bool:
    depth = len(other["loc"])
    return len(error["loc"]) > depth and error["loc"][:depth] == other["loc"]


def _in_words(error: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    """What is wrong and how to mend it, in plain words."""
    last = str(error["loc"][-1]) if error["loc"] else ""
    kind = error["type"]
    if kind == "extra_forbidden":
        return "unknown key", did_you_mean(last, set(_names(model, set()))) + "Take it out, or mend its name."
    if kind == "missing":
        return "missing", f"Add '{last}'."
    if kind == "literal_error":
        return f"'{error['input']}' is none of {error['ctx']['expected']}", "Write one of them."
    if kind.startswith("date"):
        return f"'{error['input']}' is no date", "Write year, month and day, as in 2026-03-04."
    if kind == RULE:
        return error["ctx"]["what"], error["ctx"]["mend"]
    if kind in ("too_short", "string_too_short"):
        return "empty", f"Give '{last}' a content."
    return error["msg"], _COMPARE


def _names(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    """Every key that a file of this model may hold, at any depth."""
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        yield field.alias or name
        for part in _parts(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from _names(part, seen)


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inside in getattr(annotation, "__args__", ()):
        yield from _parts(inside)
