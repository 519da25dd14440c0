"""A small detector, made of rows."""

import math

import torch
import torch.nn as nn

from small.nn.modules import Attend, Boxes, ConvUnit, Gate, Grow, Join, Pyramid, Residual, Separable, Stage

SCALED = {ConvUnit, Pyramid, Residual, Separable, Stage}


def parse_model(config, ch, verbose=False):
    """Makes layers of rows."""
    depth, width, most = config["scales"][config.get("scale") or next(iter(config["scales"]))]
    ch, layers, save = [ch], [], []
    for i, (f, n, m, args) in enumerate(config["backbone"] + config["head"]):
        m = getattr(nn, m[3:]) if m.startswith("nn.") else globals()[m]
        args = [config[a] if a in ("classes",) else a for a in args]
        n = max(round(n * depth), 1) if n > 1 else n
        if m in SCALED:
            c2 = math.ceil(min(args[0], most) * width / 8) * 8
            args = [ch[f], c2, *args[1:]]
            if m is Stage:
                args.insert(2, n)
                n = 1
        elif m in (Attend, Gate):
            c2 = ch[f]
            args = [c2, *args]
        elif m is Join:
            c2 = sum(ch[x] for x in f)
        elif m is Boxes:
            c2 = None
            args.append([ch[x] for x in f])
        else:
            c2 = ch[f]
        layer = nn.Sequential(*(m(*args) for _ in range(n))) if n > 1 else m(*args)
        layer.i, layer.f, layer.type = i, f, str(m)[8:-2]
        layer.np = sum(p.numel() for p in layer.parameters())
        save.extend(x % i for x in ([f] if isinstance(f, int) else f) if x != -1)
        layers.append(layer)
        if i == 0:
            ch = []
        ch.append(c2)
    return nn.Sequential(*layers), sorted(save)


def guess_model_task(config):
    """There is one task."""
    return "detect"


class DetectionModel(nn.Module):
    """Runs layers, each on what its row names."""

    def __init__(self, config, ch=3, verbose=True):
        super().__init__()
        self.model, self.save = parse_model(config, ch)
        head = self.model[-1]
        side = 256
        head.stride = torch.tensor([side / x.shape[-2] for x in self.forward(torch.zeros(1, ch, side, side))])

    def forward(self, x):
        kept = []
        for layer in self.model:
            if layer.f != -1:
                x = kept[layer.f] if isinstance(layer.f, int) else [x if j == -1 else kept[j] for j in layer.f]
            x = layer(x)
            kept.append(x if layer.i in self.save else None)
        return x
