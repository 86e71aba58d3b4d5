"""What is offered to make a finding pass does so, and no part of it does. Machines and lines refer to each other."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concertino.catalogue import Catalogue, Overlay
from concertino.evaluation import Effort, Judge, Search, search
from concertino.expressions import Entity
from concertino.model.edit import Edit, Offer
from concertino.model.outcome import Outcome, Result
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.policies import Policy
from concertino.revision.shipped import shipped_files
from concertino.verdict import Rules, read_rules

DAY = "2026-06-30"
CONFIGURATION = "apiVersion: concertino/v1\nkind: Configuration\nextends: []\n"


def kind(name: str, plural: str, properties: Mapping[str, Any], required: list[str]) -> str:
    """The schema of a kind whose spec has these properties."""
    return json.dumps(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"{name}.schema.json",
            "title": name,
            "description": f"A {name} of the workshop.",
            "x-kind": {"name": name, "plural": plural},
            "type": "object",
            "additionalProperties": False,
            "required": ["apiVersion", "kind", "metadata", "spec"],
            "properties": {
                "apiVersion": {"type": "string", "const": "concertino/v1", "description": "Fixed."},
                "kind": {"type": "string", "const": name, "description": "Fixed."},
                "metadata": {"$ref": "envelope.schema.json#/$defs/metadata"},
                "spec": {
                    "type": "object",
                    "description": "What there is to say.",
                    "required": required,
                    "additionalProperties": False,
                    "properties": {
                        key: {"description": "Said by its name.", **value} for key, value in properties.items()
                    },
                },
            },
        }
    )


PART = {
    "type": "object",
    "description": "A part.",
    "required": ["name", "weight"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "description": "Its name."},
        "weight": {"type": "integer", "minimum": 0, "description": "Its weight."},
        "source": {"type": "string", "description": "Where it is from."},
    },
}
MACHINE = kind(
    "Machine",
    "machines",
    {
        "model": {"type": "string", "enum": ["press", "lathe", "mill"]},
        "target": {"type": "number", "minimum": 0, "maximum": 100},
        "count": {"type": "integer", "minimum": 0, "maximum": 50},
        "enabled": {"type": "boolean"},
        "since": {"type": "string", "format": "date"},
        "until": {"type": "string", "format": "date"},
        "note": {"type": "string"},
        "uses": {"type": "array", "items": {"type": "string", "enum": ["air", "oil", "water"], "description": "One."}},
        "parts": {"type": "array", "items": PART},
        "warranty": {
            "type": "object",
            "required": ["years"],
            "additionalProperties": False,
            "properties": {
                "years": {"type": "integer", "minimum": 1, "description": "How long."},
                "holder": {"type": "string", "description": "Who has it."},
            },
        },
        "line": {"type": "string", "x-reference": {"kind": "Line", "inverse": "machines"}},
    },
    ["model"],
)
LINE = kind(
    "Line",
    "lines",
    {
        "speed": {"type": "integer", "minimum": 0, "maximum": 9},
        "open": {"type": "boolean"},
        "main": {"type": "string", "x-reference": {"kind": "Machine", "inverse": "mainOf"}},
        "spare": {
            "type": "array",
            "items": {
                "type": "string",
                "description": "One.",
                "x-reference": {"kind": "Machine", "inverse": "spareOf"},
            },
        },
    },
    [],
)
HEAD = """\
apiVersion: concertino/v1
kind: Policy
metadata: {name: NAME, title: A policy to try}
spec:
  description: A policy to try.
  target: TARGET
  severity: error
  enforcement: soft-mandatory
  approvalRight: funding
  remediation: Mend it.
