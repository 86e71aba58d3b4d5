"""A decision to a decision record."""

from concertino.records.drift import compare_records, plan_writes, unified_difference
from concertino.records.render import render_records, unreadable_sources
from concertino.records.rendered import Drift, DriftKind, RenderedFile, WritePlan
from concertino.records.writing import write_files

__all__ = [
    "Drift",
    "DriftKind",
    "RenderedFile",
    "WritePlan",
    "compare_records",
    "plan_writes",
    "render_records",
    "unified_difference",
    "unreadable_sources",
    "write_files",
]
