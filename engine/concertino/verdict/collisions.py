"""Names that differ in case alone: two files in git, and one on a disk that does not tell cases apart."""

from collections.abc import Iterable, Iterator

from concertino.model.place import Place, Related
from concertino.model.problem import Problem


def collisions(paths: Iterable[str]) -> Iterator[Problem]:
    """A problem for each path that differs from an earlier one in case alone, in the name of a file or of a folder."""
    seen: dict[str, str] = {}
    for path in sorted(paths):
        first = seen.setdefault(path.casefold(), path)
        if first != path:
            yield Problem(
                "unread",
                f'its name differs from "{first}" in case alone, so on macOS and Windows only one of the two exists',
                Place(path),
                remediation="Rename one of them: everybody must judge the same catalogue.",
                related=(Related("the other file", Place(first)),),
            )
