"""A sheet that is not there yet, begun by the first scores of a view."""

from collections.abc import Mapping, Sequence

from concertino.documents.writing import block
from concertino.editing.scores import Sheets
from concertino.model.json import JsonValue
from concertino.model.shape import Primitive


def new_sheet(
    sheets: Sheets,
    document: Sequence[str],
    perspective: str,
    rows: Sequence[Mapping[str, JsonValue]],
    day: str,
    folder: str,
) -> tuple[str, str]:
    """The path and the text of a new document. Required days of its schema are the ISO day `day`.

    `document` are the factors that the document names, in the order of the declaration.
    """
    name = "-".join(part.replace("/", "-") for part in (*document, perspective) if part)
    fields = sheets.kinds.vocabulary.shapes[f"{sheets.declared.kind}.spec"].fields
    days = {
        key: day
        for key, item in fields.items()
        if item.required and item.type is Primitive.STRING and item.format == "date"
    }
    spec: dict[str, JsonValue] = {
        **dict(zip(sheets.declared.document, document, strict=True)),
        **({sheets.declared.perspective: perspective} if sheets.declared.perspective else {}),
        **days,
        sheets.declared.rows: [dict(row) for row in rows],
    }
    value: dict[str, JsonValue] = {
        "apiVersion": sheets.kind.api_version,
        "kind": sheets.kind.name,
        "metadata": {"name": name},
        "spec": spec,
    }
    lines: list[str] = []
    for key, item in value.items():
        if key != "spec":
            lines += block({key: item})
            continue
        lines += ["spec:", *block(spec, 2)]
    return f"{folder}/{sheets.kind.folder}/{name}.yaml", "\n".join(lines) + "\n"
