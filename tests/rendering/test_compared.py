"""A verdict compared with that of a base, in every format."""

import csv
import io
import json
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from junitparser import JUnitXml
from markdown_it import MarkdownIt

from concertino import __version__
from concertino.model.outcome import AppliedException, Outcome, Result
from concertino.model.place import Place
from concertino.model.snapshot import Source, SourceKind
from concertino.model.visible import visible
from concertino.rendering import FORMATS, ReportContext
from concertino.rendering.cells import cell
from concertino.verdict import Change, Ending, Gate, Verdict, compare
from concertino.verdict.approvers import Approver
from concertino.verdict.impact import Impact, RecordDue, Touches
from concertino.verdict.impact_answers import Cause, CauseKind, Flip, Reading
from concertino.verdict.impact_exceptions import ExceptionChange, ExceptionFate
from concertino.verdict.impact_reviews import Due, ReviewDue
from concertino.verdict.touching import Area, Touch, Touched

_GOLDEN = Path(__file__).parent / "compared"
_SCHEMAS = Path(__file__).parents[2] / "schemas"
_UPDATE = "CONCERTINO_UPDATE_GOLDEN"
_SARIF = jsonschema.Draft4Validator(
    json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
)
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_MOST = 65_536
"""Characters that a comment on GitHub may have."""
_TOLD = 20
"""Places at least in which a comment repeats a text that stands in every field."""
_COMMAND = re.compile(r"::(?P<name>[a-z]+) (?P<properties>(?:[a-zA-Z]+=[^:,]*,?)*)::(?P<text>.*)")
"""A command as GitHub's runner reads it: a name, properties in which colons and commas are escaped, and a text."""

Contexts = Callable[..., ReportContext]

TOUCHED = (
    Touched(
        Area.POLICY,
        "decided-by-both-sides",
        Touch.REMOVED,
        "A decision is made by both sides",
        (Approver("operating-model", "team:architecture-board", ("farah", "jonas")),),
    ),
    Touched(
        Area.TEAM,
        "team:architecture-board",
        Touch.CHANGED,
        "mara joins with a signing key; it holds decisionright:operating-model",
        (Approver("operating-model", "team:executive-committee", ("ivo",), escalation=True),),
    ),
    Touched(Area.SCHEMA, "schemas/Own.schema.json", Touch.ADDED, ""),
)


_DEFAULT = Cause(
    CauseKind.FACTOR,
    "commonality",
    "Commonality",
    "4",
    "1",
    "own-row",
    "a row of the brand in a sheet",
    "the default of the capability",
    Place("catalogue/sheets/orders.yaml", 12, 20, 12, 21, "/spec/rows/0/commonality"),
)
_SERVICE = Cause(CauseKind.ENTITY, "service:order-hub", "Order hub", "there", "")
_MODEL = Cause(
    CauseKind.MODEL, "operate-orchestrate", "the decision model", place=Place("policies/own/decision-model.yaml")
)
_MATURITY = Cause(CauseKind.CIRCUMSTANCE, "maturity", "Maturity of the platform", "3", "5")

IMPACT = Impact(
    kind="Cell",
    plural="cells",
    flips=(
        Flip(
            "cell:aurora/orders",
            {"brand": "aurora", "capability": "orders"},
            Reading.RECOMMENDATION,
            "orchestrate",
            "operate",
            (_DEFAULT, _MATURITY),
        ),
        Flip(
            "cell:borealis/orders",
            {"brand": "borealis", "capability": "orders"},
            Reading.RECOMMENDATION,
            "orchestrate",
            "operate",
            (_DEFAULT, _MATURITY),
        ),
        Flip(
            "cell:aurora/search",
            {"brand": "aurora", "capability": "search"},
            Reading.ACTUAL,
            "federate",
            "",
            (_SERVICE,),
        ),
        Flip(
            "cell:cygnus/cms",
            {"brand": "cygnus", "capability": "cms"},
            Reading.RECOMMENDATION,
            "",
            "federate",
            (_MODEL,),
        ),
    ),
    arrived=("cell:delphinus/orders",),
    left=("cell:eridanus/orders",),
    newly_stale=("decision:aurora-orders",),
    exceptions=tuple(
        ExceptionChange(f"exception:{fate}", fate, "2026-08-01", why, ("one-owner",), ("service:order-hub",))
        for fate, why in (
            (fate, "nobody approved it" if fate is ExceptionFate.LAPSED else "") for fate in ExceptionFate
        )
    ),
    reviews=(
        ReviewDue("decision:aurora-orders", Due.EARLIER, "2026-07-15", "2026-09-01"),
        ReviewDue("decision:one-cms", Due.OVERDUE, "2026-06-01"),
        ReviewDue("event:outage", Due.ASKED, "2026-06-20"),
    ),
    records=(
        RecordDue("catalogue/records/0007-aurora-orders.md", "decision:aurora-orders", "the catalogue has moved on"),
    ),
    owners=(Touches("team:aurora-technology", 2), Touches("", 1)),
)


