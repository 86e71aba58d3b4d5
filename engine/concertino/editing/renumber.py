"""Another number for a decision, and everything that tells it by the old one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from posixpath import basename, dirname, splitext

from concertino.catalogue import Catalogue, CatalogueEntity, parse_reference
from concertino.documents import Document, read_documents
from concertino.editing.splicing import Change, Replace, splice
from concertino.kinds import Kinds, Plan, ReferenceRule
from concertino.model.json import JsonObject, JsonValue
from concertino.model.limits import Limits
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.reference import DEFAULT_NAMESPACE, EntityReference

_IDENTITY = ("/apiVersion", "/kind", "/metadata/name", "/metadata/namespace")
_AFTER = r"(?![A-Za-z0-9_-]|\.(?!(?:md|ya?ml)\b)[A-Za-z0-9])"
"""A name ends here: what follows is neither part of a longer one nor another extension."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A line that may mean the decision by its old number, and that was left as it is."""

    place: Place
    line: str


@dataclass(frozen=True, slots=True)
class Renumbering:
    """What renumbering comes to: the bytes of each file that changes, by its new path, and what was left.

    `moved` are paths by the path that they had before; `name` is the name that the decision has afterwards.
    """

    files: Mapping[str, bytes]
    moved: Mapping[str, str]
    left: tuple[Mention, ...]
    name: str


@dataclass(frozen=True)
class Renumber:
    """What is to be done: `decision` gets `number`. If it is `shared`, another decision keeps the old one.

    `files` are the YAML files of the catalogue by path, `texts` further files in which people may have written of it.
    """

    catalogue: Catalogue
    kinds: Kinds
    limits: Limits
    files: Mapping[str, bytes]
    decision: CatalogueEntity
    old: int
    number: int
    shared: bool
    texts: Mapping[str, bytes]

    @property
    def name(self) -> str:
        """The name of the decision afterwards. One that begins with the old number begins with the new one then."""
        return _moved_stem(self.decision.reference.name, self.old, self.number)

    def result(self) -> Renumbering | Problem:
        """The files afterwards, or why one of them can't be changed; then nothing is to be written."""
        changed: dict[str, bytes] = {}
        for file, data in sorted(self.files.items()):
            after = self._changed(file, data)
            if isinstance(after, Problem):
                return after
            if after != data:
                changed[file] = after
        old_path = self.decision.file
        path = f"{dirname(old_path)}/{_moved_stem(basename(old_path), self.old, self.number)}".lstrip("/")
        moved = {old_path: path} if path != old_path and old_path in changed else {}
        if path in self.files and moved:
            return Problem("duplicate", f"{path} is there already", Place(path), remediation="Give another number.")
        files = {moved.get(file, file): data for file, data in changed.items()}
        rest = {file: data for file, data in {**self.files, **self.texts}.items() if file not in changed}
        return Renumbering(files, moved, tuple(self._left({**rest, **files})), self.name)

    def _changed(self, file: str, data: bytes) -> bytes | Problem:
        if file != self.decision.file and not any(stem.encode() in data for stem in self._names):
            return data
        for document in read_documents(file, data, self.limits).documents:
            changes = tuple(self._changes(document))
            after = splice(file, data, document.index, changes, self.limits) if changes else data
            if isinstance(after, Problem):
                return after
            data = after
        return data

    @property
    def _names(self) -> tuple[str, ...]:
        """What a file holds that speaks of the decision: its name, and ways to write its number."""
        return (self.decision.reference.name, f"{self.old:04d}", str(self.old))

    def _changes(self, document: Document) -> Iterator[Change]:
        value = document.value
        references = dict(self._references(document)) if isinstance(value, dict) else {}
        is_decision = (document.file, document.index) == (self.decision.file, self.decision.index)
        if is_decision:
            yield Replace("/spec/number", self.number)
            if self.name != self.decision.reference.name:
                yield Replace("/metadata/name", self.name)
        for pointer, text in _texts(value, ""):
            if pointer in references:
                after = references[pointer]
            elif pointer in _IDENTITY:
                continue
            else:
                after = self._reworded(text)
            if after != text:
                yield Replace(pointer, after)

    def _references(self, document: Document) -> Iterator[tuple[str, str]]:
        """Pointer and text of each reference in a document, with the new name where it leads to the decision."""
        value = document.value
        kind = self.kinds.by_name.get(str(value.get("kind"))) if isinstance(value, Mapping) else None
        if kind is None or kind.plan is None or not isinstance(value, Mapping):
            return
        metadata = value.get("metadata")
        space = metadata.get("namespace") if isinstance(metadata, Mapping) else None
        namespace = space if isinstance(space, str) else DEFAULT_NAMESPACE
        for pointer, text, rule in _referring(value, kind.plan, ""):
            meant = parse_reference(text, rule, namespace, self.kinds)
            mine = isinstance(meant, EntityReference) and meant.identity == self.decision.reference.identity
            yield pointer, text[: len(text) - len(self.decision.reference.name)] + self.name if mine else text

    def _reworded(self, text: str) -> str:
        """A text with links to the record and the file led to their new names."""
        for stem, new in self._stems:
            around = rf"([^()\s]{{0,300}}{re.escape(stem)}{_AFTER}[^()]{{0,300}})"
            link = re.compile(rf"\[((?:ADR[- ]?)?){self.old:04d}\b([^\[\]]{{0,300}})\]\({around}\)")
            text = link.sub(rf"[\g<1>{self.number:04d}\g<2>](\g<3>)", text)
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(stem)}{_AFTER}", new, text)
        if not self.shared:
            text = re.sub(rf"\bADR([- ]?)0*{self.old}\b(?!\.[0-9])", rf"ADR\g<1>{self.number:04d}", text)
        return text

    @property
    def _stems(self) -> tuple[tuple[str, str], ...]:
        """File names without their extension, of the record and of the decision, each with the new one."""
        reference = self.decision.reference
        slugs = [
            str(replace(reference, name=name)).partition(":")[2].lower().translate(str.maketrans("/_.", "---"))
            for name in (reference.name, self.name)
        ]
        file = splitext(basename(self.decision.file))[0]
        pairs = {
            f"{self.old:04d}-{slugs[0]}": f"{self.number:04d}-{slugs[1]}",
            file: _moved_stem(file, self.old, self.number),
            reference.name: self.name,
        }
        return tuple((stem, new) for stem, new in pairs.items() if stem != new)

    def _left(self, files: Mapping[str, bytes]) -> Iterator[Mention]:
        """Lines that still speak of the old number, in comments for example: only people know whom they mean."""
        stems = "|".join(re.escape(stem) for stem, _ in self._stems) or "(?!)"
        words = re.compile(
            rf"\b(?:ADR|decisions?|records?)[- ]0*{self.old}\b(?!\.[0-9])|(?<![A-Za-z0-9])(?:{stems}){_AFTER}",
            re.IGNORECASE,
        )
        for file, data in sorted(files.items()):
            if str(self.old).encode() not in data:
                continue
            for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
                found = words.search(line)
                if found:
                    columns = (number, found.start() + 1, number, found.end() + 1)
                    yield Mention(Place(file, *columns), line.strip())


