"""The schema for editors: one file that knows every document that people write, and says what each field means."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from concertino.cli.main import run
from concertino.documents import read_documents
from concertino.model.limits import Limits

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ".concertino/editor.schema.json"
OWN = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "Warehouse.schema.json",
    "title": "Warehouse",
    "description": "A building with goods in it.",
    "type": "object",
    "x-kind": {"name": "Warehouse", "plural": "warehouses", "folder": "warehouses"},
    "required": ["apiVersion", "kind", "metadata", "spec"],
    "additionalProperties": False,
    "properties": {
        "apiVersion": {"$ref": "envelope.schema.json#/$defs/apiVersion"},
        "kind": {"const": "Warehouse", "type": "string", "description": "Always `Warehouse`."},
        "metadata": {"$ref": "envelope.schema.json#/$defs/metadata"},
        "spec": {
            "type": "object",
            "description": "What it is.",
            "required": ["default"],
            "additionalProperties": False,
            # A field may be called like a keyword of JSON Schema.
            "properties": {"default": {"$ref": "envelope.schema.json#/$defs/slug", "description": "Its usual gate."}},
        },
    },
}


@pytest.fixture(scope="module")
def initial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `init` writes."""
    folder = tmp_path_factory.mktemp("initial")
    assert run(["init", "-C", str(folder), "--as-of", "2026-06-01", "--quiet"]) == 0
    return folder


@pytest.fixture
def started(initial: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(initial, tmp_path / "started")


def written(folder: Path) -> dict[str, Any]:
    """The schema that stands in a repository."""
    found: dict[str, Any] = json.loads((folder / SCHEMA).read_text(encoding="utf-8"))
    return found


def documents(folder: Path, *patterns: str) -> Iterator[tuple[str, Any]]:
    """Every YAML document below a folder, with its file."""
    for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
        read = read_documents(str(path), path.read_bytes(), Limits())
        assert read.problems == ()
        yield from ((str(path), document.value) for document in read.documents)


def faults(schema: dict[str, Any], value: object) -> list[str]:
    """What the plain library says of a document: where, and what."""
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(value)]


@pytest.mark.slow
def test_every_document_of_the_portfolio_and_of_the_pack_follows_the_schema_that_is_written(
    tmp_path: Path, concertino: Callable[..., Any]
) -> None:
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    assert concertino("schemas", "-C", tmp_path).code == 0
    schema = written(tmp_path)
    validator = Draft202012Validator(schema)
    Draft202012Validator.check_schema(schema)
    found = list(documents(ROOT, "catalogue/**/*.yaml", "policies/**/*.yaml", "concertino.yaml"))

    assert [(file, faults(schema, value)) for file, value in found if not validator.is_valid(value)] == []
    assert len(found) > 200
    kinds = {value["kind"] for _, value in found}
    assert {"Brand", "Decision", "Exception", "Policy", "Cases", "Pack", "Configuration"} <= kinds


def test_so_does_everything_that_init_writes_each_document_by_the_schema_that_its_first_line_names(
    initial: Path,
) -> None:
    files = [path for path in initial.rglob("*.yaml") if ".github" not in path.parts]
    for path in files:
        named = re.findall(r"(?:\A|\n---\n)# yaml-language-server: \$schema=(\S+)\n", path.read_text(encoding="utf-8"))
        assert {(path.parent / name).resolve() for name in named} == {(initial / SCHEMA).resolve()}
        assert len(named) == len(list(documents(path.parent, path.name))), "an editor looks for it in each document"
    found = list(documents(initial, "catalogue/**/*.yaml", "policies/**/*.yaml", "concertino.yaml"))

    assert len(files) >= 8
    assert {file: faults(written(initial), value) for file, value in found} == {file: [] for file, _ in found}


@pytest.mark.parametrize(
    ("document", "place", "words"),
    [
        ({"kind": "Brnad"}, "$.kind", "'Brnad' is not one of"),
        ({"kind": "Team", "spec": {"type": "plattform", "members": []}}, "$.spec.type", "'plattform' is not one of"),
        ({"kind": "Team", "spec": {"typ": "brand"}}, "$.spec", "'typ' was unexpected"),
        ({"kind": "Policy", "spec": {"target": "Brnad"}}, "$.spec.target", "'Brnad' is not one of"),
        ({"kind": "Policy", "spec": {"validation": []}}, "$.spec", "'validation' was unexpected"),
        ({"kind": "Cases", "spec": {"cases": [{"expect": [{"outcome": "passes"}]}]}}, "outcome", "'passes' is not one"),
        ({"kind": "Configuration", "extend": []}, "$", "'extend'"),
        ({"spec": {}}, "$", "'kind' is a required property"),
    ],
    ids=[
        "a kind",
        "a choice",
        "a field",
        "the target of a policy",
        "a field of a policy",
        "an outcome in a case",
        "a field of the configuration",
        "no kind",
    ],
)
def test_a_slip_is_marked_where_it_stands(initial: Path, document: dict[str, Any], place: str, words: str) -> None:
    found = faults(written(initial), {"apiVersion": "concertino/v1", "metadata": {"name": "x"}, **document})

    assert any(place in line and words in line for line in found), found


