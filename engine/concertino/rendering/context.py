"""What a format is given."""

from collections.abc import Callable
from dataclasses import dataclass

from concertino.model.outcome import Severity
from concertino.verdict import Verdict


@dataclass(frozen=True)
class ReportContext:
    """A verdict and how it shall be shown.

    `sources` gives the bytes of a file, or nothing if they can't be had: code frames are cut from them. `width` is how
    many columns there are. `verbose` shows what is otherwise said once, or left out as usually of no interest.
    """

    verdict: Verdict
    fail_on: Severity
    sources: Callable[[str], bytes | None]
    colour: bool = False
    width: int = 100
    verbose: bool = False
