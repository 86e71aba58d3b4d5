"""`concertino.yaml`: where things stand and which packs apply."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace

from concertino.documents import Gate, positions, read_documents
from concertino.model.json import JsonValue
from concertino.model.limits import Limits
from concertino.model.place import Place
from concertino.model.problem import Problem

CONFIGURATION_FILE = "concertino.yaml"
SHIPPED_PACK = "operate-orchestrate"
_FOLDERS = ("catalogue", "records", "policies", "schemas")


@dataclass(frozen=True)
class Configuration:
    """What `concertino.yaml` says; the defaults hold where it is silent, or where there is none."""

    catalogue: str = "catalogue"
    records: str = "catalogue/records"
    policies: str = "policies"
    schemas: str = "schemas"
    extends: tuple[str, ...] = (SHIPPED_PACK,)
    overrides: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    written: bool = False
    """Whether there is a configuration file."""
    locate: Callable[[str], Place] = field(default=lambda _: Place(CONFIGURATION_FILE), compare=False, repr=False)
    """The place of a JSON pointer in the configuration file."""


def read_configuration(data: bytes | None, gate: Callable[[], Gate]) -> tuple[Configuration, tuple[Problem, ...]]:
    """The configuration in the bytes of `concertino.yaml`, and what is wrong with it.

    A configuration with a fault is not used at all: half of it might loosen what the other half was to hold.
    """
    if data is None:
        return Configuration(), ()
    read = read_documents(CONFIGURATION_FILE, data, Limits())
    if read.problems:
        return Configuration(written=True), read.problems
    if len(read.documents) != 1:
        message = f"the configuration is one document, and here are {len(read.documents)}"
        remedy = "Keep one document; a file without any may as well be removed."
        return Configuration(written=True), (
            Problem("configuration", message, Place(CONFIGURATION_FILE), remediation=remedy),
        )
    value, marks = read.documents[0].value, positions(CONFIGURATION_FILE, data, 0, Limits())
    if not gate().accepts(value):
        return Configuration(written=True), gate().explain(value, marks)
    return replace(_configuration(value), locate=marks.nearest), ()


def _configuration(value: JsonValue) -> Configuration:
    if not isinstance(value, dict):
        return Configuration(written=True)
    folders = {name: str(value[name]).strip("/") for name in _FOLDERS if name in value}
    catalogue = folders.get("catalogue", Configuration.catalogue)
    extends = value.get("extends")
    overrides = value.get("overrides")
    limits = value.get("limits")
    return Configuration(
        catalogue=catalogue,
        records=folders.get("records", f"{catalogue}/records"),
        policies=folders.get("policies", Configuration.policies),
        schemas=folders.get("schemas", Configuration.schemas),
        extends=tuple(str(item) for item in extends) if isinstance(extends, list) else (SHIPPED_PACK,),
        overrides={str(key): item for key, item in overrides.items() if isinstance(item, dict)}
        if isinstance(overrides, dict)
        else {},
        limits=_limits(limits if isinstance(limits, dict) else {}),
        written=True,
    )


def _limits(written: Mapping[str, JsonValue]) -> Limits:
    known = {_camel(item.name): item.name for item in fields(Limits)}
    return Limits(**{known[key]: value for key, value in written.items() if key in known and isinstance(value, int)})


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