def test_every_field_says_what_it_means_and_every_kind_too(initial: Path) -> None:
    """Editors show descriptions beside the field, or those of what a `$ref` leads to."""
    schema = written(initial)
    declared = list(fields(schema, ""))
    silent = [pointer for pointer, field in declared if not described(schema, field)]
    kinds = schema["properties"]["kind"]

    assert silent == []
    assert len(declared) > 400
    assert all(kinds["enumDescriptions"])
    assert len(kinds["enumDescriptions"]) == len(kinds["enum"]) >= 18
    assert "Cell" not in kinds["enum"], "nobody writes a cell"


def fields(node: object, pointer: str) -> Iterator[tuple[str, Any]]:
    """Every property that a schema declares, conditions left out."""
    if not isinstance(node, dict):
        return
    for name, field in node.get("properties", {}).items():
        yield f"{pointer}/{name}", field
        yield from fields(field, f"{pointer}/{name}")
    for name, part in node.get("$defs", {}).items():
        yield from fields(part, f"{pointer}/{name}")
    for key in ("items", "additionalProperties"):
        yield from fields(node.get(key), f"{pointer}/{key}")


def described(schema: dict[str, Any], field: dict[str, str]) -> bool:
    if "description" in field:
        return True
    target: Any = schema
    for part in field["$ref"].removeprefix("#/").split("/"):
        target = target[part]
    return "description" in target


def test_it_stands_alone(initial: Path) -> None:
    """Every `$ref` leads to a place in the file itself: an editor has nothing else to load."""
    text = (initial / SCHEMA).read_text(encoding="utf-8")
    schema = json.loads(text)
    references = set(re.findall(r'"\$ref": "([^"]*)"', text))

    assert len(references) > 40
    for reference in references:
        target: Any = schema
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]
        assert isinstance(target, dict)


def test_a_kind_of_ones_own_is_in_it_and_policies_may_target_it(started: Path, concertino: Callable[..., Any]) -> None:
    (started / "schemas").mkdir()
    (started / "schemas/Warehouse.schema.json").write_text(json.dumps(OWN))
    assert concertino("schemas", "--check", "-C", started).code == 1
    assert concertino("schemas", "-C", started).code == 0
    schema = written(started)
    entity = {"apiVersion": "concertino/v1", "kind": "Warehouse", "metadata": {"name": "north"}}

    assert faults(schema, {**entity, "spec": {"default": "gate-1"}}) == []
    assert any("does not match" in line for line in faults(schema, {**entity, "spec": {"default": "Gate 1"}}))
    assert not [
        line
        for line in faults(schema, {"apiVersion": "v", "kind": "Policy", "spec": {"target": "Warehouse"}})
        if "Warehouse" in line
    ]


def test_the_same_kinds_give_the_same_bytes(started: Path, concertino: Callable[..., Any]) -> None:
    before = (started / SCHEMA).read_bytes()
    concertino("schemas", "-C", started)

    assert (started / SCHEMA).read_bytes() == before


def test_a_schema_that_has_fallen_behind_is_told_with_the_difference(
    started: Path, concertino: Callable[..., Any]
) -> None:
    path = started / SCHEMA
    path.write_text(path.read_text().replace("Always `Brand`.", "Always a brand."))
    ran = concertino("schemas", "--check", "-C", started)

    assert ran.code == 1
    changed = ["".join(line.split()) for line in ran.out.splitlines() if line.startswith(("- ", "+ "))]
    assert changed == ['-"description":"Alwaysabrand."', '+"description":"Always`Brand`."']
    assert "next: concertino schemas" in ran.err
    assert concertino("schemas", "-C", started, "--quiet").out == f"wrote {SCHEMA}\n"
    assert concertino("schemas", "--check", "-C", started).code == 0


def test_new_files_name_the_schema_where_there_is_one_and_nothing_where_there_is_none(
    started: Path, concertino: Callable[..., Any]
) -> None:
    def added(name: str) -> list[str]:
        concertino("catalogue", "new", "Team", name, "-C", started)
        concertino("policies", "new", f"team-{name}", "-C", started)
        paths = [f"catalogue/teams/{name}.yaml", *(f"policies/team-{name}/{file}.yaml" for file in ("policy", "cases"))]
        return [(started / path).read_text().splitlines()[0] for path in paths]

    assert added("blue") == [f"# yaml-language-server: $schema=../../{SCHEMA}"] * 3
    (started / SCHEMA).unlink()
    assert not any("yaml-language-server" in line for line in added("green"))


def test_the_setting_that_is_shown_covers_every_file(started: Path, concertino: Callable[..., Any]) -> None:
    """It can be pasted: it is JSON, and its patterns are those of the repository's folders."""
    out = concertino("schemas", "-C", started).out
    (setting,) = re.findall(r"^\{.*?^\}", out, re.DOTALL | re.MULTILINE)
    patterns = json.loads(setting)["yaml.schemas"][SCHEMA]
    covered = {path for pattern in patterns for path in started.glob(pattern)}

    assert covered == {path for path in started.rglob("*.yaml") if ".github" not in path.parts}


def test_nothing_is_written_outside_of_the_folder(started: Path, concertino: Callable[..., Any]) -> None:
    ran = concertino("schemas", "--output", "../outside.json", "-C", started)

    assert ran.code == 2
    assert not (started.parent / "outside.json").exists()
