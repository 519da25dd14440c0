"""mmengine's base class of modules and its functions that fill weights."""

from torch import nn as _nn


class BaseModule(_nn.Module):
    __module__ = "mmengine.model.base_module"

    def __init__(self, init_cfg=None):
        super().__init__()
        self._is_init = False
        self.init_cfg = init_cfg

    @property
    def is_init(self):
        return self._is_init

    def init_weights(self):
        self._is_init = True


class Sequential(BaseModule, _nn.Sequential):
    __module__ = "mmengine.model.base_module"

    def __init__(self, *args, init_cfg=None):
        BaseModule.__init__(self, init_cfg)
        _nn.Sequential.__init__(self, *args)


class ModuleList(BaseModule, _nn.ModuleList):
    __module__ = "mmengine.model.base_module"

    def __init__(self, modules=None, init_cfg=None):
        BaseModule.__init__(self, init_cfg)
        _nn.ModuleList.__init__(self, modules)


def constant_init(module, val, bias=0):
    pass


def xavier_init(module, gain=1, bias=0, distribution="normal"):
    pass


def normal_init(module, mean=0, std=1, bias=0):
    pass


def uniform_init(module, a=0, b=1, bias=0):
    pass


def trunc_normal_init(module, mean=0, std=1, a=-2, b=2, bias=0):
    pass


def kaiming_init(module, a=0, mode="fan_out", nonlinearity="relu", bias=0, distribution="normal"):
    pass
