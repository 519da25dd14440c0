"""Finds the program and runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

if TYPE_CHECKING:
    from ._data import Diagnostic


class Error(Exception):
    """yolint can't do what was asked. The message says why."""

    def _render_traceback_(self) -> List[str]:
        """Notebooks show only the message, because a traceback through this package explains nothing."""
        return [f"{type(self).__name__}: {self}"]


class ModelError(Error):
    """A model has errors or exceeds a budget."""

    def __init__(self, message: str, diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        #: The errors.
        self.diagnostics: Tuple[Diagnostic, ...] = tuple(diagnostics)


class Output(NamedTuple):
    """What the program printed."""

    text: str
    #: Lines for people: which scale is shown, whose modules are used.
    notes: Tuple[str, ...]
    status: int

    def json(self, folder: Optional[str] = None) -> Any:
        """Reads the text as JSON, and removes `folder` from the names of files."""
        text = self.text
        if folder is not None:
            text = text.replace(json.dumps(folder + os.sep)[1:-1], "")
        return json.loads(text)


def _places() -> Iterator[Path]:
    name = "yolint.exe" if os.name == "nt" else "yolint"
    yield Path(sysconfig.get_path("scripts")) / name
    if sys.version_info >= (3, 10):
        user = sysconfig.get_preferred_scheme("user")
    else:
        user = "nt_user" if os.name == "nt" else "posix_user"
    if user in sysconfig.get_scheme_names():
        yield Path(sysconfig.get_path("scripts", scheme=user)) / name
    package = Path(__file__).resolve().parent
    # `pip install --target FOLDER` and `--prefix FOLDER`.
    yield package.parent / "bin" / name
    for folder in package.parents:
        if folder.name in ("lib", "lib64", "Lib"):
            yield folder.parent / ("Scripts" if os.name == "nt" else "bin") / name


def find_program() -> str:
    """Returns the path of the program: `YOLINT` if set, otherwise the wheel's, otherwise the one on the PATH."""
    named = os.environ.get("YOLINT")
    if named:
        return named
    for place in _places():
        if place.is_file():
            return str(place)
    found = shutil.which("yolint")
    if found:
        return found
    raise Error("the program `yolint` is missing: install it again with `pip install --force-reinstall yolint`")


def environment() -> Dict[str, str]:
    """Returns variables with which the program finds the packages of this Python, and not those of another one."""
    variables = dict(os.environ)
    variables.pop("VIRTUAL_ENV", None)
    variables.pop("CONDA_PREFIX", None)
    if sys.prefix != sys.base_prefix:
        variables["VIRTUAL_ENV"] = sys.prefix
    elif (Path(sys.prefix) / "conda-meta").is_dir():
        variables["CONDA_PREFIX"] = sys.prefix
    elif sys.executable:
        path = variables.get("PATH")
        variables["PATH"] = os.path.dirname(sys.executable) + (os.pathsep + path if path else "")
    return variables


def run(arguments: Sequence[str], text: Optional[str] = None) -> Output:
    """Runs the program. If its status means bad usage or an unreadable file, raises an `Error`."""
    # What runs in the background must not wait for a keyboard.
    given: Dict[str, Any] = {"stdin": subprocess.DEVNULL} if text is None else {"input": text.encode("utf-8")}
    try:
        done = subprocess.run([find_program(), *arguments], capture_output=True, env=environment(), **given)
    except OSError as error:
        raise Error(f"yolint can't be run: {error}") from error
    said: List[str] = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    notes = tuple(line[len("yolint: ") :] if line.startswith("yolint: ") else line for line in said)
    if done.returncode not in (0, 1):
        raise Error("\n".join(notes) or f"yolint ended with status {done.returncode}")
    return Output(done.stdout.decode("utf-8"), notes, done.returncode)


def version() -> str:
    """Returns the version of the program."""
    return run(["--version"]).text.split()[-1]
