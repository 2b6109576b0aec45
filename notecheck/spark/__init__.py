"""The scan on Apache Spark: notes of a DataFrame or of files judged on the executors, results as the store's tables."""

from notecheck.spark.run import check, scan, tables

__all__ = ["check", "scan", "tables"]
