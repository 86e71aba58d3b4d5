"""A verdict to text, one file for each format."""

from concertino.rendering.context import ReportContext
from concertino.rendering.formats import FORMATS, Format

__all__ = ["FORMATS", "Format", "ReportContext"]
