"""The functions that people call."""

from __future__ import annotations

import os
import tempfile
from typing import Any, List, Mapping, Optional, Sequence, Union

from ._diff import Diff
from ._model import Model
from ._options import ImageSize, Options, Source, Subject, scale_of
from ._program import run

Path = Union[str, "os.PathLike[str]"]
#: A number, or one relative to a baseline: `"+5%"`.
Limit = Union[int, float, str, None]


def analyze(
    model: Source,
    *,
    scale: Optional[str] = None,
    imgsz: ImageSize = None,
    nc: Optional[int] = None,
    channels: Optional[int] = None,
    data: Union[Path, Mapping[str, Any], None] = None,
    convention: Optional[str] = None,
    framework: Optional[Path] = None,
    config: Optional[Path] = None,
) -> Model:
    """Analyses a model YAML. `model` is a path, the text of a YAML, a dict, or a model of Ultralytics.

    A string with several lines is a text, any other string is a path. `imgsz` is a number or (height, width). `nc` is
    a number of classes, `data` a dataset's YAML file or a dict; both override the model file. `framework` is
    `"builtin"`, `"auto"` or the folder of a framework's source. Findings about the model are in `diagnostics`. An
    `Error` is raised only if something can't be read.
    """
    options = Options(scale or scale_of(model), imgsz, nc, channels, data, convention, framework, config)
    subject = Subject.of(model)
    with options.arguments() as flags:
        output = subject.run("table", "--format", "json", *flags)
    return Model(output.json(), subject, options, output.notes)


def check(
    paths: Union[Path, Sequence[Path]] = ".",
    *,
    scale: Optional[str] = None,
    imgsz: ImageSize = None,
    channels: Optional[int] = None,
    data: Union[Path, Mapping[str, Any], None] = None,
    convention: Optional[str] = None,
    framework: Optional[Path] = None,
    config: Optional[Path] = None,
    hints: bool = False,
    max_gflops: Limit = None,
    max_params: Limit = None,
    max_layers: Limit = None,
) -> List[Model]:
    """Checks files, the model YAMLs in folders, and globs; returns a `Model` for each, with its findings and budgets."""
    named = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    options = Options(scale, imgsz, None, channels, data, convention, framework, config)
    with options.arguments() as flags:
        flags += limits(max_gflops=max_gflops, max_params=max_params, max_layers=max_layers)
        flags += ["--hints"] if hints else []
        output = run(["check", "--format", "json", *flags, "--", *(os.fspath(path) for path in named)])
    files = output.json()["files"]
    return [Model(file, Subject(path=file["file"]), options, output.notes) for file in files]


def limits(**budgets: Limit) -> List[str]:
    """Returns the flags of budgets."""
    return [f"--{name.replace('_', '-')}={limit}" for name, limit in budgets.items() if limit is not None]


def diff(
    a: Source,
    b: Optional[Source] = None,
    *,
    scale: Optional[str] = None,
    imgsz: ImageSize = None,
    channels: Optional[int] = None,
    convention: Optional[str] = None,
    framework: Optional[Path] = None,
    config: Optional[Path] = None,
) -> Diff:
    """Compares two models, each a path (`FILE@n` and `REVISION:FILE` too), a text or a dict; without `b`, a file with its
    version in git's HEAD."""
    options = Options(scale, imgsz, None, channels, None, convention, framework, config)
    with options.arguments() as flags, tempfile.TemporaryDirectory(prefix="yolint-") as folder:
        files = ["--", *_named(a, folder, "a.yaml"), *_named(b, folder, "b.yaml")]
        found = run(["diff", "--format", "json", *flags, *files])
        text = run(["diff", *flags, *files]).text
        # The folder of a text is temporary, so its name is left out.
        return Diff(found.json(folder), text.replace(folder + os.sep, ""), found.notes)


def _named(source: Optional[Source], folder: str, name: str) -> List[str]:
    """Returns a model as an argument, nothing without a model. A text is first written into the folder."""
    if source is None:
        return []
    subject, scale = Subject.of(source), scale_of(source)
    if subject.text is None:
        return [str(subject.path)]
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(subject.text)
    return [f"{path}@{scale}" if scale else path]
