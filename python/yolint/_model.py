"""A model, analysed."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from . import _html
from ._data import Budget, Diagnostic, Row
from ._options import Options, Subject
from ._program import ModelError


class Graph(str):
    """A drawing of a model as text. A notebook shows the drawing."""

    form = "svg"

    def save(self, path: Union[str, "os.PathLike[str]"]) -> None:
        with open(path, "w", encoding="utf-8") as file:
            file.write(self)

    def _repr_html_(self) -> Optional[str]:
        if self.form == "svg":
            return _html.picture(self)
        return _html.page(self) if self.form == "html" else None

    def __repr__(self) -> str:
        return f"<yolint.Graph: {self.form}, {len(self):,} characters>"


class Model:
    """A model YAML at one scale: its rows, their figures, and the findings."""

    def __init__(self, found: Mapping[str, Any], subject: Subject, options: Options, notes: Sequence[str]) -> None:
        self._json = found
        self._subject = subject
        self._options = options
        self.file: str = "model" if subject.path is None else found["file"]
        self.scale: str = found["scale"]
        #: Height and width.
        self.imgsz: Tuple[int, int] = tuple(found["imgsz"])
        self.convention: str = found["convention"]
        #: Which framework it was read with.
        self.framework: Mapping[str, Any] = found["framework"]
        self.rows: List[Row] = [Row.of_json(row) for row in found["rows"]]
        self.diagnostics: List[Diagnostic] = [Diagnostic.of_json(self.file, said) for said in found["diagnostics"]]
        self.budgets: List[Budget] = [Budget.of_json(budget) for budget in found["budgets"]]
        #: What the program said of how it read the file.
        self.notes: Tuple[str, ...] = tuple(notes)

    def _total(self, name: str) -> Any:
        totals = self._json["totals"]
        return totals[name] if totals else None

    @property
    def layers(self) -> Optional[int]:
        """Number of layers, as in the framework's summary. Like all totals, it is None if the model can't be built."""
        return self._total("layers")  # type: ignore[no-any-return]

    @property
    def params(self) -> Optional[int]:
        return self._total("params")  # type: ignore[no-any-return]

    @property
    def trainable(self) -> Optional[int]:
        return self._total("trainable")  # type: ignore[no-any-return]

    @property
    def flops(self) -> Optional[int]:
        return self._total("flops")  # type: ignore[no-any-return]

    @property
    def gflops(self) -> Optional[float]:
        """GFLOPs for one image, as the convention's tool prints them."""
        return self._total("gflops")  # type: ignore[no-any-return]

    @property
    def weights_bytes(self) -> Optional[Dict[str, int]]:
        """Size of the weights in `fp32`, `fp16` and `int8`."""
        return self._total("weights_bytes")  # type: ignore[no-any-return]

    @property
    def activation_peak_bytes(self) -> Optional[int]:
        return self._total("activation_peak_bytes")  # type: ignore[no-any-return]

    @property
    def errors(self) -> List[Diagnostic]:
        return [found for found in self.diagnostics if found.is_error]

    @property
    def ok(self) -> bool:
        """Whether there are no errors."""
        return not self.errors

    def raise_for_errors(self) -> Model:
        """Raises a `ModelError` if there are errors."""
        if self.errors:
            raise ModelError(said(self.errors), self.errors)
        return self

    def to_json(self, indent: Optional[int] = None) -> str:
        """Returns everything as JSON, as `yolint table --format json` prints it."""
        return json.dumps(self._json, indent=indent, ensure_ascii=False)

    def to_dict(self) -> Dict[str, Any]:
        result: Dict[str, Any] = json.loads(self.to_json())
        return result

    def to_pandas(self) -> Any:
        """Returns the rows as a DataFrame of pandas, which must be installed."""
        import importlib

        pandas = importlib.import_module("pandas")
        frame = pandas.DataFrame.from_records(self._json["rows"], index="index")
        for count in ("params", "trainable", "ops", "flops"):
            # What isn't known stays so, and what is known stays a whole number.
            frame[count] = frame[count].astype("Int64")
        return frame

    def graph(self, form: str = "svg", *, metric: str = "ops") -> Graph:
        """Draws the network: `svg`, `html` (a page with every scale), `mermaid`, `dot` or `json`.

        `metric` colours the boxes: `ops`, `params`, `weights` or `activations`.
        """
        with self._options.arguments() as flags:
            drawn = Graph(self._subject.run("graph", "--format", form, "--metric", metric, *self._at_scale(flags)).text)
        drawn.form = form
        return drawn

    def table(self, form: str = "text") -> str:
        """Returns the table as text: `text`, `csv`, `markdown` or `ultralytics`."""
        with self._options.arguments() as flags:
            return self._subject.run("table", "--format", form, *self._at_scale(flags)).text

    def _at_scale(self, flags: List[str]) -> List[str]:
        return flags if "--scale" in flags or not self.scale else [*flags, "--scale", self.scale]

    def __str__(self) -> str:
        return self.table()

    def __repr__(self) -> str:
        return f"<yolint.Model {_html.title(self)}>"

    def _repr_html_(self) -> str:
        return _html.model(self)


def said(errors: Sequence[Diagnostic]) -> str:
    """Errors as a message."""
    return "\n".join(str(error) + (f"\n  help: {error.help}" if error.help else "") for error in errors)
