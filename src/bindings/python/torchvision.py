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


def _conv3x3(in_planes, planes, stride=1, groups=1, dilation=1):
    return _nn.Conv2d(in_planes, planes, 3, stride, dilation, dilation, groups, bias=False)


class BasicBlock(_nn.Module):
    __module__ = "torchvision.models.resnet"
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        if groups != 1 or base_width != 64:
            raise ValueError("BasicBlock only supports groups=1 and base_width=64")
        self.conv1 = _conv3x3(inplanes, planes, stride)
        self.bn1 = _nn.BatchNorm2d(planes)
        self.relu = _nn.ReLU(inplace=True)
        self.conv2 = _conv3x3(planes, planes)
        self.bn2 = _nn.BatchNorm2d(planes)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x):
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        out += x if self.downsample is None else self.downsample(x)
        return self.relu(out)


class Bottleneck(_nn.Module):
    __module__ = "torchvision.models.resnet"
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = int(planes * (base_width / 64.0)) * groups
        self.conv1 = _nn.Conv2d(inplanes, width, 1, bias=False)
        self.bn1 = _nn.BatchNorm2d(width)
        self.conv2 = _conv3x3(width, width, stride, groups)
        self.bn2 = _nn.BatchNorm2d(width)
        self.conv3 = _nn.Conv2d(width, planes * 4, 1, bias=False)
        self.bn3 = _nn.BatchNorm2d(planes * 4)
        self.relu = _nn.ReLU(inplace=True)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        out += x if self.downsample is None else self.downsample(x)
        return self.relu(out)


class ResNet(_nn.Module):
    __module__ = "torchvision.models.resnet"

    def __init__(self, block, layers, num_classes=1000, groups=1, width_per_group=64):
        super().__init__()
        self.inplanes, self.groups, self.base_width = 64, groups, width_per_group
        self.conv1 = _nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = _nn.BatchNorm2d(64)
        self.relu = _nn.ReLU(inplace=True)
        self.maxpool = _nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = _nn.AdaptiveAvgPool2d((1, 1))
        self.fc = _nn.Linear(512 * block.expansion, num_classes)

    def _make_layer(self, block, planes, blocks, stride=1):
        downsample = None
        out = planes * block.expansion
        if stride != 1 or self.inplanes != out:
            downsample = _nn.Sequential(_nn.Conv2d(self.inplanes, out, 1, stride, bias=False), _nn.BatchNorm2d(out))
        layers = [block(self.inplanes, planes, stride, downsample, self.groups, self.base_width)]
        self.inplanes = out
        layers += [block(out, planes, groups=self.groups, base_width=self.base_width) for _ in range(1, blocks)]
        return _nn.Sequential(*layers)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


def _builder(make):
    """A function that builds a model. It takes weights by position and as `pretrained`, too, as it did before release 0.13."""

    def build(weights=None, progress=True, *_, pretrained=False, **kwargs):
        classes = kwargs.get("num_classes", 1000)
        if classes != 1000 and (weights or pretrained):
            raise ValueError(f"The parameter 'num_classes' expected value 1000 but got {classes} instead.")
        return make(**kwargs)

    return build


def _resnet(block, layers, **sizes):
    def make(zero_init_residual=False, replace_stride_with_dilation=None, norm_layer=None, **kwargs):
        if replace_stride_with_dilation is not None or norm_layer is not None:
            torch._yolint.undecided("torchvision's ResNet with dilation or another norm")
        return ResNet(block, layers, **sizes, **kwargs)

    return _builder(make)


models_resnet18, models_resnet34 = _resnet(BasicBlock, [2, 2, 2, 2]), _resnet(BasicBlock, [3, 4, 6, 3])
models_resnet50, models_resnet101 = _resnet(Bottleneck, [3, 4, 6, 3]), _resnet(Bottleneck, [3, 4, 23, 3])
models_resnet152 = _resnet(Bottleneck, [3, 8, 36, 3])
models_resnext50_32x4d = _resnet(Bottleneck, [3, 4, 6, 3], groups=32, width_per_group=4)
models_wide_resnet50_2 = _resnet(Bottleneck, [3, 4, 6, 3], width_per_group=128)
models_resnet_resnet18, models_resnet_resnet34, models_resnet_resnet50 = models_resnet18, models_resnet34, models_resnet50


class VGG(_nn.Module):
    __module__ = "torchvision.models.vgg"

    def __init__(self, features, num_classes=1000, init_weights=True, dropout=0.5):
        super().__init__()
        self.features = features
        self.avgpool = _nn.AdaptiveAvgPool2d((7, 7))
        sizes, layers = (512 * 7 * 7, 4096, 4096), []
        for given, size in zip(sizes, sizes[1:]):
            layers += [_nn.Linear(given, size), _nn.ReLU(True), _nn.Dropout(dropout)]
        self.classifier = _nn.Sequential(*layers, _nn.Linear(4096, num_classes))

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


models_vgg_VGG = VGG


def _vgg(stages, norm):
    """A builder of a VGG with so many convolutions in each of its five stages."""

    def make(**kwargs):
        given, layers = 3, []
        for size, count in zip((64, 128, 256, 512, 512), stages):
            for _ in range(count):
                layers += [_nn.Conv2d(given, size, 3, padding=1), *([_nn.BatchNorm2d(size)] if norm else []), _nn.ReLU(True)]
                given = size
            layers.append(_nn.MaxPool2d(2, 2))
        return VGG(_nn.Sequential(*layers), **kwargs)

    return _builder(make)


models_vgg11, models_vgg11_bn = _vgg((1, 1, 2, 2, 2), False), _vgg((1, 1, 2, 2, 2), True)
models_vgg13, models_vgg13_bn = _vgg((2, 2, 2, 2, 2), False), _vgg((2, 2, 2, 2, 2), True)
models_vgg16, models_vgg16_bn = _vgg((2, 2, 3, 3, 3), False), _vgg((2, 2, 3, 3, 3), True)
models_vgg19, models_vgg19_bn = _vgg((2, 2, 4, 4, 4), False), _vgg((2, 2, 4, 4, 4), True)
models_vgg_vgg16, models_vgg_vgg16_bn = models_vgg16, models_vgg16_bn


def models_get_model(name, **config):
    builders = {
        "resnet18": models_resnet18, "resnet34": models_resnet34, "resnet50": models_resnet50,
        "resnet101": models_resnet101, "resnet152": models_resnet152, "resnext50_32x4d": models_resnext50_32x4d,
        "wide_resnet50_2": models_wide_resnet50_2, "vgg11": models_vgg11, "vgg11_bn": models_vgg11_bn,
        "vgg13": models_vgg13, "vgg13_bn": models_vgg13_bn, "vgg16": models_vgg16, "vgg16_bn": models_vgg16_bn,
        "vgg19": models_vgg19, "vgg19_bn": models_vgg19_bn,
    }
    if name.lower() not in builders:
        torch._yolint.undecided(f"torchvision's {name}")
    return builders[name.lower()](**config)
