"""Whatever stands in a policy, lint says something about it or nothing, and what it says is true."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concertino.expressions import CheckedTree, EvaluationError, Meter, compile_tree, shape
from concertino.expressions.tokens import Tokens
from concertino.model.limits import Limits
from concertino.model.problem import Problem
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.policies import PolicyFile, PolicyOrigin, PolicySet, lint_policy, load_policies
from concertino.policies.conditions import NO_FACTS, Conditions
from concertino.policies.loading import PolicyReader
from concertino.policies.terms import Here
from concertino.revision.shipped import shipped_files
from concertino.verdict import Rules, read_rules
from concertino.verdict.judge import read_catalogue

ROOT = Path(__file__).resolve().parents[2]
PACK = {path.parent.name: yaml.safe_load(path.read_text("utf-8")) for path in ROOT.glob("policies/*/*/policy.yaml")}
SCHEMAS = {f"schemas/{path.name}": path.read_text("utf-8") for path in Path(__file__).parent.glob("corpus/schemas/*")}
BARE = {"concertino.yaml": "apiVersion: concertino/v1\nkind: Configuration\nextends: []\n"}
ORIGIN = PolicyOrigin(pack="tried", file="policies/tried/policy.yaml", shipped=False)


def snapshot(files: Mapping[str, str]) -> Snapshot:
    """A snapshot of these files, as if a working tree held them."""
    return Snapshot(
        source=Source(SourceKind.WORKING_TREE),
        entries={path: Entry(path, EntryKind.FILE) for path in sorted(files)},
        read=lambda paths: {path: files[path].encode() for path in paths if path in files},
    )


@cache
def rules() -> Rules:
    """The shipped kinds and those of the corpus, without policies."""
    return read_rules(snapshot({**BARE, **SCHEMAS}), shipped_files())


def load(data: bytes, folder: str) -> tuple[PolicySet, PolicyFile]:
    reader = PolicyReader(
        rules().kinds, rules().schemas.gate("Policy.schema.json"), rules().environment.scope({}), Limits()
    )
    file = PolicyFile(ORIGIN, f"policies/{folder}", data, None)
    return load_policies((file,), rules().configuration, reader), file


def lint(data: bytes, folder: str) -> list[Problem]:
    """Everything that is wrong with a policy, whether it compiles or not."""
    loaded, file = load(data, folder)
    found = [lint_policy(policy, file, rules().kinds.vocabulary, Limits()) for policy in loaded.policies]
    return [*loaded.problems, *(problem for problems in found for problem in problems)]


def expressions(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:  # noqa: ANN401 - YAML
    """The paths of all expressions in a document."""
    words = ("expression", "when", "each", "key", "messageExpression", "where", "by", "at", "value")
    if isinstance(value, dict):
        own = [(*path, key) for key, item in value.items() if key in words and isinstance(item, str)]
        return own + [found for key, item in value.items() for found in expressions(item, (*path, key))]
    if isinstance(value, list):
        return [found for index, item in enumerate(value) for found in expressions(item, (*path, index))]
    return []


@st.composite
def mangled(draw: st.DrawFn) -> tuple[str, bytes]:
    """A shipped policy with some tokens dropped, doubled, exchanged or taken from elsewhere, in some style of YAML."""
    name = draw(st.sampled_from(sorted(PACK)))
    document = yaml.safe_load(yaml.safe_dump(PACK[name]))
    for path in draw(st.lists(st.sampled_from(expressions(document["spec"])), min_size=1, max_size=3, unique=True)):
        holder = document["spec"]
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = _shuffled(draw, holder[path[-1]]) or "x"
    style = draw(st.sampled_from([None, '"', "'", "|", ">"]))
    written = yaml.safe_dump(
        document, default_style=style, width=draw(st.sampled_from([30, 80, 4000])), allow_unicode=True
    )
    return name, written.encode()


def _shuffled(draw: st.DrawFn, source: str) -> str:
    tokens = [token.text for token in Tokens(source).all]
    for _ in range(draw(st.integers(1, 3))):
        if not tokens:
            break
        here, there = draw(st.integers(0, len(tokens) - 1)), draw(st.integers(0, len(tokens) - 1))
        match draw(st.sampled_from(["drop", "double", "exchange", "join", "replace"])):
            case "drop":
                del tokens[here]
            case "double":
                tokens.insert(there, tokens[here])
            case "exchange":
                tokens[here], tokens[there] = tokens[there], tokens[here]
            case "join":
                tokens[here] += tokens[there]
            case _:
                tokens[here] = draw(
                    st.sampled_from(["0", "-1", '""', "[]", "{}", "true", "null", "entity", "🚢", "\n"])
                )
    return draw(st.sampled_from([" ", "", "\n  "])).join(tokens)


@pytest.mark.slow
@given(case=mangled())
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_lint_of_a_mangled_policy_points_into_its_file(case: tuple[str, bytes]) -> None:
    name, data = case
    lines = data.decode().split("\n")

    for problem in lint(data, name):
        place = problem.place
        assert problem.message
        assert place.file == ORIGIN.file
        assert (1, 1) <= (place.line, place.column) <= (place.end_line, place.end_column)
        assert place.end_line <= len(lines)
        assert place.column <= len(lines[place.line - 1]) + 1
        assert place.end_column <= len(lines[place.end_line - 1]) + 1


TEXTS = ("entity.spec.flag", "entity.spec.port", "entity.spec.refs.port.spec.country")
NUMBERS = ("entity.spec.crew", "size(entity.spec.names)", "entity.spec.refs.port.spec.depth")
ATOMS = st.one_of(
    st.tuples(st.sampled_from(NUMBERS), st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), st.integers(1, 30)).map(
        lambda parts: f"{parts[0]} {parts[1]} {parts[2]}"
    ),
    st.tuples(
        st.just("entity.spec.flag"), st.sampled_from(["==", "!="]), st.sampled_from(["ocean", "river", "coastal"])
    ).map(lambda parts: f'{parts[0]} {parts[1]} "{parts[2]}"'),
    st.tuples(st.sampled_from(TEXTS), st.sampled_from(["==", "!=", "<", ">="]), st.sampled_from(TEXTS)).map(" ".join),
    st.tuples(
        st.just("entity.spec.draught"), st.sampled_from(["<", "<=", ">", ">="]), st.sampled_from(["0.0", "4.5", "30.0"])
    ).map(" ".join),
    st.lists(st.sampled_from(["ocean", "river", "coastal"]), max_size=3).map(
        lambda values: f"entity.spec.flag in [{', '.join(map(repr, values))}]"
    ),
    st.sampled_from(
        [
            "entity.spec.active",
            "has(entity.spec.decks)",
            "has(entity.spec.crew)",
            "entity.spec.decks > 3",
            "true",
            "false",
            "entity.spec.names.all(n, size(n) > 0)",
            'entity.spec.?cargo.orValue([]).exists(lot, lot.kind == "box" && lot.tonnes > 3)',
            'entity.spec.?cargo.orValue([]).all(lot, lot.kind in ["box", "bulk", "liquid"])',
        ]
    ),
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda one: f"!({one})"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} ? {parts[1]} : {parts[2]})"),
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def values(every_shape: Mapping[str, str]) -> Callable[[CheckedTree], list[object]]:
    """What a condition comes to on each ship of the catalogue; None where it has no value."""
    ships = [
        entity.value for entity in read_catalogue(snapshot({**BARE, **SCHEMAS, **every_shape}), rules()).of_kind("Ship")
    ]

    def call(tree: CheckedTree) -> list[object]:
        return [_value(tree, ship) for ship in ships]

    return call


@pytest.mark.slow
@given(source=CONDITIONS, given_that=CONDITIONS)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_what_is_said_to_hold_always_or_never_does_so_on_every_entity(
    source: str, given_that: str, values: Callable[[CheckedTree], list[object]]
) -> None:
    scope = rules().environment.scope({"entity": shape("Ship")})
    tree, context = scope.check(source), scope.check(given_that)
    if not isinstance(tree, CheckedTree) or not isinstance(context, CheckedTree):
        return  # A comparison out of range is refused before anything is decided.
    loaded, _ = load((Path(__file__).parent / "corpus/sound/plain.yaml").read_bytes(), "plain")
    conditions = Conditions.of(loaded.policies[0], rules().kinds.vocabulary, Limits())
    alone = conditions.decide(tree.root, Here(tree), NO_FACTS)
    facts = conditions.learn(context.root, Here(context), NO_FACTS, holds=True)
    within = conditions.decide(tree.root, Here(tree), facts)

    for value, asked in zip(values(tree), values(context), strict=True):
        assert alone is None or value in (alone, None)
        assert within is None or value in (within, None) or asked is not True


def _value(tree: CheckedTree, ship: object) -> object:
    """What a condition comes to on a ship; None if it has no value there."""
    try:
        return compile_tree(tree).evaluate({"entity": ship}, Meter(10_000, 10_000))
    except EvaluationError:
        return None
