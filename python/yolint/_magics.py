"""`%yolint` and `%%yolint` in notebooks.

`%%yolint [NAME] [--scale n] [--imgsz 640] …` analyses the cell and shows it; NAME becomes the `Model`.
`%yolint COMMAND …` runs the program.
"""

from __future__ import annotations

import argparse
import shlex
from typing import Any, NoReturn, Optional

from ._api import analyze
from ._model import Model
from ._program import Error, run


class _Parser(argparse.ArgumentParser):
    """Shows a mistake in the magic's line below the cell, and doesn't end the kernel."""

    def error(self, message: str) -> NoReturn:
        raise Error(f"{message}\n{self.format_usage()}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="%%yolint", description="Analyse the model YAML of this cell.", add_help=False)
    parser.add_argument("name", nargs="?", help="variable that gets the model")
    parser.add_argument("--scale")
    parser.add_argument("--imgsz")
    parser.add_argument("--nc", type=int)
    parser.add_argument("--channels", type=int)
    parser.add_argument("--data")
    parser.add_argument("--convention")
    parser.add_argument("--framework")
    return parser


def magic(shell: Any, line: str, cell: Optional[str] = None) -> Optional[Model]:
    if cell is None:
        print(run(shlex.split(line) or ["--help"]).text, end="")
        return None
    options = vars(_parser().parse_args(shlex.split(line)))
    name = options.pop("name")
    if name is not None and not name.isidentifier():
        raise Error(f"`{name}` is no name for a variable")
    if options["imgsz"] is not None:
        options["imgsz"] = _size(options["imgsz"])
    model = analyze(cell if "\n" in cell else cell + "\n", **options)
    if name is not None:
        shell.push({name: model})
    return model


def _size(text: str) -> Any:
    try:
        sides = [int(side) for side in text.lower().split("x")]
    except ValueError:
        raise Error(f"`{text}` is not an image size: write a number like 640, or height x width like 480x640") from None
    return sides


def register(ipython: Any) -> None:
    def yolint(line: str, cell: Optional[str] = None) -> Optional[Model]:
        return magic(ipython, line, cell)

    yolint.__doc__ = __doc__
    ipython.register_magic_function(yolint, magic_kind="line_cell", magic_name="yolint")
