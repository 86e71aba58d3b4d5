"""Bytes to strict YAML to the schema gate: documents with places."""

from concertino.documents.document import Document, FileDocuments
from concertino.documents.gate import Gate
from concertino.documents.positions import Positions, ScalarMark, positions
from concertino.documents.reader import read_documents
from concertino.documents.schemas import SchemaSet

__all__ = [
    "Document",
    "FileDocuments",
    "Gate",
    "Positions",
    "ScalarMark",
    "SchemaSet",
    "positions",
    "read_documents",
]
