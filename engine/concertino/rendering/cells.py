"""Text in the cell of a spreadsheet: words, never a formula."""

import re

from concertino.model.visible import visible
from concertino.rendering.painting import cut

_LONGEST = 32_000
"""Excel takes 32,767 characters, and puts what is left over into the next cell, where it could be a formula."""
_FORMULA = re.compile(r"(?P<before>(?:^|;)\s*)(?=[=+\-@＝＋－＠])")  # noqa: RUF001 - the wide signs begin a formula, too
"""Where a formula would begin: also after a semicolon, which separates cells in half of the world."""


def cell(text: str) -> str:
    """The text on one line, with an apostrophe before whatever a spreadsheet would run as a formula.

    `##[` begins a command where GitHub's runner sees the table printed, so one of its signs becomes an escape.
    """
    return _FORMULA.sub(r"\g<before>'", visible(cut(text, _LONGEST)).replace("##[", "#\\x23["))