@pytest.fixture(params=FORMATS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def compared(rich: Verdict, context_of: Contexts) -> ReportContext:
    """Of the findings of the rich verdict the first is old and waived no more, the second new, the others old; one of
    the base is mended, and one gone with its policy."""
    return _compared(rich, context_of, rich.findings[0])


def _compared(head: Verdict, context_of: Contexts, gone: Outcome, **more: object) -> ReportContext:
    first, _, *others = head.findings
    exception = AppliedException("exception:aurora-own-orders", "2026-05-31")
    waived = replace(first, result=Result.WAIVED, exception=exception)
    mended, ruled_out = replace(gone, key="bounce-rate"), replace(gone, policy="one-owner", validation="")
    before = (
        waived,
        mended,
        ruled_out,
        *(replace(item, result=Result.FAIL) if item.exception else item for item in others),
    )
    base = replace(head, source=Source(SourceKind.REVISION, "b5" * 20, "c3" * 20), findings=before)

    def ending(item: Outcome) -> Ending:
        return Ending.RULE_REMOVED if item.policy == "one-owner" else Ending.MENDED

    options = {"touched": TOUCHED, "rules_from": "b5" * 20, "impact": IMPACT, **more}
    return context_of(head, comparison=compare(base, head, ending=ending), **options)


def test_a_compared_report_is_what_its_golden_file_holds(name: str, compared: ReportContext) -> None:
    rendered = FORMATS[name].render(compared).replace(f'"version": "{__version__}"', '"version": "VERSION"')
    golden = _GOLDEN / f"report.{name}"
    if os.environ.get(_UPDATE):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(rendered, encoding="utf-8", newline="\n")

    assert golden.read_bytes().decode() == rendered, f"If the change is meant: {_UPDATE}=1 pytest tests/rendering"


def test_the_rules_come_before_what_they_say(compared: ReportContext) -> None:
    """Who reads only the beginning must meet the removed policy."""
    for form in ("text", "markdown"):
        shown = FORMATS[form].render(compared)

        assert shown.index("policy removed") < shown.index("new")
        assert shown.index("farah, jonas") < shown.index("New findings")


def test_who_must_approve_is_told_for_every_thing_that_is_touched(compared: ReportContext) -> None:
    """In text once for those that stand together, and for how many; in a comment each on its own."""
    nobodys = [replace(TOUCHED[2], name=f"schemas/{name}.schema.json") for name in ("A", "B")]
    boards = [replace(TOUCHED[0], name=name) for name in ("first", "second", "third")]
    context = replace(compared, touched=(*boards, *nobodys), width=200)

    text, markdown = (FORMATS[form].render(context) for form in ("text", "markdown"))

    assert text.count("must be approved by") == text.count("all 3 of these must be approved by team:arch") == 1
    assert "nobody can be named who must approve any of these 2: no right over them stands" in text
    bullets = [line for line in markdown.splitlines() if line.startswith(("- **policy", "- **schema"))]
    assert ["must be approved by" in line for line in bullets] == [True, True, True, False, False]
    assert ["nobody can be named" in line for line in bullets] == [False, False, False, True, True]


def test_the_json_is_as_its_schema_promises(compared: ReportContext) -> None:
    schema = json.loads((_SCHEMAS / "report.schema.json").read_text(encoding="utf-8"))

    report = json.loads(FORMATS["json"].render(compared))

    jsonschema.validate(report, schema)
    assert set(report) == set(schema["properties"])
    assert {item["change"] for item in report["findings"]} == {change.value for change in Change}
    assert [item["ending"] for item in report["fixed"]] == ["mended", "rule-removed"]


def test_sarif_tells_what_is_new_and_keeps_what_is_fixed_out_of_the_results(compared: ReportContext) -> None:
    schema = json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))

    report = json.loads(FORMATS["sarif"].render(compared))

    jsonschema.Draft7Validator(schema).validate(report)
    (run,) = report["runs"]
    states = {item["properties"]["change"]: item["baselineState"] for item in run["results"]}
    assert states == {"new": "new", "no-longer-waived": "new", "unchanged": "unchanged"}
    told = [item["message"]["text"] for item in run["invocations"][0]["toolExecutionNotifications"]]
    assert "Fixed since the base, and not listed here: 2." in told
    assert any(text.startswith("policy removed: decided-by-both-sides") for text in told)


