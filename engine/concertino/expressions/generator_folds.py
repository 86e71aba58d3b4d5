"""What the generator makes of macros: plain loops."""

from concertino.expressions.folds import ALWAYS, Fold, FoldKind
from concertino.expressions.generator_types import Writer
from concertino.expressions.interpreter_folds import merge
from concertino.expressions.runtime_access import elements, insert, pairs
from concertino.expressions.tree import Comprehension


def fold(writer: Writer, node: Comprehension, macro: Fold) -> str:
    """A Python expression for the value of a macro, after the lines that compute it."""
    if macro.kind is FoldKind.BIND:
        bound = writer.source.kept(writer.expression(macro.values[0]))
        return writer.with_names({node.accumulator: bound}, lambda: writer.expression(macro.values[1]))
    if macro.kind in {FoldKind.ALL, FoldKind.EXISTS}:
        return _decided_by(writer, node, macro)
    return _gathered(writer, node, macro)


def _loop(writer: Writer, node: Comprehension, operand: str) -> tuple[str, dict[str, str]]:
    """The head of the loop over `operand`, and the names of the macro's variables in it."""
    constant = writer.source.constant
    kind = writer.kind(node.range)
    named = kind == "map" and writer.kind.key(node.range) == "string"
    names = {node.variable: writer.source.local()}
    if not node.second_variable:
        visited = operand if kind == "list" or named else f"{constant(elements)}({operand})"
        return f"for {names[node.variable]} in {visited}:", names
    names[node.second_variable] = writer.source.local()
    if kind == "list":
        visited = f"enumerate({operand})"
    else:
        visited = f"{operand}.items()" if named else f"{constant(pairs)}({operand})"
    return f"for {', '.join(names.values())} in {visited}:", names


def _decided_by(writer: Writer, node: Comprehension, macro: Fold) -> str:
    """`all` and `exists`: the loop ends at the element that decides."""
    source = writer.source
    decisive = macro.kind is FoldKind.EXISTS
    operand = source.kept(writer.expression(node.range))
    result, count = source.kept(str(not decisive)), source.kept("0")
    head, names = _loop(writer, node, operand)
    with source.block(head):
        source.line(f"{count} += 1")
        condition = writer.with_names(names, lambda: writer.condition(macro.condition))
        with source.block(f"if {condition}:" if decisive else f"if not {condition}:"):
            source.line(f"{result} = {decisive}")
            source.line("break")
    source.line(f"m.visit({_weighed(count, macro)})")
    return result


def _weighed(count: str, macro: Fold) -> str:
    return count if macro.weight == 1 else f"{count} * {macro.weight}"


def _gathered(writer: Writer, node: Comprehension, macro: Fold) -> str:
    """`map`, `filter` and the others that visit every element."""
    source = writer.source
    operand = source.kept(writer.expression(node.range))
    source.line(f"m.visit({_weighed(f'len({operand})', macro)})")
    counts = macro.kind is FoldKind.EXISTS_ONE
    empty = "[]" if macro.kind is FoldKind.COLLECT else "{}"
    result = source.kept("0" if counts else empty)
    head, names = _loop(writer, node, operand)
    with source.block(head):
        writer.with_names(names, lambda: _element(writer, macro, result))
    if counts:
        return f"({result} == 1)"
    source.line(f"m.build(len({result}))")
    return result


def _element(writer: Writer, macro: Fold, result: str) -> str:
    if macro.condition is ALWAYS:
        _take(writer, macro, result)
        return result
    with writer.source.block(f"if {writer.condition(macro.condition)}:"):
        _take(writer, macro, result)
    return result


def _take(writer: Writer, macro: Fold, result: str) -> None:
    """Take one element into the result."""
    source = writer.source
    values = [writer.expression(value) for value in macro.values]
    match macro.kind:
        case FoldKind.EXISTS_ONE:
            source.line(f"{result} += 1")
        case FoldKind.COLLECT:
            source.line(f"{result}.append({values[0]})")
        case FoldKind.INSERT:
            source.line(f"{source.constant(insert)}({result}, {values[0]}, {values[1]})")
        case _:
            source.line(f"{source.constant(merge)}(m, {result}, {values[0]})")
