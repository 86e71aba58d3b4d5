"""Reading what an entity says, and naming what it refers to, without stumbling over what can't be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import relpath
from urllib.parse import quote

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import Entity, Unreadable
from concertino.model.problem import Problem
from concertino.records.escaping import Markdown, code, compose, inline
from concertino.verdict import Register
from concertino.verdict.adr import OldRecords
from concertino.verdict.adr_file import OldRecord
from concertino.verdict.adr_findings import FIELD

DECISION_KIND = "Decision"
_PORTFOLIO_KIND = "Portfolio"
_SAFE_IN_PATHS = "/-._~"
_CENTS = 2
_OTHER_DECIMALS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Decimals of the currencies whose minor unit is not a hundredth (ISO 4217)."""


def mapping(value: object, name: str) -> Mapping[str, object]:
    """The mapping under `name`, or an empty one."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def sequence(value: object, name: str) -> list[object]:
    """The list under `name`, or an empty one."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, list) else []


def text(value: object, name: str) -> str:
    """The text under `name`, or the empty text."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else ""


def number(value: object, name: str) -> int | float | None:
    """The number under `name`, if there is one."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def figure(value: float | None) -> str:
    """A number as people write it: `1,250`, `2.5`."""
    return "" if value is None else format(value, ",.15g") if isinstance(value, float) else format(value, ",d")


def references(value: object, name: str) -> Iterator[tuple[str, Entity | None]]:
    """The references under `name`, as they are written, each with the entity it leads to if that can be read."""
    written = value.get(name) if isinstance(value, Mapping) else None
    resolved = mapping(value, "refs").get(name)
    if isinstance(written, str):
        yield written, resolved if isinstance(resolved, Entity) else None
    elif isinstance(written, list):
        targets = resolved if isinstance(resolved, list) else [None] * len(written)
        for item, target in zip(written, targets, strict=False):
            yield str(item), target if isinstance(target, Entity) else None


def target(value: object, name: str) -> Entity | None:
    """The one entity that the reference under `name` leads to, if it can be read."""
    return next((entity for _, entity in references(value, name)), None)


def inverse(entity: Entity, name: str) -> tuple[list[Entity], list[str]]:
    """Those that refer to `entity` under `name`, and the references of those that can't be read."""
    found = sequence(entity.get("inverse"), name)
    faulty = [item.cause for item in found if isinstance(item, Unreadable)]
    unread = sorted({cause.subject if isinstance(cause, Problem) else "" for cause in faulty})
    return [item for item in found if isinstance(item, Entity)], unread


def spec_of(entity: Entity) -> Mapping[str, object]:
    """What the entity says of itself."""
    return mapping(entity, "spec")


def title_of(entity: Entity) -> str:
    """What people call the entity."""
    metadata = mapping(entity, "metadata")
    return text(metadata, "title").strip() or text(metadata, "name")


def unknown(name: str) -> Markdown:
    """What stands for something that can't be read."""
    return compose("unknown: {}", name)


def number_of(entity: Entity) -> int:
    """The number of a decision; 0 if it has none."""
    found = number(spec_of(entity), "number")
    return found if isinstance(found, int) else 0


