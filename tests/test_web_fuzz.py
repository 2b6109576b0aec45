"""Requests made from the OpenAPI document: no 5xx, every answer as declared. README says how to run more of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from web_server import Served

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
EXAMPLES = os.environ.get("NOTECHECK_FUZZ", "12")
"""How many requests for each operation."""
SEED = os.environ.get("NOTECHECK_FUZZ_SEED", "7")


def test_generated_requests_find_no_fault(served: Served, tmp_path: Path) -> None:
    st = shutil.which("st", path=str(Path(sys.executable).parent))
    if st is None:
        pytest.skip("schemathesis is not installed")
    done = subprocess.run(
        [
            st, "run", f"{served.address}/v1/openapi.json", "--checks", CHECKS, "--max-examples", EXAMPLES,
            "--phases", "examples,coverage,fuzzing", "--mode", "all", "--seed", SEED, "--no-color",
            "--request-timeout", "60",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=7200,
        env={**os.environ, "SCHEMATHESIS_HOOKS": ""},
    )  # fmt: skip
    sys.stdout.write("\n".join(line for line in done.stdout.splitlines() if "generated" in line) + "\n")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "Traceback" not in "".join(served.log) and " 500 " not in "".join(served.log)
