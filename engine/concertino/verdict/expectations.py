"""What a case expects, against what it came to."""

from collections.abc import Iterator
from dataclasses import dataclass

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.model.json import JsonObject
from concertino.model.outcome import Outcome, Result
from concertino.policies import Policy
from concertino.policies.fields import check_field
from concertino.verdict.case_writing import CasesFile, listed


@dataclass(frozen=True)
class Expectations:
    """The expectations of one case, which stands at `pointer` of its file."""

    file: CasesFile
    policy: Policy
    case: JsonObject
    pointer: str

    def unmet(self, outcomes: tuple[Outcome, ...], catalogue: Catalogue) -> Iterator[str]:
        """A sentence for each expectation that was not met, and for each finding that nobody expected."""
        met: set[tuple[str, str, str, str]] = set()
        for number, expected in enumerate(listed(self.case, "expect")):
            pointer = f"{self.pointer}/expect/{number}"
            entity = self._expected_entity(expected, catalogue, pointer)
            names = tuple(item.name for item in self.policy.validations)
            if "validation" in expected:
                self.file.known("validation", [str(expected["validation"])], names, f"{pointer}/validation")
            if entity is None:
                continue
            self._known_field(expected, entity, f"{pointer}/field")
            chosen = [item for item in outcomes if _concerns(item, entity, expected)]
            met.update(item.identity for item in chosen if item.result == expected["outcome"])
            yield from _verdict_on(expected, chosen, catalogue, entity)
        for outcome in outcomes:
            if outcome.is_finding and outcome.identity not in met:
                yield f"not expected: {_described(outcome)}"

    def _known_field(self, expected: JsonObject, entity: CatalogueEntity, pointer: str) -> None:
        """Report a field that the kind does not have: a finding on what it would stand in must not satisfy it."""
        path = expected.get("field")
        fault = check_field(path, entity.kind.name, None, self.file.kinds.vocabulary) if isinstance(path, str) else None
        if fault:
            self.file.misspelt(pointer, *fault)

    def _expected_entity(self, expected: JsonObject, catalogue: Catalogue, pointer: str) -> CatalogueEntity | None:
        reference = self.file.reference(str(expected.get("entity")))
        entity = catalogue.find(reference) if reference else None
        if entity is None:
            self.file.known("entity", [str(expected.get("entity"))], list(catalogue.by_name), f"{pointer}/entity")
        return entity


def _verdict_on(
    expected: JsonObject, chosen: list[Outcome], catalogue: Catalogue, entity: CatalogueEntity
) -> Iterator[str]:
    wanted = Result(str(expected["outcome"]))
    hits = [item for item in chosen if item.result is wanted]
    others = [item for item in chosen if item.result is not wanted and item.result is not Result.SKIP]
    if not hits or (others and wanted in (Result.PASS, Result.SKIP)):
        came = ", ".join(_described(item) for item in chosen) or "no outcome at all"
        yield f"expected {wanted.value} on {entity.name}, and it came to: {came}"
        return
    message, path = expected.get("message"), expected.get("field")
    if message is not None and all(str(message) not in item.message for item in hits):
        yield f"expected the message to contain\n    - {message}\n    + {hits[0].message}"
    whole = expected.get("messageIs")
    if whole is not None and all(str(whole) != item.message for item in hits):
        yield f"expected the message to be\n    - {whole}\n    + {hits[0].message}"
    if isinstance(path, str):
        place = catalogue.locate(entity, "/" + path.replace(".", "/"))
        if all(item.place != place for item in hits):
            found = hits[0].place.pointer if hits[0].place else "nowhere"
            yield f"expected the finding at {path} ({place}), and it stands at {hits[0].place} ({found})"


def _concerns(outcome: Outcome, entity: CatalogueEntity, expected: JsonObject) -> bool:
    return (
        outcome.subject == entity.name
        and outcome.validation == expected.get("validation", outcome.validation)
        and outcome.key == str(expected.get("key", outcome.key))
    )


def _described(outcome: Outcome) -> str:
    name = "/".join(part for part in (outcome.validation, outcome.key) if part)
    where = f" ({name})" if name else ""
    message = f": {outcome.message}" if outcome.message else ""
    return f"{outcome.result.value} on {outcome.subject}{where}{message}"
