"""The matrix for programs. Its shape is promised by `schemas/matrix.schema.json`."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from concertino import __version__
from concertino.matrix.cells import CellAnswer, Source
from concertino.matrix.model import Answer, Model, Unanswered
from concertino.matrix.picture import Picture, Pictured
from concertino.matrix.robustness import Robustness, WeightInterval
from concertino.matrix.spread import Spread
from concertino.model.place import Place
from concertino.rendering.json import Tree, dumped, filled, finding_tree
from concertino.rendering.matrix_story import Story

MATRIX_VERSION = "1"
"""Raised when a field changes its meaning or goes away."""

Robust = Callable[[CellAnswer], Robustness | None]


def matrix_json(picture: Picture, entries: Sequence[Pictured], robust: Robust, story: Story | None = None) -> str:
    """These entities of the matrix; with the story of one also what was found on it."""
    named = {entry.cell.factors.get(picture.matrix.display.comparison.along) for entry in entries}
    return dumped(
        {
            "version": MATRIX_VERSION,
            "engine": {"name": "concertino", "version": __version__},
            "asOf": picture.as_of,
            "model": {"id": picture.model.id, "version": picture.model.version, "digest": picture.model.digest},
            "scored": not picture.unscored,
            "cells": [_cell(picture.model, entry, robust(entry.cell)) for entry in entries],
            "spreads": [_spread(picture, item) for item in picture.spreads if item.name in named],
            "candidates": [
                {"name": item.name, "distance": float(item.distance), "cells": [cell.entity for cell in item.cells]}
                for item in picture.candidates
                if item.name in named
            ],
            **(_told(story) if story else {}),
        }
    )


def _told(story: Story) -> Mapping[str, Tree]:
    return {
        "findings": [finding_tree(item) for item in story.findings],
        "exceptions": [
            {"exception": reference, "until": last, "on": list(subjects)}
            for reference, last, subjects in story.exceptions
        ],
        "records": dict(story.records),
    }


def _cell(model: Model, entry: Pictured, robustness: Robustness | None) -> Tree:
    cell = entry.cell
    return {
        "cell": cell.entity,
        **cell.factors,
        "title": cell.title,
        **filled(recommendation=cell.recommendation, decided=cell.decided, actual=cell.actual),
        **(_answer(model, cell, cell.answer) if cell.answer else {"contributions": [], "guards": []}),
        **({"robustness": _robustness(robustness)} if robustness else {}),
        "contested": cell.contested,
        "departing": entry.departing,
        "overdue": entry.overdue,
        "perspectives": [
            {"perspective": view.perspective, "recommendation": view.answer.answer, "index": view.answer.index}
            for view in cell.views
        ],
        "sources": list(_sources(cell)),
        "circumstances": list(_circumstances(cell)),
        "decidedBy": list(entry.decided_by),
        "actualBy": list(entry.actual_by),
        "missing": list(cell.missing),
        "undetermined": list(cell.undetermined),
        **({"ifKnown": cell.if_known.answer} if cell.if_known else {}),
        "failures": [_failure(item) for item in cell.failures],
        "location": _location(cell.place),
    }


def _answer(model: Model, cell: CellAnswer, answer: Answer) -> Mapping[str, Tree]:
    return {
        "index": answer.index,
        "band": answer.band,
        "margin": answer.margin,
        "boundaryDistance": float(answer.line_distance),
        "contributions": [
            {
                "factor": item.factor,
                "score": item.score,
                "points": item.points,
                "weight": item.weight,
                "contribution": item.product,
                "level": cell.scores[item.factor].level,
                "inherited": cell.scores[item.factor].inherited,
            }
            for item in answer.contributions
        ],
        "guards": [
            {
                "guard": item.guard,
                "bound": item.bound.value,
                "answer": item.answer,
                "state": item.state.value,
                "overruledBy": list(item.overruled_by),
                "reason": guard.reason if (guard := model.guard(item.guard)) else "",
            }
            for item in answer.effects
        ],
    }


def _robustness(found: Robustness) -> Tree:
    return {
        "flips": [
            {
                "input": item.input,
                "before": item.before,
                "after": item.after,
                "steps": item.steps,
                "answer": item.answer,
            }
            for item in found.flips
        ],
        "neighbours": found.neighbours,
        "agreeing": found.agreeing,
        "weights": [_interval(item) for item in found.intervals],
    }


def _interval(item: WeightInterval) -> Tree:
    return {
        "factor": item.factor,
        "low": float(item.low),
        "lowIncluded": item.low_included,
        "high": float(item.high),
        "highIncluded": item.high_included,
    }


def _sources(cell: CellAnswer) -> Iterator[Tree]:
    for score in cell.scores.values():
        for source in score.sources:
            yield {"factor": score.factor, **_source(source)}


def _source(source: Source) -> Mapping[str, Tree]:
    return {
        "level": source.level,
        "title": source.title,
        "inherited": source.inherited,
        "value": source.value,
        **filled(perspective=source.perspective),
        "location": _location(source.place),
    }


def _circumstances(cell: CellAnswer) -> Iterator[Tree]:
    for name, condition in cell.circumstances.items():
        yield {
            "circumstance": name,
            "value": condition.value,
            **({} if condition.assumed is None else {"assumed": condition.assumed}),
            "location": _location(next(iter(condition.places), condition.expression)),
        }


def _spread(picture: Picture, item: Spread) -> Tree:
    return {
        "along": picture.matrix.display.comparison.along,
        "name": item.name,
        "answers": dict(item.answers),
        "lowest": item.lowest,
        "median": float(item.median),
        "highest": item.highest,
        "range": item.range,
        "meanDifference": float(item.difference),
        "scores": {name: {"lowest": low, "highest": high} for name, (low, high) in item.scores.items()},
        **({} if item.safe is None else {"safeToStandardize": item.safe}),
        "clusters": [
            {
                "answer": cluster.answer,
                "lowest": cluster.lowest,
                "highest": cluster.highest,
                "cells": [cell.entity for cell in cluster.members],
            }
            for cluster in item.clusters
        ],
    }


def _failure(item: Unanswered) -> Tree:
    return {"message": item.message, "location": _location(item.place)}


def _location(place: Place) -> Tree:
    return {"file": place.file, "line": place.line, "column": place.column, **filled(pointer=place.pointer)}
