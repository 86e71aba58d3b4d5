"""`concertino.yaml`: where things stand and which packs apply."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from posixpath import normpath

from concertino.documents import Document, Gate, Positions, positions, read_documents
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
    adr: tuple[str, ...] = ()
    """The folders with decision records that people wrote."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """The paths of templates that replace those of the engine: of the `record`, of the `index`."""
    extends: tuple[str, ...] = (SHIPPED_PACK,)
    overrides: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    decision_model: Mapping[str, JsonValue] = field(default_factory=dict)
    """Which decision model applies (`use`), other values of its `parameters`, and the `reason` for them."""
    exception_parameters: Mapping[str, JsonValue] = field(default_factory=dict)
    """Other limits of exceptions than those of the packs, by the names they have here (`mostDays`)."""
    exception_reason: str = ""
    """Why they are others."""
    proof: str = ""
    """The revision that says whose signature proves an approval; empty if approvals are taken at their word."""
    written: bool = False
    """Whether there is a configuration file."""
    locate: Callable[[str], Place] = field(default=lambda _: Place(CONFIGURATION_FILE), compare=False, repr=False)
    """The place of a JSON pointer in the configuration file: its key, or the element of a list."""


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
        return Configuration(written=True), (_not_one(read.documents),)
    value, marks = read.documents[0].value, positions(CONFIGURATION_FILE, data, 0, Limits())
    if not gate().accepts(value):
        return Configuration(written=True), gate().explain(value, marks)
    outside = tuple(_outside(value, marks))
    if outside:
        return Configuration(written=True), outside
    return replace(_configuration(value), locate=marks.head), ()


def _not_one(documents: Sequence[Document]) -> Problem:
    if not documents:
        remedy = "Write apiVersion and kind, or remove the file: without it the defaults hold."
        return Problem("configuration", "the configuration is empty", Place(CONFIGURATION_FILE), remediation=remedy)
    message = f"the configuration is one document, and here are {len(documents)}"
    remedy = "Keep one document: of two, nobody could tell which one holds."
    return Problem("configuration", message, documents[1].place, remediation=remedy)


def _outside(value: JsonValue, marks: Positions) -> Iterator[Problem]:
    """A problem for each folder that does not lie below the configuration: nothing outside is ever read."""
    for name in _FOLDERS:
        written = value.get(name) if isinstance(value, dict) else None
        if isinstance(written, str) and not _below(written):
            yield _not_below(written, marks.nearest(f"/{name}"))
    for pointer, written in _further_paths(value):
        if not _below(written):
            yield _not_below(written, marks.nearest(pointer))


def _further_paths(value: JsonValue) -> Iterator[tuple[str, str]]:
    """The paths in lists and mappings, each with its JSON pointer."""
    if not isinstance(value, dict):
        return
    adr, templates = value.get("adr"), value.get("templates")
    yield from ((f"/adr/{index}", str(item)) for index, item in enumerate(adr if isinstance(adr, list) else ()))
    if isinstance(templates, dict):
        yield from ((f"/templates/{name}", str(item)) for name, item in templates.items())


def _below(written: str) -> bool:
    return _folder(written).partition("/")[0] not in ("", ".", "..")


def _not_below(written: str, place: Place) -> Problem:
    message = f'"{written}" is no folder below the one of this file, and nothing else is read'
    remedy = "Name a folder of this repository, or start concertino further up with -C."
    return Problem("configuration", message, place, remediation=remedy)


def _folder(written: str) -> str:
    """A folder as its files are listed below it: without `./` in front, `/` at the end and detours between."""
    return normpath(written)


def _configuration(value: JsonValue) -> Configuration:
    if not isinstance(value, dict):
        return Configuration(written=True)
    folders = {name: _folder(str(value[name])) for name in _FOLDERS if name in value}
    catalogue = folders.get("catalogue", Configuration.catalogue)
    extends = value.get("extends")
    adr, templates = value.get("adr"), value.get("templates")
    overrides = value.get("overrides")
    limits = value.get("limits")
    exceptions = value.get("exceptions")
    exceptions = exceptions if isinstance(exceptions, dict) else {}
    changed = exceptions.get("parameters")
    model = value.get("decisionModel")
    return Configuration(
        catalogue=catalogue,
        records=folders.get("records", f"{catalogue}/records"),
        policies=folders.get("policies", Configuration.policies),
        schemas=folders.get("schemas", Configuration.schemas),
        adr=tuple(_folder(str(item)) for item in adr) if isinstance(adr, list) else (),
        templates={name: _folder(str(item)) for name, item in templates.items()} if isinstance(templates, dict) else {},
        extends=tuple(str(item) for item in extends) if isinstance(extends, list) else (SHIPPED_PACK,),
        overrides={str(key): item for key, item in overrides.items() if isinstance(item, dict)}
        if isinstance(overrides, dict)
        else {},
        decision_model=model if isinstance(model, dict) else {},
        exception_parameters=changed if isinstance(changed, dict) else {},
        exception_reason=str(exceptions.get("reason", "")),
        proof=_proof(exceptions),
        limits=_limits(limits if isinstance(limits, dict) else {}),
        written=True,
    )


def _proof(exceptions: Mapping[str, JsonValue]) -> str:
    signers = exceptions.get("signers")
    revision = signers.get("revision") if isinstance(signers, Mapping) else None
    return str(revision) if exceptions.get("proof") == "signature" else ""


def _limits(written: Mapping[str, JsonValue]) -> Limits:
    known = {_camel(item.name): item.name for item in fields(Limits)}
    return Limits(**{known[key]: value for key, value in written.items() if key in known and isinstance(value, int)})


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
