"""A new policy and its cases as YAML: a small rule that holds together, with comments on what to replace."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from concertino.documents.writing import block, flow, items
from concertino.editing.example import Examples, example_name
from concertino.editing.probe import Change, Condition, Parameter, Probe, changed, slug
from concertino.editing.probing import Probing
from concertino.kinds import Kind
from concertino.model.json import JsonObject, JsonValue

_WIDTH = 116


@dataclass(frozen=True)
class Sight:
    """How a policy looks at an example: at the judged entity itself, or at one of what a derived one consists of.

    `place` is the field that findings stand on, where that is not the field itself; `factors` are the examples that a
    derived one follows from.
    """

    probing: Probing
    target: Kind
    name: str
    place: str = ""
    factors: tuple[Kind, ...] = ()

    @property
    def subject(self) -> str:
        """The example that changes are made to."""
        return f"{self.probing.kind.name.lower()}:{self.name}"

    @property
    def judged(self) -> str:
        """The example that is judged."""
        if not self.factors:
            return self.subject
        return f"{self.target.name.lower()}:{'/'.join(example_name(kind.name) for kind in self.factors)}"

    def drafted(self, draft: str) -> str:
        """What is judged if the changed example had another name."""
        return f"{self.judged.partition(':')[0]}:{self.judged.partition(':')[2].replace(self.name, draft, 1)}"


def sights(examples: Examples, target: Kind) -> tuple[Sight, ...]:
    """The ways to look at a kind. Of a derived one nothing is written, so its factors are looked at."""
    if target.product is None:
        return (Sight(Probing(examples, target), target, "example"),)
    factors = tuple(examples.kinds.by_name[kind] for _, kind in target.product.factors)
    return tuple(
        Sight(
            Probing(examples, factor, f"entity.spec.refs.{name}"),
            target,
            example_name(factor.name),
            f"spec.{name}",
            factors,
        )
        for (name, _), factor in zip(target.product.factors, factors, strict=True)
    )


@dataclass(frozen=True)
class Draft:
    """A policy that is about to be written, with conditions on fields of one example."""

    name: str
    sight: Sight
    probes: tuple[Probe, ...]
    condition: Condition
    today: str
    title: str = ""
    messages: Mapping[str, str] = field(default_factory=dict)
    """What the findings of the failing cases say, by the name of the validation."""

    def policy(self, head: str = "") -> str:
        """The policy. `head` is a line that stands first."""
        return "\n".join([*([head] if head else []), *self._policy(), ""])

    def cases(self, head: str = "") -> str:
        """Its cases: one that passes, one that fails for each condition, one that does not apply."""
        return "\n".join([*([head] if head else []), *self._cases(), ""])

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The thresholds of all conditions."""
        return tuple(probe.parameter for probe in self.probes if probe.parameter)

    def _policy(self) -> Iterator[str]:
        kind = self.sight.target.name
        about = " and ".join(probe.about for probe in self.probes)
        kept = f"has a {self.sight.probing.kind.title.lower()} that {about}" if self.sight.place else about
        title = self.title or f"Every {self.sight.target.title.lower()} {kept}"
        yield "# A policy to start from. `concertino policies test` runs the cases beside it."
        yield "apiVersion: concertino/v1"
        yield "kind: Policy"
        yield "metadata:"
        yield f"  name: {flow(self.name)} # as its folder is called; findings and exceptions know the policy by it"
        yield f"  title: {flow(title[:200])}"
        yield "spec:"
        yield from _comment("Replace this: why the rule exists, for somebody who meets it in a pull request.")
        yield "  description: Say what goes wrong where the rule is not kept, and for whom."
        yield f"  target: {kind} # any kind of the catalogue, or a derived one such as Cell"
        yield "  severity: error # or warning, note"
        yield from _comment(
            "Advisory: it is reported and stops nothing. Once its findings are right, make it count: soft-mandatory "
            "(an approved exception may waive it) or hard-mandatory (nothing may)."
        )
        yield "  enforcement: advisory"
        yield "  approvalRight: operating-model # the decision right it takes to allow an exception"
        yield from self._parameters()
        yield from _comment("For which of them the rule holds; all others are skipped. Without it: for all.")
        yield f"  when: {_quoted(self.condition.expression)}"
        yield from _comment("What must hold. `concertino policies lint` finds a field that the schema does not know.")
        yield "  validations:"
        for probe in self.probes:
            yield from self._validation(probe)
        yield from _comment("Replace this: what somebody does about a finding.")
        fields = " and ".join(probe.path for probe in self.probes)
        yield f"  remediation: {flow(f'Correct {fields}, or say in the pull request why the rule is wrong.')}"

    def _parameters(self) -> Iterator[str]:
        if self.parameters:
            yield from _comment("Thresholds, each with its reason. A configuration can change them, and an exception.")
            yield from block({"parameters": {item.name: item.value for item in self.parameters}}, 2)
            yield from block({"parameterReasons": {item.name: item.reason for item in self.parameters}}, 2)

    def _validation(self, probe: Probe) -> Iterator[str]:
        yield f"    - name: {slug(probe.path)}"
        yield from _comment(f"{probe.path}: {probe.description}" if probe.description else probe.path, 6)
        yield f"      expression: {_quoted(probe.expression)}"
        yield f"      field: {flow(self.sight.place or probe.path)}"
        yield f"      {'messageExpression' if probe.computed else 'message'}: {_quoted(probe.message)}"

    def _cases(self) -> Iterator[str]:
        yield "# Tiny catalogues, with only what the policy reads, and the outcomes they must come to."
        yield "apiVersion: concertino/v1"
        yield "kind: Cases"
        yield f"metadata: {{name: {flow(self.name)}}}"
        yield "spec:"
        yield f"  asOf: {self.today} # the day on which all cases are judged"
        yield from _comment("What all cases share. Each begins with it and tells what it changes.")
        yield "  entities:"
        yield from items(list(self.entities()), 4)
        yield "  cases:"
        for case in self._told():
            yield f"    - name: {flow(case['name'])}"
            yield from block({key: value for key, value in case.items() if key != "name"}, 6)

    def entities(self) -> Iterator[JsonValue]:
        """The examples: the one that is looked at, made to pass, and what it needs around it."""
        examples = self.sight.probing.examples
        names = {probe.leads_to for probe in self.probes if probe.leads_to}
        around = [examples.kinds.by_name[name] for name in sorted(names)]
        around += [kind for kind in self.sight.factors if kind != self.sight.probing.kind and kind not in around]
        yield _written(self._looked_at())
        for kind in around:
            if f"{kind.name.lower()}:{example_name(kind.name)}" != self.sight.subject:
                yield _written(examples.entity(kind, example_name(kind.name)))

    def _looked_at(self) -> dict[str, JsonValue]:
        kept = self.sight.probing.examples.entity(self.sight.probing.kind, self.sight.name)
        for probe in self.probes:
            if probe.kept is not None:
                kept = changed(kept, probe.path, probe.kept)
        if self.condition.kept and self.condition.kept.value is not None:
            kept = changed(kept, self.condition.kept.path, self.condition.kept.value)
        return kept

    def _told(self) -> Iterator[dict[str, JsonValue]]:
        judged = self.sight.judged
        yield {"name": "It passes as it is", "expect": [{"entity": judged, "outcome": "pass"}]}
        for probe in self.probes:
            expected = {
                "entity": judged,
                "validation": slug(probe.path),
                "outcome": "fail",
                "field": self.sight.place or probe.path,
            }
            message = self.messages.get(slug(probe.path), "" if probe.computed else probe.message)
            if message:
                expected["message"] = message
            yield {"name": f"It fails by {probe.path}", **self._broken(probe), "expect": [expected]}
        yield {"name": "It does not apply to others", **self._left_out()}

    def _broken(self, probe: Probe) -> Mapping[str, JsonValue]:
        if isinstance(probe.broken, Parameter):
            return {"parameters": {probe.broken.name: probe.broken.value}}
        if probe.broken is None:
            return {}
        subject = f"{probe.leads_to.lower()}:{example_name(probe.leads_to)}" if probe.leads_to else self.sight.subject
        return {"change": [_change(subject, probe.broken)]}

    def _left_out(self) -> Mapping[str, JsonValue]:
        if self.condition.left:
            skipped: JsonValue = [{"entity": self.sight.judged, "outcome": "skip"}]
            return {"change": [_change(self.sight.subject, self.condition.left)], "expect": skipped}
        draft = "draft-example"
        looked_at = self._looked_at()
        metadata = looked_at.get("metadata")
        named = {**metadata, "name": draft} if isinstance(metadata, Mapping) else {"name": draft}
        return {
            "entities": [_written({**looked_at, "metadata": named})],
            "expect": [{"entity": self.sight.drafted(draft), "outcome": "skip"}],
        }