def test_only_what_the_change_brought_is_annotated(compared: ReportContext) -> None:
    first, meaning, *lines = (line for line in FORMATS["github"].render(compared).splitlines() if line.startswith("::"))

    assert first.startswith("::warning title=This change touches what judges%3A 3 things::policy removed")
    assert meaning.startswith("::notice title=Concertino::This change flips 4 cells, adds 1 cell,")
    brought = [item for item in compared.verdict.findings if compared.is_news(item) and not item.exception]
    old_rules = [item for item in compared.verdict.findings if item.policy == "policy"]
    assert len(lines) == len(brought) + len(old_rules)
    assert len(lines) < len(compared.verdict.findings)


def test_gitlab_compares_by_itself_and_gets_everything(compared: ReportContext) -> None:
    entries = json.loads(FORMATS["gitlab"].render(compared))

    assert len(entries) == sum(item.result is not Result.WAIVED for item in compared.verdict.findings)


def test_the_spreadsheet_has_a_row_for_what_is_fixed(compared: ReportContext) -> None:
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"].render(compared))))

    assert [row["change"] for row in rows[-2:]] == ["fixed", "fixed"]
    assert {row["change"] for row in rows} == {*map(str, Change), "fixed"}


def test_an_old_finding_turns_no_build_red(compared: ReportContext) -> None:
    shown = FORMATS["junit"].render(compared)
    everything = FORMATS["junit"].render(
        replace(compared, comparison=replace(compared.comparison, gate=Gate.ALL))  # type: ignore[type-var]
    )

    assert shown.count("<failure") == 2
    assert everything.count("<failure") > 2


@pytest.mark.parametrize("form", ["sarif", "github", "gitlab", "markdown"])
def test_a_forge_is_told_files_from_the_root_of_the_repository(form: str, rich: Verdict, context_of: Contexts) -> None:
    plain, rooted = (FORMATS[form].render(context_of(rich, prefix=prefix)) for prefix in ("", "shop/group/"))

    for file in {item.place.file for item in rich.findings if item.place}:
        assert file in plain
        assert f"shop/group/{file}" in rooted
    assert _fingerprints(plain) == _fingerprints(rooted)


def _fingerprints(text: str) -> list[str]:
    return re.findall(r"[0-9a-f]{64}", text)


