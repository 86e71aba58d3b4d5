"""Showback: what services cost, and what of that each brand that uses them accounts for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import Entity
from concertino.insight.dividing import divide, quarter_of

EQUAL = "equal"
"""The key by which all consumers get the same, whatever they use."""
SERVICE_KIND, BRAND_KIND, CELL_KIND, MEASUREMENT_KIND, PORTFOLIO_KIND = (
    "Service",
    "Brand",
    "Cell",
    "Measurement",
    "Portfolio",
)
_NO_INFLUENCE = "none"


class Mode(StrEnum):
    """Who pays: those who use it, the centre while they see it, the centre alone, or one brand's own budget."""

    CHARGEBACK = "chargeback"
    SHOWBACK = "showback"
    CENTRAL = "central"
    BRAND = "brand"


class Stays(StrEnum):
    """Why a whole line of cost stays central, in words for a reader."""

    NOWHERE = ""
    NO_INFLUENCE = "no brand can influence it"
    CENTRAL = "the service is paid by the centre"
    NO_CONSUMER = "nobody uses the service"
    NO_FIGURES = "the key has no figures"
    NEGATIVE = "a figure of the key is negative"
    ZERO = "every figure of the key is 0"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of cost in one quarter, divided, in minor units: `incurred` is always `central` and the shares together.

    `figures` are the values of the key by brand. `stays` says why nothing was divided, `lacking` the brands without a
    figure. What a brand shares of a service in mode `showback` it sees and does not pay.
    """

    service: str
    period: str
    line: str
    mode: Mode
    key: str
    influence: str
    incurred: int
    shares: Mapping[str, int]
    central: int
    figures: Mapping[str, Fraction]
    stays: Stays = Stays.NOWHERE
    lacking: tuple[str, ...] = ()

    @property
    def charged(self) -> bool:
        """Whether brands pay their shares, and do not only see them."""
        return self.mode in (Mode.CHARGEBACK, Mode.BRAND)


@dataclass(frozen=True)
class Showback:
    """The lines of all services in some quarters, by service, quarter and the order in which they are written."""

    periods: tuple[str, ...]
    currency: str
    lines: tuple[Line, ...]
    without_costs: tuple[str, ...] = ()
    """Services with more than one consumer that say nothing of what they cost."""
    faulty: tuple[str, ...] = ()
    """Services with faults, which are left out."""

    @property
    def incurred(self) -> int:
        """What everything cost."""
        return sum(line.incurred for line in self.lines)

    @property
    def central(self) -> int:
        """What no brand shares."""
        return sum(line.central for line in self.lines)

    @property
    def brands(self) -> Mapping[str, tuple[int, int]]:
        """For each brand what it is charged, and what it is only shown."""
        names = sorted({name for line in self.lines for name in line.shares})
        return {name: (self._shared(name, charged=True), self._shared(name, charged=False)) for name in names}

    @property
    def services(self) -> tuple[str, ...]:
        """The services with costs, in order."""
        return tuple(dict.fromkeys(line.service for line in self.lines))

    def only(self, entity: str) -> "Showback":
        """The part that concerns one service, or the lines of which one brand has a share."""
        lines = tuple(line for line in self.lines if entity == line.service or entity in line.shares)
        return Showback(self.periods, self.currency, lines, (), self.faulty)

    def _shared(self, brand: str, *, charged: bool) -> int:
        return sum(line.shares.get(brand, 0) for line in self.lines if line.charged is charged)


def showback_of(catalogue: Catalogue, periods: tuple[str, ...]) -> Showback:
    """What the services of a catalogue cost in these quarters (`2026-Q2`), divided among the brands that use them."""
    services = catalogue.of_kind(SERVICE_KIND)
    sound = [entity for entity in services if not entity.fault]
    figures = Figures.of(catalogue)
    lines = tuple(line for entity in sound for period in periods for line in _lines(entity, period, figures))
    silent = [
        entity.name
        for entity in sound
        if not _costs(entity) and len(_consumers(entity)) > 1 and _spec(entity).get("lifecycle") != "planned"
    ]
    faulty = tuple(entity.name for entity in services if entity.fault)
    return Showback(periods, _currency(catalogue), lines, tuple(silent), faulty)


def quarters(text: str) -> tuple[str, ...]:
    """The quarters that `2026-Q2` or `2026` means; none if the text is neither."""
    year, dash, quarter = text.partition("-Q")
    if not (len(year) == len("2026") and year.isascii() and year.isdigit()):
        return ()
    if not dash:
        return tuple(f"{year}-Q{number}" for number in range(1, 5))
    return (text,) if quarter in ("1", "2", "3", "4") else ()


def last_full_quarter(day: str) -> str:
    """The last quarter that was over before an ISO day."""
    year, month = int(day[:4]), int(day[5:7])
    quarter = (month - 1) // 3
    return f"{year:04d}-Q{quarter}" if quarter else f"{year - 1:04d}-Q4"


@dataclass(frozen=True)
class Figures:
    """What was measured of brands and of their cells: by metric, subject and quarter."""

    values: Mapping[tuple[str, str, str], Fraction]
    cells: Mapping[tuple[str, str], str]
    """The cells by the references of their brand and capability."""

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Figures":
        """The figures of the measurements in a catalogue. Of two for the same the later by name counts."""
        values: dict[tuple[str, str, str], Fraction] = {}
        for entity in catalogue.of_kind(MEASUREMENT_KIND):
            spec = _spec(entity)
            for row in _mappings(spec.get("rows")) if not entity.fault else ():
                subject = _referred(row, "subject")
                if subject:
                    values[str(spec.get("metric")), subject, str(row.get("period"))] = exact(row.get("value"))
        cells = {}
        for cell in catalogue.of_kind(CELL_KIND):
            spec = _spec(cell)
            if not cell.fault:
                cells[_referred(spec, "brand"), _referred(spec, "capability")] = cell.name
        return cls(values, cells)

    def of_brand(self, metric: str, brand: str, capabilities: Iterable[str], period: str) -> Fraction | None:
        """The figure of a brand in a quarter: that of its cells in these capabilities together, or of itself."""
        names = [self.cells.get((brand, capability), "") for capability in capabilities]
        found = [self.values[metric, name, period] for name in names if (metric, name, period) in self.values]
        return sum(found, Fraction(0)) if found else self.values.get((metric, brand, period))


def exact(value: object) -> Fraction:
    """A number as it is written: 0.1 is a tenth and not what a binary fraction makes of it."""
    return Fraction(repr(value)) if isinstance(value, int | float) else Fraction(0)


def _lines(entity: CatalogueEntity, period: str, figures: Figures) -> Iterator[Line]:
    spec = _spec(entity)
    if spec.get("lifecycle") == "planned":
        return
    funding = spec.get("funding")
    mode = Mode(str(funding.get("mode"))) if isinstance(funding, Mapping) else Mode.CENTRAL
    for cost in _costs(entity):
        yield _line(entity, period, mode, cost, figures)


def _line(entity: CatalogueEntity, period: str, mode: Mode, cost: Mapping[str, object], figures: Figures) -> Line:
    key, influence, amount = str(cost.get("key")), str(cost.get("influence")), cost.get("amount")
    incurred = quarter_of(amount if isinstance(amount, int) else 0, int(period[-1]))
    consumers = _consumers(entity)
    found = _figures(entity, key, period, consumers, figures)
    known = {name: value for name, value in found.items() if value is not None}
    lacking = tuple(name for name, value in found.items() if value is None)
    stays = _stays(mode, influence, consumers, known, lacking)
    division = divide(incurred, {} if stays else known)
    return Line(
        service=entity.name,
        period=period,
        line=str(cost.get("line")),
        mode=mode,
        key=key,
        influence=influence,
        incurred=incurred,
        shares=division.shares,
        central=division.central,
        figures=known,
        stays=stays,
        lacking=lacking if stays is Stays.NO_FIGURES else (),
    )


def _stays(
    mode: Mode, influence: str, consumers: tuple[str, ...], known: Mapping[str, Fraction], lacking: tuple[str, ...]
) -> Stays:
    """Why nothing of a line is divided. With a figure missing nobody can tell anybody's share, so all of it stays."""
    if influence == _NO_INFLUENCE:
        return Stays.NO_INFLUENCE
    if mode is Mode.CENTRAL:
        return Stays.CENTRAL
    if not consumers:
        return Stays.NO_CONSUMER
    if lacking:
        return Stays.NO_FIGURES
    if any(value < 0 for value in known.values()):
        return Stays.NEGATIVE
    return Stays.NOWHERE if any(known.values()) else Stays.ZERO


