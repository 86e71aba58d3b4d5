"""Where something stands in a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A range of text in one file. Lines and columns count from 1, columns in code points.

    The end is exclusive, as in SARIF: `end_column` is one past the last character. `pointer` is the JSON pointer
    (RFC 6901) of the node inside its document, or empty where there is no node.
    """

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Related:
    """Another place that helps to understand a finding, and why it does."""

    message: str
    place: Place
