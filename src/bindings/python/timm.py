"""timm's small layers and helpers, as far as models use them where timm itself isn't at hand."""

import collections.abc

import torch
import torch.nn.functional as F
from torch import nn as _nn
from torch.nn import init as _init


def _ntuple(n):
    def parse(x):
        if isinstance(x, collections.abc.Iterable) and not isinstance(x, str):
            return tuple(x)
        return (x,) * n

    return parse


to_1tuple, to_2tuple, to_3tuple, to_4tuple = _ntuple(1), _ntuple(2), _ntuple(3), _ntuple(4)
to_ntuple = _ntuple


def make_divisible(v, divisor=8, min_value=None, round_limit=0.9):
    new = max(min_value or divisor, int(v + divisor / 2) // divisor * divisor)
    return new + divisor if new < round_limit * v else new


def trunc_normal_(tensor, mean=0.0, std=1.0, a=-2.0, b=2.0):
    return _init.trunc_normal_(tensor, mean, std, a, b)


def trunc_normal_tf_(tensor, mean=0.0, std=1.0, a=-2.0, b=2.0):
    return _init.trunc_normal_(tensor, mean, std, a, b)


def lecun_normal_(tensor):
    return _init.normal_(tensor)


def variance_scaling_(tensor, scale=1.0, mode="fan_in", distribution="normal"):
    return _init.normal_(tensor)


def drop_path(x, drop_prob=0.0, training=False, scale_by_keep=True):
    if drop_prob == 0.0 or not training:
        return x
    mask = x.new_empty((x.shape[0],) + (1,) * (x.ndim - 1)).bernoulli_(1 - drop_prob)
    return x * mask


class DropPath(_nn.Module):
    __module__ = "timm.layers.drop"

    def __init__(self, drop_prob=0.0, scale_by_keep=True):
        super().__init__()
        self.drop_prob, self.scale_by_keep = drop_prob, scale_by_keep

    def forward(self, x):
        return drop_path(x, self.drop_prob, self.training, self.scale_by_keep)


class Mlp(_nn.Module):
    __module__ = "timm.layers.mlp"

    def __init__(self, in_features, hidden_features=None, out_features=None, act_layer=_nn.GELU, norm_layer=None,
                 bias=True, drop=0.0, use_conv=False):
        super().__init__()
        out_features = out_features or in_features
        hidden_features = hidden_features or in_features
        bias, drop = to_2tuple(bias), to_2tuple(drop)

        def linear(a, b, bias):
            return _nn.Conv2d(a, b, 1, bias=bias) if use_conv else _nn.Linear(a, b, bias=bias)

        self.fc1 = linear(in_features, hidden_features, bias[0])
        self.act = act_layer()
        self.drop1 = _nn.Dropout(drop[0])
        self.norm = norm_layer(hidden_features) if norm_layer is not None else _nn.Identity()
        self.fc2 = linear(hidden_features, out_features, bias[1])
        self.drop2 = _nn.Dropout(drop[1])

    def forward(self, x):
        x = self.norm(self.drop1(self.act(self.fc1(x))))
        return self.drop2(self.fc2(x))


class ConvMlp(_nn.Module):
    __module__ = "timm.layers.mlp"

    def __init__(self, in_features, hidden_features=None, out_features=None, act_layer=_nn.ReLU, norm_layer=None,
                 bias=True, drop=0.0):
        super().__init__()
        inner, (first, last) = hidden_features or in_features, to_2tuple(bias)
        self.fc1 = _nn.Conv2d(in_features, inner, 1, bias=first)
        self.norm = norm_layer(inner) if norm_layer else _nn.Identity()
        self.act = act_layer()
        self.drop = _nn.Dropout(drop)
        self.fc2 = _nn.Conv2d(inner, out_features or in_features, 1, bias=last)

    def forward(self, x):
        return self.fc2(self.drop(self.act(self.norm(self.fc1(x)))))


class LayerNorm2d(_nn.LayerNorm):
    __module__ = "timm.layers.norm"

    def __init__(self, num_channels, eps=1e-6, affine=True, **kwargs):
        super().__init__(num_channels, eps=eps, elementwise_affine=affine)

    def forward(self, x):
        x = F.layer_norm(x.permute(0, 2, 3, 1), self.normalized_shape, self.weight, self.bias, self.eps)
        return x.permute(0, 3, 1, 2)


class LayerScale(_nn.Module):
    __module__ = "timm.layers.layer_scale"

    def __init__(self, dim, init_values=1e-5, inplace=False):
        super().__init__()
        self.inplace = inplace
        self.gamma = _nn.Parameter(init_values * torch.ones(dim))

    def forward(self, x):
        return x * self.gamma


def create_model(model_name, *args, **kwargs):
    """Which models there are is timm's own list; all of them have small letters."""
    if model_name != model_name.lower():
        raise RuntimeError("Unknown model (%s)" % model_name)
    from timm_models import create_model
    return create_model(model_name, *args, **kwargs)


IMAGENET_DEFAULT_MEAN, IMAGENET_DEFAULT_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
IMAGENET_INCEPTION_MEAN = IMAGENET_INCEPTION_STD = (0.5, 0.5, 0.5)


def _cfg(url="", **kwargs):
    """What a model says of its weights."""
    return {"url": url, "num_classes": 1000, "input_size": (3, 224, 224), "pool_size": None, "crop_pct": 0.9,
            "interpolation": "bicubic", "fixed_input_size": True, "mean": IMAGENET_INCEPTION_MEAN,
            "std": IMAGENET_INCEPTION_STD, "first_conv": "patch_embed.proj", "classifier": "head", **kwargs}


def register_model(function):
    return function


def named_apply(fn, module, name="", depth_first=True, include_root=False):
    if include_root and not depth_first:
        fn(module=module, name=name)
    for child_name, child in module.named_children():
        path = ".".join((name, child_name)) if name else child_name
        named_apply(fn, child, path, depth_first, include_root=True)
    if include_root and depth_first:
        fn(module=module, name=name)
    return module
