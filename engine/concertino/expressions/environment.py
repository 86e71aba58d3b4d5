"""The checker: a vocabulary and variables in, a checked tree or problems out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from concertino.expressions.descriptors import Descriptors, describe, message_name
from concertino.expressions.enums import impossible_values
from concertino.expressions.functions import FUNCTIONS
from concertino.expressions.names import Names
from concertino.expressions.problems import ExpressionProblem, tidy
from concertino.expressions.tree import CheckedTree
from concertino.expressions.types import BOOL, DYN, CelType
from concertino.expressions.wire import WireError, decode
from concertino.expressions.wording import explain
from concertino.model.limits import Limits
from concertino.model.shape import Vocabulary

_EXTENSIONS = (
    "optional",
    "lists",
    "strings",
    "math",
    "regex",
    "sets",
    "two-var-comprehensions",
    "bindings",
    "encoders",
)
