"""What is wrong among decision records that people wrote: numbers, statuses, and successions that one side denies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from posixpath import basename, dirname
from typing import TypeAlias

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.model.place import Place, Related
from concertino.model.problem import Problem
from concertino.model.suggest import suggest
from concertino.verdict.adr import CHECK, OldRecords
from concertino.verdict.adr_file import STATUSES, OldRecord, Status, Target, number_in
from concertino.verdict.successions import DECISION_KIND, number_of

FIELD = "supersedesRecords"
"""Where a decision names the earlier records that it replaces, by their paths."""
_Found: TypeAlias = list[OldRecord] | CatalogueEntity | str | None
"""What somebody names: records, a decision, something that nobody can check (the empty text), or nothing."""


def replaced_paths(decision: CatalogueEntity) -> list[str]:
    """The paths of the earlier records that a decision says it replaces."""
    spec = decision.value.get("spec")
    found = spec.get(FIELD) if isinstance(spec, Mapping) else None
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def adr_problems(catalogue: Catalogue, old: OldRecords, records_folder: str) -> Iterator[Problem]:
    """One problem for each fault. `records_folder` is where decisions are rendered, for links that lead there."""
    yield from _dangling(catalogue, old)
    if old.records or old.problems:
        yield from old.problems
        yield from _Checking(catalogue, old, records_folder).problems()


def _dangling(catalogue: Catalogue, old: OldRecords) -> Iterator[Problem]:
    """Decisions that replace a record that is not there."""
    for decision in catalogue.of_kind(DECISION_KIND):
        for index, path in enumerate(replaced_paths(decision)):
            if path in old.by_path or decision.fault is not None:
                continue
            yield Problem(
                "reference",
                f'there is no earlier record "{path}"',
                catalogue.locate(decision, f"/spec/{FIELD}/{index}"),
                suggestion=suggest(path, old.by_path),
                remediation="Name the path of a record from the top of the repository, in a folder that adr in "
                "concertino.yaml names. A decision of the catalogue stands under supersedes.",
                subject=decision.name,
            )


@dataclass(frozen=True)
class _Checking:
    catalogue: Catalogue
    old: OldRecords
    records_folder: str

    def problems(self) -> Iterator[Problem]:
        yield from self._shared_numbers()
        for record in self.old.records:
            yield from self._statuses(record)
            for status in record.current:
                yield from self._superseded(record, status)
            yield from self._superseding(record)

    @cached_property
    def _decisions(self) -> Mapping[int, list[CatalogueEntity]]:
        found: dict[int, list[CatalogueEntity]] = {}
        for item in self.catalogue.of_kind(DECISION_KIND):
            found.setdefault(number_of(item), []).append(item)
        return found

    def _shared_numbers(self) -> Iterator[Problem]:
        seen: dict[tuple[str, int], OldRecord] = {}
        for record in self.old.records:
            if record.number is None:
                continue
            first = seen.setdefault((dirname(record.path), record.number), record)
            others = [Related("uses the number as well", Place(first.path))] if first is not record else []
            names = [basename(first.path)] if first is not record else []
            for decision in self._decisions.get(record.number, ()):
                others.append(Related("uses the number as well", self.catalogue.locate(decision, "/spec/number")))
                names.append(decision.name)
            if others:
                yield Problem(
                    CHECK,
                    f"number {record.number} is used by {' and '.join(names)} as well",
                    Place(record.path),
                    remediation="Give the younger one a number that is free: whoever reads ADR-"
                    f"{record.number:04d} finds two. concertino records renumber moves a decision.",
                    related=tuple(others),
                )

    def _statuses(self, record: OldRecord) -> Iterator[Problem]:
        if not record.statuses:
            yield _problem(
                "it has no status, so nobody can tell whether it is in force",
                Place(record.path),
                "Add a status in the way of the other records: front matter, a line, or a section Status.",
            )
        for item in record.statuses:
            if not item.word:
                yield _unknown_word(item)
        known = [item for item in record.current if item.word]
        other = next((item for item in known[1:] if item.word != known[0].word), None)
        if other:
            yield _problem(
                f'it says "{known[0].word}" and "{other.word}", and only one of them can be true',
                other.place,
                "Leave the one that holds.",
                Related("the other status", known[0].place),
            )

    def _superseded(self, record: OldRecord, status: Status) -> Iterator[Problem]:
        """What is wrong with the successors that a record names."""
        if status.word != "superseded":
            return
        if not status.targets:
            remedy = 'Name the successor: "superseded by [ADR-0012](0012-title.md)".'
            yield _problem("it is superseded, and does not say by what", status.place, remedy)
        for target in status.targets:
            found = self._found(record, target)
            if found is None:
                yield self._missing(record, target, status.place, "it is superseded by")
            elif isinstance(found, list) and record in found:
                yield _problem("it is superseded by itself", status.place, "Name the record that replaced it.")
            elif isinstance(found, list):
                yield from self._denied(record, status, found)
            elif isinstance(found, CatalogueEntity) and record.path not in replaced_paths(found):
                yield _problem(
                    f"it is superseded by {found.name}, which says nothing of it",
                    status.place,
                    f"Add {record.path} to {FIELD} of the decision, or correct the status.",
                    Related("the decision", self.catalogue.locate(found, "/metadata/name")),
                )

    def _denied(self, record: OldRecord, status: Status, found: list[OldRecord]) -> Iterator[Problem]:
        """A succession that the successor does not know of."""
        if any(self._claims(later, record) for later in found):
            return
        later = found[0]
        yield _problem(
            f"it is superseded by {basename(later.path)}, which says nothing of it",
            status.place,
            f'Add "Supersedes [{record.title}](…)" to {basename(later.path)}, or correct the status here.',
            Related("the successor", later.place),
        )

    def _claims(self, later: OldRecord, earlier: OldRecord) -> bool:
        targets = [target for item in later.replaces for target in item.targets]
        return any(earlier in self._records(later, target) for target in targets)

    def _superseding(self, record: OldRecord) -> Iterator[Problem]:
        """What is wrong with the predecessors that a record names."""
        for item in record.replaces:
            for target in item.targets:
                found = self._found(record, target)
                if found is None:
                    yield self._missing(record, target, item.place, "it supersedes")
                elif isinstance(found, list) and record in found:
                    yield _problem("it supersedes itself", item.place, "Name the record that it replaced.")
                elif isinstance(found, list) and record.status in ("accepted", "superseded", "deprecated"):
                    yield from self._still_in_force(record, item.place, found)

    def _still_in_force(self, record: OldRecord, place: Place, found: list[OldRecord]) -> Iterator[Problem]:
        """A predecessor that does not know of its successor."""
        if any(self._names_successor(earlier, record) for earlier in found):
            return
        earlier = found[0]
        said = f'it says "{earlier.status}"' if earlier.status else "it has no status"
        if earlier.status == "superseded":
            said = "it names another successor"
        if any(not item.word for item in earlier.statuses) and not earlier.status:
            return
        yield _problem(
            f"it is superseded by {basename(record.path)}, and {said}",
            earlier.place,
            f"Write here that it is superseded by {basename(record.path)}, or take it out there.",
            Related("says that it supersedes this one", place),
        )

    def _names_successor(self, earlier: OldRecord, later: OldRecord) -> bool:
        ended = [item for item in earlier.statuses if item.word == "superseded"]
        if any(not item.targets for item in ended):
            return True  # told already: it does not say by what
        return any(later in self._records(earlier, target) for item in ended for target in item.targets)

    def _records(self, record: OldRecord, target: Target) -> list[OldRecord]:
        found = self._found(record, target)
        return found if isinstance(found, list) else []

    @cached_property
    def _numbered(self) -> Mapping[tuple[str, int | None], list[OldRecord]]:
        """The records by folder and number."""
        found: dict[tuple[str, int | None], list[OldRecord]] = {}
        for item in self.old.records:
            found.setdefault((dirname(item.path), item.number), []).append(item)
        return found

    def _found(self, record: OldRecord, target: Target) -> _Found:
        """What a record names: earlier records, a decision, or what nobody can check; nothing if it is not there."""
        if target.outside:
            return ""
        if target.path:
            return self._at(target.path)
        folder = dirname(record.path)
        if target.slug:
            beside = self.old.by_path.get(f"{folder}/{target.slug}.md")
            return [beside] if beside else None
        numbered = self._numbered.get((folder, target.number))
        return numbered or next(iter(self._decisions.get(target.number or 0, ())), None)

    def _at(self, path: str) -> _Found:
        if path in self.old.by_path:
            return [self.old.by_path[path]]
        number = number_in(path)
        if dirname(path) == self.records_folder and number is not None:
            return next(iter(self._decisions.get(number, ())), None)
        return "" if path in self.old.files or path.startswith("../") else None

    def _missing(self, record: OldRecord, target: Target, place: Place, what: str) -> Problem:
        named = target.path or target.slug or f"ADR-{target.number or 0:04d}"
        beside = [item.path for item in self.old.records if item is not record]
        meant = suggest(target.path, beside) if target.path else ""
        return _problem(
            f"{what} {named}, and there is no such record",
            place,
            f'Did you mean "{meant}"?' if meant else "Correct the name, or bring the record back.",
        )


def _unknown_word(status: Status) -> Problem:
    word = status.written[:60]
    meant = suggest(word.split(maxsplit=1)[0].rstrip(".,;:").lower() if word else "", STATUSES)
    return Problem(
        CHECK,
        f'"{word}" is no status that tools know',
        status.place,
        expected=f"one of {', '.join(STATUSES)}",
        suggestion=meant,
        remediation="Write one of the words. Tools take any other for a draft, without a word.",
    )


def _problem(message: str, place: Place, remediation: str, related: Related | None = None) -> Problem:
    return Problem(CHECK, message, place, remediation=remediation, related=(related,) if related else ())