def _moved_stem(name: str, old: int, number: int) -> str:
    """A name that begins with the old number, beginning with the new one."""
    return f"{number:04d}{name[4:]}" if name.startswith(f"{old:04d}-") else name


def _texts(value: JsonValue, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, f"{pointer}/{_escaped(key)}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{pointer}/{index}")


def _referring(value: JsonValue, plan: Plan, pointer: str) -> Iterator[tuple[str, str, ReferenceRule]]:
    """The references in a value, by the plan of its kind."""
    if isinstance(value, Mapping):
        yield from _named(value, plan, pointer)
        for key, item in value.items():
            child = plan.fields.get(key) or plan.values
            if child:
                yield from _referring(item, child, f"{pointer}/{_escaped(key)}")
    elif isinstance(value, list) and plan.element:
        for index, item in enumerate(value):
            yield from _referring(item, plan.element, f"{pointer}/{index}")


def _named(value: JsonObject, plan: Plan, pointer: str) -> Iterator[tuple[str, str, ReferenceRule]]:
    for name, rule in plan.references.items():
        found = value.get(name)
        if isinstance(found, str):
            yield f"{pointer}/{_escaped(name)}", found, rule
        elif isinstance(found, list):
            for index, item in enumerate(found):
                if isinstance(item, str):
                    yield f"{pointer}/{_escaped(name)}/{index}", item, rule


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
