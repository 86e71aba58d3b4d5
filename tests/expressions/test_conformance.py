"""The conformance cases of the language, through the generated code and through the interpreter."""

import base64
import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from cel_expr_python import cel

from concertino.expressions.meter import Meter
from concertino.expressions.program import Program, compile_tree
from concertino.expressions.runtime_values import to_key
from concertino.expressions.values import EvaluationError, TypeValue, Uint
from concertino.expressions.wire import decode

CASES = Path(__file__).parent / "conformance" / "simple.jsonl"
NUMBER_OF_CASES = 1604
EXTENSIONS = (
    "optional",
    "lists",
    "strings",
    "math",
    "regex",
    "sets",
    "two-var-comprehensions",
    "bindings",
    "encoders",
)
PRIMITIVES = {
    "BOOL": cel.Type.BOOL,
    "INT64": cel.Type.INT,
    "UINT64": cel.Type.UINT,
    "DOUBLE": cel.Type.DOUBLE,
    "STRING": cel.Type.STRING,
    "BYTES": cel.Type.BYTES,
}
ATOMS: dict[str, Callable[[Any], object]] = {
    "int64Value": int,
    "uint64Value": Uint,
    "doubleValue": float,
    "bytesValue": base64.b64decode,
    "typeValue": TypeValue,
}
NOT_PASSED = {
    (
        "parse",
        "bytes_literals",
        "triple_single_quoted_unescaped_punctuation",
    ): "the expected bytes hold a backslash before the question mark that the expression does not have",
    (
        "parse",
        "bytes_literals",
        "triple_double_quoted_unescaped_punctuation",
    ): "the expected bytes hold a backslash before the question mark that the expression does not have",
}
"""Cases that do not pass, each with the reason. A case in this table that passes fails the test."""

Case = Mapping[str, Any]


def case_id(case: Case) -> tuple[str, str, str]:
    return case["file"], case["section"], case["name"]


@functools.cache
def cases() -> tuple[Case, ...]:
    return tuple(json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines())


@functools.cache
def environment(declarations: str) -> Any:  # noqa: ANN401 - the checker ships no types
    config = cel.NewEnvConfigFromYaml("extensions:\n" + "".join(f"  - name: {name}\n" for name in EXTENSIONS))
    variables = {each["name"]: declared_type(each["ident"]["type"]) for each in json.loads(declarations)}
    return cel.NewEnv(None, config=config, variables=variables)


def declared_type(declared: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the checker ships no types
    match declared:
        case {"primitive": name}:
            return PRIMITIVES[name]
        case {"listType": {"elemType": element}}:
            return cel.Type.List(declared_type(element))
        case {"mapType": {"keyType": key, "valueType": value}}:
            return cel.Type.Map(declared_type(key), declared_type(value))
        case {"null": _}:
            return cel.Type.NULL
    raise AssertionError(declared)


def plain(value: Mapping[str, Any]) -> object:
    ((kind, content),) = value.items()
    if kind == "listValue":
        return [plain(element) for element in content.get("values", ())]
    if kind == "mapValue":
        return {to_key(plain(entry["key"])): plain(entry["value"]) for entry in content.get("entries", ())}
    return ATOMS[kind](content) if kind in ATOMS else content


def identical(left: object, right: object) -> bool:
    """Equal in type too, at every depth; NaN is identical to itself."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(identical, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(identical(left[key], right[key]) for key in left)
    return repr(left) == repr(right)


def program_of(case: Case) -> Program:
    checker = environment(json.dumps(case.get("typeEnv", [])))
    serialized = checker.compile(case["expr"], disable_check=case.get("disableCheck", False)).serialize()
    return compile_tree(decode(serialized, case["expr"]))


def outcome(evaluate: Callable[..., object], case: Case) -> object:
    bindings = {name: plain(bound["value"]) for name, bound in case.get("bindings", {}).items()}
    try:
        return evaluate(bindings, Meter(10_000, 10_000))
    except EvaluationError as error:
        return error


def passes(case: Case, result: object) -> bool:
    if "evalError" in case:
        return isinstance(result, EvaluationError)
    return identical(result, plain(case.get("value", {"boolValue": True})))


@pytest.mark.parametrize("file", sorted({case["file"] for case in cases()}))
def test_every_case_of_the_file_gives_what_the_specification_says(file: str) -> None:
    wrong = []
    for case in cases():
        if case["file"] != file:
            continue
        program = program_of(case)
        results = [outcome(evaluate, case) for evaluate in (program.evaluate, program.interpret)]
        if all(passes(case, result) for result in results) == (case_id(case) in NOT_PASSED):
            wrong.append((case_id(case), case["expr"], results))
    assert not wrong, f"{len(wrong)} cases"


def test_no_case_is_missing_and_every_exempted_one_exists() -> None:
    ids = [case_id(case) for case in cases()]
    assert len(ids) == NUMBER_OF_CASES
    assert NOT_PASSED.keys() <= set(ids)


def test_nearly_every_checked_case_runs_as_generated_code_without_falling_back() -> None:
    checked = [case for case in cases() if not case.get("disableCheck") and "evalError" not in case]
    fallen_back = [case["expr"] for case in checked if not runs_generated(case)]
    assert len(fallen_back) < 0.05 * len(checked), fallen_back


def runs_generated(case: Case) -> bool:
    generated = program_of(case).generated
    try:
        return generated is not None and passes(case, outcome(generated, case))
    except (EvaluationError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        return False
