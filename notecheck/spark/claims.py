"""Claims in Spark: to documents by their keys, and settled on the driver where several fit."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from notecheck.errors import InputError
from notecheck.read.claim_csv import COLUMNS
from notecheck.read.claim_files import UNREADABLE
from notecheck.records import Claim, RefusedClaim
from notecheck.records.stored import pack
from notecheck.scan.joined import refused_row, unmatched_row
from notecheck.scan.matching import WAYS, Fit, Settled, Told, families_billed, settle
from notecheck.spark.shapes import FITS, JOINED, KEPT
from notecheck.spark.work import Options, claim_of

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_KEYS = ("note_id", "encounter", "patient_id", "date_of_service")
_CHANGED = "note_key string, now string, way string"


def claims_frame(session: SparkSession, claims: Iterable[Claim] | DataFrame) -> DataFrame | None:
    """One row for each claim: ``id``, its keys, and the claim as JSON text. None where there is none.

    A DataFrame has one row for each line, in the columns of a claim CSV.
    """
    from pyspark.sql import DataFrame

    if isinstance(claims, DataFrame):
        return _whole(claims)
    rows = [
        (str(number), c.note_id, c.encounter, c.patient_id, c.date_of_service, json.dumps({"packed": pack(c)}))
        for number, c in enumerate(claims)
    ]
    shape = ", ".join(f"{name} string" for name in ("id", *_KEYS, "claim"))
    return session.createDataFrame(rows, shape) if rows else None


def joined(found: DataFrame, claims: DataFrame | None) -> DataFrame:
    """Each document with every claim that may be its own, and the tier of its surest way: JSON texts."""
    from pyspark.sql import functions

    none = functions.array().cast("array<string>")
    if claims is None:
        return found.withColumn("claims", none)
    day = functions.regexp_replace(
        functions.substring(functions.col("day"), 1, 10), r"^(\d{4})(\d{2})(\d{2}).*$", "$1-$2-$3"
    )
    by_visit = claims.where("patient_id IS NOT NULL AND date_of_service IS NOT NULL")
    visit = functions.concat_ws("|", functions.col("patient_id"), functions.col("date_of_service"))
    seen = functions.when(
        functions.expr("patient IS NOT NULL AND day IS NOT NULL"), functions.concat_ws("|", "patient", day)
    )
    keyed: list[tuple[DataFrame, Column, Column]] = [
        (claims, functions.col("note_id"), functions.col("note_id")),
        (claims, functions.col("encounter"), functions.col("encounter")),
        (claims, functions.col("note_id"), functions.col("encounter")),
        (by_visit, visit, seen),
    ]
    names = []
    for tier, (table, key, own) in enumerate(keyed):
        names.append(f"claims_{tier}")
        held = _by(table, key, tier).withColumnRenamed("held", names[-1])
        found = found.withColumn("key", own).join(held, "key", "left").drop("key")
    every = functions.concat(*(functions.coalesce(functions.col(name), none) for name in names))
    return found.withColumn("claims", every).drop(*names)


def settled(first: DataFrame, options: Options) -> tuple[DataFrame, Settled]:
    """The rows judged with another claim than theirs (``note_key``, ``now``, ``way``), and what was settled.

    Only documents that share a claim with another one, or have several, come to the driver.
    """
    from pyspark.sql import functions

    light = first.where(f"status = 'judged' AND size({FITS}) > 0").select(
        "note_key", "source", "member", "families", "content_hash", FITS, JOINED, KEPT
    )
    shared = (
        light.select(functions.explode(FITS).alias("fit"))
        .groupBy("fit.claim")
        .count()
        .where("count > 1")
        .select(functions.col("claim").alias("shared"))
    )
    of_shared = (
        light.select("note_key", functions.explode(FITS).alias("fit"))
        .join(shared, functions.col("fit.claim") == functions.col("shared"), "left_semi")
        .select("note_key")
        .union(light.where(f"size({FITS}) > 1").select("note_key"))
        .distinct()
    )
    rows = light.join(of_shared, "note_key", "left_semi").collect()
    texts: dict[str, str] = {}
    told, fits = {}, []
    for row in rows:
        told[row.note_key] = Told((row.source, row.member or ""), frozenset(row.families), row.content_hash)
        fits += [Fit(row.note_key, fit.claim, fit.tier) for fit in row[FITS]]
        texts.update(json.loads(row[KEPT])["claims"])
    found = settle(fits, told, _Billed(texts, options).families)
    changed = []
    for row in rows:
        now, way = found.of.get(row.note_key, (None, None))
        first_way = next((WAYS[fit.tier] for fit in row[FITS] if fit.claim == row[JOINED]), None)
        if (now, way) != (row[JOINED], first_way):
            changed.append((row.note_key, now, way))
    return first.sparkSession.createDataFrame(changed, _CHANGED), found


def unmatched(
    claims: DataFrame | None, judged: DataFrame, found: Settled, options: Options
) -> list[dict[str, Any]]:
    """The claims that no document has, as rows of the table ``unmatched``."""
    if claims is None:
        return []
    from pyspark.sql import functions

    placed = judged.where(f"{JOINED} IS NOT NULL").select(functions.col(JOINED).alias("id")).distinct()
    left = claims.join(placed, "id", "left_anti").select("id", "claim").collect()
    rows = [_left(row.id, row.claim, found, options) for row in left]
    return sorted(rows, key=_by_id)


def _left(number: str, text: str, found: Settled, options: Options) -> dict[str, Any]:
    """The row of ``unmatched`` for a claim, also for one that cannot be understood."""
    try:
        return unmatched_row(claim_of(text, options), found.reasons.get(number))
    except InputError as error:
        reason = f"{UNREADABLE}: {error.code} {error.where}: {error.what}. {error.next_step}".rstrip()
        return refused_row(RefusedClaim(reason, claim_id=number))


class _Billed:
    """The families that a claim bills, by its id."""

    def __init__(self, texts: dict[str, str], options: Options) -> None:
        from notecheck.policy import codes

        self._texts, self._options, self._codes = texts, options, codes.load()

    def families(self, claim: str) -> frozenset[str]:
        """Claims that cannot be understood fit no document and are not asked for."""
        return families_billed(claim_of(self._texts[claim], self._options), self._codes)


def _by_id(row: dict[str, Any]) -> tuple[str, str]:
    return (row["claim_id"] or "", row["reason"])


def _by(claims: DataFrame, key: Column, tier: int) -> DataFrame:
    from pyspark.sql import functions

    one = functions.to_json(functions.struct(functions.lit(tier).alias("tier"), "id", "claim"))
    held = claims.withColumn("key", key).where("key IS NOT NULL").withColumn("one", one)
    return held.groupBy("key").agg(functions.sort_array(functions.collect_list("one")).alias("held"))


def _whole(claims: DataFrame) -> DataFrame:
    from pyspark.sql import functions

    unknown = [name for name in claims.columns if name not in COLUMNS]
    if unknown or "code" not in claims.columns:
        raise InputError(
            "NC-I24",
            f"unknown column '{unknown[0][:40]}'" if unknown else "no column 'code'",
            where="claims",
            next_step=f"Known: {', '.join(COLUMNS)}.",
        )
    keys = [name for name in ("claim_id", "note_id") if name in claims.columns]
    if not keys:
        raise InputError("NC-I24", "no column 'claim_id'", where="claims", next_step="Name each claim by claim_id.")
    lines = functions.sort_array(functions.collect_list(functions.to_json(functions.struct(*claims.columns))))
    known = [
        functions.first(functions.col(name).cast("string"), ignorenulls=True).alias(name)
        for name in _KEYS
        if name in claims.columns
    ]
    held = claims.withColumn("id", functions.coalesce(*(functions.col(key).cast("string") for key in keys)))
    whole = held.groupBy("id").agg(lines.alias("lines"), *known)
    text = functions.concat(functions.lit('{"lines": ['), functions.concat_ws(",", "lines"), functions.lit("]}"))
    own = {name: functions.col(name) if name in whole.columns else functions.lit(None) for name in _KEYS}
    return whole.select("id", *(column.cast("string").alias(name) for name, column in own.items()), text.alias("claim"))
