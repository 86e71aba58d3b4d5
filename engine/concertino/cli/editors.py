"""Where editors find the schema of a repository's files."""

from pathlib import Path

from concertino.revision.writing import UnsafePathError, safe_path

EDITOR_SCHEMA = ".concertino/editor.schema.json"
"""What `concertino schemas` writes unless it is told otherwise, from the top of the governed folder."""


def schema_comment(folder: Path, path: str) -> str:
    """The comment by which an editor finds the schema of a file at `path`, if the repository has one; or nothing."""
    try:
        there = safe_path(folder, EDITOR_SCHEMA).is_file()
    except UnsafePathError:
        there = False
    return comment_for(path) if there else ""


def headed(text: str, comment: str) -> str:
    """A file with the comment at the top of each of its documents: the language server reads it for one at a time."""
    return f"{comment}\n" + text.replace("\n---\n", f"\n---\n{comment}\n")


def comment_for(path: str) -> str:
    """The comment for a file at `path`, from the top of the governed folder."""
    return f"# yaml-language-server: $schema={'../' * path.count('/')}{EDITOR_SCHEMA}"
