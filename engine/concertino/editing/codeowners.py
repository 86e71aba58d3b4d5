"""A section of a CODEOWNERS file, between markers; everything else in the file stays as it is, to the byte."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BEGIN = "# concertino: begin"
END = "# concertino: end"
_HEAD = "Written by concertino catalogue codeowners, from decision rights and ownership. What stands here is replaced."
_SPECIAL = "\\ #*?[]!"


@dataclass(frozen=True, slots=True)
class UnfitMarkers:
    """Why the section can't be found: a sentence with the numbers of the lines."""

    message: str


def section(owners: Mapping[str, Iterable[str]]) -> list[str]:
    """The lines of the section. `owners` are handles by path, the general ones first, since the last match wins."""
    lines = [f"{_pattern(path)} {' '.join(_owner(item) for item in who)}" for path, who in owners.items()]
    return [BEGIN, f"# {_HEAD}", *lines, END]


def spliced(data: bytes, lines: list[str]) -> bytes | UnfitMarkers:
    """The file with the section in it: in place of the one that is there, or else at the end."""
    ending = b"\r\n" if b"\r\n" in data else b"\n"
    text = b"".join(line.encode() + ending for line in lines)
    there = data.splitlines(keepends=True)
    begins = [number for number, line in enumerate(there) if line.strip() == BEGIN.encode()]
    ends = [number for number, line in enumerate(there) if line.strip() == END.encode()]
    if not begins and not ends:
        gap = b"" if not data else ending if data.endswith(b"\n") else ending * 2
        return data + gap + text
    if len(begins) != 1 or len(ends) != 1 or ends[0] < begins[0]:
        shown = ", ".join(str(number + 1) for number in sorted(begins + ends))
        return UnfitMarkers(f'one line "{BEGIN}" and one line "{END}" after it are expected; they stand in {shown}')
    return b"".join(there[: begins[0]]) + text + b"".join(there[ends[0] + 1 :])


def _pattern(path: str) -> str:
    """A path from the root of the repository, with everything escaped that a pattern gives a meaning to."""
    return "/" + "".join(f"\\{character}" if character in _SPECIAL else character for character in path)


def _owner(handle: str) -> str:
    return f"@{handle.removeprefix('@')}"
