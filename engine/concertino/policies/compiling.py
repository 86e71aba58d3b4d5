"""A policy document to a policy: every expression checked against the schemas before anything is judged."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from concertino.documents import Positions
from concertino.expressions import (
    BOOL,
    CHANGE,
    DYN,
    INT,
    STRING,
    CelType,
    CheckedTree,
    ExpressionProblem,
    Scope,
    compile_tree,
    list_of,
    shape,
)
from concertino.kinds import Kinds
from concertino.model.json import JsonObject, JsonValue
from concertino.model.outcome import Enforcement, Severity
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.suggest import suggest
from concertino.policies.fields import check_field
from concertino.policies.folds import aggregate_type
from concertino.policies.parameters import parameter_type
from concertino.policies.placing import place_inside
from concertino.policies.policy import Aggregate, Expression, HistoryOf, Policy, PolicyOrigin, Validation

_CHANGES = list_of(shape(CHANGE))


@dataclass(frozen=True)
class PolicySource:
    """A policy document that passed its schema, and all that is needed to point into it."""

    id: str
    origin: PolicyOrigin
    value: JsonObject
    data: bytes
    marks: Positions

    @property
    def spec(self) -> JsonObject:
        """What the document says under `spec`."""
        return _mapping(self.value, "spec")


def compile_policy(source: PolicySource, kinds: Kinds, scope: Scope) -> Policy | tuple[Problem, ...]:
    """The policy of a document, or everything that is wrong with it. `scope` is one without variables."""
    compiler = _Compiler(source, kinds, scope)
    policy = compiler.policy()
    return policy if policy is not None and not compiler.problems else tuple(compiler.problems)


@dataclass(frozen=True)
class _Compiler:
    source: PolicySource
    kinds: Kinds
    scope: Scope
    problems: list[Problem] = field(default_factory=list)

    def policy(self) -> Policy | None:
        spec, metadata = self.source.spec, _mapping(self.source.value, "metadata")
        target = _text(spec, "target")
        if not self._known_kind(target, "/spec/target"):
            return None
        parameters = _mapping(spec, "parameters")
        common = {"asOf": STRING} | {f"params.{name}": parameter_type(value) for name, value in parameters.items()}
        aggregates, types = self._aggregates(common, target)
        history = self._history(target)
        types = common | types | {"entity": shape(target)} | dict.fromkeys(map("history.{}".format, history), _CHANGES)
        variables, types = self._variables(types)
        when = self._optional(spec, "when", "/spec/when", types, BOOL)
        validations = self._validations(types, target)
        return Policy(
            id=self.source.id,
            title=_text(metadata, "title") or self.source.id,
            description=_text(spec, "description"),
            target=target,
            severity=Severity(_text(spec, "severity") or "error"),
            enforcement=Enforcement(_text(spec, "enforcement") or "soft-mandatory"),
            approval_right=_text(spec, "approvalRight"),
            remediation=_text(spec, "remediation"),
            mission=_mission(metadata),
            parameters=parameters,
            parameter_reasons={key: str(value) for key, value in _mapping(spec, "parameterReasons").items()},
            origin=self.source.origin,
            when=when,
            variables=variables,
            aggregates=aggregates,
            history=history,
            validations=validations,
            digest=_digest(self.source.id, spec),
            place=self.source.marks.nearest("/metadata/name"),
        )

    def _known_kind(self, name: str, pointer: str) -> bool:
        if name in self.kinds.by_name:
            return True
        names = sorted(self.kinds.by_name)
        self._report(
            f'"{name}" is not a kind',
            self.source.marks.nearest(pointer),
            expected=f"one of {', '.join(names)}",
            suggestion=suggest(name, names),
        )
        return False

    def _aggregates(
        self, common: Mapping[str, CelType], target: str
    ) -> tuple[dict[str, Aggregate], dict[str, CelType]]:
        aggregates: dict[str, Aggregate] = {}
        types: dict[str, CelType] = {}
        for index, item in enumerate(_list(self.source.spec, "aggregates")):
            pointer = f"/spec/aggregates/{index}"
            name, over, fold = _text(item, "name"), _text(item, "over"), _text(item, "fold")
            if not self._known_kind(over, f"{pointer}/over"):
                types[f"aggregates.{name}"] = DYN  # that it is missing would be an echo of this
                continue
            member = {**common, "item": shape(over)}
            value = self._optional(item, "value", f"{pointer}/value", member)
            aggregates[name] = Aggregate(
                name=name,
                over=over,
                fold=fold,
                where=self._optional(item, "where", f"{pointer}/where", member, BOOL),
                by=self._optional(item, "by", f"{pointer}/by", member),
                at=self._optional(item, "at", f"{pointer}/at", {**common, "entity": shape(target)}),
                value=value,
                otherwise=item.get("otherwise"),
            )
            kind_of = aggregate_type(fold, value.tree.result if value else None)
            if isinstance(kind_of, str):
                self._report(kind_of, self.source.marks.nearest(f"{pointer}/fold"))
            types[f"aggregates.{name}"] = DYN if isinstance(kind_of, str) else kind_of
        return aggregates, types

    def _history(self, target: str) -> dict[str, HistoryOf]:
        history: dict[str, HistoryOf] = {}
        for index, item in enumerate(_list(self.source.spec, "history")):
            pointer = f"/spec/history/{index}"
            name, path = _text(item, "name"), _text(item, "of")
            fault = check_field(path, target, None, self.kinds.vocabulary) if path else None
            if fault:
                self._report(fault[0], self.source.marks.nearest(f"{pointer}/of"), suggestion=fault[1])
            if name in history:
                self._report(f'there are two histories called "{name}"', self.source.marks.nearest(f"{pointer}/name"))
            if self.kinds.by_name[target].derived:
                message = f"no document holds a {target}, so git knows no changes of one"
                self._report(message, self.source.marks.nearest(pointer), expected="a target that is written down")
            history[name] = HistoryOf(name, tuple(path.split(".")) if path else (), signed=self._reads_signatures)
        return history

    @property
    def _reads_signatures(self) -> bool:
        """Whether any expression may ask who signed. The word in a comment or a text costs time, nothing else."""
        return "signedBy" in json.dumps(self.source.spec)

    def _variables(self, types: Mapping[str, CelType]) -> tuple[dict[str, Expression], dict[str, CelType]]:
        known = dict(types)
        variables: dict[str, Expression] = {}
        for index, item in enumerate(_list(self.source.spec, "variables")):
            name = _text(item, "name")
            if name in variables:
                place = self.source.marks.nearest(f"/spec/variables/{index}/name")
                self._report(f'there are two variables called "{name}"', place)
            told = len(self.problems)
            expression = self._optional(item, "expression", f"/spec/variables/{index}/expression", known)
            if expression:
                variables[name] = expression
            else:
                self._explain_order(told, index)
            known[f"variables.{name}"] = expression.tree.result if expression else DYN
        return variables, known

    def _explain_order(self, told: int, index: int) -> None:
        """Say of a variable that is used above its place that it is there, but below."""
        below = {_text(item, "name") for item in _list(self.source.spec, "variables")[index:]}
        for number, problem in enumerate(self.problems[told:], told):
            if any(f'"variables.{name}"' in problem.message for name in below):
                message = f"{problem.message} yet: an expression sees the variables above it"
                self.problems[number] = replace(problem, message=message, expected="a variable further up")

    def _validations(self, types: Mapping[str, CelType], target: str) -> tuple[Validation, ...]:
        validations = [
            self._validation(item, f"/spec/validations/{index}", types, target)
            for index, item in enumerate(_list(self.source.spec, "validations"))
        ]
        self._names([_text(item, "name") for item in _list(self.source.spec, "validations")])
        return tuple(item for item in validations if item)

    def _names(self, names: list[str]) -> None:
        """From the second validation on names are obligatory, since they are part of a finding's identity."""
        for index, name in enumerate(names):
            place = self.source.marks.nearest(f"/spec/validations/{index}/name")
            if not name and len(names) > 1:
                self._report("a policy with several validations names each of them", place, expected="name: some-words")
            elif name in names[:index]:
                self._report(f'there are two validations called "{name}"', place)

    def _validation(
        self, item: JsonObject, pointer: str, types: Mapping[str, CelType], target: str
    ) -> Validation | None:
        each = self._optional(item, "each", f"{pointer}/each", types)
        element = self._element(each, f"{pointer}/each") if each else None
        inner = {**types, "item": element} if element else dict(types)
        expression = self._optional(item, "expression", f"{pointer}/expression", inner, BOOL)
        key = self._optional(item, "key", f"{pointer}/key", inner)
        if key and key.tree.result not in (STRING, INT, DYN):
            self._report(f"a key is text or a whole number, not {key.tree.result}", self._at(key.pointer))
        path = self._field(item, pointer, target, element)
        message = self._optional(item, "messageExpression", f"{pointer}/messageExpression", inner, STRING)
        if expression is None:
            return None
        return Validation(_text(item, "name"), expression, each, key, path, _text(item, "message"), message)

    def _element(self, each: Expression, pointer: str) -> CelType:
        result = each.tree.result
        if result.name == "list" and result.parameters:
            return result.parameters[0]
        if result != DYN:
            expected = "a list, whose elements are judged one by one"
            self._report(f"each takes a list, and this is {result}", self._at(pointer), expected)
        return DYN

    def _field(self, item: JsonObject, pointer: str, target: str, element: CelType | None) -> str:
        path = _text(item, "field")
        fault = check_field(path, target, element, self.kinds.vocabulary) if path else None
        if fault:
            message, suggestion = fault
            self._report(message, self.source.marks.nearest(f"{pointer}/field"), suggestion=suggestion)
        return "/" + path.replace(".", "/") if path else ""

    def _optional(
        self,
        holder: JsonObject,
        key: str,
        pointer: str,
        types: Mapping[str, CelType],
        expected: CelType | None = None,
    ) -> Expression | None:
        text = holder.get(key)
        if not isinstance(text, str):
            return None
        checked = self.scope.with_variables(types).check(text, expected)
        if isinstance(checked, CheckedTree):
            return Expression(checked, compile_tree(checked), pointer, self._at(pointer))
        for fault in checked:
            self._report(fault.message, self._inside(pointer, fault), fault.expected, fault.suggestion)
        return None

    def _inside(self, pointer: str, fault: ExpressionProblem) -> Place:
        """The place of a fault inside an expression: a line and column of the YAML file."""
        return place_inside(self.source.data, self.source.marks, pointer, fault.offset, fault.end_offset)

    def _at(self, pointer: str) -> Place:
        return self.source.marks.nearest(pointer)

    def _report(self, message: str, place: Place, expected: str = "", suggestion: str = "") -> None:
        remedy = "Correct the policy; until then it judges nothing."
        self.problems.append(Problem("policy", message, place, expected, suggestion, remedy, subject=self.source.id))


def _digest(policy: str, spec: JsonObject) -> str:
    """SHA-256 over canonical JSON: sorted keys, no white space."""
    canonical = json.dumps([policy, spec], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _mission(metadata: JsonObject) -> tuple[str, ...]:
    rows = _text(_mapping(metadata, "annotations"), "concertino/mission")
    return tuple(row.strip() for row in rows.split(",") if row.strip())


def _mapping(value: JsonObject, key: str) -> JsonObject:
    item = value.get(key)
    return item if isinstance(item, Mapping) else {}


def _list(value: JsonObject, key: str) -> list[JsonObject]:
    item = value.get(key)
    return [element for element in item if isinstance(element, Mapping)] if isinstance(item, list) else []


def _text(value: JsonObject, key: str) -> str:
    item: JsonValue | None = value.get(key)
    return item if isinstance(item, str) else ""
