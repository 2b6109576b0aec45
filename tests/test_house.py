"""The rules of the house, walked over every file. Each test gathers every fault and fails once with the list."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

LONGEST = 500
SCHEMAS = {"BaseModel", "_Strict", "Strict"}  # the file they read is their documentation
FORBIDDEN_NAMES = {"utils.py", "util.py", "helpers.py", "misc.py", "common.py"}
ROOMS_WITHOUT_LIBRARIES = ("read", "facts", "checks", "report", "coding", "policy", "records")


def sources(package: Path) -> list[Path]:
    return sorted(p for p in package.rglob("*.py") if "_data" not in p.parts)


def test_no_file_is_longer_than_500_lines(package: Path) -> None:
    long = {str(p): n for p in sources(package) if (n := len(p.read_text(encoding="utf-8").splitlines())) > LONGEST}
    assert not long, f"split these by family: {long}"


def test_no_attic(package: Path) -> None:
    assert not [p for p in sources(package) if p.name in FORBIDDEN_NAMES], "name a file after what it does"


def test_init_files_hold_no_logic(package: Path) -> None:
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
    busy = []
    for path in package.rglob("__init__.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = isinstance(node, ast.Assign) and [getattr(t, "id", "") for t in node.targets]
            text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if (
                not isinstance(node, allowed)
                or (names and names != ["__all__"])
                or (isinstance(node, ast.Expr) and not text)
            ):
                busy.append(f"{path}:{node.lineno}")
    assert not busy, f"move this out of __init__: {busy}"


def test_every_file_and_public_thing_says_what_it_is(package: Path) -> None:
    silent = []
    for path in sources(package):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            silent.append(f"{path}:1")
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
                continue
            schema = isinstance(node, ast.ClassDef) and {getattr(b, "id", "") for b in node.bases} & SCHEMAS
            if not schema and not ast.get_docstring(node):
                silent.append(f"{path}:{node.lineno} {node.name}")
    assert not silent, f"one sentence of docstring each: {silent}"


def test_nothing_prints_outside_the_command_line(package: Path) -> None:
    loud = []
    for path in sources(package):
        if "cli" in path.relative_to(package).parts or path.name.endswith("_build.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                loud.append(f"{path}:{node.lineno}")
    assert not loud, f"return it instead of printing: {loud}"


def test_the_import_contracts_hold(top: Path) -> None:
    code = "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"], cwd=top, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_the_import_contracts_can_fail(top: Path, tmp_path: Path) -> None:
    """A room that reaches for spaCy, or for another room, breaks the contract: the test above is no formality."""
    copy = tmp_path / "notecheck"
    copy.mkdir()
    (copy / "__init__.py").touch()
    rooms = {path.stem for path in (top / "notecheck").iterdir() if not path.name.startswith(("_", "."))}
    for room in rooms - {"py"}:
        (copy / f"{room}.py").touch()
    (copy / "facts.py").write_text("import spacy\nimport notecheck.checks\n")
    (tmp_path / "pyproject.toml").write_bytes((top / "pyproject.toml").read_bytes())
    code = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as run; sys.exit(run())"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, timeout=120,
        env={"PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert "2 broken" in done.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["rules"], ["rule", "LAT002"], ["--version"]])
def test_help_and_rules_do_not_load_the_language_libraries(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from notecheck.cli.app import app\n"
        "try:\n"
        "    app(sys.argv[1:])\n"
        "except SystemExit as end:\n"
        "    assert not end.code, end.code\n"
        "heavy = sorted({'spacy', 'medspacy', 'sklearn', 'numpy'} & set(sys.modules))\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_no_machine_path_or_address_in_the_project(top: Path) -> None:
    """Neither a package index nor a folder of one machine belongs into a file that others install."""
    suspicious = re.compile(r"simple/|--(?:extra-)?index-url|--find-links|-f file:|(?<!\w)/(?:root|home|tmp)/|://")
    wrong = []
    for name in ("pyproject.toml", "constraints.txt", "README.md", "CHANGELOG.md", ".ci/run"):
        for number, line in enumerate((top / name).read_text(encoding="utf-8").splitlines(), start=1):
            wrong += [f"{name}:{number} {line}"] if suspicious.search(line) else []
    assert not wrong, "\n".join(wrong)


def test_constraints_are_plain_pins_for_every_python(top: Path) -> None:
    from packaging.requirements import Requirement

    pins: dict[str, list[Requirement]] = {}
    for line in (top / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            assert requirement.url is None and len(requirement.specifier) == 1, line
            assert next(iter(requirement.specifier)).operator == "==", line
            pins.setdefault(requirement.name.lower().replace("_", "-"), []).append(requirement)
    for python in ("3.11", "3.12", "3.13"):
        for name in ("spacy", "medspacy", "scikit-learn", "numpy", "typer", "pydantic", "pytest"):
            fitting = [
                r for r in pins[name] if r.marker is None or r.marker.evaluate({"python_version": python})
            ]  # fmt: skip
            assert len(fitting) == 1, (name, python)
