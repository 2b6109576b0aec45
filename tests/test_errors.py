"""Errors: one sentence, a code that stays, the place, the next step."""

from __future__ import annotations

import ast
import pickle
import re
from pathlib import Path

from notecheck.errors import DataError, InputError, NotecheckError, did_you_mean

RAISED = {"NotecheckError", "InputError", "DataError"}


def test_the_sentence_holds_code_place_cause_and_next_step() -> None:
    error = InputError("NC-I01", "no such file", where="a.txt", next_step="Check the name.")
    assert str(error) == "NC-I01  a.txt: no such file. Check the name."
    assert str(InputError("NC-I01", "no such file.")) == "NC-I01  no such file."


def test_errors_cross_process_borders() -> None:
    error = pickle.loads(pickle.dumps(DataError("NC-D01", "what", where="here", next_step="do")))
    assert (type(error), error.code, error.where, error.next_step) == (DataError, "NC-D01", "here", "do")


def test_did_you_mean() -> None:
    assert did_you_mean("modifers", ["modifiers", "units"]) == "Did you mean 'modifiers'? "
    assert did_you_mean("xyz", ["modifiers", "units"]) == ""


def test_every_error_raised_has_a_code_of_its_kind_and_a_next_step(package: Path) -> None:
    wrong, codes = [], set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED):
                continue
            code = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
            if code is None:
                continue  # passed through, as in errors.py
            codes.add(code)
            letter = {"InputError": "[IASW]", "DataError": "D"}.get(node.func.id, "[A-Z]")
            if not re.fullmatch(rf"NC-{letter}\d\d", str(code)):
                wrong.append(f"{path}:{node.lineno} {code}")
            step = next((k.value for k in node.keywords if k.arg == "next_step"), None)
            if step is None or (isinstance(step, ast.Constant) and not step.value):
                wrong.append(f"{path}:{node.lineno} {code} has no next step")
    assert not wrong, "\n".join(wrong)
    assert {"NC-I01", "NC-D01"} <= codes


def test_both_kinds_are_caught_as_one() -> None:
    assert issubclass(InputError, NotecheckError) and issubclass(DataError, NotecheckError)


def test_a_sentence_stays_on_one_line() -> None:
    error = InputError("NC-I28", "'0\n0' is no code", where="claims.csv,\rline 3", next_step="Mend it.")
    assert "\n" not in str(error) and "\r" not in str(error)
    assert str(error).startswith("NC-I28") and "'0 0' is no code" in str(error)
