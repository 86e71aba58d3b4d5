"""Writing files: whole or not at all, and never outside the folder that is governed."""

import os
import tempfile
from pathlib import Path


class UnsafePathError(Exception):
    """A path leads out of the folder, or through a symbolic link."""


def write_file(root: Path, relative: str, data: bytes) -> None:
    """Write a file below `root`: beside its place first, then renamed, so that nobody ever sees half of it.

    Raises:
        UnsafePathError: `relative` leads out of `root`, or a part of it is a symbolic link.
        OSError: the file system refuses.
    """
    target = safe_path(root, relative)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        # mkstemp makes files for the owner alone; a file of the repository is for everybody who may read its folder.
        Path(temporary).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def safe_path(root: Path, relative: str) -> Path:
    """The path of a file below `root`.

    Raises:
        UnsafePathError: the path leads out of `root`, or a part of it is a symbolic link.
    """
    parts = relative.split("/")
    if relative.startswith("/") or any(part in ("", ".", "..") or "\\" in part for part in parts):
        raise UnsafePathError(f"{relative!r} does not lead to a file below the governed folder")
    here = root
    for part in parts:
        here = here / part
        if here.is_symlink():
            raise UnsafePathError(f"{relative!r} leads through a symbolic link, which is not followed")
    return here
