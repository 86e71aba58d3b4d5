"""Bytes to strict YAML to the schema gate: documents with places."""
