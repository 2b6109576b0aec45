"""Scores the extraction against annotated notes."""
