"""Git or a working tree to a snapshot: the only room that asks git anything."""

from concertino.revision.history import merge_base
from concertino.revision.problem import SnapshotProblem
from concertino.revision.ranges import Listed, Range, list_range
from concertino.revision.snapshot import open_snapshot

__all__ = ["Listed", "Range", "SnapshotProblem", "list_range", "merge_base", "open_snapshot"]
