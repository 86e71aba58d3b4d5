"""What a committed file and a generated text differ in."""

from difflib import unified_diff

from concertino.rendering.painting import harmless

_MOST_LINES = 60


def difference(file: str, committed: str, generated: str) -> str:
    """The difference in lines, as `diff -u` has it; of a long one the beginning."""
    before, after = committed.splitlines(), generated.splitlines()
    lines = list(unified_diff(before, after, f"{file} (committed)", f"{file} (now)", lineterm=""))
    rest = [f"… and {len(lines) - _MOST_LINES} more lines"] if len(lines) > _MOST_LINES else []
    return harmless("\n".join([*lines[:_MOST_LINES], *rest]))
