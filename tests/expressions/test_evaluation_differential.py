"""Random expressions: generated code against the interpreter, and both against Google's runtime in another process."""

import json
import random
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
    "extensions: [{name: optional}, {name: lists}, {name: strings}, {name: math}, {name: two-var-comprehensions}]"
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
    "bool": [
        "true",
        "false",
        "(bool && bool)",
        "(bool || bool)",
        "!bool",
        "(int == int)",
        "(int < int)",
        "(string == string)",
        "(string <= string)",
        "(double > double)",
        "(list == list)",
        "(int in list)",
        "(bool ? bool : bool)",
        "list.all(x, x > int)",
        "list.exists(x, int / x == int)",
        "list.exists_one(x, x % int == 0)",
        "string.contains(string)",
        "string.startsWith(string)",
        "(dyn(int) == dyn(double))",
        "map.exists(k, v, k == string || v == int)",
        "(string in map)",
        "has(map.a)",
        "DATA",
    ],
    "int": [
        "0",
        "1",
        "-3",
        "9223372036854775807",
        "(int + int)",
        "(int - int)",
        "(int * int)",
        "(int / int)",
        "(int % int)",
        "-(int)",
        "size(list)",
        "string.size()",
        "list[int]",
        "map.?a.orValue(int)",
        "map[string]",
        "(bool ? int : int)",
        "cel.bind(y, int, y + y)",
        "string.indexOf(string)",
        "math.greatest(int, int)",
        "DATA",
    ],
    "string": [
        "''",
        "'a'",
        "'é🐱'",
        "(string + string)",
        "string.substring(int)",
        "string.replace(string, string)",
        "string.upperAscii()",
        "string(int)",
        "string.charAt(int)",
        "'%s %d'.format([string, int])",
        "list.map(x, string(x)).join(string)",
        "(bool ? string : string)",
    ],
    "double": ["0.0", "1.5", "-2.25", "(double + double)", "(double / double)", "(double * double)", "double(int)"],
    "list": [
        "[]",
        "[int]",
        "[int, int, int]",
        "(list + list)",
        "list.map(x, x + int)",
        "list.filter(x, x > int)",
        "list.map(x, x != int, x * x)",
        "list.transformList(i, v, i + v)",
        "list.slice(0, size(list))",
        "list.sort()",
        "list.distinct()",
        "(bool ? list : list)",
    ],
    "map": ["{'a': int}", "{'b': int, 'a': int}", "{'a': 1}.transformMap(k, v, v + int)", "(bool ? map : map)"],
}
DATA = {
    "bool": ["entity.spec.open", "has(entity.spec.model)", "entity.spec.refs.brand.name == string", "brand == brand"],
    "int": ["entity.spec.weight", "brand.demand", "entity.spec.evidence[0].value", "size(entity.spec.refs.brands)"],
}
KINDS = sorted(FORMS)


def expression(pick: random.Random, kind: str, depth: int, *, data: bool) -> str:
    forms = FORMS[kind][: 2 if depth <= 0 else None]
    form = pick.choice(forms)
    if form == "DATA":
        form = pick.choice(DATA[kind]) if data else FORMS[kind][0]
    words = []
    for word in split(form):
        words.append(expression(pick, word, depth - 1, data=data) if word in FORMS else word)
    return "".join(words)


def split(form: str) -> list[str]:
    """The words and the rest of a form. Function names such as `string(` stay whole."""
    pieces, word = [], ""
    for character in [*form, ""]:
        if character.isalpha():
            word += character
            continue
        if word:
            called = character == "(" or (pieces and pieces[-1].endswith((".", "'")))
            pieces.append(word + " " if called and word in FORMS else word)
            word = ""
        pieces.append(character)
    return [piece.rstrip() if piece.rstrip() in FORMS and piece.endswith(" ") else piece for piece in pieces]
