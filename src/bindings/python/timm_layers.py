"""timm's blocks: activations by name, attention of channels, convolutions that are made of others."""

import math
from functools import partial

import torch
import torch.nn.functional as F
from torch import nn as _nn

from timm.layers import make_divisible, to_2tuple


class Sigmoid(_nn.Module):
    __module__ = "timm.layers.activations"

    def __init__(self, inplace=False):
        super().__init__()
        self.inplace = inplace

    def forward(self, x):
        return x.sigmoid_() if self.inplace else x.sigmoid()


class Tanh(Sigmoid):
    __module__ = "timm.layers.activations"

    def forward(self, x):
        return x.tanh_() if self.inplace else x.tanh()


class GELU(_nn.Module):
    __module__ = "timm.layers.activations"

    def __init__(self, inplace=False):
        super().__init__()

    def forward(self, input):
        return F.gelu(input)


class GELUTanh(GELU):
    __module__ = "timm.layers.activations"

    def forward(self, input):
        return F.gelu(input, approximate="tanh")


class QuickGELU(GELU):
    __module__ = "timm.layers.activations"

    def forward(self, input):
        return input * torch.sigmoid(input * 1.702)


class PReLU(_nn.PReLU):
    __module__ = "timm.layers.activations"

    def __init__(self, num_parameters=1, init=0.25, inplace=False):
        super().__init__(num_parameters=num_parameters, init=init)

    def forward(self, input):
        return F.prelu(input, self.weight)


_ACTIVATIONS = {
    "silu": _nn.SiLU, "swish": _nn.SiLU, "mish": _nn.Mish, "relu": _nn.ReLU, "relu6": _nn.ReLU6,
    "leaky_relu": _nn.LeakyReLU, "elu": _nn.ELU, "celu": _nn.CELU, "selu": _nn.SELU, "prelu": PReLU, "gelu": GELU,
    "gelu_tanh": GELUTanh, "quick_gelu": QuickGELU, "sigmoid": Sigmoid, "tanh": Tanh, "identity": _nn.Identity,
    "hard_sigmoid": _nn.Hardsigmoid, "hardsigmoid": _nn.Hardsigmoid, "hard_swish": _nn.Hardswish,
    "hardswish": _nn.Hardswish,
}


layers_activations_nn = models_layers_activations_nn = _nn


def get_act_layer(name="relu"):
    if not name:
        return None
    if not isinstance(name, str):
        return name
    return _ACTIVATIONS[name]


def create_act_layer(name, inplace=None, **kwargs):
    layer = get_act_layer(name)
    if layer is None:
        return None
    if inplace is None:
        return layer(**kwargs)
    try:
        return layer(inplace=inplace, **kwargs)
    except TypeError:
        return layer(**kwargs)


def hard_sigmoid(x, inplace=False):
    return x.add_(3.0).clamp_(0.0, 6.0).div_(6.0) if inplace else F.relu6(x + 3.0) / 6.0


def use_fused_attn(experimental=False):
    return not experimental


def get_padding(kernel_size, stride=1, dilation=1, **_):
    if any(isinstance(v, (tuple, list)) for v in (kernel_size, stride, dilation)):
        sides = zip(to_2tuple(kernel_size), to_2tuple(stride), to_2tuple(dilation))
        return [get_padding(k, s, d) for k, s, d in sides]
    return (stride - 1 + dilation * (kernel_size - 1)) // 2


def _no_padding_by_size(kernel_size, stride=1, dilation=1):
    """Whether "same" padding is one for all sizes of images."""
    sides = zip(to_2tuple(kernel_size), to_2tuple(stride), to_2tuple(dilation))
    return all(s == 1 and d * (k - 1) % 2 == 0 for k, s, d in sides)


def get_padding_value(padding, kernel_size, **kwargs):
    if not isinstance(padding, str):
        return padding, False
    padding = padding.lower()
    if padding == "same" and not _no_padding_by_size(kernel_size, **kwargs):
        return 0, True
    return (0 if padding == "valid" else get_padding(kernel_size, **kwargs)), False


