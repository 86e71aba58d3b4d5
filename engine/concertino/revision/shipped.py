"""The schemas and packs that travel with the engine."""

from collections.abc import Mapping
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped_files() -> Mapping[str, bytes]:
    """The files under `schemas/` and `policies/` that came with the engine, by path.

    In an installed engine they lie inside the package; in a checkout of Concertino itself they stand at its root.
    """
    root = _PACKAGE / "shipped"
    if not root.is_dir():
        root = _PACKAGE.parent.parent
    found = {}
    for folder in ("policies", "schemas"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".yaml", ".json") and path.is_file():
                found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found
