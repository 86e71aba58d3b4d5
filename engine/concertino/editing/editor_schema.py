"""One JSON Schema for all YAML files of a governed repository, which editors check and complete them by.

An editor gives one schema to a file, and one file of a catalogue may hold documents of several kinds. So the schema
asks each document for its `kind` and goes on from there. It stands alone: whoever installed the engine has the shipped
schemas somewhere in a package, where no editor looks, and the kinds of the repository itself are in it as well.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from concertino.documents.references import made_absolute, references_in, target_of
from concertino.documents.tree import Schema
from concertino.kinds import Kinds
from concertino.model.json import JsonObject

_FORMATS = ("Policy", "Cases", "Pack", "DecisionModel", "Overview", "Configuration")
"""What is no entity of the catalogue and yet a document that people write."""
_ENDING = ".schema.json"
_ABOUT_ITSELF = ("examples", "x-kind", "x-product")
"""What a schema file says at its top about itself, and not about the documents."""


def editor_schema(schemas: Mapping[str, JsonObject], kinds: Kinds) -> dict[str, Any]:
    """The schema for documents of all kinds that people write. `schemas` are the schema files by name."""
    files = dict(sorted(_documents(schemas, kinds)))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Concertino",
        "description": "A document of a governed repository. Its kind says what else it holds.",
        "type": "object",
        "required": ["apiVersion", "kind"],
        "properties": {
            "apiVersion": {"type": "string", "description": "The version of the format, such as `concertino/v1`."},
            "kind": {
                "type": "string",
                "description": "What the document describes.",
                "enum": list(files),
                "enumDescriptions": [str(schemas[file].get("description", "")) for file in files.values()],
            },
        },
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": _then(name, file, kinds),
            }
            for name, file in files.items()
        ],
        "$defs": {_key(file): _inside(schemas[file], file) for file in _needed(files.values(), schemas)},
    }


def editor_schema_text(schemas: Mapping[str, JsonObject], kinds: Kinds) -> str:
    """The same as the text of a file: the same bytes for the same kinds."""
    return json.dumps(editor_schema(schemas, kinds), indent=1, ensure_ascii=False) + "\n"


def _documents(schemas: Mapping[str, JsonObject], kinds: Kinds) -> Iterator[tuple[str, str]]:
    """The kinds of documents, each with its schema file. Of derived kinds nothing is ever written."""
    for name in _FORMATS:
        if f"{name}{_ENDING}" in schemas:
            yield name, f"{name}{_ENDING}"
    for name, kind in kinds.by_name.items():
        if not kind.derived:
            yield name, kind.schema_file


def _then(name: str, file: str, kinds: Kinds) -> dict[str, Any]:
    found: dict[str, Any] = {"$ref": f"#/$defs/{_key(file)}"}
    if name == "Policy":  # The schema of policies can't know which kinds there are; here they are known.
        found["properties"] = {"spec": {"properties": {"target": {"enum": sorted(kinds.by_name)}}}}
    return found


def _needed(files: Iterable[str], schemas: Mapping[str, JsonObject]) -> list[str]:
    """The files and all that they refer to."""
    waiting, found = list(files), set()
    while waiting:
        file = waiting.pop()
        if file not in found and file in schemas:
            found.add(file)
            waiting += [target_of(reference, file)[0] for _, reference in references_in(cast("Schema", schemas[file]))]
    return sorted(found)


def _key(file: str) -> str:
    """The name of a schema file among the definitions. No name may hold what a pointer gives a meaning to."""
    return file.removesuffix(_ENDING).replace("/", ".").replace("~", ".").replace("%", ".")


def _inside(schema: JsonObject, file: str) -> Schema:
    told = {key: value for key, value in schema.items() if key not in _ABOUT_ITSELF}
    return made_absolute(told, file, lambda target, pointer: f"#/$defs/{_key(target)}{pointer}")
