"""The shipped schemas, with documents that follow them and documents that do not: the names of the files are sentences.

The first lines of a file in `negative/` say what must be told: `# LINE:COLUMN message | suggestion`.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from concertino.documents import Gate, SchemaSet, positions, read_documents
from concertino.documents.positions import Positions
from concertino.documents.tree import walk
from concertino.model.json import JsonValue
from concertino.model.limits import Limits

HERE = Path(__file__).parent
SCHEMAS = sorted((HERE.parents[1] / "schemas").glob("*.schema.json"))
PARTS_ONLY = "envelope.schema.json"
"""The one file that describes no document, only parts of documents."""
DOCUMENTS = [path for path in SCHEMAS if path.name != PARTS_ONLY]
IN_YAML = [
    path for path in DOCUMENTS if path.name not in ("report.schema.json", "audit.schema.json", "matrix.schema.json")
]


@cache
def shipped() -> SchemaSet:
    schemas, problems = SchemaSet.build({path.name: path.read_bytes() for path in SCHEMAS})
    assert problems == ()
    return schemas


def named(path: Path) -> str:
    return path.name.removesuffix(".schema.json")


def gate(kind: str) -> Gate:
    return shipped().gate(f"{kind}.schema.json")


def read(path: Path) -> tuple[JsonValue, Positions]:
    data = path.read_bytes()
    found = read_documents(path.name, data, Limits())
    assert found.problems == ()
    (document,) = found.documents
    return document.value, positions(path.name, data, 0, Limits())


def cases(sign: str) -> list[Any]:
    return [pytest.param(path, id=f"{path.parent.name}: {path.stem}") for path in sorted(HERE.glob(f"{sign}/*/*.yaml"))]


@pytest.mark.parametrize("path", cases("positive"))
def test_a_document_that_is_meant_to_follow_its_schema_does(path: Path) -> None:
    value, marks = read(path)

    assert [f"{problem.place}: {problem.message}" for problem in gate(path.parent.name).explain(value, marks)] == []
    assert gate(path.parent.name).accepts(value)


@pytest.mark.parametrize("path", cases("negative"))
def test_what_is_wrong_is_told_with_its_place_and_what_was_meant(path: Path) -> None:
    value, marks = read(path)
    expected = re.findall(r"^# ([0-9]+:[0-9]+ .*)$", path.read_text(encoding="utf-8"), re.MULTILINE)

    told = [
        f"{problem.place.line}:{problem.place.column} {problem.message} | {problem.suggestion}".rstrip()
        for problem in gate(path.parent.name).explain(value, marks)
    ]

    assert told == expected
    assert expected


@pytest.mark.parametrize("path", IN_YAML, ids=named)
@pytest.mark.parametrize("sign", ["positive", "negative"])
def test_every_schema_has_documents_of_both_signs(path: Path, sign: str) -> None:
    assert list(HERE.glob(f"{sign}/{named(path)}/*.yaml"))


def test_every_document_here_has_a_schema() -> None:
    assert {path.name for path in HERE.glob("*tive/*")} <= {named(path) for path in DOCUMENTS}


@pytest.mark.parametrize("path", SCHEMAS, ids=named)
def test_a_schema_passes_the_meta_schema(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))

    assert jsonschema_rs.meta.is_valid(schema)
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("path", SCHEMAS, ids=named)
def test_a_schema_is_written_as_it_is_kept_so_that_changes_are_small(path: Path) -> None:
    written = path.read_text(encoding="utf-8")

    assert written == json.dumps(json.loads(written), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_the_examples_of_a_schema_follow_it_in_both_libraries(path: Path) -> None:
    examples: Any = shipped().schemas[path.name].get("examples")

    assert examples
    for example in examples:
        assert gate(named(path)).accepts(example)
        data = json.dumps(example, indent=1).encode()
        assert gate(named(path)).explain(example, positions("example.yaml", data, 0, Limits())) == ()


@pytest.mark.parametrize("path", SCHEMAS, ids=named)
def test_every_field_has_a_description(path: Path) -> None:
    assert [place for place, field in fields(path.name) if not described(path.name, field)] == []


def test_no_two_fields_share_the_inverse_name_of_one_kind() -> None:
    seen = Counter(
        (kind, rule["inverse"])
        for name in shipped().schemas
        for _, rule in references(name)
        if "inverse" in rule
        for kind in (rule["kind"] if isinstance(rule["kind"], list) else [rule["kind"]])
    )

    assert {name: count for name, count in seen.items() if count > 1} == {}


@pytest.mark.parametrize("path", SCHEMAS, ids=named)
def test_no_field_is_called_as_policies_call_references(path: Path) -> None:
    assert not {place.rpartition("/")[2] for place, _ in fields(path.name)} & {"refs", "inverse"}


def test_a_schema_whose_table_fills_nothing_is_refused() -> None:
    schema = {"properties": {"lines": {"type": "array"}, "linesFrom": {"type": "string", "x-rows-from": "lnes"}}}

    _, problems = SchemaSet.build({"a.schema.json": json.dumps(schema).encode()})

    (problem,) = problems
    assert problem.message == '"lnes" is no property beside "linesFrom", so the rows of the table have no place'
    assert problem.suggestion == "lines"


def fields(name: str) -> Iterator[tuple[str, Any]]:
    """The fields of a schema, but for those that conditions only mention."""
    for pointer, part in walk(dict(shipped().schemas[name])):
        if isinstance(part, dict) and not {"if", "then", "else", "not"} & set(pointer.split("/")):
            for field, schema in part.get("properties", {}).items():
                yield f"{pointer}/{field}", schema


def described(name: str, field: object) -> bool:
    """Whether a field says what it is, here or where its `$ref` leads."""
    if not isinstance(field, dict) or field.get("description"):
        return isinstance(field, dict)
    file, _, pointer = str(field.get("$ref", "")).partition("#")
    target: Any = shipped().schemas[file or name]
    for token in pointer.split("/")[1:]:
        target = target[token]
    return bool(pointer) and described(file or name, target)


def references(name: str) -> Iterator[tuple[str, Any]]:
    for pointer, part in walk(dict(shipped().schemas[name])):
        if isinstance(part, dict) and "x-reference" in part:
            yield pointer, part["x-reference"]
