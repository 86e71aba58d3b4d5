"""Which policy files apply: packs by name or by path, and the repository's own policies."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from concertino.documents import FileDocuments, Gate, positions, read_documents
from concertino.model.json import JsonObject, JsonValue
from concertino.model.limits import Limits
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.suggest import suggest
from concertino.policies.configuration import Configuration
from concertino.policies.overview import OVERVIEW_FILE
from concertino.policies.policy import PolicyOrigin
from concertino.policies.rows import Row, rows_of

OWN_POLICIES = "own policies"
MODEL_FILE = "decision-model.yaml"


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A `policy.yaml` that applies, with its bytes, and the bytes of the `cases.yaml` beside it."""

    origin: PolicyOrigin
    folder: str
    data: bytes
    cases: bytes | None = None


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A `decision-model.yaml`, or an `overview.yaml`, of a pack or among the repository's own policies."""

    origin: PolicyOrigin
    data: bytes


@dataclass(frozen=True)
class Packs:
    """The files of all policies that apply, sorted by folder, and what is wrong with the packs."""

    policies: tuple[PolicyFile, ...]
    problems: tuple[Problem, ...]
    parameters: Mapping[str, JsonValue] = field(default_factory=dict)
    """Values that hold for whole packs. A pack goes before those it builds on, and a later one before an earlier."""
    parameter_file: str = ""
    """The file that said something about them last."""
    rows: tuple[Row, ...] = ()
    """What the packs say they are there for, in their order."""
    models: tuple[ModelFile, ...] = ()
    """The decision models, in the order of their packs. At most one of them applies."""
    overviews: tuple[ModelFile, ...] = ()
    """The overviews, in the order of their packs. All of them apply."""
    metrics: Mapping[str, JsonObject] = field(default_factory=dict)
    """The metrics that portfolios know without declaring them, by id. Which pack goes before is as with parameters."""


def find_packs(
    configuration: Configuration, repository: Mapping[str, bytes], shipped: Mapping[str, bytes], gate: Gate
) -> Packs:
    """The policies that `configuration` asks for, from the files of the repository and those of the engine.

    A pack in the repository goes before a shipped one of the same name, since its changes are under review there. The
    repository's own policies, those in no pack, always apply.
    """
    finder = _Finder(configuration, repository, shipped, gate)
    for index, name in enumerate(configuration.extends):
        finder.extend(name, configuration.locate(f"/extends/{index}"))
    finder.own_policies()
    policies = sorted(finder.found.values(), key=lambda item: (item.origin.pack, item.folder))
    return Packs(
        policies=tuple(policies),
        problems=tuple(finder.problems),
        parameters=finder.parameters,
        parameter_file=next(iter(finder.parameter_files[-1:]), ""),
        rows=tuple(finder.rows),
        models=tuple(finder.models),
        overviews=tuple(finder.overviews),
        metrics=finder.metrics,
    )


