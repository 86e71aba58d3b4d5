"""A decision to a decision record."""

from concertino.records.drift import compare_records, plan_writes, unified_difference
from concertino.records.render import Behind, Rendering, faulty_decisions, render, render_records
from concertino.records.rendered import Drift, DriftKind, RenderedFile, WritePlan
from concertino.records.writing import write_files

__all__ = [
    "Behind",
    "Drift",
    "DriftKind",
    "RenderedFile",
    "Rendering",
    "WritePlan",
    "compare_records",
    "faulty_decisions",
    "plan_writes",
    "render",
    "render_records",
    "unified_difference",
    "write_files",
]
