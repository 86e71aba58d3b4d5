"""The kinds of a snapshot: those that come with the engine, and those that the repository declares."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from concertino.documents import SchemaSet, positions
from concertino.kinds import Kinds, read_kinds, unknown_targets
from concertino.model.json import JsonObject
from concertino.model.limits import Limits
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.suggest import suggest
from concertino.verdict.misplaced import SCHEMA_ENDING

_ELSEHOW = "Give the kind, and its file, another name; shipped kinds mean the same everywhere."


@dataclass(frozen=True)
class Declared:
    """The sound schemas, the kinds in them, and what is wrong with the schemas of the repository.

    `own` are the paths of the repository's schemas by the name of their files, with their bytes.
    """

    schemas: SchemaSet
    kinds: Kinds
    problems: tuple[Problem, ...]
    own: Mapping[str, tuple[str, bytes]]

    def located(self, problem: Problem) -> Problem:
        """A problem that knows the name of a schema file and a pointer, with the path and the line."""
        return _located(problem, self.own)


def declared_kinds(own: Mapping[str, bytes], folder: str, shipped: Mapping[str, bytes]) -> Declared:
    """The kinds of the shipped schemas and of those in `folder`, which may add kinds but not redefine any."""
    return _declared(_kept(schema_files(own, folder)), folder, _kept(schema_files(shipped, "schemas")))


def shipped_schemas(shipped: Mapping[str, bytes]) -> SchemaSet:
    """The schemas that come with the engine, those that fix the form of rules among them."""
    return _shipped(_kept(schema_files(shipped, "schemas")))


_Kept = tuple[tuple[str, bytes], ...]


def _kept(files: Mapping[str, bytes]) -> _Kept:
    return tuple(sorted(files.items()))


@lru_cache(maxsize=2)
def _shipped(files: _Kept) -> SchemaSet:
    return SchemaSet.build(dict(files))[0]


@lru_cache(maxsize=8)
def _declared(own: _Kept, folder: str, shipped: _Kept) -> Declared:
    """The two sides of a comparison, and most commits of a range, have the same schemas: they are read once."""
    base, added = dict(shipped), dict(own)
    paths = {name: (f"{folder}/{name}", data) for name, data in added.items()}
    found = [_redefinition(name, "") for name in added if name in base and not _same(added[name], base[name])]
    schemas, faults = SchemaSet.build({**added, **base})
    twice = dict(_twice(schemas.schemas, base))
    if twice:
        schemas, faults = SchemaSet.build({name: data for name, data in {**added, **base}.items() if name not in twice})
    kinds = read_kinds(schemas.schemas)
    found += [_redefinition(name, kind) for name, kind in twice.items()]
    for name in added.keys() & schemas.schemas.keys() - base.keys():
        found += _lost(name, schemas.schemas[name], kinds)
    located = [_located(problem, paths) for problem in found]
    known = [
        replace(problem, check="kind", place=replace(problem.place, file=_path(problem.place.file, paths)))
        for problem in faults
    ]
    return Declared(schemas, kinds, tuple(sorted([*known, *located], key=lambda problem: problem.place)), paths)


def schema_files(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    """The schema files directly in `folder`, by file name."""
    prefix = f"{folder}/"
    names = {path.removeprefix(prefix): path for path in files if path.startswith(prefix)}
    return {name: files[path] for name, path in names.items() if name.endswith(SCHEMA_ENDING) and "/" not in name}


def _twice(schemas: Mapping[str, JsonObject], base: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The files of the repository that declare a kind which another file declares, with its name."""
    seen: set[str] = set()
    for name, schema in sorted(schemas.items(), key=lambda item: (item[0] not in base, item[0])):
        declared = schema.get("x-kind")
        kind = str(declared.get("name")) if isinstance(declared, Mapping) else ""
        if kind and kind.casefold() in seen:
            yield name, kind
        seen.add(kind.casefold())


def _lost(name: str, schema: JsonObject, kinds: Kinds) -> Iterator[Problem]:
    for pointer, kind in unknown_targets(schema, kinds):
        known = sorted(kinds.by_name)
        yield Problem(
            "kind",
            f'"{kind}" is not a kind, so no reference can lead to one',
            Place(name, pointer=pointer),
            expected=f"one of {', '.join(known)}, or * for any",
            suggestion=suggest(kind, known),
            remediation="Correct the kind under x-reference, or declare it in a schema file of its own.",
        )


def _redefinition(name: str, kind: str) -> Problem:
    what = f'the kind "{kind}" is declared already' if kind else "this schema redefines one that comes with the engine"
    place = Place(name, pointer="/x-kind/name" if kind else "/$id")
    return Problem("kind", f"{what}, and the other one stays in force", place, remediation=_ELSEHOW)


def _located(problem: Problem, paths: Mapping[str, tuple[str, bytes]]) -> Problem:
    if problem.place.file not in paths:
        return problem
    path, data = paths[problem.place.file]
    return replace(problem, place=positions(path, data, 0, Limits()).nearest(problem.place.pointer))


def _path(name: str, paths: Mapping[str, tuple[str, bytes]]) -> str:
    return paths[name][0] if name in paths else name


def _same(one: bytes, other: bytes) -> bool:
    return one.replace(b"\r\n", b"\n") == other.replace(b"\r\n", b"\n")