@dataclass(frozen=True)
class _Finder:
    configuration: Configuration
    repository: Mapping[str, bytes]
    shipped: Mapping[str, bytes]
    gate: Gate
    found: dict[str, PolicyFile] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    parameters: dict[str, JsonValue] = field(default_factory=dict)
    parameter_files: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    models: list[ModelFile] = field(default_factory=list)
    overviews: list[ModelFile] = field(default_factory=list)
    metrics: dict[str, JsonObject] = field(default_factory=dict)

    def extend(self, name: str, asked_at: Place) -> None:
        """Add the policies of a pack, and of those it extends. A pack reached twice loads once."""
        folder, files, shipped = self._locate(name)
        if files is None:
            self.problems.append(self._unknown(name, asked_at))
        elif folder not in self.seen:
            self.seen.add(folder)
            self._load(folder, files, shipped=shipped)

    def own_policies(self) -> None:
        """Add the policies and decision models of the repository that stand in no pack."""
        root = self.configuration.policies
        packs = [path.removesuffix("/pack.yaml") for path in self.repository if path.endswith("/pack.yaml")]
        for path in self.repository:
            folder, _, name = path.rpartition("/")
            own = f"{folder}/".startswith(f"{root}/") and not any(f"{folder}/".startswith(f"{one}/") for one in packs)
            origin = PolicyOrigin(OWN_POLICIES, path, shipped=False)
            if own and name == "policy.yaml":
                self._add(folder, self.repository, origin)
            elif own and name == MODEL_FILE:
                self.models.append(ModelFile(origin, self.repository[path]))
            elif own and name == OVERVIEW_FILE:
                self.overviews.append(ModelFile(origin, self.repository[path]))

    def _locate(self, name: str) -> tuple[str, Mapping[str, bytes] | None, bool]:
        path = name.removeprefix("./").strip("/")
        own = path if name.startswith("./") else f"{self.configuration.policies}/{path}"
        if f"{own}/pack.yaml" in self.repository:
            return own, self.repository, False
        if f"policies/{path}/pack.yaml" in self.shipped and not name.startswith("./"):
            return f"policies/{path}", self.shipped, True
        return own, None, False

    def _load(self, folder: str, files: Mapping[str, bytes], *, shipped: bool) -> None:
        file = f"{folder}/pack.yaml"
        read = read_documents(file, files[file], self.configuration.limits)
        value = read.documents[0].value if read.documents else {}
        problems = [*read.problems, *self._faults(file, files[file], read)]
        self.problems.extend(replace(problem, check="pack") for problem in problems)
        if problems or not isinstance(value, dict):
            return
        spec, metadata = value.get("spec"), value.get("metadata")
        for name in spec.get("extends", []) if isinstance(spec, dict) else []:
            self.extend(str(name), Place(file))
        parameters = spec.get("parameters") if isinstance(spec, dict) else None
        if isinstance(parameters, dict):
            self.parameters.update(parameters)
            self.parameter_files.append(file)
        pack = str(metadata.get("name")) if isinstance(metadata, dict) else folder
        self.rows.extend(rows_of(spec, pack, file) if isinstance(spec, dict) else ())
        metrics = spec.get("metrics") if isinstance(spec, dict) else None
        for metric in metrics if isinstance(metrics, list) else ():
            if isinstance(metric, dict):
                self.metrics[str(metric["id"])] = metric
        model = f"{folder}/{MODEL_FILE}"
        if model in files:
            self.models.append(ModelFile(PolicyOrigin(pack, model, shipped=shipped), files[model]))
        overview = f"{folder}/{OVERVIEW_FILE}"
        if overview in files:
            self.overviews.append(ModelFile(PolicyOrigin(pack, overview, shipped=shipped), files[overview]))
        for path in files:
            if path.startswith(f"{folder}/") and path.endswith("/policy.yaml"):
                self._add(path.removesuffix("/policy.yaml"), files, PolicyOrigin(pack, path, shipped=shipped))

    def _faults(self, file: str, data: bytes, read: FileDocuments) -> tuple[Problem, ...]:
        if read.problems or not read.documents or self.gate.accepts(read.documents[0].value):
            return ()
        return self.gate.explain(read.documents[0].value, positions(file, data, 0, Limits()))

    def _add(self, folder: str, files: Mapping[str, bytes], origin: PolicyOrigin) -> None:
        data = files[f"{folder}/policy.yaml"]
        self.found[folder] = PolicyFile(origin, folder, data, files.get(f"{folder}/cases.yaml"))

    def _unknown(self, name: str, asked_at: Place) -> Problem:
        names = {path.split("/")[1] for path in self.shipped if path.endswith("/pack.yaml")}
        names |= {path.split("/")[-2] for path in self.repository if path.endswith("/pack.yaml")}
        return Problem(
            "pack",
            f'there is no pack "{name}"',
            asked_at,
            expected=f"one of {', '.join(sorted(names))}, or a path that begins with ./",
            suggestion=suggest(name, sorted(names)),
            remediation="Correct the name under extends; without the pack its policies judge nothing.",
        )
