"""What verifying a decision model gave: every claim with its figures, and what fails."""

from collections.abc import Callable, Iterator, Mapping

from concertino.matrix.claims import Claim, Verification
from concertino.rendering.json import Tree, dumped, filled, finding_tree
from concertino.rendering.painting import Line, Span, line, paint
from concertino.rendering.text import findings_text
from concertino.verdict.checks import outcome_of

_UNITS: Mapping[str, tuple[str, str]] = {
    "one-answer": ("combination", "combinations"),
    "bands": ("edge", "edges"),
    "answers": ("answer", "answers"),
    "directions": ("step", "steps"),
    "movements": ("step", "steps"),
    "overlaps": ("declared pair", "declared pairs"),
    "guards": ("effect", "effects"),
    "examples": ("example", "examples"),
}
"""What a claim was tried on."""


def verification_text(
    found: Verification, sources: Callable[[str], bytes | None], *, colour: bool = False, quiet: bool = False
) -> str:
    """For people: the claims one by one, then everything that fails at its place, then the result."""
    problems = findings_text(map(outcome_of, found.problems), sources, colour=colour)
    claims = "" if quiet else paint(_claims(found), colour=colour)
    return "".join((claims, problems, paint([_result(found)], colour=colour)))


def verification_json(found: Verification) -> str:
    """The same for machines."""
    model = found.model
    return dumped(
        {
            "model": model.id,
            "version": model.version,
            "digest": model.digest,
            "file": model.source.origin.file,
            "verified": all(claim.holds for claim in found.claims),
            "combinations": found.combinations,
            "answers": [{"answer": name, "combinations": count} for name, count in found.answers.items()],
            "claims": [_claim_tree(claim) for claim in found.claims],
            "undirected": list(found.undirected),
            "findings": [finding_tree(outcome_of(problem)) for problem in found.problems],
        }
    )


def _claim_tree(claim: Claim) -> Tree:
    return {
        "claim": claim.id,
        "statement": claim.statement,
        "holds": claim.holds,
        **({"tried": claim.tried} if claim.tried is not None else {}),
        **filled(unit=_UNITS[claim.id][1]),
    }


def _claims(found: Verification) -> Iterator[Line]:
    model = found.model
    yield line(Span(f"{model.id} {model.version}", "bold"), f"  {model.source.origin.file}")
    parts = (
        (len(model.factors), "factor", "factors"),
        (len(model.circumstances), "circumstance", "circumstances"),
        (len(model.guards), "guard", "guards"),
        (found.combinations, "combination", "combinations"),
    )
    yield line(", ".join(_counted(*part) for part in parts))
    yield ()
    for claim in found.claims:
        yield _claim(claim)
    for name in found.undirected:
        yield line(f'  note     "{name}" leads now here, now there, and no movement says when')
    if found.answers:
        shares = (f"{name} {100 * count / found.combinations:.1f} %" for name, count in found.answers.items())
        yield ()
        yield line(f"Of all combinations: {', '.join(shares)}. Cells are not spread like that.")
    yield ()


def _claim(claim: Claim) -> Line:
    if claim.tried is None:
        return line("  ", Span("untried  ", "yellow"), claim.statement)
    figure = f" ({_counted(claim.tried, *_UNITS[claim.id])})"
    word = Span("proven   ", "green") if claim.holds else Span("FAILS    ", "bold red")
    return line("  ", word, claim.statement, figure)


def _result(found: Verification) -> Line:
    if all(claim.holds for claim in found.claims):
        return line(Span("verified", "bold green"), f": {found.model.id} {found.model.version}")
    count = _counted(len(found.problems), "fault", "faults")
    return line(Span("not verified", "bold red"), f": {count} in {found.model.id} {found.model.version}")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
