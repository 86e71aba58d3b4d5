"""A catalogue with valid entities in every shape that the schemas allow, made from the schemas themselves."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from concertino.revision.shipped import shipped_files

Schema = Mapping[str, Any]
_GIVEN = (("Ship", 40), ("Port", 12), ("Service", 25), ("Brand", 8), ("Team", 6), ("Capability", 6), ("Contract", 4))
"""How many entities of each kind."""
_WORDS = ("alder", "birch", "cedar", "dogwood", "elm", "fir", "ginkgo", "hazel")


@dataclass(frozen=True)
class Maker:
    """Makes entities of the kinds whose schemas are in `files`. References lead to one of `names`, by kind."""

    files: Mapping[str, Schema]
    names: Mapping[str, Sequence[str]]
    random: Random

    def entity(self, kind: str, name: str, present: float) -> dict[str, Any]:
        """An entity; each optional field is there with the probability `present`."""
        file = f"{kind}.schema.json"
        schema = self.files[file]
        spec = self._value(schema["properties"]["spec"], file, present)
        return {"apiVersion": "concertino/v1", "kind": kind, "metadata": {"name": name, "title": name}, "spec": spec}

    def _value(self, node: Schema, file: str, present: float) -> Any:  # noqa: ANN401 - whatever the schema describes
        schema, file = self._resolved(node, file)
        if "x-reference" in schema:
            return self._reference(schema["x-reference"]["kind"])
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        make = {
            "object": self._object,
            "array": self._array,
            "string": self._text,
            "integer": self._integer,
            "number": self._number,
            "boolean": lambda *_: self.random.random() < 0.5,
        }
        return make[schema["type"]](schema, file, present)

    def _resolved(self, node: Schema, file: str) -> tuple[Schema, str]:
        """A schema with the one it refers to merged in, and the file in which its own references count."""
        if "$ref" not in node:
            return node, file
        target, _, pointer = node["$ref"].partition("#")
        file = target or file
        found: Any = self.files[file]
        for part in pointer.strip("/").split("/"):
            found = found[part]
        base, file = self._resolved(found, file)
        return {**base, **{key: value for key, value in node.items() if key != "$ref"}}, file

    def _reference(self, kind: str) -> str:
        return self.random.choice(self.names[kind])

    def _object(self, schema: Schema, file: str, present: float) -> dict[str, Any]:
        if "properties" not in schema:
            keys = [word for word in ("bulk", "box", "liquid") if self.random.random() < present]
            return {key: self._value(schema["additionalProperties"], file, present) for key in keys}
        return {
            name: self._value(node, file, present)
            for name, node in schema["properties"].items()
            if name in schema.get("required", ()) or self.random.random() < present
        }

    def _array(self, schema: Schema, file: str, present: float) -> list[Any]:
        least = schema.get("minItems", 0)
        count = self.random.randint(least, least + 3) if present else least
        values = [self._value(schema["items"], file, present) for _ in range(count)]
        if not schema.get("uniqueItems"):
            return values
        return [value for index, value in enumerate(values) if value not in values[:index]]

    def _text(self, schema: Schema, _: str, __: float) -> str:
        if schema.get("format") == "date":
            return (date(1985, 1, 1) + timedelta(days=self.random.randrange(20_000))).isoformat()
        if "pattern" in schema:
            return str(self.random.choice(schema["examples"]))
        words = [self.random.choice(_WORDS) for _ in range(self.random.randint(0, 3))]
        return " ".join(words) or ("x" if schema.get("minLength") else "")

    def _integer(self, schema: Schema, _: str, __: float) -> int:
        low = schema.get("minimum", -5)
        return self.random.choice(
            (low, schema.get("maximum", low + 9), self.random.randint(low, schema.get("maximum", low + 9)))
        )

    def _number(self, schema: Schema, _: str, __: float) -> float:
        low = float(schema.get("minimum", -5))
        return self.random.choice((low, min(low + self.random.randrange(100) / 4, float(schema.get("maximum", 99)))))


@pytest.fixture(scope="session")
def every_shape() -> Mapping[str, str]:
    """The files of a catalogue of ships, ports, services, brands and what these refer to.

    Of each kind the first entity has all that is optional, the second nothing, and the others about a half.
    """
    names = {kind: [f"{kind.lower()}-{number}" for number in range(count)] for kind, count in _GIVEN}
    shipped = {path.rpartition("/")[2]: data for path, data in shipped_files().items() if path.endswith(".schema.json")}
    own = {path.name: path.read_bytes() for path in Path(__file__).parent.glob("corpus/schemas/*.json")}
    maker = Maker({name: json.loads(data) for name, data in {**shipped, **own}.items()}, names, Random(7))  # noqa: S311 - the same entities on every run
    return {
        f"catalogue/{kind.lower()}/{name}.yaml": json.dumps(maker.entity(kind, name, (1.0, 0.0, 0.5)[min(number, 2)]))
        for kind, of_kind in names.items()
        for number, name in enumerate(of_kind)
    }