"""


def document(of: str, name: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    """One entity, as it is written."""
    return {"apiVersion": "concertino/v1", "kind": of, "metadata": {"name": name}, "spec": dict(spec)}


def policy(body: str, name: str = "tried", target: str = "Machine") -> str:
    """The text of a policy with this body."""
    return HEAD.replace("NAME", name).replace("TARGET", target) + body


def changed(documents: list[dict[str, Any]], edits: tuple[Edit, ...]) -> list[dict[str, Any]]:
    """The documents as they are written once the edits are made: by hand, not by what is under test."""
    copies: list[dict[str, Any]] = json.loads(json.dumps(documents))
    for edit in edits:
        (own,) = [one for one in copies if f"{one['kind'].lower()}:{one['metadata']['name']}" == edit.entity]
        *above, last = [part.replace("~1", "/").replace("~0", "~") for part in edit.pointer.split("/")[1:]]
        holder: Any = own
        for part in above:
            holder = holder[int(part)] if isinstance(holder, list) else holder[part]
        if last == "-":
            holder.append(edit.after)
        elif edit.after is None:
            del holder[int(last) if isinstance(holder, list) else last]
        else:
            holder[int(last) if isinstance(holder, list) else last] = edit.after
    return copies


@dataclass(frozen=True)
class Workshop:
    """A repository with machines, lines and policies, ready to be judged and to be changed."""

    rules: Rules
    documents: list[dict[str, Any]]
    catalogue: Catalogue

    @property
    def policies(self) -> tuple[Policy, ...]:
        return self.rules.policies.policies

    def judge(self) -> Judge:
        return Judge(self.catalogue, DAY, self.rules.configuration.limits)

    def overlay(self) -> Overlay:
        return Overlay(self.catalogue, self.rules.builder)

    def findings(self) -> list[tuple[Policy, Outcome]]:
        return [(one, item) for one in self.policies for item in self.judge().outcomes(one) if item.is_finding]

    def search(self, chosen: Policy, item: Outcome, effort: Effort | None = None) -> Search:
        entity = self.catalogue.by_name[item.subject]
        return search(self.judge(), self.overlay(), chosen, entity, item, effort or Effort())

    def with_documents(self, documents: list[dict[str, Any]]) -> "Workshop":
        """The same repository with other documents, read and linked anew."""
        return Workshop(self.rules, documents, built(self.rules, documents))

    def outcome_after(self, chosen: Policy, item: Outcome, edits: tuple[Edit, ...]) -> Outcome | None:
        """The outcome once the edits are made in the text of the documents; None if there is none any more."""
        after = self.with_documents(changed(self.documents, edits))
        assert after.catalogue.problems == ()
        outcomes = after.judge().outcomes_of(chosen, after.catalogue.by_name[item.subject])
        return next((one for one in outcomes if one.identity == item.identity), None)


_SNAPSHOTS: dict[tuple[str, ...], Rules] = {}


def rules_for(policies: tuple[str, ...]) -> Rules:
    """The rules with these policies, compiled once for all tests: they do not depend on the documents."""
    if policies not in _SNAPSHOTS:
        texts = {
            "concertino.yaml": CONFIGURATION,
            "schemas/Machine.schema.json": MACHINE,
            "schemas/Line.schema.json": LINE,
            **{f"policies/{yaml.safe_load(text)['metadata']['name']}/policy.yaml": text for text in policies},
        }
        snapshot = Snapshot(
            source=Source(SourceKind.WORKING_TREE),
            entries={path: Entry(path, EntryKind.FILE) for path in sorted(texts)},
            read=lambda paths: {path: texts[path].encode() for path in paths if path in texts},
        )
        _SNAPSHOTS[policies] = read_rules(snapshot, shipped_files())
        assert _SNAPSHOTS[policies].problems == ()
    return _SNAPSHOTS[policies]


def workshop(documents: list[dict[str, Any]], *policies: str) -> Workshop:
    """A repository with these documents and policies."""
    rules = rules_for(policies)
    found = Workshop(rules, documents, built(rules, documents))
    assert found.catalogue.problems == ()
    return found


def built(rules: Rules, documents: list[dict[str, Any]]) -> Catalogue:
    return rules.builder.build({"catalogue/all.yaml": yaml.safe_dump_all(documents, sort_keys=False).encode()})


def told(edit: Edit) -> str:
    after = "nothing" if edit.after is None else json.dumps(edit.after)
    return f"{edit.entity} {edit.path}{'+' if edit.pointer.endswith('/-') else ''} = {after}"


def offered(found: Search) -> list[str]:
    return [" & ".join(map(told, one.edits)) + ("" if one.applies else " (skip)") for one in found.offers]


def the_only(repository: Workshop) -> Search:
    ((chosen, item),) = repository.findings()
    return repository.search(chosen, item)


def body(expression: str) -> str:
    """The validations of a policy with one expression."""
    return f"  validations:\n    - expression: >-\n        {expression}\n"


def holds(expression: str, before: str = "") -> str:
    return policy(before + body(expression))


PRESS = {
    "model": "press",
    "target": 99.0,
    "count": 3,
    "enabled": False,
    "since": "2026-06-01",
    "uses": ["air", "oil"],
    "parts": [{"name": "bolt", "weight": 3}, {"name": "nut", "weight": 1, "source": "x"}],
    "line": "one",
}
DOCUMENTS = [
    document("Machine", "p", PRESS),
    document("Machine", "q", {"model": "lathe", "count": 4}),
    document("Line", "one", {"speed": 2, "open": False, "main": "q"}),
    document("Line", "two", {"speed": 7, "open": True, "spare": ["q"]}),
]
ONLY_P = "  when: entity.metadata.name == 'p'\n"
OFFERS = {
    "a number, to the very bound": ("entity.spec.target >= 99.5", "machine:p spec.target = 99.5"),
    "a number, just beyond the bound": ("entity.spec.count > 6", "machine:p spec.count = 7"),
    "a number downwards": ("entity.spec.count <= 1", "machine:p spec.count = 1"),
    "a sum, by what it lacks": (
        "sum(entity.spec.parts.map(p, p.weight)) >= 9",
        "machine:p spec.parts[0].weight = 8",
    ),
    "another value of an enum": ('entity.spec.model == "mill"', 'machine:p spec.model = "mill"'),
    "the other truth": ("entity.spec.enabled", "machine:p spec.enabled = true"),
    "something that is left out": ("has(entity.spec.note)", 'machine:p spec.note = "to be written"'),
    "something that is there": ("!has(entity.spec.since)", "machine:p spec.since = nothing"),
    "a day": ("entity.spec.since >= asOf", 'machine:p spec.since = "2026-06-30"'),
    "a day by a distance": ("days(entity.spec.since, asOf) >= 90", 'machine:p spec.since = "2026-04-01"'),
    "an element more": ('"water" in entity.spec.uses', 'machine:p spec.uses+ = "water"'),
    "an element less": ("size(entity.spec.uses) < 2", "machine:p spec.uses[0] = nothing"),
    "an element of a list of mappings": (
        "entity.spec.parts.all(p, has(p.source))",
        'machine:p spec.parts[0].source = "to be written"',
    ),
    "a mapping with what it requires": (
        "has(entity.spec.warranty)",
        'machine:p spec.warranty = {"years": 1}',
    ),
    "a field of a neighbour": ("entity.spec.refs.line.spec.open", "line:one spec.open = true"),
    "another neighbour": ('entity.spec.line == "two"', 'machine:p spec.line = "two"'),
    "a neighbour's neighbour": (
        "entity.spec.refs.line.spec.refs.main.spec.count > 6",
        "machine:q spec.count = 7",
    ),
    "one who refers to it": ("size(entity.inverse.mainOf) > 0", 'line:one spec.main = "p"'),
}


@pytest.mark.parametrize(("expression", "expected"), OFFERS.values(), ids=OFFERS)
def test_the_nearest_change_is_offered(expression: str, expected: str) -> None:
    repository = workshop(DOCUMENTS, holds(expression, ONLY_P))

    assert expected in offered(the_only(repository))


def test_a_change_is_told_with_its_line_and_what_is_there() -> None:
    repository = workshop(DOCUMENTS, holds("entity.spec.target >= 99.5", ONLY_P))
    (edit,) = the_only(repository).offers[0].edits

    assert (edit.path, edit.before, edit.after) == ("spec.target", 99.0, 99.5)
    assert str(edit.place).startswith("catalogue/all.yaml:7:")


TOGETHER = {
    "two fields": (
        'entity.spec.enabled && entity.spec.model == "mill"',
        'machine:p spec.enabled = true & machine:p spec.model = "mill"',
    ),
    "a field that is only read after another has changed": (
        'has(entity.spec.note) && entity.spec.note == "agreed"',
        None,
    ),
    "fields of two entities": (
        "entity.spec.enabled && entity.spec.refs.line.spec.open",
        "machine:p spec.enabled = true & line:one spec.open = true",
    ),
    "three fields": (
        'entity.spec.enabled && entity.spec.model == "mill" && entity.spec.count == 9',
        'machine:p spec.count = 9 & machine:p spec.enabled = true & machine:p spec.model = "mill"',
    ),
}


@pytest.mark.parametrize(("expression", "expected"), TOGETHER.values(), ids=TOGETHER)
def test_changes_are_joined_where_none_of_them_is_enough(expression: str, expected: str | None) -> None:
    repository = workshop(DOCUMENTS, holds(expression, ONLY_P))
    found = offered(the_only(repository))

    if expected is None:
        assert found
    else:
        assert {frozenset(one.split(" & ")) for one in found} >= {frozenset(expected.split(" & "))}


NOTHING = {
    "what can't be": 'entity.metadata.name == "r"',
    "what no schema allows": "entity.spec.target + 0.5 > 100.5",
    "what has to be there": "!has(entity.spec.model)",
    "what no field decides": "asOf > '2027-01-01'",
    "more than fits together": (
        'entity.spec.enabled && entity.spec.model == "mill" && entity.spec.count == 9'
        " && entity.spec.target == 5.0 && has(entity.spec.until)"
    ),
}


@pytest.mark.parametrize("expression", NOTHING.values(), ids=NOTHING)
def test_nothing_is_claimed_where_nothing_was_found(expression: str) -> None:
    repository = workshop(DOCUMENTS, holds(expression, ONLY_P))

    assert the_only(repository).offers == ()


def test_what_makes_the_policy_not_apply_is_told_last_and_as_what_it_is() -> None:
    repository = workshop(DOCUMENTS, holds("entity.spec.count > 6", '  when: entity.spec.model == "press"\n'))

    assert offered(the_only(repository)) == [
        "machine:p spec.count = 7",
        'machine:p spec.model = "lathe" (skip)',
        'machine:p spec.model = "mill" (skip)',
    ]


def test_a_change_that_only_moves_the_finding_is_not_offered() -> None:
    """A part with another name has another finding: that helps nobody."""
    each = "  validations:\n    - {each: entity.spec.parts, key: item.name, expression: item.weight > 2}\n"
    repository = workshop(DOCUMENTS, policy(ONLY_P + each))

    assert offered(the_only(repository)) == [
        "machine:p spec.parts[1].weight = 3",
        "machine:p spec.parts[1] = nothing (skip)",
    ]


def test_a_member_of_an_aggregate_may_change() -> None:
    aggregate = "  aggregates:\n    - {name: all, over: Machine, fold: sum, value: 'item.spec.?count.orValue(0)'}\n"
    repository = workshop(DOCUMENTS, policy(ONLY_P + aggregate + body("aggregates.all >= 10")))
    found = offered(the_only(repository))

    assert {"machine:p spec.count = 6", "machine:q spec.count = 7"} <= set(found)


def test_the_catalogue_is_as_it_was_after_a_search() -> None:
    repository = workshop(DOCUMENTS, holds('entity.spec.line == "two" && size(entity.inverse.mainOf) > 0', ONLY_P))
    before = graph(repository.catalogue)
    the_only(repository)

    assert graph(repository.catalogue) == before


def test_a_search_ends_when_its_effort_is_spent_and_says_so() -> None:
    repository = workshop(DOCUMENTS, holds("entity.spec.count > 6", ONLY_P))
    ((chosen, item),) = repository.findings()

    found = repository.search(chosen, item, Effort(steps=1))

    assert (found.offers, found.tried, found.complete) == ((), 0, False)


def test_the_same_is_found_again() -> None:
    repository = workshop(DOCUMENTS, holds("entity.spec.enabled && entity.spec.count > 6", ONLY_P))

    assert the_only(repository) == the_only(repository)


def graph(catalogue: Catalogue) -> dict[str, Any]:
    """Everything that an expression can see of a catalogue, references as names."""

    def plain(value: object, depth: int) -> Any:  # noqa: ANN401 - whatever a document holds
        if isinstance(value, Entity) and depth:
            return f"→ {value.reference}"
        if isinstance(value, dict):
            return {key: plain(item, depth + 1) for key, item in value.items()}
        return [plain(item, depth + 1) for item in value] if isinstance(value, list) else value

    return {name: plain(entity.value, 0) for name, entity in catalogue.by_name.items()}


# Random machines under policies of every sort: whatever is offered holds in a catalogue that is read anew.

POLICIES = tuple(
    policy(text, f"tried-{number}")
    for number, text in enumerate(
        (
            body("entity.spec.?count.orValue(0) * 2 >= 14 && entity.spec.?enabled.orValue(false)"),
            body('entity.spec.?uses.orValue([]).exists(u, u == "air") || has(entity.spec.warranty)'),
            body("size(entity.inverse.mainOf) + size(entity.inverse.spareOf) == 1"),
            "  when: has(entity.spec.line)\n"
            + body(
                "entity.spec.refs.line.spec.?speed.orValue(0) >= 3 && entity.spec.refs.line.spec.?open.orValue(false)"
            ),
            """\
  validations:
    - each: entity.spec.?parts.orValue([])
      key: item.name
      expression: has(item.source) && item.weight < 5
