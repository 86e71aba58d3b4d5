"""Decision models: read, gated, overridden, and the one chosen that applies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from concertino.documents import Gate, positions, read_documents
from concertino.model.json import JsonValue
from concertino.model.limits import Limits
from concertino.model.place import Place, Related
from concertino.model.problem import Problem
from concertino.model.suggest import suggest
from concertino.policies.configuration import Configuration
from concertino.policies.expressing import PolicySource, mapping_in, text_in
from concertino.policies.overrides import apply_override
from concertino.policies.packs import ModelFile
from concertino.policies.policy import Override

MODEL_CHECK = "decision-model"
"""The id of the built-in check that faults of decision models are reported under."""
_SETTING = "/decisionModel"


@dataclass(frozen=True)
class ChosenModel:
    """The document of the decision model that applies, if there is one, and what was changed or is wrong about it."""

    source: PolicySource | None = None
    overrides: tuple[Override, ...] = ()
    problems: tuple[Problem, ...] = ()


def choose_model(files: Sequence[ModelFile], configuration: Configuration, gate: Gate, limits: Limits) -> ChosenModel:
    """The one decision model of these that applies. Of several the configuration says which (`decisionModel.use`)."""
    read = [_source(file, gate, limits) for file in files]
    problems = [problem for found in read if not isinstance(found, PolicySource) for problem in found]
    sources = [found for found in read if isinstance(found, PolicySource)]
    setting = configuration.decision_model
    wanted = setting.get("use")
    if isinstance(wanted, str) and sources and all(item.id != wanted for item in sources):
        problems.append(_unknown(wanted, [item.id for item in sources], configuration))
    chosen = [item for item in sources if not isinstance(wanted, str) or item.id == wanted]
    problems += [_another(item, chosen[0]) for item in chosen[1:]]
    if not files and setting:
        place = configuration.locate(_SETTING)
        remedy = "Remove it, or extend a pack that comes with a decision model."
        problems.append(Problem("configuration", "there is no decision model to change", place, remediation=remedy))
    if not chosen:
        return ChosenModel(problems=tuple(problems))
    return _overridden(chosen[0], setting, configuration, tuple(problems))


def _overridden(
    source: PolicySource, setting: Mapping[str, JsonValue], configuration: Configuration, problems: tuple[Problem, ...]
) -> ChosenModel:
    override = {name: value for name, value in setting.items() if name != "use"}
    change = apply_override(source, override, configuration.locate, _SETTING)
    return ChosenModel(replace(source, value=change.value), change.notes, (*problems, *change.problems))


def _source(file: ModelFile, gate: Gate, limits: Limits) -> PolicySource | tuple[Problem, ...]:
    path = file.origin.file
    read = read_documents(path, file.data, limits)
    if read.problems:
        return tuple(replace(problem, check=MODEL_CHECK) for problem in read.problems)
    if len(read.documents) != 1:
        place = read.documents[1].place if read.documents else Place(path)
        remedy = "Keep one: of two, nobody could tell which one answers. Without any, remove the file."
        return (Problem(MODEL_CHECK, "a decision model is one document", place, remediation=remedy),)
    value, marks = read.documents[0].value, positions(path, file.data, 0, limits)
    if not gate.accepts(value) or not isinstance(value, dict):
        return tuple(replace(problem, check=MODEL_CHECK) for problem in gate.explain(value, marks))
    return PolicySource(text_in(mapping_in(value, "metadata"), "name"), file.origin, value, file.data, marks)


def _unknown(wanted: str, names: list[str], configuration: Configuration) -> Problem:
    return Problem(
        "configuration",
        f'there is no decision model "{wanted}"',
        configuration.locate(f"{_SETTING}/use"),
        expected=f"one of {', '.join(sorted(names))}",
        suggestion=suggest(wanted, sorted(names)),
        remediation="Correct the name; as it is, no model answers.",
    )


def _another(source: PolicySource, first: PolicySource) -> Problem:
    twice = source.id == first.id
    remedy = (
        "Rename one of them: reports tell models apart by their names."
        if twice
        else "Say under decisionModel.use in concertino.yaml which one answers."
    )
    called = f'called "{source.id}"' if twice else f'"{first.id}" and "{source.id}"'
    return Problem(
        MODEL_CHECK,
        f"there are two decision models, {called}, and only one can answer",
        source.marks.nearest("/metadata/name"),
        remediation=remedy,
        related=(Related("the other one", first.marks.nearest("/metadata/name")),),
        subject=source.id,
    )