def distinct(probes: Sequence[Probe]) -> tuple[Probe, ...]:
    """The conditions with a name of its own for each threshold."""
    used: set[str] = set()
    found = []
    for probe in probes:
        made = probe
        if probe.parameter and probe.parameter.name in used:
            made = _renamed(probe, probe.parameter, "".join(part.title() for part in slug(probe.path).split("-")))
        used |= {made.parameter.name} if made.parameter else set()
        found.append(made)
    return tuple(found)


def _renamed(probe: Probe, old: Parameter, ending: str) -> Probe:
    new = replace(old, name=old.name + ending)
    broken = replace(probe.broken, name=new.name) if isinstance(probe.broken, Parameter) else probe.broken
    expression, message = (
        words.replace(f"params.{old.name}", f"params.{new.name}") for words in (probe.expression, probe.message)
    )
    return replace(probe, expression=expression, message=message, parameter=new, broken=broken)


def _change(subject: str, change: Change) -> JsonValue:
    if change.value is None:
        return {"entity": subject, "remove": change.path}
    return {"entity": subject, "set": change.path, "to": change.value}


def _written(entity: JsonObject) -> JsonObject:
    """An entity as cases write it: the version of the format is understood."""
    return {key: value for key, value in entity.items() if key != "apiVersion" or value != "concertino/v1"}


def _quoted(expression: str) -> str:
    """An expression in YAML's single quotes, inside which nothing but the quote itself has a meaning."""
    return "'" + expression.replace("'", "''") + "'"


def _comment(sentence: str, indent: int = 2) -> Iterable[str]:
    pad = " " * indent + "# "
    return textwrap.wrap(
        " ".join(sentence.split()),
        _WIDTH,
        initial_indent=pad,
        subsequent_indent=pad,
        break_long_words=False,
        break_on_hyphens=False,
    )