def _figures(
    entity: CatalogueEntity, key: str, period: str, consumers: tuple[str, ...], figures: Figures
) -> dict[str, Fraction | None]:
    if key == EQUAL:
        return dict.fromkeys(consumers, Fraction(1))
    capabilities = _all_referred(_spec(entity), "capabilities")
    return {name: figures.of_brand(key, name, capabilities, period) for name in consumers}


def _costs(entity: CatalogueEntity) -> tuple[Mapping[str, object], ...]:
    funding = _spec(entity).get("funding")
    return tuple(_mappings(funding.get("costs"))) if isinstance(funding, Mapping) else ()


def _consumers(entity: CatalogueEntity) -> tuple[str, ...]:
    return tuple(sorted(_all_referred(_spec(entity), "consumers")))


def _currency(catalogue: Catalogue) -> str:
    for entity in catalogue.of_kind(PORTFOLIO_KIND):
        found = _spec(entity).get("currency")
        if isinstance(found, str):
            return found
    return ""


def _spec(entity: CatalogueEntity) -> Mapping[str, object]:
    spec = entity.value.get("spec")
    return spec if isinstance(spec, Mapping) else {}


def _mappings(value: object) -> Iterator[Mapping[str, object]]:
    return (item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else iter(())


def _referred(holder: Mapping[str, object], name: str) -> str:
    """The reference of what a field refers to, empty if that can't be read."""
    refs = holder.get("refs")
    found = refs.get(name) if isinstance(refs, Mapping) else None
    return found.reference if isinstance(found, Entity) else ""


def _all_referred(holder: Mapping[str, object], name: str) -> tuple[str, ...]:
    refs = holder.get("refs")
    found = refs.get(name) if isinstance(refs, Mapping) else None
    return tuple(item.reference for item in found if isinstance(item, Entity)) if isinstance(found, list) else ()
