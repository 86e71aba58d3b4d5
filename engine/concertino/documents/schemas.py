"""Schema files to gates."""

from collections.abc import Mapping

from concertino.documents.gate import Gate
from concertino.model.problem import Problem


class SchemaSet:
    """Schema files that may refer to each other and to nothing else."""

    @classmethod
    def build(cls, files: Mapping[str, bytes]) -> "tuple[SchemaSet, tuple[Problem, ...]]":
        """A set of the schemas without problems, and the problems of the others."""
        raise NotImplementedError

    def gate(self, schema_file: str) -> Gate:
        """The gate of one schema file. Raises KeyError if the set has no such sound schema."""
        raise NotImplementedError
