"""The driver's side: sources to documents, claims joined, the work sent out, the tables written."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notecheck.config.settings import Config
from notecheck.errors import InputError
from notecheck.read.columns import Columns, chosen
from notecheck.records import Claim, RefusedClaim
from notecheck.scan.edition import edition, package_version
from notecheck.scan.joined import Setting, refused_row
from notecheck.scan.matching import Settled
from notecheck.scan.request import options_text
from notecheck.scan.schema import META, NOTES, UNMATCHED, VERSION, Table
from notecheck.scan.second import PERSON
from notecheck.spark import sources as places
from notecheck.spark import work
from notecheck.spark.claims import claims_frame, joined, settled, unmatched
from notecheck.spark.shapes import DOCUMENT, INSIDE, fields_of, wide
from notecheck.spark.work import Options

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_CARRIED = ("note_id", "patient", "provider", "encounter", "day", "author", "payer")
_WITH_OTHERS = "status = 'judged' AND (patient IS NOT NULL AND day IS NOT NULL OR encounter IS NOT NULL)"


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
    row is named by its note_id, else by its text. With ``history`` the earlier notes of a patient and those of the
    encounter count. The first answers stay on disk until ``df.sparkSession`` ends. Raises InputError NC-I16 for a
    column that is not there, NC-I19 without pyspark.
    """
    from pyspark import StorageLevel

    options = Options(setting or Setting(), tuple(own))
    found = _of_table(df, text_col, columns or Columns(), source, member_col)
    claims = None if claims_df is None else claims_frame(df.sparkSession, claims_df)
    first = _judged(found, claims, options).persist(StorageLevel.DISK_ONLY)
    changed, _ = settled(first, options) if claims is not None else (None, None)
    whole = _rejoined(first, changed, options)
    return _with_others(whole.persist(StorageLevel.DISK_ONLY), options) if history else whole


def scan(
    session: SparkSession,
    sources: Sequence[str],
    out: str,
    *,
    claims: Iterable[Claim] | DataFrame = (),
    refused: Iterable[RefusedClaim] = (),
    columns: Columns | None = None,
    setting: Setting | None = None,
    own: Sequence[str] = (),
    payers: Sequence[str] = (),
    config: Config | None = None,
    seconds: float = 60.0,
    ocr: bool = False,
    partitions: int = 0,
    skipped: Collection[Path] = (),
) -> dict[str, str]:
    """Judge what lies in files and folders, or the rows of tables, and write the tables as Parquet into ``out``.

    A source that Spark knows as a table, or a folder of Parquet files written by Spark (ending ``.parquet`` or
    ``.delta``), is read by Spark; of all others every file is read by the document readers on the executors. Gives
    the place of each table, a folder ``NAME.parquet``. ``refused`` are claims that could not be understood, to be named
    in ``unmatched``; ``partitions`` 0 means four for each core; ``skipped`` are files and folders among the sources to
    leave out. Raises InputError as :func:`check`, NC-I01 for no such path or table, and NC-S17 for a place that Spark
    cannot read.
    """
    functions()
    options = Options(
        setting or Setting(), tuple(own), tuple(payers), columns or Columns(), config, seconds, ocr
    )
    billed = claims_frame(session, claims)
    wanted = partitions or 4 * session.sparkContext.defaultParallelism
    sources = [places.local(source) for source in sources]
    on_the_way = f"{out.rstrip('/')}/_on_the_way"
    tabled = [source for source in sources if places.is_table(session, source)]
    plain = [source for source in sources if source not in tabled]
    parts: list[DataFrame] = []
    if plain:
        held = places.files(session, plain, skipped, wanted)
        parts.append(held.mapInArrow(partial(work.files, options), DOCUMENT).repartition(wanted))
    for source in tabled:
        rows = places.table(session, source).repartition(wanted)
        parts.append(_of_table(rows, None, options.columns, source, None))
    found = parts[0]
    for part in parts[1:]:
        found = found.unionByName(part)
    first = _kept(_judged(found, billed, options), f"{on_the_way}/first")
    changed, told = settled(first, options) if billed is not None else (None, Settled())
    if changed is not None and not changed.isEmpty():
        first = _kept(_rejoined(first, changed, options), f"{on_the_way}/rejoined")
    judged = _kept(_with_others(first, options), f"{on_the_way}/judged")
    roots = [source if places.is_url(source) else str(Path(source).absolute()) for source in plain]
    written = {}
    for name, table in {
        **tables(judged),
        UNMATCHED.name: _few(
            session, UNMATCHED, [*map(refused_row, refused), *unmatched(billed, judged, told, options)]
        ),
        META.name: _few(session, META, _meta(options, [*roots, *tabled])),
    }.items():
        written[name] = f"{out.rstrip('/')}/{name}.parquet"
        table.write.mode("overwrite").option("compression", "zstd").parquet(written[name])
    places.remove(session, on_the_way)
    return written


def tables(judged: DataFrame) -> dict[str, DataFrame]:
    """The tables of the store, by name, out of the wide rows of :func:`check`; ready for Parquet or Delta."""
    sql = functions()
    made = {NOTES.name: judged.select(*NOTES.names)}
    for table in INSIDE:
        made[table.name] = judged.select(sql.explode(table.name).alias("row")).select(
            *(sql.col(f"row.{name}").alias(name) for name in table.names)
        )
    return made


