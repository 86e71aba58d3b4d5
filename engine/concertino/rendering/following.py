"""Next commands that look at the same files on the same day as the one that names them."""

import shlex
from dataclasses import dataclass

_FILES_AND_DAY = ("check", "exceptions audit", "exceptions list", "explain", "matrix", "showback", "status")
_FILES = ("catalogue show", "policies show")
_NEITHER = ("matrix export", "matrix import", "matrix verify")
"""These lead to a change of the working tree, or judge the model alone."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the user said of files and day: an ISO day, a git revision or the index. Left out, nothing is carried on."""

    as_of: str | None = None
    rev: str | None = None
    staged: bool = False

    def carried(self, command: str) -> str:
        """The command with those of the options that it takes: without them it would tell of other files or days."""
        words = command.removeprefix("concertino ")
        if words == command or _starts(words, _NEITHER):
            return command
        dated = _starts(words, _FILES_AND_DAY)
        return " ".join([command, *self._options(dated=dated)]) if dated or _starts(words, _FILES) else command

    def _options(self, *, dated: bool) -> list[str]:
        day = ["--as-of", self.as_of] if dated and self.as_of else []
        files = ["--rev", shlex.quote(self.rev)] if self.rev else ["--staged"] if self.staged else []
        return [*day, *files]


NOTHING = Given()


def _starts(words: str, commands: tuple[str, ...]) -> bool:
    return any(words == command or words.startswith(f"{command} ") for command in commands)
