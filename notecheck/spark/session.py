"""A Spark session for the command."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from notecheck import locate
from notecheck.errors import InputError
from notecheck.spark.run import functions

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_USUAL = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "64",
    "spark.ui.showConsoleProgress": "false",
}


def session(master: str | None = None, settings: Mapping[str, str] | None = None) -> SparkSession:
    """A session at a master (``local[4]``, ``spark://host:7077``, ``yarn``), else at the one that Spark is set to.

    ``settings`` are settings of Spark. On this machine the executors run this Python and this package. Raises
    InputError NC-I19 without pyspark, NC-S13 where Spark cannot be started.
    """
    functions()
    from pyspark.sql import SparkSession

    made = SparkSession.builder.appName("notecheck")
    if master:
        made = made.master(master)
    if master and master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
        # executors of local-cluster start in folders of their own
        package = str(Path(locate.__file__).resolve().parents[1])
        named = (part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part)
        paths = [package, *(str(Path(part).absolute()) for part in named)]
        made = made.config("spark.executorEnv.PYTHONPATH", os.pathsep.join(dict.fromkeys(paths)))
        made = made.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        made = made.config("spark.ui.enabled", "false")
    for name, value in {**_USUAL, **(settings or {})}.items():
        made = made.config(name, value)
    try:
        found = made.getOrCreate()
    except Exception as error:
        raise InputError(
            "NC-S13", f"Spark cannot be started ({type(error).__name__})", where=f"--master {master or ''}".strip(),
            next_step="Check the master, and that Java 17 or later is installed.",
        ) from None  # fmt: skip
    found.sparkContext.setLogLevel("ERROR")
    return found
