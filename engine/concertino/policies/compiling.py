"""A policy document to a policy: every expression checked against the schemas before anything is judged."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from concertino.expressions import (
    BOOL,
    CHANGE,
    DYN,
    INT,
    STRING,
    CelType,
    Scope,
    list_of,
    shape,
)
from concertino.kinds import Kinds
from concertino.model.json import JsonObject
from concertino.model.outcome import Enforcement, Severity
from concertino.model.problem import Problem
from concertino.policies.expressing import ExpressionCompiler, PolicySource, mapping_in, mappings_in, text_in
from concertino.policies.fields import check_field
from concertino.policies.parameters import parameter_type
from concertino.policies.policy import Expression, HistoryOf, Policy, Validation

_CHANGES = list_of(shape(CHANGE))


def compile_policy(source: PolicySource, kinds: Kinds, scope: Scope) -> Policy | tuple[Problem, ...]:
    """The policy of a document, or everything that is wrong with it. `scope` is one without variables."""
    compiler = _Compiler(source, kinds, scope)
    policy = compiler.policy()
    return policy if policy is not None and not compiler.problems else tuple(compiler.problems)


@dataclass(frozen=True)
class _Compiler(ExpressionCompiler):
    def policy(self) -> Policy | None:
        spec, metadata = self.source.spec, mapping_in(self.source.value, "metadata")
        target = text_in(spec, "target")
        if not self.known_kind(target, "/spec/target"):
            return None
        parameters = mapping_in(spec, "parameters")
        common = {"asOf": STRING} | {f"params.{name}": parameter_type(value) for name, value in parameters.items()}
        aggregates, types = self.aggregates(common, target)
        history = self._history(target)
        types = common | types | {"entity": shape(target)} | dict.fromkeys(map("history.{}".format, history), _CHANGES)
        variables, types = self.variables(types)
        when = self.optional(spec, "when", "/spec/when", types, BOOL)
        validations = self._validations(types, target)
        return Policy(
            id=self.source.id,
            title=text_in(metadata, "title") or self.source.id,
            description=text_in(spec, "description"),
            target=target,
            severity=Severity(text_in(spec, "severity") or "error"),
            enforcement=Enforcement(text_in(spec, "enforcement") or "soft-mandatory"),
            approval_right=text_in(spec, "approvalRight"),
            remediation=text_in(spec, "remediation"),
            mission=_mission(metadata),
            parameters=parameters,
            parameter_reasons={key: str(value) for key, value in mapping_in(spec, "parameterReasons").items()},
            origin=self.source.origin,
            when=when,
            variables=variables,
            aggregates=aggregates,
            history=history,
            validations=validations,
            digest=self.source.digest,
            place=self.source.marks.nearest("/metadata/name"),
        )

    def _history(self, target: str) -> dict[str, HistoryOf]:
        history: dict[str, HistoryOf] = {}
        for index, item in enumerate(mappings_in(self.source.spec, "history")):
            pointer = f"/spec/history/{index}"
            name, path = text_in(item, "name"), text_in(item, "of")
            fault = check_field(path, target, None, self.kinds.vocabulary) if path else None
            if fault:
                self.report(fault[0], self.source.marks.nearest(f"{pointer}/of"), suggestion=fault[1])
            if name in history:
                self.report(f'there are two histories called "{name}"', self.source.marks.nearest(f"{pointer}/name"))
            if self.kinds.by_name[target].derived:
                message = f"no document holds a {target}, so git knows no changes of one"
                self.report(message, self.source.marks.nearest(pointer), expected="a target that is written down")
            history[name] = HistoryOf(name, tuple(path.split(".")) if path else (), signed=self._reads_signatures)
        return history

    @property
    def _reads_signatures(self) -> bool:
        """Whether any expression may ask who signed. The word in a comment or a text costs time, nothing else."""
        return "signedBy" in json.dumps(self.source.spec)

    def _validations(self, types: Mapping[str, CelType], target: str) -> tuple[Validation, ...]:
        validations = [
            self._validation(item, f"/spec/validations/{index}", types, target)
            for index, item in enumerate(mappings_in(self.source.spec, "validations"))
        ]
        self._names([text_in(item, "name") for item in mappings_in(self.source.spec, "validations")])
        return tuple(item for item in validations if item)

    def _names(self, names: list[str]) -> None:
        """From the second validation on names are obligatory, since they are part of a finding's identity."""
        for index, name in enumerate(names):
            place = self.source.marks.nearest(f"/spec/validations/{index}/name")
            if not name and len(names) > 1:
                self.report("a policy with several validations names each of them", place, expected="name: some-words")
            elif name in names[:index]:
                self.report(f'there are two validations called "{name}"', place)

    def _validation(
        self, item: JsonObject, pointer: str, types: Mapping[str, CelType], target: str
    ) -> Validation | None:
        each = self.optional(item, "each", f"{pointer}/each", types)
        element = self._element(each, f"{pointer}/each") if each else None
        gone_through = self.domain(each) if each else None
        self.domains["item"] = replace(gone_through, many=False) if gone_through and gone_through.many else None
        inner = {**types, "item": element} if element else dict(types)
        expression = self.optional(item, "expression", f"{pointer}/expression", inner, BOOL)
        key = self.optional(item, "key", f"{pointer}/key", inner)
        if key and key.tree.result not in (STRING, INT, DYN):
            self.report(f"a key is text or a whole number, not {key.tree.result}", self.at(key.pointer))
        path = self._field(item, pointer, target, element)
        message = self.optional(item, "messageExpression", f"{pointer}/messageExpression", inner, STRING)
        if expression is None:
            return None
        return Validation(text_in(item, "name"), expression, each, key, path, text_in(item, "message"), message)

    def _element(self, each: Expression, pointer: str) -> CelType:
        result = each.tree.result
        if result.name == "list" and result.parameters:
            return result.parameters[0]
        if result != DYN:
            expected = "a list, whose elements are judged one by one"
            self.report(f"each takes a list, and this is {result}", self.at(pointer), expected)
        return DYN

    def _field(self, item: JsonObject, pointer: str, target: str, element: CelType | None) -> str:
        path = text_in(item, "field")
        fault = check_field(path, target, element, self.kinds.vocabulary) if path else None
        if fault:
            message, suggestion = fault
            self.report(message, self.source.marks.nearest(f"{pointer}/field"), suggestion=suggestion)
        return "/" + path.replace(".", "/") if path else ""


def _mission(metadata: JsonObject) -> tuple[str, ...]:
    rows = text_in(mapping_in(metadata, "annotations"), "concertino/mission")
    return tuple(row.strip() for row in rows.split(",") if row.strip())