def functions() -> Any:
    """The functions of Spark SQL. Raises InputError NC-I19 without pyspark."""
    try:
        from pyspark.sql import functions as found
    except ImportError:
        raise InputError(
            "NC-I19",
            "the Spark engine needs pyspark, which is not installed",
            where="--engine spark",
            next_step="pip install 'notecheck[spark]'",
        ) from None
    return found


def _of_table(df: DataFrame, text_col: str | None, columns: Columns, source: str, member_col: str | None) -> DataFrame:
    """The rows of a table as documents. Rows of one name are numbered by their texts: each needs a key of its own."""
    from pyspark.sql import Window

    sql = functions()
    named = Columns(text_col or columns.text, *(getattr(columns, name) for name in (*_CARRIED, "line")))
    names = chosen(named, df.columns, source)
    own = member_col or names.get("note_id")
    empty = sql.lit(None)
    text = sql.col(f"`{names['text']}`").cast("string")
    by_text = sql.concat(sql.lit("text "), sql.substring(sql.sha2(sql.coalesce(text, sql.lit("")), 256), 1, 16))
    parts = {
        **{name: sql.col(f"`{names[name]}`") if name in names else empty for name in ("text", *_CARRIED)},
        "source": sql.lit(source),
        "root": sql.lit(source),
        "member": sql.coalesce(sql.col(f"`{own}`").cast("string"), by_text) if own else by_text,
    }
    shape = [part.split(" ") for part in DOCUMENT.split(", ")]
    found = df.select(*(parts.get(name, empty).cast(kind).alias(name) for name, kind in shape))
    same = sql.row_number().over(Window.partitionBy("member").orderBy(sql.sha2("text", 256), "day", "patient"))
    again = sql.concat("member", sql.lit(" (again "), sql.col("nth").cast("string"), sql.lit(")"))
    numbered = found.withColumn("nth", same)
    return numbered.withColumn("member", sql.when(sql.col("nth") > 1, again).otherwise(sql.col("member"))).drop("nth")


def _judged(found: DataFrame, claims: DataFrame | None, options: Options) -> DataFrame:
    return joined(found, claims).mapInArrow(partial(work.judged, options), wide())


def _rejoined(first: DataFrame, changed: DataFrame | None, options: Options) -> DataFrame:
    """The same rows, those with another claim than theirs judged again with it."""
    if changed is None:
        return first
    again = first.join(changed, "note_key").select(*first.columns, "now", "way")
    rest = first.join(changed, "note_key", "left_anti").select(*first.columns)
    return again.mapInArrow(partial(work.rejoined, options), wide()).unionByName(rest)


def _with_others(first: DataFrame, options: Options) -> DataFrame:
    """The same rows, those of persons with several notes judged again with the earlier ones and the encounter's."""
    sql = functions()
    person = first.withColumn("person", sql.when(sql.expr(_WITH_OTHERS), sql.expr(PERSON)))
    several = person.where("person IS NOT NULL").groupBy("person").count().where("count > 1").select("person")
    of_several = person.join(several, "person", "left_semi").select("person", *first.columns)
    alone = person.where("person IS NOT NULL").join(several, "person", "left_anti").select(*first.columns)
    again = of_several.groupBy("person").applyInArrow(_of_person(options), wide())
    rest = person.where("person IS NULL").select(*first.columns)
    return again.unionByName(alone).unionByName(rest)


def _of_person(options: Options) -> Any:
    # without type hints on purpose: PySpark 4 stops on hints of which it cannot tell the kind of function
    def again(group):  # type: ignore[no-untyped-def]
        return work.with_others(options, group)

    return again


def _kept(rows: DataFrame, place: str) -> DataFrame:
    """The rows written and read again: what was judged once is not judged anew when an executor is lost."""
    rows.write.mode("overwrite").parquet(place)
    return rows.sparkSession.read.parquet(place)


def _few(session: SparkSession, table: Table, rows: Sequence[dict[str, Any]]) -> DataFrame:
    kinds = {column.name: column.kind for column in table.columns}
    plain = [tuple(row[name] for name in table.names) for row in rows]
    shape = ", ".join(f"{name} string" if kinds[name] == "DATE" else part for name, part in _parts(table))
    found = session.createDataFrame(plain, shape).coalesce(1)
    for name, kind in kinds.items():
        if kind == "DATE":
            found = found.withColumn(name, functions().to_date(name))
    return found


def _parts(table: Table) -> list[tuple[str, str]]:
    return list(zip(table.names, fields_of(table, " ").split(", "), strict=True))


def _meta(options: Options, roots: Sequence[str]) -> list[dict[str, str]]:
    told = {
        "schema": VERSION,
        "edition": edition(
            [Path(one) for one in options.own], [Path(one) for one in options.payers], models=options.models
        ),
        "package": package_version(),
        "sources": json.dumps(list(roots)),
        "options": options_text(options.columns, ocr=options.ocr, models=options.models),
        "last_scan": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "engine": "spark",
    }
    return [{"key": key, "value": value} for key, value in told.items()]
