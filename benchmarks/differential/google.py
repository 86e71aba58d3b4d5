"""Google's runtime in a process of its own: asked for outcomes of cases on standard input, a line each.

A question is `[number, source, first, last]`: the pairs from `first` up to `last` of the case with that number, with
another source if there is one. The answer is a list of outcomes, or null if the checker refuses the source.
"""

import functools
import json
import re
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from benchmarks.differential.cases import case
from benchmarks.differential.values import SECOND, declarations, written_key
from cel_expr_python import cel
from google.protobuf.duration_pb2 import Duration as ProtobufDuration
from google.protobuf.timestamp_pb2 import Timestamp as ProtobufTimestamp

from concertino.expressions import CelType, Duration, Timestamp
from concertino.expressions.runtime_values import from_key

EXTENSIONS: Final = (
    *("optional", "lists", "strings", "math", "regex", "sets", "two-var-comprehensions", "bindings", "encoders"),
)
_UNITS: Final = {"h": 3600 * SECOND, "m": 60 * SECOND, "s": SECOND, "ms": 10**6, "us": 1000, "ns": 1}
_PART: Final = re.compile(r"([0-9.]+)(h|ms|m|s|us|ns)")


def environment() -> Any:  # noqa: ANN401 - the library has no types
    variables = [{"name": name, **declared(of)} for name, of in declarations().items()]
    configuration = {"extensions": [{"name": name} for name in EXTENSIONS], "variables": variables}
    return cel.NewEnv(None, config=cel.NewEnvConfigFromYaml(json.dumps(configuration)))


def declared(of: CelType) -> dict[str, object]:
    return {"type_name": of.name, "params": [declared(parameter) for parameter in of.parameters]}


def given(value: object) -> object:
    """A value of ours as Google's binding takes it. Times as messages: a `datetime` has no nanoseconds."""
    match value:
        case list():
            return [given(element) for element in value]
        case dict():
            return {from_key(key): given(of) for key, of in value.items()}
        case Timestamp():
            seconds, fraction = divmod(value.nanoseconds, SECOND)
            return ProtobufTimestamp(seconds=seconds, nanos=fraction)
        case Duration():
            sign = -1 if value.nanoseconds < 0 else 1
            seconds, fraction = divmod(abs(value.nanoseconds), SECOND)
            return ProtobufDuration(seconds=sign * seconds, nanos=sign * fraction)
        case int() if not isinstance(value, bool):
            return int(value)
    return value


def written(value: Any) -> object:  # noqa: ANN401 - the library has no types
    """A value of Google's as `values.written` writes ours. Nulls are not read: in 0.1.3 that steals a reference."""
    name = value.type().name()
    if name in _ATOMS:
        return _ATOMS[name](value)
    if name.startswith("LIST"):
        return ["list", [written(element) for element in value.value()]]
    if name.startswith("MAP"):
        entries = [[written_key(key), written(of)] for key, of in value.value().items()]
        return ["map", sorted(entries, key=repr)]
    shown = repr(value)
    if shown.startswith("optional."):
        return ["optional", not shown.startswith("optional.none")]
    return ["error", str(value.value())] if name == "ERROR" else ["?", shown]


def nanoseconds(shown: str) -> int:
    total = sum(int(Decimal(number) * _UNITS[unit]) for number, unit in _PART.findall(shown))
    return -total if shown.startswith("-") else total


_ATOMS: Final[Mapping[str, Callable[[Any], object]]] = {
    "NULL": lambda _: ["null"],
    "BOOL": lambda value: ["bool", value.value()],
    "INT": lambda value: ["int", value.value()],
    "UINT": lambda value: ["uint", value.value()],
    "DOUBLE": lambda value: ["double", repr(value.value())],
    "STRING": lambda value: ["string", value.value()],
    "BYTES": lambda value: ["bytes", bytes(value.value()).hex()],
    "TIMESTAMP": lambda value: ["timestamp", repr(value)],
    "DURATION": lambda value: ["duration", nanoseconds(repr(value))],
    "TYPE": lambda value: ["type", repr(value).split("<")[0]],
}


def outcome(expression: Any, bindings: Mapping[str, object]) -> object:  # noqa: ANN401 - the library has no types
    data = {name: given(value) for name, value in bindings.items()}
    try:
        return written(expression.eval(data=data))
    except RuntimeError as error:
        return ["error", str(error)]
    except (ValueError, TypeError, MemoryError, SystemError) as error:  # what C++ threw, or text that is not UTF-8
        return ["raised", f"{type(error).__name__}: {error}"]


def main() -> None:
    checker = environment()
    seed = int(sys.argv[1])
    made = functools.lru_cache(maxsize=4)(functools.partial(case, seed))
    compiled = functools.lru_cache(maxsize=64)(checker.compile)
    for line in sys.stdin:
        number, source, first, last = json.loads(line)
        asked = made(number)
        try:
            expression = compiled(source or asked.tree.source)
        except RuntimeError:
            answer = None
        else:
            answer = [outcome(expression, bindings) for bindings in asked.bindings[first:last]]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
