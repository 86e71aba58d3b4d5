"""Contents that git keeps, read in a few conversations however many there are."""

from collections.abc import Mapping

from concertino.model.problem import Problem
from concertino.revision import parse
from concertino.revision.commands import Git
from concertino.revision.parse import Size
from concertino.revision.reading import Reading, too_large, unreadable


def read_blobs(git: Git, wanted: Mapping[str, str], most: int) -> Reading:
    """The contents at some paths, given the blob id of each. A blob larger than `most` bytes is not even unpacked."""
    sizes = _sizes(git, sorted(set(wanted.values())))
    found = _contents(git, [blob for blob, size in sizes.items() if size.bytes <= most])
    contents = {path: found[blob] for path, blob in wanted.items() if blob in found}
    problems = {path: _problem(path, blob, sizes.get(blob), most) for path, blob in wanted.items() if blob not in found}
    return Reading(contents, problems)


def _sizes(git: Git, blobs: list[str]) -> dict[str, Size]:
    answer = git.sizes(blobs)
    if answer.status:
        # In a partial clone git wants to fetch the first blob that is missing, may not, and gives up on all the others.
        here = set(git.present(blobs).output.decode("ascii", "replace").split())
        answer = git.sizes([blob for blob in blobs if blob in here])
    return {blob: size for blob, size in parse.sizes(answer.output).items() if size.type == "blob"}


def _contents(git: Git, blobs: list[str]) -> dict[str, bytes]:
    """The bytes of blobs. Git stops at one that is damaged, so halves are tried until only damaged ones are left."""
    if not blobs:
        return {}
    answer = git.contents(blobs)
    if answer.status == 0:
        return dict(parse.contents(answer.output))
    if len(blobs) == 1:
        return {}
    middle = len(blobs) // 2
    return _contents(git, blobs[:middle]) | _contents(git, blobs[middle:])


def _problem(path: str, blob: str, size: Size | None, most: int) -> Problem:
    if size is None:
        return unreadable(
            path,
            f"git does not have its content here (blob {blob})",
            "In a partial clone, fetch the rest first: git fetch --refetch --no-filter. Otherwise run git fsck.",
        )
    if size.bytes > most:
        return too_large(path, size.bytes, most)
    return unreadable(path, f"its content in git is damaged (blob {blob})", "Run git fsck, and fetch the object again.")
