"""Shows what a YOLO model YAML costs, and whether it will build.

    import yolint
    model = yolint.analyze("yolo11n.yaml")
    model.params, model.gflops, model.diagnostics
"""

from __future__ import annotations

from typing import Any

from ._api import analyze, check, diff
from ._data import Budget, Change, Diagnostic, DiffRow, Fix, Row
from ._diff import Diff
from ._guard import Guard, guard
from ._model import Graph, Model
from ._program import Error, ModelError, find_program

__all__ = [
    "Budget",
    "Change",
    "Diagnostic",
    "Diff",
    "DiffRow",
    "Error",
    "Fix",
    "Graph",
    "Guard",
    "Model",
    "ModelError",
    "Row",
    "__version__",
    "analyze",
    "check",
    "diff",
    "find_program",
    "guard",
]

__version__: str


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from ._program import version

        return version()
    raise AttributeError(f"module 'yolint' has no attribute {name!r}")


def load_ipython_extension(ipython: Any) -> None:
    """Registers `%yolint` and `%%yolint`; this is what `%load_ext yolint` calls."""
    from ._magics import register

    register(ipython)
