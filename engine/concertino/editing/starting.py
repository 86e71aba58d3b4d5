"""The files of a new governed repository."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable

_MARK = re.compile(r"<<today(?:\+(\d+))?>>")
_QUARTER = re.compile(r"<<quarter-(\d)>>")
_MOVED = {"github-workflows/": ".github/workflows/"}
"""Where a folder of the starter goes, if not where it stands: a hidden folder would not travel in every wheel."""


def starting_files(today: str, requirement: str) -> Mapping[str, str]:
    """The files that `init` writes, by path, sorted.

    Dates in them follow from `today` (an ISO day); `requirement` is what the workflow installs the engine by.
    """
    root = files("concertino.editing") / "starter"
    found = {}
    for path, text in sorted(_texts(root, "")):
        place = next((new + path.removeprefix(old) for old, new in _MOVED.items() if path.startswith(old)), path)
        dated = _MARK.sub(lambda mark: _after(today, int(mark[1] or 0)), text)
        dated = _QUARTER.sub(lambda mark: _quarter_before(today, int(mark[1])), dated)
        found[place] = dated.replace("<<requirement>>", requirement)
    return found


def _texts(folder: Traversable, prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for item in folder.iterdir():
        if item.is_dir():
            found += _texts(item, f"{prefix}{item.name}/")
        else:
            found.append((f"{prefix}{item.name}", item.read_text(encoding="utf-8")))
    return found


def _after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _quarter_before(day: str, count: int) -> str:
    """The calendar quarter that is `count` quarters before that of an ISO day: 1 is the last one that is over."""
    today = date.fromisoformat(day)
    year, quarter = divmod(today.year * 4 + (today.month - 1) // 3 - count, 4)
    return f"{year:04d}-Q{quarter + 1}"
