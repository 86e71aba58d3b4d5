"""How much of an untrusted repository is read and computed before Concertino refuses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, each with the name it has under `limits` in the configuration. See the configuration's schema."""

    file_bytes: int = 4_000_000
    """Size of one file in bytes."""
    files: int = 200_000
    """Number of files read below the governed folders."""
    documents: int = 20_000
    """Number of YAML documents in one file."""
    table_rows: int = 200_000
    """Number of rows in one CSV table."""
    depth: int = 60
    """Nesting of lists and mappings in one document."""
    expression_length: int = 10_000
    """Length of one CEL expression in characters."""
    expression_steps: int = 1_000_000
    """Elements that one evaluation may visit."""
    value_size: int = 1_000_000
    """Length of a list or text that one evaluation may build."""