def _same(x, kernel, stride, dilation):
    """Pads an image so that a strided convolution returns its size by the stride, rounded up."""
    pads = []
    for size, k, s, d in zip(x.shape[-2:], kernel, stride, dilation):
        pad = max((math.ceil(size / s) - 1) * s + (k - 1) * d + 1 - size, 0)
        pads = [pad // 2, pad - pad // 2] + pads
    return F.pad(x, pads)


class Conv2dSame(_nn.Conv2d):
    __module__ = "timm.layers.conv2d_same"

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True):
        super().__init__(in_channels, out_channels, kernel_size, stride, 0, dilation, groups, bias)

    def forward(self, x):
        x = _same(x, self.weight.shape[-2:], self.stride, self.dilation)
        return F.conv2d(x, self.weight, self.bias, self.stride, (0, 0), self.dilation, self.groups)


def create_conv2d_pad(in_chs, out_chs, kernel_size, **kwargs):
    padding = kwargs.pop("padding", "")
    kwargs.setdefault("bias", False)
    sides = {name: kwargs[name] for name in ("stride", "dilation") if name in kwargs}
    padding, by_size = get_padding_value(padding, kernel_size, **sides)
    if by_size:
        return Conv2dSame(in_chs, out_chs, kernel_size, **kwargs)
    return _nn.Conv2d(in_chs, out_chs, kernel_size, padding=padding, **kwargs)


def create_conv2d(in_channels, out_channels, kernel_size, **kwargs):
    if isinstance(kernel_size, list):
        torch._yolint.undecided("a convolution of several kernels")
    groups = in_channels if kwargs.pop("depthwise", False) else kwargs.pop("groups", 1)
    if kwargs.get("num_experts", 0) > 0:
        return CondConv2d(in_channels, out_channels, kernel_size, groups=groups, **kwargs)
    return create_conv2d_pad(in_channels, out_channels, kernel_size, groups=groups, **kwargs)


