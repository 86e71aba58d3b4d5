"""Where in a page a change takes place, and the text that it needs there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from concertino.documents.nodes import Node, path_of
from concertino.editing import written
from concertino.editing.changes import Append, Change, Insert, Replace, UnfitChangeError
from concertino.editing.page import Edit, Page
from concertino.editing.written import Manner
from concertino.model.json import JsonValue


def edits_of(page: Page, root: Node, change: Change, *, cautious: bool = False) -> list[Edit]:
    """The edits that make `change`, which must fit the value of the document; `cautious` as in `Manner`.

    Raises:
        UnfitChangeError: the layout there is one that is not changed by machine.
    """
    path = path_of(change.pointer)
    if isinstance(change, Append):
        return _append(_Site.at(page, root, path, cautious), change.value)
    holder = _Site.at(page, root, path[:-1], cautious)
    if isinstance(change, Insert):
        return _insert(holder, path[-1], change.value, change.after)
    if isinstance(change, Replace):
        return _replace(_Site.at(page, root, path, cautious), change.value)
    if len(holder.node.children) > 1:
        return _remove(holder, path[-1])
    if not holder.path:
        raise UnfitChangeError("nothing would be left of the document")
    # Without its only part a list or mapping in block style would be null.
    return _replace(holder, {} if holder.node.children[path[-1]].key else [])


@dataclass(frozen=True)
class _Site:
    """A node of a page with the way that leads to it. `flow` says whether it stands inside brackets."""

    page: Page
    root: Node
    path: list[str]
    node: Node
    parent: Node | None
    flow: bool
    cautious: bool

    @classmethod
    def at(cls, page: Page, root: Node, path: list[str], cautious: bool) -> "_Site":  # noqa: FBT001 - handed through
        node, parent, flow = root, None, False
        for token in path:
            flow = flow or page.is_flow(node)
            parent, node = node, node.children[token]
        return cls(page, root, path, node, parent, flow, cautious)

    @property
    def start(self) -> int:
        return self.page.start(self.node.span)

    @property
    def end(self) -> int:
        return self.page.end(self.node.span)

    @cached_property
    def manner(self) -> Manner:
        """The manner of the document, as far as it shows one."""
        steps: list[int] = []
        list_steps: list[int] = []
        _measure(self.page, self.root, steps, list_steps)
        step = steps[0] if steps else 2
        return Manner(step, list_steps[0] if list_steps else step, self.cautious)

    def colon(self) -> int:
        """The offset after the colon that leads to the node."""
        key = self.node.key
        offset = self.page.after_gap(self.page.end(key)) if key else 0
        if self.page.text[offset : offset + 1] != ":":
            raise UnfitChangeError("its key is written in an unusual way")
        return offset + 1


def _measure(page: Page, node: Node, steps: list[int], list_steps: list[int]) -> None:
    """By how many spaces mappings and lists below a key are set in."""
    for child in node.children.values():
        below = child.key is not None and child.children and not page.is_flow(child)
        if below and child.key and child.span.line > child.key.line:
            is_mapping = next(iter(child.children.values())).key is not None
            (steps if is_mapping else list_steps).append(child.span.column - child.key.column)
        if child.children and not page.is_flow(child):
            _measure(page, child, steps, list_steps)


def _lines(page: Page, offset: int, lines: Sequence[str]) -> str:
    return "".join(page.line_break(offset) + line for line in lines)


def _replace(site: _Site, value: JsonValue) -> list[Edit]:
    if site.parent is None:
        raise UnfitChangeError("a whole document is not changed")
    if site.flow:
        return [Edit(site.start, site.end, _inline_like(site.node, value, flow=True))]
    if site.node.key is None:
        return _replace_element(site, value)
    return _replace_value(site, value)


def _inline_like(node: Node, value: JsonValue, *, flow: bool) -> str:
    """A value on one line, a text in the quotes of the one that it replaces."""
    if isinstance(value, str):
        return written.scalar(value, flow=flow, style=node.style if node.style in ("'", '"') else "plain")
    return written.inline(value)


def _value_lines(site: _Site, value: JsonValue, *, quoted: bool = False) -> list[str]:
    """What follows the colon, and the lines below it."""
    node, manner = site.node, site.manner
    indent = node.key.column - 1 if node.key else 0
    as_before = {"|": written.literal, ">": written.folded}.get(node.style)
    if isinstance(value, str) and as_before and not manner.cautious:
        below = as_before(value, indent + manner.step)
        if below:
            return [f" {below[0]}", *below[1:]]
    flow_before = site.page.is_flow(node) and bool(node.children)
    if quoted or flow_before or (isinstance(value, str) and node.style in ("'", '"')):
        return [f" {_inline_like(node, value, flow=False)}"]
    first, *rest = written.entry("k", value, indent, manner)
    return [first.lstrip(" ").removeprefix("k:"), *rest]


def _replace_value(site: _Site, value: JsonValue) -> list[Edit]:
    page, colon = site.page, site.colon()
    head, *below = _value_lines(site, value)
    line = page.line_end(colon)
    if site.start > line:
        return _replace_below(site, colon, head, below, value)
    comment = _header_comment(site)
    start = site.start if head else colon  # what stands below its key needs no space after the colon
    kept = [Edit(start, site.end, head.lstrip(" ") + comment)]
    if not below:
        return kept
    rest = page.line_end(site.end)
    if not page.comment_after(site.end):
        raise UnfitChangeError("something else stands on its line")
    return [*kept, Edit(rest, rest, _lines(page, colon, below))]


def _replace_below(site: _Site, colon: int, head: str, below: list[str], value: JsonValue) -> list[Edit]:
    """Replace a value that begins on a line of its own; comments between key and value stay."""
    page = site.page
    line = page.line_start(site.start)
    between = page.text[colon:line]
    if head.strip() and below and between.strip():
        head, *below = _value_lines(site, value, quoted=True)  # a comment would become part of a block of text
    before = len(page.text[:line].removesuffix("\n").removesuffix("\r"))
    end = page.line_end(site.end) if site.node.children and page.comment_after(site.end) else site.end
    return [Edit(colon, colon, head), Edit(before, end, _lines(page, colon, below))]


def _header_comment(site: _Site) -> str:
    """The comment on the first line of a block of text, which would go with it."""
    if site.node.style not in ("|", ">"):
        return ""
    header = site.page.text[site.start : site.page.line_end(site.start)]
    _, space, comment = header.partition(" ")
    return f"{space}{comment.rstrip()}" if comment.strip() else ""


def _replace_element(site: _Site, value: JsonValue) -> list[Edit]:
    """Replace an element of a list in block style."""
    page = site.page
    block = bool(site.node.children) and not page.is_flow(site.node)
    if not block or not isinstance(value, Mapping):
        text = _inline_like(site.node, value, flow=False)
        return [Edit(site.start, site.end, text + _header_comment(site))]
    first, *rest = written.element(value, site.node.span.column - 3, site.manner, block=True)
    return [Edit(site.start, site.end, first.lstrip(" ").removeprefix("- ") + _lines(page, site.start, rest))]


def _insert(holder: _Site, key: str, value: JsonValue, after: str) -> list[Edit]:
    page, node = holder.page, holder.node
    if page.is_flow(node):
        anchor = node.children[after] if after else next(reversed(node.children.values()), None)
        return _into_brackets(holder, anchor, f"{written.scalar(key, flow=True)}: {written.inline(value)}")
    anchor = node.children[after] if after else next(reversed(node.children.values()))
    if holder.flow or anchor.key is None:
        raise UnfitChangeError("it is a pair without braces in a list")
    return _below(page, anchor, written.entry(key, value, node.span.column - 1, holder.manner))


def _append(site: _Site, value: JsonValue) -> list[Edit]:
    page, node = site.page, site.node
    last = next(reversed(node.children.values()), None)
    if last is None or page.is_flow(node):
        return _into_brackets(site, last, written.inline(value))
    if site.flow:
        raise UnfitChangeError("it stands in brackets")
    block = bool(last.children) and not page.is_flow(last)
    lines = written.element(value, node.span.column - 1, site.manner, block=block)
    return _below(page, last, lines)


def _below(page: Page, anchor: Node, lines: list[str]) -> list[Edit]:
    """New lines below a node in block style, after the comment on its last line."""
    end = page.end(anchor.span)
    if not page.comment_after(end):
        raise UnfitChangeError("something else stands on its line")
    line = page.line_end(end)
    if not _keeps_blank_lines(page, anchor):
        return [Edit(line, line, _lines(page, end, lines))]
    line = page.next_line(end)
    while line < len(page.text) and not page.text[line : page.line_end(line)].strip(" "):
        line = page.next_line(line)
    return [Edit(line, line, "".join(each + page.line_break(end) for each in lines))]


def _keeps_blank_lines(page: Page, node: Node) -> bool:
    """Whether the blank lines after a node belong to it: it ends in a block of text with `+`."""
    while node.children:
        node = next(reversed(node.children.values()))
    header = page.text[page.start(node.span) : page.start(node.span) + 3]
    return node.style in ("|", ">") and "+" in header


def _into_brackets(site: _Site, anchor: Node | None, text: str) -> list[Edit]:
    """A new part of a list or mapping in brackets, after the part `anchor`."""
    page = site.page
    if anchor is None:
        return [Edit(site.start + 1, site.start + 1, text)]
    begin, end = page.start(anchor.key or anchor.span), page.end(anchor.span)
    if not page.spaces_before(begin) or page.line_start(begin) == page.line_start(site.start):
        return [Edit(end, end, f", {text}")]
    pad = " " * (begin - page.line_start(begin))
    following = page.after_gap(end)
    comma = page.text[following] == ","
    line = page.line_end(end)
    after_comma = following + 1 if comma else end
    if (following >= line and comma) or not page.comment_after(after_comma):
        return [Edit(end, end, f",{page.line_break(end)}{pad}{text}")]
    new = Edit(line, line, f"{page.line_break(end)}{pad}{text}{',' if comma else ''}")
    return [new] if comma else [Edit(end, end, ","), new]


def _remove(holder: _Site, token: str) -> list[Edit]:
    page, node = holder.page, holder.node.children[token]
    begin, end = page.start(node.key or node.span), page.end(node.span)
    siblings = list(holder.node.children.values())
    place = siblings.index(node)
    if holder.flow or page.is_flow(holder.node):
        if place:
            before = page.end(siblings[place - 1].span)
            return _without(page, before, end, (before, begin))
        follower = page.start(siblings[1].key or siblings[1].span)
        return _without(page, begin, follower, (end, follower))
    first = page.line_start(begin)
    lead = page.text[first:begin]
    own_line = not lead.strip(" ") if node.key else lead.strip(" ") == "-"
    if own_line and page.comment_after(end):
        return [_whole_lines(page, first, page.next_line(end))]
    if place:
        raise UnfitChangeError("something else stands on its line")
    follower = page.start(siblings[1].key or siblings[1].span)
    return _without(page, begin, follower, (end, follower))


def _whole_lines(page: Page, first: int, end: int) -> Edit:
    """Lines less; a file that ends without a line break goes on doing so."""
    if end == len(page.text) and not page.text.endswith(("\n", "\r")):
        first = len(page.text[:first].removesuffix("\n").removesuffix("\r"))
    return Edit(first, end, "")


def _without(page: Page, start: int, end: int, gap: tuple[int, int]) -> list[Edit]:
    """Text less, if there is no comment in the gap between two parts that closes with it."""
    if "#" in page.text[gap[0] : gap[1]]:
        raise UnfitChangeError("a comment would go with it")
    return [Edit(start, end, "")]
