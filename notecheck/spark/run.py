"""The driver's side: columns chosen, claims joined in Spark SQL, the work sent out, the tables written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notecheck.errors import InputError
from notecheck.read.claim_csv import COLUMNS as CLAIM_COLUMNS
from notecheck.read.columns import Columns, chosen
from notecheck.records import Claim
from notecheck.records.stored import pack
from notecheck.scan.joined import Setting
from notecheck.scan.schema import NOTES
from notecheck.spark import work
from notecheck.spark.shapes import DOCUMENT, INSIDE, wide
from notecheck.spark.work import Options

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_CARRIED = ("note_id", "patient", "provider", "encounter", "day", "author", "payer")
_CLAIM_KEYS = ("note_id", "encounter", "patient_id", "date_of_service")


def check(
    df: DataFrame,
    text_col: str | None = None,
    claims_df: DataFrame | None = None,
    *,
    columns: Columns | None = None,
    source: str = "table",
    member_col: str | None = None,
    setting: Setting | None = None,
    own: Sequence[str] = (),
    history: bool = True,
) -> DataFrame:
    """Judge every row of ``df``: one wide row each, with the columns of ``notes`` and the other tables as lists.

    Columns are named by ``text_col`` and ``columns``, or known by their usual names (OMOP NOTE). ``claims_df`` has one
    row for each line, in the columns of a claim CSV; a claim goes to the note of its ``note_id``, its ``encounter``, or
    its ``patient_id`` and ``date_of_service``. ``source`` and ``member_col`` name the rows; without ``member_col`` a
    row is named by its note_id. With ``history`` the earlier notes of a patient count, which keeps the first answers
    on disk until ``df.sparkSession`` ends. Raises InputError NC-I16 for a column that is not there, NC-I19 without
    pyspark.
    """
    functions = _functions()
    asked = columns or Columns()
    named = Columns(text_col or asked.text, *(getattr(asked, name) for name in (*_CARRIED, "line")))
    names = chosen(named, df.columns, source)
    member = member_col or names.get("note_id")
    empty = functions.lit(None)
    parts = {
        **{name: functions.col(f"`{names[name]}`") if name in names else empty for name in ("text", *_CARRIED)},
        "source": functions.lit(source),
        "root": functions.lit(source),
        "member": functions.col(f"`{member}`") if member else empty,
        "page_starts": empty,
    }
    shape = [part.split(" ") for part in DOCUMENT.split(", ")]
    found = df.select(*(parts.get(name, empty).cast(kind).alias(name) for name, kind in shape))
    return _judged(found, claims_df, Options(setting or Setting(), tuple(own)), history)


def scan(
    session: SparkSession,
    sources: Sequence[str],
    out: str,
    *,
    claims: Iterable[Claim] | DataFrame = (),
    columns: Columns | None = None,
    setting: Setting | None = None,
    own: Sequence[str] = (),
    ocr: bool = False,
    partitions: int = 0,
) -> dict[str, str]:
    """Judge what lies in files and folders, or the rows of tables, and write the tables as Parquet into ``out``.

    A source that Spark knows as a table, or a folder of Parquet files written by Spark (ending ``.parquet`` or
    ``.delta``), is read by Spark; of all others every file is read by the document readers on the executors. Gives
    the place of each table. ``partitions`` 0 means four for each core.
    """
    options = Options(setting or Setting(), tuple(own), columns or Columns(), tuple(sources), ocr)
    billed = claims_frame(session, claims)
    wanted = partitions or 4 * session.sparkContext.defaultParallelism
    parts: list[DataFrame] = []
    plain = [source for source in sources if not _is_table(session, source)]
    if plain:
        held = session.read.format("binaryFile").option("recursiveFileLookup", "true").load(list(plain))
        read = partial(work.files, options)
        found = held.select("path", "content").repartition(wanted).mapInArrow(read, DOCUMENT).repartition(wanted)
        parts.append(_judged(found, billed, options, False))
    for source in sources:
        if source not in plain:
            rows = _table(session, source).repartition(wanted)
            parts.append(
                check(rows, None, billed, columns=columns, source=source, setting=setting, own=own, history=False)
            )
    first = parts[0]
    for part in parts[1:]:
        first = first.unionByName(part)
    judged = _with_history(first, options)
    kept = f"{out}/judged"
    judged.write.mode("overwrite").parquet(kept)
    written = {}
    for name, table in tables(session.read.parquet(kept)).items():
        written[name] = f"{out}/{name}"
        table.write.mode("overwrite").parquet(written[name])
    return written


def tables(judged: DataFrame) -> dict[str, DataFrame]:
    """The tables of the store, by name, out of the wide rows of :func:`check`; ready for Parquet or Delta."""
    functions = _functions()
    made = {NOTES.name: judged.select(*NOTES.names)}
    for table in INSIDE:
        made[table.name] = judged.select(functions.explode(table.name).alias("row")).select(
            *(functions.col(f"row.{name}").alias(name) for name in table.names)
        )
    return made


def claims_frame(session: SparkSession, claims: Iterable[Claim] | DataFrame) -> DataFrame | None:
    """Claims that were read on the driver as a DataFrame with their keys; a DataFrame stays as it is."""
    from pyspark.sql import DataFrame

    if isinstance(claims, DataFrame):
        return claims
    rows = [
        (c.note_id, c.encounter, c.patient_id, c.date_of_service, json.dumps({"packed": pack(c)}))
        for c in claims
    ]  # fmt: skip
    shape = ", ".join(f"{name} string" for name in (*_CLAIM_KEYS, "claim"))
    return session.createDataFrame(rows, shape) if rows else None


def _judged(found: DataFrame, claims: DataFrame | None, options: Options, history: bool) -> DataFrame:
    functions = _functions()
    if claims is None:
        with_claims = found.withColumn("claims", functions.lit(None).cast("array<string>"))
    else:
        with_claims = _joined(found, _whole(claims))
    first = with_claims.mapInArrow(partial(work.judged, options), wide())
    return _with_history(first, options) if history else first


def _with_history(first: DataFrame, options: Options) -> DataFrame:
    """The same rows, those of patients with several notes judged again with the earlier ones."""
    from pyspark import StorageLevel

    functions = _functions()
    first = first.persist(StorageLevel.DISK_ONLY)
    timed = functions.expr("status = 'judged' AND patient IS NOT NULL AND day IS NOT NULL")
    several = first.where(timed).groupBy("patient").count().where("count > 1").select("patient")
    of_several = first.where(timed).join(several, "patient", "left_semi").select(*first.columns)
    rest = first.where(timed).join(several, "patient", "left_anti").select(*first.columns)
    again = of_several.groupBy("patient").applyInArrow(_with_earlier(options), wide())
    return again.unionByName(rest).unionByName(
        first.where(
            functions.expr("NOT coalesce(status = 'judged' AND patient IS NOT NULL AND day IS NOT NULL, false)")
        )
    )


def _with_earlier(options: Options) -> Any:
    # without type hints on purpose: PySpark 4 stops on hints of which it cannot tell the kind of function
    def again(group):  # type: ignore[no-untyped-def]
        return work.with_history(options, group)

    return again


def _whole(claims: DataFrame) -> DataFrame:
    """One row for each claim: its keys, and the claim as a JSON text."""
    functions = _functions()
    if "claim" in claims.columns and "code" not in claims.columns:
        return claims
    unknown = [name for name in claims.columns if name not in CLAIM_COLUMNS]
    if unknown or "code" not in claims.columns:
        raise InputError(
            "NC-I24",
            f"unknown column '{unknown[0][:40]}'" if unknown else "no column 'code'",
            where="claims",
            next_step=f"Known: {', '.join(CLAIM_COLUMNS)}.",
        )
    keys = [name for name in ("claim_id", "note_id") if name in claims.columns]
    if not keys:
        raise InputError("NC-I24", "no column 'claim_id'", where="claims", next_step="Name each claim by claim_id.")
    lines = functions.sort_array(functions.collect_list(functions.to_json(functions.struct(*claims.columns))))
    known = [
        functions.first(functions.col(name).cast("string"), ignorenulls=True).alias(name)
        for name in _CLAIM_KEYS
        if name in claims.columns and name not in keys[:1]
    ]
    held = claims.withColumn("of_claim", functions.coalesce(*(functions.col(key).cast("string") for key in keys)))
    whole = held.groupBy("of_claim").agg(lines.alias("lines"), *known)
    text = functions.concat(functions.lit('{"lines": ['), functions.concat_ws(",", "lines"), functions.lit("]}"))
    own = {name: functions.col(name) if name in whole.columns else functions.lit(None) for name in _CLAIM_KEYS}
    if keys[:1] == ["note_id"]:
        own["note_id"] = functions.col("of_claim")
    return whole.select(*(column.cast("string").alias(name) for name, column in own.items()), text.alias("claim"))


def _joined(found: DataFrame, claims: DataFrame) -> DataFrame:
    """Each document with every claim that may be its own: the executors then take the one that fits, or none."""
    functions = _functions()
    day = functions.regexp_replace(
        functions.substring(functions.col("day"), 1, 10), r"^(\d{4})(\d{2})(\d{2}).*$", "$1-$2-$3"
    )
    by_note = _by(claims, functions.col("note_id"))
    by_encounter = _by(claims, functions.col("encounter"))
    visit = functions.concat_ws("|", functions.col("patient_id"), functions.col("date_of_service"))
    by_visit = _by(claims.where("patient_id IS NOT NULL AND date_of_service IS NOT NULL"), visit)
    seen = functions.when(
        functions.expr("patient IS NOT NULL AND day IS NOT NULL"),
        functions.concat_ws("|", functions.col("patient"), day),
    )
    keyed: list[tuple[DataFrame, Column]] = [
        (by_note, functions.col("note_id")),
        (by_note, functions.col("encounter")),
        (by_encounter, functions.col("encounter")),
        (by_visit, seen),
    ]
    names = []
    for number, (table, key) in enumerate(keyed):
        names.append(f"claims_{number}")
        found = found.withColumn("key", key)
        found = found.join(table.withColumnRenamed("held", names[-1]), "key", "left").drop("key")
    none = functions.array().cast("array<string>")
    every = functions.concat(*(functions.coalesce(functions.col(name), none) for name in names))
    return found.withColumn("claims", functions.array_distinct(every)).drop(*names)


def _by(claims: DataFrame, key: Column) -> DataFrame:
    functions = _functions()
    held = claims.withColumn("key", key).where("key IS NOT NULL")
    return held.groupBy("key").agg(functions.sort_array(functions.collect_list("claim")).alias("held"))


def _is_table(session: SparkSession, source: str) -> bool:
    if source.rstrip("/").endswith((".parquet", ".delta")):
        return not Path(source).is_file()
    if "/" in source or "\\" in source or Path(source).exists():
        return False
    return bool(session.catalog.tableExists(source))


def _table(session: SparkSession, source: str) -> DataFrame:
    if source.rstrip("/").endswith(".parquet"):
        return session.read.parquet(source)
    if source.rstrip("/").endswith(".delta"):
        return session.read.format("delta").load(source)
    return session.table(source)


def _functions() -> Any:
    try:
        from pyspark.sql import functions
    except ImportError:
        raise InputError(
            "NC-I19",
            "the Spark engine needs pyspark, which is not installed",
            where="--engine spark",
            next_step="pip install 'notecheck[spark]'",
        ) from None
    return functions
