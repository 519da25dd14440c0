"""What other frameworks import of the package ultralytics to build their models, where it isn't at hand."""

import contextlib
import logging
import math as _math
import re as _re
from pathlib import Path as _Path

import thop as _thop
import torch as _torch
from torch import nn as _nn

utils_LOGGER = logging.getLogger("ultralytics")
utils_LOGGER.setLevel(logging.INFO)


class utils_TryExcept(contextlib.ContextDecorator):
    def __init__(self, msg="", verbose=True):
        self.msg, self.verbose = msg, verbose

    def __enter__(self):
        pass

    def __exit__(self, kind, exception, traceback):
        if self.verbose and exception:
            utils_LOGGER.warning(f"{self.msg}: {exception}" if self.msg else f"{exception}")
        return True


_COLORS = "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"
_STYLES = {"end": 0, "bold": 1, "underline": 4}
_STYLES.update((name, 30 + i) for i, name in enumerate(_COLORS))
_STYLES.update(("bright_" + name, 90 + i) for i, name in enumerate(_COLORS))


def utils_colorstr(*input):
    *styles, text = input if len(input) > 1 else ("blue", "bold", input[0])
    return "".join(f"\033[{_STYLES[style]}m" for style in styles) + f"{text}\033[0m"


def utils_emojis(string=""):
    return string


def utils_checks_is_ascii(s):
    return str(s).isascii()


def _numbers(version):
    return [int(number) for number in version.strip(".").split(".")]


def utils_checks_check_version(current="0.0.0", required="0.0.0", name="version", hard=False, verbose=False, msg=""):
    if not current or not required:
        return True
    # Of packages, only the programs that run know the version.
    if not _re.fullmatch(r"\d+(\.\d+)*(\+\w*)?", current) or "sys_platform" in required:
        _torch._yolint.undecided("ultralytics.utils.checks.check_version")
    result = True
    for part in required.strip(",").split(","):
        relation, version = _re.match(r"([^0-9]*)([\d.]+)", part).groups()
        a, b = _numbers(current.split("+")[0]), _numbers(version)
        a, b = a + [0] * (len(b) - len(a)), b + [0] * (len(a) - len(b))
        wrong = {"": a < b, ">=": a < b, "~=": a < b, "<": a >= b, ">": a <= b, "<=": a > b, "==": a != b, "!=": a == b}
        result = result and not wrong.get(relation, False)
    if not result:
        warning = f"{name}{required} is required, but {name}=={current} is currently installed {msg}"
        if hard:
            raise ModuleNotFoundError(warning)
        if verbose:
            utils_LOGGER.warning(warning)
    return result


def utils_ops_make_divisible(x, divisor):
    if isinstance(divisor, _torch.Tensor):
        divisor = int(divisor.max())
    return _math.ceil(x / divisor) * divisor


# It stands there in older releases.
utils_torch_utils_make_divisible = utils_ops_make_divisible


def utils_torch_utils_initialize_weights(model):
    for module in model.modules():
        if type(module) is _nn.BatchNorm2d:
            module.eps, module.momentum = 1e-3, 0.03


def utils_torch_utils_copy_attr(a, b, include=(), exclude=()):
    for name, value in b.__dict__.items():
        if not name.startswith("_") and name not in exclude and (not include or name in include):
            setattr(a, name, value)


def utils_torch_utils_scale_img(img, ratio=1.0, same_shape=False, gs=32):
    if ratio != 1.0:
        sides = list(img.shape[-2:])
        small = [int(side * ratio) for side in sides]
        # Padding at the right and at the bottom, up to the next multiple or the old size.
        whole = sides if same_shape else [_math.ceil(side * ratio / gs) * gs for side in sides]
        bottom, right = (whole[i] - small[i] for i in range(2))
        img = _nn.functional.interpolate(img, size=tuple(small), mode="bilinear", align_corners=False)
        img = _nn.functional.pad(img, [0, right, 0, bottom], value=0.447)
    return img


def utils_torch_utils_get_num_params(model):
    return sum(x.numel() for x in model.parameters())


def utils_torch_utils_get_num_gradients(model):
    return sum(x.numel() for x in model.parameters() if x.requires_grad)


def utils_torch_utils_get_flops(model, imgsz=640):
    size = imgsz if isinstance(imgsz, (list, tuple)) else [imgsz, imgsz]
    try:
        image = _torch.empty((1, next(model.parameters()).shape[1], *size))
        return _thop.profile(model, inputs=[image], verbose=False)[0] / 1e9 * 2
    except Exception:
        return 0.0


def utils_torch_utils_model_info(model, detailed=False, verbose=True, imgsz=640):
    if not verbose:
        return None
    if detailed:
        _torch._yolint.undecided("ultralytics.utils.torch_utils.model_info(detailed=True)")
    layers = sum(not module._modules for _, module in model.named_modules())
    params, gradients = utils_torch_utils_get_num_params(model), utils_torch_utils_get_num_gradients(model)
    flops = utils_torch_utils_get_flops(model, imgsz)
    fused = " (fused)" if getattr(model, "is_fused", lambda: False)() else ""
    file = getattr(model, "yaml_file", "") or getattr(model, "yaml", {}).get("yaml_file", "")
    name = _Path(file).stem.replace("yolo", "YOLO") or "Model"
    utils_LOGGER.info(f"{name} summary{fused}: {layers:,} layers, {params:,} parameters, {gradients:,} gradients"
                      + (f", {flops:.1f} GFLOPs" if flops else ""))
    return layers, params, gradients, flops
