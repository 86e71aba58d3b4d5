"""What could be asked of one field, by its type."""

from collections.abc import Iterator
from dataclasses import dataclass

from concertino.editing.example import Examples, example_name
from concertino.editing.probe import Change, Parameter, Probe
from concertino.kinds.schema import subschemas, text, texts
from concertino.model.json import JsonObject, JsonValue

_YEAR = 366
_WORDS = 80
_MOST = 10


@dataclass(frozen=True)
class FieldProbes:
    """One field: where it stands, how it is read, and its schema."""

    examples: Examples
    path: str
    here: str
    schema: JsonObject
    whole: tuple[str, ...]
    parent: str

    @property
    def leaf(self) -> str:
        """The name of the field itself."""
        return self.path.rpartition(".")[2]

    def probes(self, *, required: bool) -> Iterator[Probe]:
        """What could be asked of the field: that it is there if it may be left out, else what fits its type."""
        sample = self.examples.value(self.schema)
        if sample is None:
            return
        if self.schema.get("type") == "array":
            yield from self._list(sample, required=required)
        elif not required:
            yield self._probe(
                f"fills in {self.leaf}", f"has({self.here})", f"{self.path} is missing", sample, Change(self.path)
            )
        else:
            yield from self._required(sample)

    def _required(self, sample: JsonValue) -> Iterator[Probe]:
        kind = text(subschemas(self.schema, "x-reference"), "kind")
        if kind in self.examples.kinds.by_name:
            yield self._hop(kind)
        if self.schema.get("format") == "date":
            yield self._day(sample)
        match self.schema.get("type"):
            case "boolean":
                no: JsonValue = False
                yes: JsonValue = True
                yield self._probe(f"says yes to {self.leaf}", self.here, f"{self.path} is false", yes, _set(self, no))
            case "integer" | "number":
                yield from self._number()
            case "string" if len(texts(self.schema, "enum")) > 1:
                yield self._choice()
            case "string":
                yield from self._words(str(sample))

    def _hop(self, kind: str) -> Probe:
        name = example_name(kind)
        holder, _, leaf = self.here.rpartition(".")
        return self._probe(
            f"has a {leaf} that says its title",
            f"has({holder}.refs.{leaf}.metadata.title)",
            f"what {self.path} refers to has no title",
            name,
            Change("metadata.title"),
            leads_to=kind,
        )

    def _day(self, sample: JsonValue) -> Probe:
        limit = Parameter("days", _YEAR, "What nobody looked at for a year is hardly true any more.")
        return self._probe(
            f"has a {self.leaf} within the last year",
            f"days({self.here}, asOf) <= params.days",
            f'"{self.path} is %d days ago".format([days({self.here}, asOf)])',
            sample,
            _set(self, f"{int(str(sample)[:4]) - 2}{str(sample)[4:8]}01"),
            limit,
        )

    def _number(self) -> Iterator[Probe]:
        whole = self.schema.get("type") == "integer"
        low, high = self.schema.get("minimum"), self.schema.get("maximum")
        least = low if isinstance(low, int | float) else 0
        most = high if isinstance(high, int | float) else least + 10
        wanted = [least + 1, (least + most) / 2] if not whole else [int(least) + 1]
        for bound in wanted:
            value, below, above = (int(item) if whole else float(item) for item in (bound, least, most))
            yield self._probe(
                f"has at least {value} as {self.leaf}",
                f"{self.here} >= params.least",
                f'"{self.path} is %s, less than %s".format([string({self.here}), string(params.least)])',
                above,
                _set(self, below),
                Parameter("least", value, "Say why it is this much."),
            )

    def _choice(self) -> Probe:
        *others, unwanted = texts(self.schema, "enum")
        return self._probe(
            f"has another {self.leaf} than {unwanted}",
            f"!({self.here} in params.unwanted)",
            f'"{self.path} is " + {self.here}',
            others[0],
            _set(self, unwanted),
            Parameter("unwanted", [unwanted], "Say why not."),
        )

    def _words(self, sample: str) -> Iterator[Probe]:
        """A text is held to a length: broken by a longer one, or, where a pattern forbids that, by a lower limit."""
        most = self.schema.get("maxLength")
        longest = max(min(_WORDS, most // 2 if isinstance(most, int) else _WORDS), len(sample))
        limit = Parameter("longest", longest, "What fits on a slide is remembered.")
        longer = " ".join("word" for _ in range(longest // 4 + 1))[: longest + 1].ljust(longest + 1, "s")
        shown = f'"{self.path} takes %d characters".format([size({self.here})])'
        lower = Parameter("longest", 0, "")
        called = self.path == "metadata.name"  # the cases know the example by it, so that it stays
        for broken in (lower,) if called else (_set(self, longer), lower):
            yield self._probe(
                f"has a {self.leaf} of {longest} characters at most",
                f"size({self.here}) <= params.longest",
                shown,
                None if called else sample,
                broken,
                limit,
            )

    def _list(self, sample: JsonValue, *, required: bool) -> Iterator[Probe]:
        holder, _, leaf = self.here.rpartition(".")
        if not required:
            size = f"size({holder}.?{leaf}.orValue([]))"
            fewest = Parameter("fewest", 1, "One is the least that means something.")
            shown = f'"%d of them stand in {self.path}, fewer than %d".format([{size}, params.fewest])'
            about = f"names something under {self.leaf}"
            yield self._probe(about, f"{size} >= params.fewest", shown, sample, Change(self.path), fewest)
            return
        most = Parameter("most", _MOST, "A longer list is one that nobody reads.")
        shown = f'"%d of them stand in {self.path}, more than %d".format([size({self.here}), params.most])'
        about = f"names {_MOST} under {self.leaf} at most"
        yield self._probe(about, f"size({self.here}) <= params.most", shown, sample, Parameter("most", 0, ""), most)

    def _probe(
        self,
        about: str,
        expression: str,
        message: str,
        kept: JsonValue | None,
        broken: Change | Parameter,
        parameter: Parameter | None = None,
        leads_to: str = "",
    ) -> Probe:
        return Probe(
            self.path,
            about,
            expression,
            message,
            text(self.schema, "description"),
            computed=message.startswith('"'),
            parameter=parameter,
            kept=kept,
            broken=broken,
            whole=self.whole,
            parent=self.parent,
            leads_to=leads_to,
        )


def _set(field: FieldProbes, value: JsonValue) -> Change:
    return Change(field.path, value)