""",
            "  when: has(entity.spec.since)\n"
            + body("days(entity.spec.since, asOf) < 30 && (!has(entity.spec.until) || entity.spec.until > asOf)"),
            "  aggregates:\n"
            "    - {name: same, over: Machine, fold: count, by: item.spec.model, at: entity.spec.model}\n"
            + body("aggregates.same < 3 || entity.spec.?target.orValue(0.0) > 95.0"),
        )
    )
)
DAYS = st.sampled_from(["2026-01-31", "2026-06-29", "2026-06-30", "2026-07-01", "2027-01-01"])
PARTS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from("ab"), "weight": st.integers(0, 9)}, optional={"source": st.just("x")}
    ),
    max_size=2,
)
MACHINES = st.fixed_dictionaries(
    {"model": st.sampled_from(["press", "lathe"])},
    optional={
        "target": st.sampled_from([1.0, 95.0, 99.5]),
        "count": st.integers(0, 20),
        "enabled": st.booleans(),
        "since": DAYS,
        "until": DAYS,
        "uses": st.lists(st.sampled_from(["air", "oil", "water"]), max_size=2),
        "parts": PARTS,
        "line": st.sampled_from(["one", "two"]),
    },
)
LINES = st.fixed_dictionaries(
    {},
    optional={
        "speed": st.integers(0, 9),
        "open": st.booleans(),
        "main": st.sampled_from(["p", "q", "r"]),
        "spare": st.lists(st.sampled_from(["p", "q", "r"]), max_size=2),
    },
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.tuples(MACHINES, MACHINES, MACHINES), st.tuples(LINES, LINES))
def test_every_offer_for_random_entities_does_what_it_says_and_no_part_of_it_does(
    machines: tuple[dict[str, Any], ...], lines: tuple[dict[str, Any], ...]
) -> None:
    documents = [document("Machine", name, spec) for name, spec in zip("pqr", machines, strict=True)]
    documents += [document("Line", name, spec) for name, spec in zip(("one", "two"), lines, strict=True)]
    repository = workshop(documents, *POLICIES)
    for chosen, item in repository.findings()[:4]:
        for offer in repository.search(chosen, item, Effort(steps=80_000)).offers:
            keeps_its_word(repository, chosen, item, offer)


def keeps_its_word(repository: Workshop, chosen: Policy, item: Outcome, offer: Offer) -> None:
    """Whether the finding is gone once the edits are written down, and is still there after a part of them."""
    after = repository.outcome_after(chosen, item, offer.edits)
    assert (after is not None and after.result is Result.PASS) is offer.applies
    assert after is None or not after.is_finding
    for size in range(len(offer.edits)):
        for part in combinations(offer.edits, size):
            left = repository.outcome_after(chosen, item, part)
            assert left is not None
            assert left.is_finding
