"""A decision to a decision record."""

from concertino.records.drift import compare_records, plan_writes, unified_difference
from concertino.records.render import faulty_decisions, render_records
from concertino.records.rendered import Drift, DriftKind, RenderedFile, WritePlan
from concertino.records.writing import write_files

__all__ = [
    "Drift",
    "DriftKind",
    "RenderedFile",
    "WritePlan",
    "compare_records",
    "faulty_decisions",
    "plan_writes",
    "render_records",
    "unified_difference",
    "write_files",
]
