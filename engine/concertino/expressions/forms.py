"""How every function and macro is written: to name the right one where an expression calls a wrong one."""

from concertino.expressions.functions import FUNCTIONS

_LIST_MACROS = {
    "all": ("list.all(x, condition)", "map.all(key, value, condition)"),
    "exists": ("list.exists(x, condition)", "map.exists(key, value, condition)"),
    "exists_one": ("list.exists_one(x, condition)",),
    "existsOne": ("list.existsOne(x, condition)", "map.existsOne(key, value, condition)"),
    "filter": ("list.filter(x, condition)",),
    "map": ("list.map(x, expression)", "list.map(x, condition, expression)"),
    "transformList": ("map.transformList(key, value, expression)",),
    "transformMap": ("map.transformMap(key, value, expression)",),
    "transformMapEntry": ("map.transformMapEntry(key, value, {newKey: newValue})",),
    "sortBy": ("list.sortBy(x, expression)",),
}
_OTHER_MACROS = {
    "has": ("has(value.field)",),
    "cel.bind": ("cel.bind(name, value, expression)",),
    "optMap": ("optional.optMap(x, expression)",),
    "optFlatMap": ("optional.optFlatMap(x, expression)",),
}
MACROS = frozenset(_LIST_MACROS) | frozenset(_OTHER_MACROS)
"""Names that the parser expands, so that the checker never sees them."""

_STANDARD = {
    "bool": ("bool(string)",),
    "bytes": ("bytes(string)",),
    "double": ("double(int)", "double(string)"),
    "duration": ('duration("1h30m")',),
    "dyn": ("dyn(value)",),
    "int": ("int(double)", "int(string)", "int(timestamp)"),
    "string": ("string(value)",),
    "timestamp": ('timestamp("2026-01-31T00:00:00Z")',),
    "type": ("type(value)",),
    "uint": ("uint(int)", "uint(string)"),
    "size": ("size(list)", "size(map)", "size(string)", "list.size()", "map.size()", "string.size()"),
    "contains": ("string.contains(string)",),
    "startsWith": ("string.startsWith(string)",),
    "endsWith": ("string.endsWith(string)",),
    "matches": ("string.matches(string)",),
}
_TIMES = {
    name: ("timestamp." + name + "()", "timestamp." + name + '("Europe/Berlin")')
    for name in (
        "getDate",
        "getDayOfMonth",
        "getDayOfWeek",
        "getDayOfYear",
        "getFullYear",
        "getHours",
        "getMilliseconds",
        "getMinutes",
        "getMonth",
        "getSeconds",
    )
}
_STRINGS = {
    "charAt": ("string.charAt(int)",),
    "format": ("string.format(list)",),
    "indexOf": ("string.indexOf(string)", "string.indexOf(string, int)"),
    "join": ("list.join()", "list.join(string)"),
    "lastIndexOf": ("string.lastIndexOf(string)", "string.lastIndexOf(string, int)"),
    "lowerAscii": ("string.lowerAscii()",),
    "replace": ("string.replace(string, string)", "string.replace(string, string, int)"),
    "reverse": ("string.reverse()", "list.reverse()"),
    "split": ("string.split(string)", "string.split(string, int)"),
    "substring": ("string.substring(int)", "string.substring(int, int)"),
    "trim": ("string.trim()",),
    "upperAscii": ("string.upperAscii()",),
    "strings.quote": ("strings.quote(string)",),
}
_LISTS = {
    "distinct": ("list.distinct()",),
    "first": ("list.first()",),
    "flatten": ("list.flatten()", "list.flatten(int)"),
    "last": ("list.last()",),
    "slice": ("list.slice(int, int)",),
    "sort": ("list.sort()",),
    "lists.range": ("lists.range(int)",),
    "sets.contains": ("sets.contains(list, list)",),
    "sets.equivalent": ("sets.equivalent(list, list)",),
    "sets.intersects": ("sets.intersects(list, list)",),
}
_OPTIONALS = {
    "hasValue": ("optional.hasValue()",),
    "or": ("optional.or(optional)",),
    "orValue": ("optional.orValue(value)",),
    "value": ("optional.value()",),
    "optional.of": ("optional.of(value)",),
    "optional.none": ("optional.none()",),
    "optional.ofNonZeroValue": ("optional.ofNonZeroValue(value)",),
    "optional.unwrap": ("optional.unwrap(list)",),
    "unwrapOpt": ("list.unwrapOpt()",),
}
_MATHS = {
    f"math.{name}": tuple(f"math.{name}({arguments})" for arguments in forms)
    for name, forms in {
        "abs": ("number",),
        "bitAnd": ("int, int",),
        "bitNot": ("int",),
        "bitOr": ("int, int",),
        "bitShiftLeft": ("int, int",),
        "bitShiftRight": ("int, int",),
        "bitXor": ("int, int",),
        "ceil": ("double",),
        "floor": ("double",),
        "greatest": ("number, number", "list"),
        "isFinite": ("double",),
        "isInf": ("double",),
        "isNaN": ("double",),
        "least": ("number, number", "list"),
        "round": ("double",),
        "sign": ("number",),
        "sqrt": ("number",),
        "trunc": ("double",),
    }.items()
}
_TEXT_TOOLS = {
    "regex.extract": ("regex.extract(string, string)",),
    "regex.extractAll": ("regex.extractAll(string, string)",),
    "regex.replace": ("regex.replace(string, string, string)", "regex.replace(string, string, string, int)"),
    "base64.decode": ("base64.decode(string)",),
    "base64.encode": ("base64.encode(bytes)",),
}


def _ours() -> dict[str, tuple[str, ...]]:
    forms: dict[str, list[str]] = {}
    for function in FUNCTIONS:
        arguments = [str(parameter) for parameter in function.parameters]
        receiver = f"{arguments.pop(0)}." if function.member else ""
        forms.setdefault(function.name, []).append(f"{receiver}{function.name}({', '.join(arguments)})")
    return {name: tuple(all_forms) for name, all_forms in forms.items()}


FORMS: dict[str, tuple[str, ...]] = {
    **_LIST_MACROS,
    **_OTHER_MACROS,
    **_STANDARD,
    **_TIMES,
    **_STRINGS,
    **_LISTS,
    **_OPTIONALS,
    **_MATHS,
    **_TEXT_TOOLS,
    **_ours(),
}
"""How each function and macro is called, by its name with the namespace, in the types it takes."""

NAMESPACES = frozenset(name.split(".")[0] for name in FORMS if "." in name)
"""What stands before the dot of a function that belongs to no value."""

HABITS = {
    "any": "exists",
    "avg": "sum",
    "count": "size",
    "endswith": "endsWith",
    "every": "all",
    "find": "filter",
    "includes": "contains",
    "len": "size",
    "length": "size",
    "lower": "lowerAscii",
    "some": "exists",
    "startswith": "startsWith",
    "str": "string",
    "strip": "trim",
    "toLowerCase": "lowerAscii",
    "toUpperCase": "upperAscii",
    "unique": "distinct",
    "upper": "upperAscii",
    "where": "filter",
}
"""What people type who come from another language, and its name here."""
