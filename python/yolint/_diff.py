"""Two models, compared."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from . import _html
from ._data import Change, DiffRow


class Diff:
    """Two models, compared row by row and in total."""

    def __init__(self, found: Mapping[str, Any], text: str, notes: Sequence[str]) -> None:
        self._json = found
        self._text = text
        #: Whether anything differs.
        self.differs: bool = found["differs"]
        self.rows: List[DiffRow] = [DiffRow.of_json(row) for row in found["rows"]]
        #: What the program said of how it read the files.
        self.notes: Tuple[str, ...] = tuple(notes)

    @property
    def a(self) -> str:
        """File and scale of the first model."""
        return _side(self._json["a"])

    @property
    def b(self) -> str:
        """File and scale of the second model."""
        return _side(self._json["b"])

    def _total(self, name: str) -> Change:
        totals: Optional[Mapping[str, Any]] = self._json["totals"]
        unknown = {"a": None, "b": None, "delta": None, "percent": None}
        return Change.of_json((totals or {}).get(name) or unknown)

    @property
    def layers(self) -> Change:
        return self._total("layers")

    @property
    def params(self) -> Change:
        return self._total("params")

    @property
    def flops(self) -> Change:
        return self._total("flops")

    @property
    def gflops(self) -> Change:
        def giga(flops: Optional[float]) -> Optional[float]:
            return None if flops is None else flops / 1e9

        flops = self.flops
        return Change(giga(flops.a), giga(flops.b), giga(flops.delta), flops.percent)

    def to_json(self, indent: Optional[int] = None) -> str:
        """Returns everything as JSON, as `yolint diff --format json` prints it."""
        return json.dumps(self._json, indent=indent, ensure_ascii=False)

    def to_dict(self) -> Dict[str, Any]:
        result: Dict[str, Any] = json.loads(self.to_json())
        return result

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<yolint.Diff {self.a} → {self.b}: params {_html.change(self.params)}, GFLOPs {_html.change(self.gflops)}>"

    def _repr_html_(self) -> str:
        return _html.diff(self)


def _side(side: Mapping[str, Any]) -> str:
    return f"{side['file']}@{side['scale']}" if side["scale"] else str(side["file"])
