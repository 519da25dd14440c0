"""torchvision's layers and operators that models are made of, where torchvision itself isn't at hand."""

import torch
from torch import nn as _nn

__version__ = "0.29.2"


def _pair(x):
    return tuple(x) if isinstance(x, (list, tuple)) else (x, x)


def ops_deform_conv2d(input, offset, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), mask=None):
    stride, padding, dilation = _pair(stride), _pair(padding), _pair(dilation)
    out_channels, per_group, kh, kw = weight.shape
    n, channels, height, width = input.shape
    offsets = offset.shape[1] // (2 * kh * kw)
    if offsets == 0:
        raise RuntimeError("the shape of the offset tensor at dimension 1 is not valid: it should be a multiple of "
                           f"2 * weight.size[2] * weight.size[3], but is {offset.shape[1]}")
    if per_group == 0 or channels % per_group != 0:
        raise RuntimeError(f"the {channels} input channels can't be divided into groups of {per_group}")
    size = [(s + 2 * p - (d * (k - 1) + 1)) // t + 1
            for s, p, d, k, t in zip((height, width), padding, dilation, (kh, kw), stride)]
    if offset.shape[0] != n or list(offset.shape[2:]) != size:
        raise RuntimeError(f"offset has the sizes {list(offset.shape)}, but the output is {size}")
    if offset.shape[1] != offsets * 2 * kh * kw or channels % offsets != 0:
        raise RuntimeError("the shape of the offset tensor at dimension 1 is not valid")
    if mask is not None and (mask.shape[1] != offsets * kh * kw or list(mask.shape[2:]) != size):
        raise RuntimeError("the shape of the mask tensor is not valid")
    return input.new_empty((n, out_channels, *size))


ops_deform_conv_deform_conv2d = ops_deform_conv2d


class ops_DeformConv2d(_nn.Module):
    __module__ = "torchvision.ops.deform_conv"

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True):
        super().__init__()
        if in_channels % groups != 0:
            raise ValueError("in_channels must be divisible by groups")
        if out_channels % groups != 0:
            raise ValueError("out_channels must be divisible by groups")
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride = _pair(kernel_size), _pair(stride)
        self.padding, self.dilation, self.groups = _pair(padding), _pair(dilation), groups
        self.weight = _nn.Parameter(torch.empty(out_channels, in_channels // groups, *self.kernel_size))
        if bias:
            self.bias = _nn.Parameter(torch.empty(out_channels))
        else:
            self.register_parameter("bias", None)

    def forward(self, input, offset, mask=None):
        return ops_deform_conv2d(input, offset, self.weight, self.bias, self.stride, self.padding, self.dilation, mask)


ops_deform_conv_DeformConv2d = ops_DeformConv2d


class ops_Permute(_nn.Module):
    __module__ = "torchvision.ops.misc"

    def __init__(self, dims):
        super().__init__()
        self.dims = dims

    def forward(self, x):
        return torch.permute(x, self.dims)


ops_misc_Permute = ops_Permute


class ops_StochasticDepth(_nn.Module):
    __module__ = "torchvision.ops.stochastic_depth"

    def __init__(self, p, mode):
        super().__init__()
        self.p, self.mode = p, mode

    def forward(self, input):
        if self.mode not in ("batch", "row"):
            raise ValueError(f"mode has to be either 'batch' or 'row', but got {self.mode}")
        return input


ops_stochastic_depth_StochasticDepth = ops_StochasticDepth


class ops_Conv2dNormActivation(_nn.Sequential):
    __module__ = "torchvision.ops.misc"

    def __init__(self, in_channels, out_channels, kernel_size=3, stride=1, padding=None, groups=1,
                 norm_layer=_nn.BatchNorm2d, activation_layer=_nn.ReLU, dilation=1, inplace=True, bias=None):
        if padding is None:
            kernel, spread = _pair(kernel_size), _pair(dilation)
            padding = tuple((k - 1) // 2 * d for k, d in zip(kernel, spread))
        if bias is None:
            bias = norm_layer is None
        layers = [_nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias)]
        if norm_layer is not None:
            layers.append(norm_layer(out_channels))
        if activation_layer is not None:
            layers.append(activation_layer() if inplace is None else activation_layer(inplace=inplace))
        super().__init__(*layers)
        self.out_channels = out_channels


ops_misc_Conv2dNormActivation = ops_misc_ConvNormActivation = ops_Conv2dNormActivation


class ops_SqueezeExcitation(_nn.Module):
    __module__ = "torchvision.ops.misc"

    def __init__(self, input_channels, squeeze_channels, activation=_nn.ReLU, scale_activation=_nn.Sigmoid):
        super().__init__()
        self.avgpool = _nn.AdaptiveAvgPool2d(1)
        self.fc1 = _nn.Conv2d(input_channels, squeeze_channels, 1)
        self.fc2 = _nn.Conv2d(squeeze_channels, input_channels, 1)
        self.activation = activation()
        self.scale_activation = scale_activation()

    def forward(self, input):
        scale = self.scale_activation(self.fc2(self.activation(self.fc1(self.avgpool(input)))))
        return scale * input


ops_misc_SqueezeExcitation = ops_SqueezeExcitation


class ops_FrozenBatchNorm2d(_nn.Module):
    __module__ = "torchvision.ops.misc"

    def __init__(self, num_features, eps=1e-5):
        super().__init__()
        self.eps = eps
        for name in ("weight", "bias", "running_mean", "running_var"):
            self.register_buffer(name, torch.ones(num_features))

    def forward(self, x):
        return x * self.weight.reshape(1, -1, 1, 1) + self.bias.reshape(1, -1, 1, 1)