class CondConv2d(_nn.Module):
    """The kernel of each image is a mixture of those of all experts."""

    __module__ = "timm.layers.cond_conv2d"

    def __init__(self, in_channels, out_channels, kernel_size=3, stride=1, padding="", dilation=1, groups=1, bias=False,
                 num_experts=4):
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.dilation = to_2tuple(kernel_size), to_2tuple(stride), to_2tuple(dilation)
        padding, self.dynamic_padding = get_padding_value(padding, kernel_size, stride=stride, dilation=dilation)
        self.padding = to_2tuple(padding)
        self.groups, self.num_experts = groups, num_experts
        self.weight_shape = (out_channels, in_channels // groups) + self.kernel_size
        self.weight = _nn.Parameter(torch.empty(num_experts, math.prod(self.weight_shape)))
        if bias:
            self.bias_shape = (out_channels,)
            self.bias = _nn.Parameter(torch.empty(num_experts, out_channels))
        else:
            self.register_parameter("bias", None)

    def forward(self, x, routing_weights):
        b, c, h, w = x.shape
        weight = torch.matmul(routing_weights, self.weight)
        weight = weight.view((b * self.out_channels, self.in_channels // self.groups) + self.kernel_size)
        bias = None
        if self.bias is not None:
            bias = torch.matmul(routing_weights, self.bias).view(b * self.out_channels)
        x = x.reshape(1, b * c, h, w)
        padding = self.padding
        if self.dynamic_padding:
            x, padding = _same(x, weight.shape[-2:], self.stride, self.dilation), (0, 0)
        x = F.conv2d(x, weight, bias, stride=self.stride, padding=padding, dilation=self.dilation, groups=self.groups * b)
        return x.permute([1, 0, 2, 3]).view(b, self.out_channels, x.shape[-2], x.shape[-1])


class BatchNormAct2d(_nn.BatchNorm2d):
    __module__ = "timm.layers.norm_act"

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, apply_act=True,
                 act_layer=_nn.ReLU, act_kwargs=None, inplace=True, drop_layer=None):
        super().__init__(num_features, eps=eps, momentum=momentum, affine=affine, track_running_stats=track_running_stats)
        self.drop = drop_layer() if drop_layer is not None else _nn.Identity()
        kwargs = dict(act_kwargs or {})
        kwargs.setdefault("inplace", inplace)
        act = create_act_layer(act_layer, **kwargs) if apply_act else None
        self.act = _nn.Identity() if act is None else act

    def forward(self, x):
        assert x.ndim == 4, "expected 4D input"
        x = F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, False, 0.0, self.eps)
        return self.act(self.drop(x))


class ConvNormAct(_nn.Module):
    __module__ = "timm.layers.conv_bn_act"

    def __init__(self, in_channels, out_channels, kernel_size=1, stride=1, padding="", dilation=1, groups=1, bias=False,
                 apply_norm=True, apply_act=True, norm_layer=_nn.BatchNorm2d, act_layer=_nn.ReLU, aa_layer=None,
                 drop_layer=None, conv_kwargs=None, norm_kwargs=None, act_kwargs=None):
        super().__init__()
        if norm_layer is not _nn.BatchNorm2d or aa_layer is not None:
            torch._yolint.undecided("a convolution with such layers")
        self.conv = create_conv2d(in_channels, out_channels, kernel_size, stride=stride, padding=padding,
                                  dilation=dilation, groups=groups, bias=bias, **(conv_kwargs or {}))
        norm_kwargs = dict(norm_kwargs or {})
        if apply_norm:
            if drop_layer:
                norm_kwargs["drop_layer"] = drop_layer
            self.bn = BatchNormAct2d(out_channels, act_layer=act_layer, apply_act=apply_act, act_kwargs=act_kwargs or {},
                                     **norm_kwargs)
        else:
            self.bn = _nn.Sequential()
            if drop_layer:
                self.bn.add_module("drop", drop_layer())
        self.aa = None

    def forward(self, x):
        return self.bn(self.conv(x))


ConvBnAct = ConvNormActAa = ConvNormAct


class SEModule(_nn.Module):
    __module__ = "timm.layers.squeeze_excite"

    def __init__(self, channels, rd_ratio=1.0 / 16, rd_channels=None, rd_divisor=8, add_maxpool=False, bias=True,
                 act_layer=_nn.ReLU, norm_layer=None, gate_layer="sigmoid"):
        super().__init__()
        self.add_maxpool = add_maxpool
        reduced = rd_channels or make_divisible(channels * rd_ratio, rd_divisor, round_limit=0.0)
        self.fc1 = _nn.Conv2d(channels, reduced, kernel_size=1, bias=bias)
        self.bn = norm_layer(reduced) if norm_layer else _nn.Identity()
        self.act = create_act_layer(act_layer, inplace=True)
        self.fc2 = _nn.Conv2d(reduced, channels, kernel_size=1, bias=bias)
        self.gate = create_act_layer(gate_layer)

    def forward(self, x):
        y = _pooled(x, self.add_maxpool)
        return x * self.gate(self.fc2(self.act(self.bn(self.fc1(y)))))


SqueezeExcite = SEModule


def _pooled(x, add_maxpool):
    y = x.mean((2, 3), keepdim=True)
    return 0.5 * y + 0.5 * x.amax((2, 3), keepdim=True) if add_maxpool else y


class EffectiveSEModule(_nn.Module):
    __module__ = "timm.layers.squeeze_excite"

    def __init__(self, channels, add_maxpool=False, gate_layer="hard_sigmoid", **_):
        super().__init__()
        self.add_maxpool = add_maxpool
        self.fc = _nn.Conv2d(channels, channels, kernel_size=1, padding=0)
        self.gate = create_act_layer(gate_layer)

    def forward(self, x):
        return x * self.gate(self.fc(_pooled(x, self.add_maxpool)))


EffectiveSqueezeExcite = EffectiveSEModule


def _of_blocks():
    class SqueezeExcite(_nn.Module):
        """That of timm's EfficientNet; `timm.layers` has another one of the same name."""

        __module__ = "timm.models._efficientnet_blocks"

        def __init__(self, in_chs, rd_ratio=0.25, rd_channels=None, act_layer=_nn.ReLU, gate_layer=_nn.Sigmoid,
                     force_act_layer=None, rd_round_fn=None):
            super().__init__()
            if rd_channels is None:
                rd_channels = (rd_round_fn or round)(in_chs * rd_ratio)
            self.conv_reduce = _nn.Conv2d(in_chs, rd_channels, 1, bias=True)
            self.act1 = create_act_layer(force_act_layer or act_layer, inplace=True)
            self.conv_expand = _nn.Conv2d(rd_channels, in_chs, 1, bias=True)
            self.gate = create_act_layer(gate_layer)

        def forward(self, x):
            y = self.conv_expand(self.act1(self.conv_reduce(x.mean((2, 3), keepdim=True))))
            return x * self.gate(y)

    return SqueezeExcite


def _of_hgnet():
    class LearnableAffineBlock(_nn.Module):
        __module__ = "timm.models.hgnet"

        def __init__(self, scale_value=1.0, bias_value=0.0, device=None, dtype=None):
            super().__init__()
            self.scale = _nn.Parameter(torch.tensor([scale_value]))
            self.bias = _nn.Parameter(torch.tensor([bias_value]))

        def forward(self, x):
            return self.scale * x + self.bias

    class ConvBNAct(_nn.Module):
        __module__ = "timm.models.hgnet"

        def __init__(self, in_chs, out_chs, kernel_size, stride=1, groups=1, padding="", use_act=True, use_lab=False,
                     device=None, dtype=None):
            super().__init__()
            self.use_act, self.use_lab = use_act, use_lab
            self.conv = create_conv2d(in_chs, out_chs, kernel_size, stride=stride, padding=padding, groups=groups)
            self.bn = _nn.BatchNorm2d(out_chs)
            self.act = _nn.ReLU() if use_act else _nn.Identity()
            self.lab = LearnableAffineBlock() if use_act and use_lab else _nn.Identity()

        def forward(self, x):
            return self.lab(self.act(self.bn(self.conv(x))))

    return LearnableAffineBlock, ConvBNAct


models_hgnet_LearnableAffineBlock, models_hgnet_ConvBNAct = _of_hgnet()


def _of_efficientvit():
    class ResidualBlock(_nn.Module):
        __module__ = "timm.models.efficientvit_mit"

        def __init__(self, main, shortcut=None, pre_norm=None):
            super().__init__()
            self.pre_norm = _nn.Identity() if pre_norm is None else pre_norm
            self.main, self.shortcut = main, shortcut

        def forward(self, x):
            y = self.main(self.pre_norm(x))
            return y if self.shortcut is None else y + self.shortcut(x)

    return ResidualBlock


models_efficientvit_mit_ResidualBlock = _of_efficientvit()


def models_efficientvit_mit_val2list(x, repeat_time=1):
    return list(x) if isinstance(x, (list, tuple)) else [x] * repeat_time


def models_efficientvit_mit_val2tuple(x, min_len=1, idx_repeat=-1):
    given = tuple(models_efficientvit_mit_val2list(x))
    if not given:
        return given
    at = range(len(given))[idx_repeat]
    return given[:at] + given[at:at + 1] * (min_len - len(given)) + given[at:]
models__efficientnet_blocks_SqueezeExcite = models_efficientnet_blocks_SqueezeExcite = _of_blocks()


class EcaModule(_nn.Module):
    __module__ = "timm.layers.eca"

    def __init__(self, channels=None, kernel_size=3, gamma=2, beta=1, act_layer=None, gate_layer="sigmoid",
                 rd_ratio=1 / 8, rd_channels=None, rd_divisor=8, use_mlp=False):
        super().__init__()
        if channels is not None:
            t = int(abs(math.log(channels, 2) + beta) / gamma)
            kernel_size = max(t + (t + 1) % 2, 3)
        assert kernel_size % 2 == 1
        padding = (kernel_size - 1) // 2
        if use_mlp:
            assert channels is not None
            if rd_channels is None:
                rd_channels = make_divisible(channels * rd_ratio, divisor=rd_divisor)
            self.conv = _nn.Conv1d(1, rd_channels, kernel_size=1, padding=0, bias=True)
            self.act = create_act_layer(act_layer or _nn.ReLU)
            self.conv2 = _nn.Conv1d(rd_channels, 1, kernel_size=kernel_size, padding=padding, bias=True)
        else:
            self.conv = _nn.Conv1d(1, 1, kernel_size=kernel_size, padding=padding, bias=False)
            self.act = self.conv2 = None
        self.gate = create_act_layer(gate_layer)

    def forward(self, x):
        y = self.conv(x.mean((2, 3)).view(x.shape[0], 1, -1))
        if self.conv2 is not None:
            y = self.conv2(self.act(y))
        y = self.gate(y).view(x.shape[0], -1, 1, 1)
        return x * y.expand_as(x)


EfficientChannelAttn = EcaModule

_ATTENTIONS = {"se": SEModule, "ese": EffectiveSEModule, "eca": EcaModule, "ecam": partial(EcaModule, use_mlp=True)}


def get_attn(attn_type):
    if isinstance(attn_type, _nn.Module) or not attn_type:
        return attn_type or None
    if isinstance(attn_type, str):
        found = _ATTENTIONS.get(attn_type.lower())
        return found or torch._yolint.undecided("timm's attention of this name")
    return SEModule if attn_type is True else attn_type


def create_attn(attn_type, channels, **kwargs):
    made = get_attn(attn_type)
    return None if made is None else made(channels, **kwargs)


class DropBlock2d(_nn.Module):
    """Sets blocks to zero in training."""

    __module__ = "timm.layers.drop"

    def __init__(self, drop_prob=0.1, block_size=7, gamma_scale=1.0, with_noise=False, inplace=False, batchwise=False,
                 fast=True):
        super().__init__()
        self.drop_prob, self.block_size, self.gamma_scale = drop_prob, block_size, gamma_scale
        self.with_noise, self.inplace, self.batchwise, self.fast = with_noise, inplace, batchwise, fast

    def forward(self, x):
        if not self.training or not self.drop_prob:
            return x
        return x if self.inplace else x.clone()


class GlobalResponseNorm(_nn.Module):
    __module__ = "timm.layers.grn"

    def __init__(self, dim, eps=1e-6, channels_last=True):
        super().__init__()
        self.eps = eps
        self.spatial_dim, self.channel_dim = ((1, 2), -1) if channels_last else ((2, 3), 1)
        self.wb_shape = (1, 1, 1, -1) if channels_last else (1, -1, 1, 1)
        self.weight = _nn.Parameter(torch.zeros(dim))
        self.bias = _nn.Parameter(torch.zeros(dim))

    def forward(self, x):
        size = x.norm(p=2, dim=self.spatial_dim, keepdim=True)
        size = size / (size.mean(dim=self.channel_dim, keepdim=True) + self.eps)
        return x + torch.addcmul(self.bias.view(self.wb_shape), self.weight.view(self.wb_shape), x * size)


def _pooling(kind, pools):
    """The class of a pool that joins what others return, or adds them up."""

    def forward(self, x):
        found = [pool(self, x) for pool in pools]
        if len(found) == 1:
            return found[0]
        return torch.cat(found, 1) if "Cat" in kind else 0.5 * (found[0] + found[1])

    def __init__(self, output_size=1):
        _nn.Module.__init__(self)
        self.output_size = output_size

    def __init__fast(self, flatten=False, input_fmt="NCHW"):
        _nn.Module.__init__(self)
        self.flatten = flatten

    made = __init__fast if kind.startswith("Fast") else __init__
    return type(kind, (_nn.Module,), {"__module__": "timm.layers.adaptive_avgmax_pool", "__init__": made, "forward": forward})


def _mean(self, x):
    return x.mean((2, 3), keepdim=not self.flatten)


def _largest(self, x):
    return x.amax((2, 3), keepdim=not self.flatten)


_SIZED = [lambda self, x: F.adaptive_avg_pool2d(x, self.output_size), lambda self, x: F.adaptive_max_pool2d(x, self.output_size)]

FastAdaptiveAvgPool = _pooling("FastAdaptiveAvgPool", [_mean])
FastAdaptiveMaxPool = _pooling("FastAdaptiveMaxPool", [_largest])
FastAdaptiveAvgMaxPool = _pooling("FastAdaptiveAvgMaxPool", [_mean, _largest])
FastAdaptiveCatAvgMaxPool = _pooling("FastAdaptiveCatAvgMaxPool", [_mean, _largest])
AdaptiveAvgMaxPool2d = _pooling("AdaptiveAvgMaxPool2d", _SIZED)
AdaptiveCatAvgMaxPool2d = _pooling("AdaptiveCatAvgMaxPool2d", _SIZED)

_POOLS = {
    "avg": _nn.AdaptiveAvgPool2d,
    "max": _nn.AdaptiveMaxPool2d,
    "avgmax": AdaptiveAvgMaxPool2d,
    "catavgmax": AdaptiveCatAvgMaxPool2d,
    "fast": FastAdaptiveAvgPool,
    "fastavg": FastAdaptiveAvgPool,
    "fastmax": FastAdaptiveMaxPool,
    "fastavgmax": FastAdaptiveAvgMaxPool,
    "fastcatavgmax": FastAdaptiveCatAvgMaxPool,
}


class SelectAdaptivePool2d(_nn.Module):
    __module__ = "timm.layers.adaptive_avgmax_pool"

    def __init__(self, output_size=1, pool_type="fast", flatten=False, input_fmt="NCHW"):
        super().__init__()
        if input_fmt != "NCHW":
            torch._yolint.undecided("a pool of maps whose channels come last")
        self.pool_type = pool_type or ""
        kind = self.pool_type.lower()
        is_fast = kind.startswith("fast")
        assert not kind or kind in _POOLS, "Invalid pool type: %s" % kind
        assert not is_fast or output_size == 1, "Fast pooling requires output_size == 1."
        if not kind:
            self.pool = _nn.Identity()
        else:
            self.pool = _POOLS[kind](flatten) if is_fast else _POOLS[kind](output_size)
        self.flatten = _nn.Flatten(1) if flatten and not is_fast else _nn.Identity()

    def is_identity(self):
        return not self.pool_type

    def feat_mult(self):
        return 2 if self.pool_type.endswith("catavgmax") else 1

    def forward(self, x):
        return self.flatten(self.pool(x))


def create_classifier(num_features, num_classes, pool_type="avg", use_conv=False, input_fmt="NCHW", drop_rate=None, **_):
    pool = SelectAdaptivePool2d(pool_type=pool_type, flatten=bool(pool_type) and not use_conv, input_fmt=input_fmt)
    features = num_features * pool.feat_mult()
    if num_classes <= 0:
        head = _nn.Identity()
    else:
        head = _nn.Conv2d(features, num_classes, 1) if use_conv else _nn.Linear(features, num_classes)
    return (pool, head) if drop_rate is None else (pool, _nn.Dropout(drop_rate), head)


def _of_vision_transformer():
    class Attention(_nn.Module):
        # Behind the number of heads releases have other parameters at the same place.
        __module__ = "timm.layers.attention"

        def __init__(self, dim, num_heads=8, *others, qkv_bias=False, qk_norm=False, proj_bias=True, attn_drop=0.0,
                     proj_drop=0.0, norm_layer=None, **more):
            super().__init__()
            if others or more or qk_norm:
                torch._yolint.undecided("timm's attention with such arguments")
            assert dim % num_heads == 0, "dim should be divisible by num_heads"
            self.num_heads, self.head_dim = num_heads, dim // num_heads
            self.scale = self.head_dim**-0.5
            self.qkv = _nn.Linear(dim, dim * 3, bias=qkv_bias)
            self.q_norm, self.k_norm = _nn.Identity(), _nn.Identity()
            self.attn_drop = _nn.Dropout(attn_drop)
            self.norm = _nn.Identity()
            self.proj = _nn.Linear(dim, dim, bias=proj_bias)
            self.proj_drop = _nn.Dropout(proj_drop)

        def forward(self, x, attn_mask=None):
            b, n, c = x.shape
            q, k, v = self.qkv(x).reshape(b, n, 3, self.num_heads, self.head_dim).permute(2, 0, 3, 1, 4).unbind(0)
            x = F.scaled_dot_product_attention(self.q_norm(q), self.k_norm(k), v, attn_mask=attn_mask)
            return self.proj_drop(self.proj(self.norm(x.transpose(1, 2).reshape(b, n, c))))

    return Attention


models_vision_transformer_Attention = _of_vision_transformer()


class PatchEmbed(_nn.Module):
    __module__ = "timm.layers.patch_embed"

    def __init__(self, img_size=224, patch_size=16, in_chans=3, embed_dim=768, norm_layer=None, flatten=True, *others,
                 bias=True, strict_img_size=True, **more):
        super().__init__()
        if others or more:
            torch._yolint.undecided("timm's patches with such arguments")
        self.patch_size, self.flatten, self.strict_img_size = to_2tuple(patch_size), flatten, strict_img_size
        self.img_size = self.grid_size = self.num_patches = None
        if img_size is not None:
            self.img_size = to_2tuple(img_size)
            self.grid_size = tuple(side // patch for side, patch in zip(self.img_size, self.patch_size))
            self.num_patches = self.grid_size[0] * self.grid_size[1]
        self.proj = _nn.Conv2d(in_chans, embed_dim, patch_size, patch_size, bias=bias)
        self.norm = norm_layer(embed_dim) if norm_layer else _nn.Identity()

    def forward(self, x):
        sides = zip(("height", "width"), x.shape[2:], self.img_size or (), self.patch_size)
        for name, side, wanted, patch in sides:
            if self.strict_img_size:
                assert side == wanted, f"Input {name} ({side}) doesn't match model ({wanted})."
            assert side % patch == 0, f"Input {name} ({side}) should be divisible by patch size ({patch})."
        x = self.proj(x)
        return self.norm(x.flatten(2).transpose(1, 2) if self.flatten else x)
