"""Random expressions: generated code against the interpreter, and both against Google's runtime in another process."""

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from concertino.expressions.meter import Meter
from concertino.expressions.program import Program
from concertino.expressions.values import BudgetError, Entity, EvaluationError, Unreadable, UnreadableError

GOOGLE = """
import json, sys
from cel_expr_python import cel
config = cel.NewEnvConfigFromYaml(
    "extensions: [{name: optional}, {name: lists}, {name: strings}, {name: math}, {name: bindings},"
    " {name: two-var-comprehensions}]"
)
environment = cel.NewEnv(None, config=config, variables={})
results = []
for source in json.load(sys.stdin):
    value = environment.compile(source).eval(data={})
    failed = "error" in str(value.type().name()).lower()
    results.append(["error", None] if failed else ["value", repr(value.plain_value())])
json.dump(results, sys.stdout)
"""

FORMS: dict[str, list[str]] = {
    "BOOL": [
        "true",
        "false",
        "(BOOL && BOOL)",
        "(BOOL || BOOL)",
        "!BOOL",
        "(INT == INT)",
        "(INT < INT)",
        "(STRING == STRING)",
        "(STRING <= STRING)",
        "(DOUBLE > DOUBLE)",
        "(LIST == LIST)",
        "(INT in LIST)",
        "(BOOL ? BOOL : BOOL)",
        "LIST.all(x, x > INT)",
        "LIST.exists(x, INT / x == INT)",
        "LIST.exists_one(x, x % INT == 0)",
        "STRING.contains(STRING)",
        "STRING.startsWith(STRING)",
        "(dyn(INT) == dyn(DOUBLE))",
        "MAP.exists(k, v, k == STRING || v == INT)",
        "(STRING in MAP)",
        "has(MAP.a)",
        "DATA",
    ],
    "INT": [
        "0",
        "1",
        "-3",
        "9223372036854775807",
        "(INT + INT)",
        "(INT - INT)",
        "(INT * INT)",
        "(INT / INT)",
        "(INT % INT)",
        "-(INT)",
        "size(LIST)",
        "STRING.size()",
        "LIST[INT]",
        "MAP.?a.orValue(INT)",
        "MAP[STRING]",
        "(BOOL ? INT : INT)",
        "cel.bind(y, INT, y + y)",
        "STRING.indexOf(STRING)",
        "math.greatest(INT, INT)",
        "DATA",
    ],
    "STRING": [
        "''",
        "'a'",
        "'é🐱'",
        "(STRING + STRING)",
        "STRING.substring(INT)",
        "STRING.replace(STRING, STRING)",
        "STRING.upperAscii()",
        "string(INT)",
        "STRING.charAt(INT)",
        "'%s %d'.format([STRING, INT])",
        "LIST.map(x, string(x)).join(STRING)",
        "(BOOL ? STRING : STRING)",
    ],
    "DOUBLE": ["0.0", "1.5", "-2.25", "(DOUBLE + DOUBLE)", "(DOUBLE / DOUBLE)", "(DOUBLE * DOUBLE)", "double(INT)"],
    "LIST": [
        "[]",
        "[INT]",
        "[INT, INT, INT]",
        "(LIST + LIST)",
        "LIST.map(x, x + INT)",
        "LIST.filter(x, x > INT)",
        "LIST.map(x, x != INT, x * x)",
        "LIST.transformList(i, v, i + v)",
        "LIST.slice(0, size(LIST))",
        "LIST.sort()",
        "LIST.distinct()",
        "(BOOL ? LIST : LIST)",
    ],
    "MAP": ["{'a': INT}", "{'b': INT, 'a': INT}", "{STRING: INT}", "(BOOL ? MAP : MAP)"],
}
DATA = {
    "BOOL": ["entity.spec.open", "has(entity.spec.model)", "entity.spec.refs.brand.name == STRING", "brand == brand"],
    "INT": ["entity.spec.weight", "brand.demand", "entity.spec.evidence[0].value", "size(entity.spec.refs.brands)"],
}
KINDS = sorted(FORMS)
WORD = re.compile(rf"\b({'|'.join(KINDS)})\b")


def expression(pick: random.Random, kind: str, depth: int, *, data: bool) -> str:
    """A random expression; at the bottom only the first two forms, which have no parts or shallow ones."""
    form = pick.choice(FORMS[kind][: 2 if depth <= 0 else None])
    if form == "DATA":
        form = pick.choice(DATA[kind] if data else FORMS[kind][:2])
    return WORD.sub(lambda word: expression(pick, word[1], depth - 1, data=data), form)


def outcome(evaluate: Callable[..., object], bindings: dict[str, object]) -> tuple[str, object]:
    try:
        return "value", evaluate(bindings, Meter(100_000, 10_000))
    except (EvaluationError, UnreadableError, BudgetError) as error:
        return type(error).__name__, str(error)


def data(pick: random.Random) -> dict[str, object]:
    """A decision and a brand, with parts that are absent or can't be read here and there."""
    brand: object = pick.choice([Unreadable("gone"), Entity("brand:a", {"name": "a", "demand": 4}), Entity("brand:b")])
    spec: dict[str, object] = {"refs": {"brand": brand, "brands": [brand, Unreadable("gone too")]}}
    fields: dict[str, object] = {"open": True, "weight": 3, "model": "operate", "evidence": [{"value": 1}]}
    spec |= {field: value for field, value in fields.items() if pick.random() < 0.7}
    return {"entity": Entity("decision:a", {"spec": spec}), "brand": brand}


@pytest.mark.parametrize("seed", range(20))
def test_generated_code_never_gives_another_value_than_the_interpreter(
    seed: int, program: Callable[[str], Program]
) -> None:
    pick = random.Random(seed)  # noqa: S311 - cases, not secrets
    for _ in range(40):
        source = expression(pick, pick.choice(KINDS), 4, data=True)
        made = program(source)
        for _ in range(4):
            bindings = data(pick)
            expected = repr(outcome(made.interpret, bindings))
            assert repr(outcome(made.evaluate, bindings)) == expected, source
            assert made.generated is not None, source


def test_our_values_are_those_of_googles_runtime(program: Callable[[str], Program]) -> None:
    pick = random.Random(7)  # noqa: S311 - cases, not secrets
    ordered = [kind for kind in KINDS if kind != "MAP"]  # the order of Google's maps is random
    sources = [expression(pick, pick.choice(ordered), 4, data=False) for _ in range(400)]
    run = subprocess.run(
        [sys.executable, "-c", GOOGLE], input=json.dumps(sources), capture_output=True, text=True, check=True
    )
    different = []
    for source, (kind, expected) in zip(sources, json.loads(run.stdout), strict=True):
        ours = outcome(program(source).evaluate, {})
        same = ours[0] != "value" if kind == "error" else (ours[0] == "value" and repr(ours[1]) == expected)
        if not same:
            different.append((source, ours, expected))
    assert not different
