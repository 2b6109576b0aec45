"""Strict reading of the YAML files under ``patterns/``: no duplicate keys, every fault with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from notecheck.errors import DataError

Model = TypeVar("Model", bound=BaseModel)


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader that refuses duplicate keys, which plain PyYAML silently overwrites."""

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
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """The content of one YAML file. Raises DataError NC-D02 (not YAML) or NC-D03 (duplicate key)."""
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


def read_model(path: Path, model: type[Model]) -> Model:
    """One YAML file as a typed model. Raises DataError NC-D04 naming the first wrong place."""
    try:
        return model.model_validate(read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "top level"
        raise DataError(
            "NC-D04",
            f"{place}: {first['msg']} ({error.error_count()} fault(s) in this file)",
            where=str(path),
            next_step="Compare with a neighbouring file of the same folder.",
        ) from None
