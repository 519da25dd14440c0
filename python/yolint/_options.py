"""Models and options, as arguments of the program."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, List, Mapping, Optional, Tuple, Union

from ._program import Error, Output, run

#: A path, the text of a model YAML, what that text means, or a model of Ultralytics.
Source = Union[str, "os.PathLike[str]", Mapping[str, Any], Any]
ImageSize = Union[int, Tuple[int, int], List[int], None]


@dataclass(frozen=True)
class Options:
    """Options of an analysis."""

    scale: Optional[str] = None
    imgsz: ImageSize = None
    nc: Optional[int] = None
    channels: Optional[int] = None
    data: Union[str, "os.PathLike[str]", Mapping[str, Any], None] = None
    convention: Optional[str] = None
    framework: Union[str, "os.PathLike[str]", None] = None
    config: Union[str, "os.PathLike[str]", None] = None

    @contextlib.contextmanager
    def arguments(self) -> Iterator[List[str]]:
        """Yields flags. Files that they name exist until the end of the block."""
        flags: List[str] = []
        if self.imgsz is not None:
            sides = [self.imgsz] if isinstance(self.imgsz, int) else list(self.imgsz)
            flags += ["--imgsz", "x".join(str(side) for side in sides)]
        for name in ("scale", "channels", "convention", "framework", "config"):
            value = getattr(self, name)
            if value is not None and value != "":
                flags += [f"--{name}", os.fspath(value) if isinstance(value, os.PathLike) else str(value)]
        if self.nc is not None and self.data is not None:
            raise Error("`nc` and `data` can't both be given: the dataset says how many classes there are")
        data = {"nc": self.nc} if self.nc is not None else self.data
        if isinstance(data, Mapping):
            with written(json.dumps(data, default=str), "data.yaml") as path:
                yield [*flags, "--data", path]
            return
        yield flags if data is None else [*flags, "--data", os.fspath(data)]


@contextlib.contextmanager
def written(text: str, name: str) -> Iterator[str]:
    """Yields the path of a file with this text. The file is deleted after the block."""
    with tempfile.TemporaryDirectory(prefix="yolint-") as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        yield str(path)


@dataclass(frozen=True)
class Subject:
    """The model of a command: a path or a text."""

    path: Optional[str] = None
    text: Optional[str] = None

    @classmethod
    def of(cls, source: Source) -> Subject:
        if isinstance(source, str):
            return cls(text=source) if "\n" in source else cls(path=source)
        if isinstance(source, os.PathLike):
            return cls(path=os.fspath(source))
        meaning = source if isinstance(source, Mapping) else _yaml_of(source)
        if meaning is None:
            raise Error(f"a model is a path, the text of a model YAML or a dict, not {type(source).__name__}")
        # JSON is YAML too.
        return cls(text=json.dumps(meaning, default=str))

    def run(self, command: str, *flags: str) -> Output:
        return run([command, *flags, "--", self.path if self.path is not None else "-"], self.text)


def _yaml_of(model: Any) -> Optional[Mapping[str, Any]]:
    """Returns the dict from which Ultralytics built a model; for a `YOLO`, the dict of its network."""
    for holder in (model, getattr(model, "model", None), getattr(model, "module", None)):
        meaning = getattr(holder, "yaml", None)
        if isinstance(meaning, Mapping):
            return meaning
    return None


def scale_of(source: Source) -> Optional[str]:
    """Returns the scale that Ultralytics chose for a model from the name of its file."""
    if isinstance(source, (str, os.PathLike)):
        return None
    meaning = source if isinstance(source, Mapping) else _yaml_of(source)
    return str(meaning["scale"]) if meaning and meaning.get("scale") else None
