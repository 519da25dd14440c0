"""The activations of efficientnet_pytorch."""

from torch import nn as _nn


class MemoryEfficientSwish(_nn.Module):
    __module__ = "efficientnet_pytorch.utils"

    def forward(self, x):
        return x * x.sigmoid()


Swish = MemoryEfficientSwish
