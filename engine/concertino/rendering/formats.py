"""The formats: a literal registry, which is also what the command line offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from concertino.rendering.context import ReportContext


@dataclass(frozen=True, slots=True)
class Format:
    """A format. `machine` says that programs read it, so nothing else may stand beside it on standard output.

    `places` says that it names the places that a policy read: looking them up takes a moment.
    """

    name: str
    description: str
    machine: bool
    places: bool = False

    def render(self, context: ReportContext) -> str:
        """The report as text, with a newline at its end. The module of the format is imported only now."""
        return str(import_module(f"concertino.rendering.{self.name}").render(context))


_FORMATS = (
    Format("text", "For people: every finding with its place in the file, and what to do.", machine=False),
    Format("json", "For programs: everything, in the shape of report.schema.json.", machine=True, places=True),
    Format("markdown", "For a pull request comment or the summary of a CI step.", machine=False),
    Format(
        "sarif",
        "For GitHub code scanning and editors: SARIF 2.1.0, without what is waived.",
        machine=True,
        places=True,
    ),
    Format("junit", "For CI servers that show tests: a suite for each policy.", machine=True),
    Format("github", "For a step of GitHub Actions: annotations on the lines of the change.", machine=True),
    Format("gitlab", "For GitLab: the Code Quality report of a merge request.", machine=True),
    Format("csv", "For a spreadsheet: a row for each finding.", machine=True),
)

FORMATS: Mapping[str, Format] = {item.name: item for item in _FORMATS}
"""The formats by name. The module with the same name in this room has a function `render`."""
