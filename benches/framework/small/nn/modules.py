"""Ten modules of a small detector."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


def same(kernel, dilation=1):
    """The padding that keeps sizes."""
    return dilation * (kernel - 1) // 2


class ConvUnit(nn.Module):
    """Convolution, norm, activation."""

    act = nn.SiLU()

    def __init__(self, c_in, c_out, kernel=1, stride=1, groups=1, act=True):
        super().__init__()
        self.conv = nn.Conv2d(c_in, c_out, kernel, stride, same(kernel), groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(c_out)
        self.act = self.act if act is True else nn.Identity()

    def forward(self, x):
        return self.act(self.norm(self.conv(x)))


class Separable(nn.Module):
    """A depthwise convolution and a pointwise one."""

    def __init__(self, c_in, c_out, kernel=3, stride=1):
        super().__init__()
        self.depth = ConvUnit(c_in, c_in, kernel, stride, groups=c_in)
        self.point = ConvUnit(c_in, c_out)

    def forward(self, x):
        return self.point(self.depth(x))


class Residual(nn.Module):
    """Two convolutions, added to what they read."""

    def __init__(self, c_in, c_out, ratio=0.5):
        super().__init__()
        hidden = int(c_out * ratio)
        self.reduce = ConvUnit(c_in, hidden, 3)
        self.expand = ConvUnit(hidden, c_out, 3)
        self.adds = c_in == c_out

    def forward(self, x):
        y = self.expand(self.reduce(x))
        return x + y if self.adds else y


class Stage(nn.Module):
    """Half of the channels goes through blocks, all of them are joined."""

    def __init__(self, c_in, c_out, repeats=1, block="residual", ratio=0.5):
        super().__init__()
        self.hidden = int(c_out * ratio)
        make = {"residual": Residual, "separable": Separable}[block]
        self.split = ConvUnit(c_in, 2 * self.hidden)
        self.blocks = nn.ModuleList(make(self.hidden, self.hidden) for _ in range(repeats))
        self.join = ConvUnit((2 + repeats) * self.hidden, c_out)

    def forward(self, x):
        parts = list(self.split(x).chunk(2, 1))
        parts.extend(block(parts[-1]) for block in self.blocks)
        return self.join(torch.cat(parts, 1))


class Pyramid(nn.Module):
    """Pools of growing reach."""

    def __init__(self, c_in, c_out, kernel=5):
        super().__init__()
        hidden = c_in // 2
        self.reduce = ConvUnit(c_in, hidden)
        self.expand = ConvUnit(4 * hidden, c_out)
        self.pool = nn.MaxPool2d(kernel, 1, same(kernel))

    def forward(self, x):
        levels = [self.reduce(x)]
        for _ in range(3):
            levels.append(self.pool(levels[-1]))
        return self.expand(torch.cat(levels, 1))


class Gate(nn.Module):
    """Channels weighted by their means."""

    def __init__(self, channels, reduction=4):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Conv2d(channels, channels // reduction, 1), nn.ReLU(), nn.Conv2d(channels // reduction, channels, 1), nn.Sigmoid()
        )

    def forward(self, x):
        return x * self.fc(self.pool(x))


class Attend(nn.Module):
    """Attention over positions."""

    def __init__(self, channels, heads=4):
        super().__init__()
        self.heads = heads
        self.scale = 1 / math.sqrt(channels // heads)
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.out = nn.Conv2d(channels, channels, 1)

    def forward(self, x):
        b, c, h, w = x.shape
        q, k, v = self.qkv(x).view(b, self.heads, -1, h * w).chunk(3, 2)
        weights = (q.transpose(-2, -1) @ k * self.scale).softmax(-1)
        return x + self.out((v @ weights.transpose(-2, -1)).reshape(b, c, h, w))


class Grow(nn.Module):
    """Twice the size."""

    def __init__(self, factor=2):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return F.interpolate(x, scale_factor=self.factor, mode="nearest")


class Join(nn.Module):
    """Joins along channels."""

    def __init__(self, dim=1):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        return torch.cat(x, self.dim)


class Boxes(nn.Module):
    """Boxes and classes at each position of several levels."""

    stride = None

    def __init__(self, classes, channels=()):
        super().__init__()
        self.classes = classes
        self.box = nn.ModuleList(nn.Sequential(ConvUnit(c, 64, 3), nn.Conv2d(64, 4, 1)) for c in channels)
        self.cls = nn.ModuleList(nn.Sequential(Separable(c, 64), nn.Conv2d(64, classes, 1)) for c in channels)

    def forward(self, x):
        x = [torch.cat((box(level), cls(level)), 1) for level, box, cls in zip(x, self.box, self.cls)]
        if self.training:
            return x
        return torch.cat([level.flatten(2) for level in x], 2)
