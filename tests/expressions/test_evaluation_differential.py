"""Random expressions: generated code against the interpreter, and both against Google's runtime in another process."""

import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from concertino.expressions.meter import Meter
from concertino.expressions.program import Program
from concertino.expressions.values import BudgetError, Entity, EvaluationError, Unreadable, UnreadableError

ROOT = Path(__file__).parents[2]
SPOILT = """
import sys
from concertino.expressions.runtime import UNIVERSAL
UNIVERSAL["_==_", 2] = lambda meter, left, right: left is right
from benchmarks.differential.__main__ import main
sys.exit(main())
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


def expression(pick: random.Random, kind: str, depth: int) -> str:
    """A random expression; at the bottom only the first two forms, which have no parts or shallow ones."""
    form = pick.choice(FORMS[kind][: 2 if depth <= 0 else None])
    if form == "DATA":
        form = pick.choice(DATA[kind])
    return WORD.sub(lambda word: expression(pick, word[1], depth - 1), form)


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
        source = expression(pick, pick.choice(KINDS), 4)
        made = program(source)
        for _ in range(4):
            bindings = data(pick)
            expected = repr(outcome(made.interpret, bindings))
            assert repr(outcome(made.evaluate, bindings)) == expected, source
            assert made.generated is not None, source


def differential(*command: str, pairs: int, seed: int) -> subprocess.CompletedProcess[str]:
    options = ["--pairs", str(pairs), "--seed", str(seed)]
    return subprocess.run([sys.executable, *command, *options], cwd=ROOT, capture_output=True, text=True, check=False)


def test_our_values_are_those_of_googles_runtime_but_for_what_is_explained() -> None:
    run = differential("-m", "benchmarks.differential", pairs=4000, seed=7)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "unexplained differences: 0" in run.stdout
    assert int(re.findall(r"pairs: ([0-9,]+)", run.stdout)[0].replace(",", "")) >= 4000


def test_a_wrong_evaluator_does_not_pass_the_comparison() -> None:
    run = differential("-c", SPOILT, pairs=3000, seed=7)
    assert run.returncode == 1, run.stderr
    assert "unexplained differences: 0" not in run.stdout
