"""Stops a training of Ultralytics before it begins, if the model has errors or is over budget."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any, Mapping, Optional, Union

from ._api import Limit, limits
from ._model import Model, said
from ._options import ImageSize, Options, Source, Subject, scale_of
from ._program import ModelError


class Guard:
    """A callback for `on_pretrain_routine_start`. Called with a path, a text or a model, it checks that model."""

    def __init__(self, *, imgsz: ImageSize = None, **budgets: Limit) -> None:
        self._imgsz = imgsz
        self._budgets = budgets

    def __call__(self, trainer: Any) -> Optional[Model]:
        """Raises a `ModelError` if the model has errors or is over budget. Otherwise returns the model."""
        if not hasattr(trainer, "args"):
            return self._check(trainer, Options(scale=scale_of(trainer), imgsz=self._imgsz))
        model, data = _model(trainer), _data(trainer)
        if model is None or (data is None and getattr(trainer.args, "data", None)):
            # A checkpoint, or a dataset that isn't there yet: both are known when the trainer has loaded them.
            add = getattr(trainer, "add_callback", None)
            if add is not None:
                add("on_pretrain_routine_end", self._again)
        return None if model is None else self._check_of(trainer, model, data)

    def _again(self, trainer: Any) -> None:
        model = _network(trainer)
        if model is not None:
            self._check_of(trainer, model, _data(trainer))

    def _check_of(self, trainer: Any, model: Source, data: Any) -> Model:
        size = self._imgsz if self._imgsz is not None else getattr(trainer.args, "imgsz", None)
        return self._check(model, Options(scale=scale_of(model), imgsz=size, data=data))

    def _check(self, model: Source, options: Options) -> Model:
        subject = Subject.of(model)
        with options.arguments() as flags:
            output = subject.run("check", "--format", "json", *limits(**self._budgets), *flags)
        found = output.json()["files"][0]
        checked = Model(found, subject, options, output.notes)
        if checked.errors:
            raise ModelError(f"yolint stops the training:\n{said(checked.errors)}", checked.errors)
        return checked


def guard(
    *,
    max_gflops: Limit = None,
    max_params: Limit = None,
    max_layers: Limit = None,
    max_weights: Optional[str] = None,
    imgsz: ImageSize = None,
) -> Guard:
    """Returns a callback that stops a training whose model has errors or is over budget:

        model.add_callback("on_pretrain_routine_start", yolint.guard(max_gflops=8))

    Budgets in `.yolint.yaml` and in the file's comments are also checked. `max_weights` is a size in a data type
    (`"int8=4MB"`). Without `imgsz`, the image size of the training is used.
    """
    return Guard(
        imgsz=imgsz, max_gflops=max_gflops, max_params=max_params, max_layers=max_layers, max_weights=max_weights
    )


def _model(trainer: Any) -> Optional[Source]:
    """Returns the model of a training: the user's own file if there is one, so that messages name its lines."""
    named = getattr(trainer.args, "model", None)
    if isinstance(named, (str, os.PathLike)) and Path(named).suffix in (".yaml", ".yml"):
        path = os.fspath(named)
        if os.path.isfile(path):
            return path
        if _network(trainer) is None:
            return _published(path)
    return _network(trainer)


def _network(trainer: Any) -> Optional[Mapping[str, Any]]:
    """Returns the dict from which the trainer's network was built; None before there is a network."""
    model = getattr(trainer, "model", None)
    meaning = getattr(getattr(model, "module", model), "yaml", None)
    return meaning if isinstance(meaning, Mapping) else None


def _published(name: str) -> Optional[Mapping[str, Any]]:
    """Returns the content of one of the framework's own files, which is found as the framework finds it."""
    try:
        tasks = importlib.import_module("ultralytics.nn.tasks")
        meaning = tasks.yaml_model_load(name)
    except (ImportError, AttributeError, OSError):
        return None
    return meaning if isinstance(meaning, Mapping) else None


def _data(trainer: Any) -> Union[str, Mapping[str, Any], None]:
    """Returns what is known about the dataset: its file, or its values for the model."""
    known = getattr(trainer, "data", None)
    if isinstance(known, Mapping):
        said = {key: known[key] for key in ("nc", "channels", "kpt_shape") if known.get(key) is not None}
        return said or None
    named = getattr(trainer.args, "data", None)
    if not isinstance(named, (str, os.PathLike)) or Path(named).suffix not in (".yaml", ".yml"):
        return None
    if os.path.isfile(named):
        return os.fspath(named)
    try:
        found = importlib.import_module("ultralytics.utils.checks").check_yaml(os.fspath(named), hard=False)
    except (ImportError, AttributeError, OSError):
        return None
    return str(found) if found and os.path.isfile(found) else None


__all__ = ["Guard", "guard"]