def test_no_character_of_a_repository_reaches_a_reader_unseen(
    name: str, hostile: Verdict, context_of: Contexts
) -> None:
    context = _attack(hostile, context_of)

    rendered = FORMATS[name].render(context)

    rendered.encode("utf-8")
    lines = rendered.replace("\r\n", "\n") if name == "csv" else rendered
    unseen = {character for character in lines if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert unseen <= {"\n"}
    starts = [line for line in rendered.splitlines() if line.lstrip().startswith(("::", "✓"))]
    assert not [line for line in starts if name != "github" or line.startswith("✓")]
    assert not [line for line in rendered.splitlines() if "##[" in line and not line.startswith("::")]


def test_hostile_words_stay_data_for_programs(hostile: Verdict, context_of: Contexts) -> None:
    schema = json.loads((_SCHEMAS / "report.schema.json").read_text(encoding="utf-8"))

    report: Any = json.loads(FORMATS["json"].render(_attack(hostile, context_of)))

    for name in ("touched", "fixed", "impact"):
        jsonschema.validate(report[name], {**schema["properties"][name], "$defs": schema["$defs"]})
    assert len(report["fixed"]) == 2
    assert len(report["impact"]["flips"]) == 2
    text = hostile.notes[0]
    if text and text.isprintable():
        assert report["impact"]["flips"][0]["causes"][0]["title"] == text
        assert report["touched"][0]["approvers"][0]["people"] == [text]


def test_sarif_of_a_hostile_change_is_valid(hostile: Verdict, context_of: Contexts) -> None:
    log = json.loads(FORMATS["sarif"].render(_attack(hostile, context_of)))

    assert [error.message for error in _SARIF.iter_errors(log)] == []
    (run,) = log["runs"]
    told = [item["message"]["text"] for item in run["invocations"][0]["toolExecutionNotifications"]]
    assert len([text for text in told if text.startswith("right added: ")]) == 1


def test_junit_of_a_hostile_change_has_a_case_for_each_finding(hostile: Verdict, context_of: Contexts) -> None:
    context = _attack(hostile, context_of)
    suites = JUnitXml.fromstring(FORMATS["junit"].render(context).encode())

    cases = [case for suite in suites for case in suite if case.result]
    assert len(cases) == len(context.verdict.findings)
    for case, item in zip(cases, context.verdict.findings, strict=True):
        assert visible(item.subject) in case.name


def test_github_is_told_what_a_hostile_change_touches_in_one_command_each(
    hostile: Verdict, context_of: Contexts
) -> None:
    context = _attack(hostile, context_of)
    *lines, _ = FORMATS["github"].render(context).removesuffix("\n").split("\n")

    commands = [_COMMAND.fullmatch(line) for line in lines]
    assert None not in commands
    kinds = [command["name"] for command in commands if command]
    brought = sum(context.is_news(item) and not item.exception for item in context.verdict.findings)
    assert kinds[:2] == ["warning", "notice"]
    assert len(kinds) == brought + 2
    properties = {name for command in commands if command for name in _names(command["properties"])}
    assert properties <= {"file", "line", "endLine", "col", "endColumn", "title"}


def test_gitlab_and_the_spreadsheet_keep_every_row_of_a_hostile_change(hostile: Verdict, context_of: Contexts) -> None:
    context = _attack(hostile, context_of)
    entries = json.loads(FORMATS["gitlab"].render(context))
    rows = list(csv.reader(io.StringIO(FORMATS["csv"].render(context), newline=""), strict=True))

    findings = context.verdict.findings
    assert len(entries) == sum(item.result is not Result.WAIVED for item in findings)
    assert len(rows) == 1 + len(findings) + 2
    assert len({len(row) for row in rows}) == 1
    column = rows[0].index("entity")
    assert [row[column] for row in rows[1 : len(findings) + 1]] == [cell(item.subject) for item in findings]


def test_markdown_of_a_hostile_change_has_the_shape_of_a_tame_one(hostile: Verdict, context_of: Contexts) -> None:
    text = hostile.notes[0]
    shown, tame = (
        FORMATS["markdown"].render(_worded_change(hostile, words, context_of)) for words in (f"k{text}", "kind words")
    )

    assert _shape(shown) == _shape(tame)
    assert len(shown) < _MOST
    said = "".join(token.content for token in _tokens(shown) if token.type == "text")
    if len(text) < 500:
        assert said.count(visible(f"k{text}").strip()) >= _TOLD


def test_the_first_line_is_the_marker_that_a_bot_looks_for(compared: ReportContext) -> None:
    alone, *others = (
        FORMATS["markdown"].render(replace(compared, prefix=prefix)).splitlines()[0]
        for prefix in ("", "shop/", 'a"--><b>/')
    )

    assert alone == "<!-- concertino: report -->"
    assert all(re.fullmatch("<!-- concertino: report [0-9a-f]{12} -->", marker) for marker in others)
    assert len({alone, *others}) == 3
    # Whoever looks for comments that begin with one of them never finds that of another folder.
    assert not [marker for marker in others if marker.startswith(alone)]


def test_what_flips_is_named_first_however_much_else_there_is(compared: ReportContext) -> None:
    flips = tuple(replace(IMPACT.flips[0], entity=f"cell:b{number}/orders") for number in range(3_000))
    touched = tuple(replace(TOUCHED[0], name=f"policy-{number}") for number in range(2_000))
    owners = tuple(Touches(f"team:t{number}", 1) for number in range(2_000))
    impact = replace(IMPACT, flips=flips, owners=owners)
    findings = tuple(replace(compared.verdict.findings[1], subject=f"brand:b{number}") for number in range(2_000))
    verdict = replace(compared.verdict, findings=findings)
    before = compared.comparison.base if compared.comparison else verdict
    context = replace(compared, verdict=verdict, comparison=compare(before, verdict), impact=impact, touched=touched)

    shown = FORMATS["markdown"].render(context)

    assert len(shown) < _MOST
    assert shown.index("policy-0") < shown.index("This change flips 3000 cells") < shown.index("cell:b0/orders")
    assert shown.index("cell:b0/orders") < shown.index("Result | Count") < shown.index("brand:b0")
    assert "**Too long for a comment: " in shown


def test_the_impact_stands_above_the_findings_for_people(compared: ReportContext) -> None:
    shown = FORMATS["text"].render(compared)

    assert shown.index("Impact: This change flips 4 cells") < shown.index("New findings")
    assert "recommendation orchestrate → operate  2 cells" in shown
    assert "catalogue/sheets/orders.yaml:12:20" in shown


def test_a_change_that_moves_nothing_says_so(compared: ReportContext) -> None:
    calm = replace(compared, impact=Impact(kind="Cell"))

    assert "This change moves nothing in the portfolio." in FORMATS["text"].render(calm)
    assert "::notice" not in FORMATS["github"].render(calm)


def _tokens(markdown: str) -> list[Any]:
    return [part for token in _MARKDOWN.parse(markdown) for part in (token, *(token.children or []))]


def _shape(markdown: str) -> list[str]:
    """What a reader of Markdown makes of a text, without the words and without what keeps links apart."""
    return [
        token.content if token.type == "html_inline" else token.type
        for token in _tokens(markdown)
        if token.type != "text" and token.content not in ("<!-- -->", "<span>", "</span>")
    ]


def _names(properties: str) -> list[str]:
    return [pair.partition("=")[0] for pair in properties.split(",") if pair]


def _attack(hostile: Verdict, context_of: Contexts) -> ReportContext:
    """A comparison in which everything that a repository can word is worded by an enemy."""
    return _worded_change(hostile, hostile.notes[0], context_of)


def _worded_change(verdict: Verdict, text: str, context_of: Contexts) -> ReportContext:
    """A comparison with `text` wherever a repository can put words beside its findings."""
    place = Place(f"{text}.yaml", 3, 5, 3, 9, text)
    cause = Cause(CauseKind.FACTOR, text, text, text, text, text, text, text, place)
    entity = Cause(CauseKind.ENTITY, text, text, place=place)
    impact = Impact(
        kind=text,
        plural=text,
        flips=(
            Flip(text, {text: text}, Reading.RECOMMENDATION, text, text, (cause, entity)),
            Flip(text, {text: text}, Reading.ACTUAL, text, "", (entity,)),
        ),
        arrived=(text,),
        left=(text,),
        newly_stale=(text,),
        exceptions=(ExceptionChange(text, ExceptionFate.OPENED, text, text, (text,), (text,)),),
        reviews=(ReviewDue(text, Due.EARLIER, text, text),),
        records=(RecordDue(text, text, text),),
        owners=(Touches(f"t{text}", 1),),
    )
    touched = Touched(Area.RIGHT, text, Touch.ADDED, text, (Approver(text, text, (text,)),))
    few = replace(
        verdict,
        findings=tuple(replace(item, message=f"m{item.message}") for item in verdict.findings[:3]),
        policies=verdict.policies[:2],
    )
    tame = few if text == verdict.notes[0] else _retold(few, text)
    return _compared(tame, context_of, tame.findings[0], touched=(touched,), prefix="sub/", impact=impact)


def _retold(verdict: Verdict, text: str) -> Verdict:
    """Findings whose words are others, each with a file of its own, so that the table stays the table."""
    findings = tuple(
        replace(
            item,
            policy=text,
            validation=text,
            subject=f"{text}{number}",
            key=f"{text}{number}",
            message=f"m{text}",
            place=Place(f"{text}.yaml", 3, 5, 3, 9, text),
            remediation=text,
            expected=text,
            suggestion=text,
            notes=(text,),
            related=(),
            reads=(),
            offers=(),
            exception=None,
        )
        for number, item in enumerate(verdict.findings)
    )
    return replace(verdict, findings=findings, overrides=(), expiring=(), in_force=(), notes=(text,))
