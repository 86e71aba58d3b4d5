"""Draws the picture of the README: what `concertino check` prints on the reference portfolio."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "check.svg"
COMMAND = ("check", "--as-of", "2026-06-30")
WIDTH = 118


def report() -> str:
    """What the command prints, with the codes for colour."""
    code = (
        "import sys; from concertino.cli import check, main; check.wants_colour = lambda **_: True; "
        "sys.exit(main.run(sys.argv[1:]))"
    )
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", code, *COMMAND], cwd=ROOT, capture_output=True, check=True
    )
    return done.stdout.decode()


def draw() -> str:
    """The picture as SVG."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(f"$ concertino {' '.join(COMMAND)}\n\n{report()}"))
    return console.export_svg(title="concertino", unique_id="concertino")


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