@dataclass(frozen=True)
class Shelf:
    """The catalogue as records refer to it, seen from the folder in which they stand."""

    catalogue: Catalogue
    folder: str
    register: Register | None = None
    old: OldRecords = field(default_factory=OldRecords)
    policy_files: Mapping[str, str] = field(default_factory=dict)
    """The files of the policies that stand in the same repository, by the ids of the policies."""

    @cached_property
    def decisions(self) -> tuple[CatalogueEntity, ...]:
        """The decisions that can be rendered, by number and reference."""
        sound = (item for item in self.catalogue.of_kind(DECISION_KIND) if item.fault is None)
        return tuple(sorted(sound, key=lambda item: (number_of(item.value), item.name)))

    @cached_property
    def currency(self) -> str:
        """The code of the currency in which amounts are given, or empty."""
        return next((text(spec, "currency") for spec in self._portfolios), "")

    @cached_property
    def units(self) -> Mapping[str, str]:
        """The units of the metrics that the portfolio declares, by metric."""
        metrics = [metric for spec in self._portfolios for metric in sequence(spec, "metrics")]
        return {text(metric, "id"): text(metric, "unit") for metric in metrics}

    def money(self, amount: float) -> str:
        """An amount of minor units in the portfolio's currency: `12,500 EUR`, `0.50 EUR`."""
        decimals = _OTHER_DECIMALS.get(self.currency, _CENTS)
        whole, rest = divmod(abs(int(amount)), 10**decimals)
        sign = "-" if amount < 0 else ""
        fraction = f".{rest:0{decimals}d}" if rest else ""
        return f"{sign}{whole:,d}{fraction} {self.currency}".rstrip()

    def record_path(self, decision: Entity) -> str:
        """The path of the record of a decision."""
        return f"{self.folder}/{self.record_name(decision)}"

    def record_name(self, decision: Entity) -> str:
        """`NNNN-name.md`; the name of a decision in a namespace of its own begins with that."""
        slug = decision.reference.partition(":")[2].lower()
        return f"{number_of(decision):04d}-{slug.translate(str.maketrans('/_.', '---'))}.md"

    def policy(self, name: str) -> Markdown:
        """The id of a policy, leading to its file if that is in the repository."""
        return self.link_to(self.policy_files[name], code(name)) if name in self.policy_files else code(name)

    def earlier_of(self, decision: Entity) -> list[tuple[str, OldRecord | None]]:
        """The earlier records that a decision replaces: their paths, and what they hold if they are there."""
        paths = [str(item) for item in sequence(spec_of(decision), FIELD)]
        return [(path, self.old.by_path.get(path)) for path in paths]

    def replaced_by(self, decision: Entity) -> list[Markdown]:
        """Links for all that a decision replaces, earlier records last."""
        earlier = [
            self.link_to(path, inline(record.title)) if record else unknown(path)
            for path, record in self.earlier_of(decision)
        ]
        return [*self.links(spec_of(decision), "supersedes"), *earlier]

    def file_of(self, entity: Entity) -> str:
        """The path of the document that describes the entity, or empty."""
        found = self.catalogue.by_name.get(entity.reference)
        return found.file if found else ""

    def link(self, entity: Entity) -> Markdown:
        """The title of an entity, leading to the file that describes it, or to the record of a decision."""
        title = inline(title_of(entity))
        if entity.get("kind") == DECISION_KIND:
            return Markdown(f"[ADR-{number_of(entity):04d} {title}]({self.record_name(entity)})")
        file = self.file_of(entity)
        return self.link_to(file, title) if file else title

    def link_to(self, file: str, title: Markdown) -> Markdown:
        """`title`, leading to a file of the catalogue."""
        path = quote(relpath(file, self.folder or "."), safe=_SAFE_IN_PATHS, errors="surrogateescape")
        return Markdown(f"[{title}]({path})")

    def links(self, value: object, name: str) -> list[Markdown]:
        """Links for the references under `name`; what can't be read is named as it is written."""
        return [self.link(entity) if entity else unknown(written) for written, entity in references(value, name)]

    def titles(self, value: object, name: str) -> list[Markdown]:
        """The titles of what the references under `name` lead to."""
        return [inline(title) for title in self.plain_titles(value, name)]

    def plain_titles(self, value: object, name: str) -> list[str]:
        """The titles as they are written, for places that take no Markdown."""
        return [title_of(entity) if entity else f"unknown: {written}" for written, entity in references(value, name)]

    @cached_property
    def _portfolios(self) -> tuple[Mapping[str, object], ...]:
        return tuple(spec_of(item.value) for item in self.catalogue.of_kind(_PORTFOLIO_KIND) if item.fault is None)
