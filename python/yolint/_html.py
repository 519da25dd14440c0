"""HTML for notebooks. Colours come from the page, so it fits light and dark themes."""

from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING, Any, Iterable, List, Optional, Sequence

if TYPE_CHECKING:
    from ._data import Change, DiffRow, Row
    from ._diff import Diff
    from ._model import Model


def title(model: Model) -> str:
    parts = [model.file, f"scale {model.scale}" if model.scale else ""]
    if model.params is None:
        parts.append("can't be built" if model.errors else "figures unknown")
    else:
        gflops = "? GFLOPs" if model.gflops is None else f"{model.gflops:.3f} GFLOPs"
        height, width = model.imgsz
        size = str(height) if height == width else f"{height}x{width}"
        parts += [f"{model.layers} layers", f"{model.params:,} params", f"{gflops} @{size}"]
    return " · ".join(part for part in parts if part)


def model(model: Model) -> str:
    notes = "".join(f"<p><small>{html.escape(note)}</small></p>" for note in model.notes)
    drawn = f"<details open><summary>Graph</summary>{picture(model.graph())}</details>" if model.rows else ""
    return (
        f"<div class='yolint'><p><b>{html.escape(title(model))}</b></p>{notes}{_findings(model)}"
        f"<details open><summary>Rows</summary>{_rows(model)}</details>{drawn}</div>"
    )


def picture(svg: str) -> str:
    """An SVG as an image, so that its styles stay its own."""
    data = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    words = svg.partition("<title>")[2].partition("</title>")[0] or "graph of the model"
    return f'<img alt="{words.replace(chr(34), "&quot;")}" style="max-width: 100%" src="data:image/svg+xml;base64,{data}">'


def page(text: str) -> str:
    """A page of its own, in a frame."""
    return (
        f'<iframe srcdoc="{html.escape(text)}" title="graph of the model" sandbox="allow-scripts" '
        'style="width: 100%; height: 640px; border: 0"></iframe>'
    )


def _findings(model: Model) -> str:
    colours = {"error": "#c62828", "warning": "#b26a00"}
    lines = [
        f"<li><b style='color: {colours.get(found.severity, 'inherit')}'>{found.severity}</b> "
        f"line {found.line}: {html.escape(found.message)} <code>{found.rule}</code>"
        + (f"<br><small>{html.escape(found.help)}</small>" if found.help else "")
        + "</li>"
        for found in model.diagnostics
        if found.severity != "hint"
    ]
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _rows(model: Model) -> str:
    most = max((row.flops or 0 for row in model.rows), default=0)
    return _table(
        ["row", "from", "n", "module", "arguments", "output", "params", "GFLOPs"],
        [
            [
                str(row.index),
                html.escape(", ".join(_written(source) for source in row.from_)),
                str(row.repeats),
                html.escape(row.module),
                html.escape(", ".join(_written(arg) for arg in row.args)),
                html.escape(_shape(row)),
                _count(row.params),
                _bar(row.flops, most),
            ]
            for row in model.rows
        ],
        {0, 2, 6, 7},
    )


def _written(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)


def _shape(row: Row) -> str:
    if row.output is None:
        return row.status.partition(": ")[2] or "?"
    return str(row.output)


def _count(number: Optional[float]) -> str:
    return "?" if number is None else f"{number:,}"


def _bar(flops: Optional[int], most: int) -> str:
    if flops is None:
        return "?"
    share = round(100 * flops / most) if most else 0
    colour = "rgba(66, 133, 244, .28)"
    return (
        f"<div style='background: linear-gradient(to left, {colour} {share}%, transparent {share}%)'>"
        f"{flops / 1e9:.3f}</div>"
    )


def change(figure: Change) -> str:
    """`2,616,248 → 2,590,035 (-1.0%)`"""

    def written(number: Optional[float]) -> str:
        return "?" if number is None else f"{number:,.3f}" if isinstance(number, float) else f"{number:,}"

    percent = "" if not figure.percent else f" ({figure.percent:+.1f}%)"
    return f"{written(figure.a)} → {written(figure.b)}{percent}"


def diff(diff: Diff) -> str:
    totals = [("layers", diff.layers), ("params", diff.params), ("GFLOPs", diff.gflops)]
    sums = _table(["", "a → b"], [[name, html.escape(change(figure))] for name, figure in totals], {1})
    rows = [_changed(row) for row in diff.rows if row.status != "same"]
    table = _table(["", "a", "b", "row", "params", "GFLOPs"], rows, {1, 2, 4, 5}) if rows else ""
    return f"<div class='yolint'><p><b>{html.escape(f'{diff.a} → {diff.b}')}</b></p>{sums}{table}</div>"


def _changed(row: DiffRow) -> List[str]:
    shown = row.b or row.a
    sign = {"added": "+", "removed": "−", "changed": "~"}.get(row.status, "")
    delta = row.params.delta
    flops = row.flops.delta
    return [
        sign,
        str(row.a.index) if row.a else "",
        str(row.b.index) if row.b else "",
        html.escape(f"{shown.module} {shown.args}") if shown else "",
        "?" if delta is None else f"{delta:+,}",
        "?" if flops is None else f"{flops / 1e9:+.3f}",
    ]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int]) -> str:
    right = set(right)

    def cell(tag: str, at: int, text: str) -> str:
        return f"<{tag} style='text-align: {'right' if at in right else 'left'}'>{text}</{tag}>"

    head = "".join(cell("th", at, text) for at, text in enumerate(heads))
    body = "".join(f"<tr>{''.join(cell('td', at, text) for at, text in enumerate(row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
