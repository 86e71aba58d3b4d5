"""CEL behind one door: check, compile, evaluate."""

from concertino.expressions.aligner import align, align_range
from concertino.expressions.certain import certain_failures, values_without_place
from concertino.expressions.domains import Domain, Domains
from concertino.expressions.environment import Environment, Scope, cel_type, fits, shared_environment
from concertino.expressions.folds import FoldKind, find_folds
from concertino.expressions.formats import described, fits_pattern
from concertino.expressions.meter import Meter
from concertino.expressions.mutating import Edit, mutants
from concertino.expressions.mutating_literals import changed_body, changed_day
from concertino.expressions.observing import Observed
from concertino.expressions.problems import ExpressionProblem
from concertino.expressions.program import Program, compile_tree
from concertino.expressions.spans import spans
from concertino.expressions.tracing import Step, Turn, trace, turns
from concertino.expressions.tree import (
    Call,
    CheckedTree,
    Comprehension,
    Constant,
    Entry,
    Identifier,
    ListLiteral,
    MapLiteral,
    Node,
    Select,
)
from concertino.expressions.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    NULL,
    STRING,
    TIMESTAMP,
    UINT,
    CelType,
    list_of,
    map_of,
    optional_of,
    shape,
)
from concertino.expressions.values import (
    ABSENT,
    CHANGE,
    BudgetError,
    CelOptional,
    Change,
    Computed,
    Duration,
    Entity,
    EvaluationError,
    Timestamp,
    TypeValue,
    Uint,
    Unreadable,
    UnreadableError,
)
from concertino.expressions.walking import children, nodes
from concertino.expressions.written import Written, written

__all__ = [
    "ABSENT",
    "BOOL",
    "BYTES",
    "CHANGE",
    "DOUBLE",
    "DURATION",
    "DYN",
    "INT",
    "NULL",
    "STRING",
    "TIMESTAMP",
    "UINT",
    "BudgetError",
    "Call",
    "CelOptional",
    "CelType",
    "Change",
    "CheckedTree",
    "Comprehension",
    "Computed",
    "Constant",
    "Domain",
    "Domains",
    "Duration",
    "Edit",
    "Entity",
    "Entry",
    "Environment",
    "EvaluationError",
    "ExpressionProblem",
    "FoldKind",
    "Identifier",
    "ListLiteral",
    "MapLiteral",
    "Meter",
    "Node",
    "Observed",
    "Program",
    "Scope",
    "Select",
    "Step",
    "Timestamp",
    "Turn",
    "TypeValue",
    "Uint",
    "Unreadable",
    "UnreadableError",
    "Written",
    "align",
    "align_range",
    "cel_type",
    "certain_failures",
    "changed_body",
    "changed_day",
    "children",
    "compile_tree",
    "described",
    "find_folds",
    "fits",
    "fits_pattern",
    "list_of",
    "map_of",
    "mutants",
    "nodes",
    "optional_of",
    "shape",
    "shared_environment",
    "spans",
    "trace",
    "turns",
    "values_without_place",
    "written",
]
