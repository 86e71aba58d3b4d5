"""Prints the lowest version of every dependency that pyproject.toml allows, as constraints for pip."""

import re
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def lowest(requirement: str) -> str:
    """`name==version` of a requirement `name>=version`, whatever else it says."""
    match = re.match(r"([A-Za-z0-9_.-]+)>=([0-9.]+)", requirement)
    if match is None:
        sys.exit(f"{requirement!r} has no lower bound")
    return f"{match[1]}=={match[2]}"


if __name__ == "__main__":
    dependencies = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    sys.stdout.write("\n".join(map(lowest, dependencies)) + "\n")
