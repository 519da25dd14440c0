"""A framework as small as they come: rows name layers of torch, or classes of models/common.py, and give all arguments."""

from torch import nn

from models.common import *


def parse_model(d):
    layers = []
    for i, (f, n, m, args) in enumerate(d["backbone"] + d["head"]):
        m = getattr(nn, m.removeprefix("nn.")) if m.startswith("nn.") else globals()[m]
        layer = nn.Sequential(*[m(*args) for _ in range(n)]) if n > 1 else m(*args)
        layer.i, layer.f = i, f
        layers.append(layer)
    return nn.Sequential(*layers)


class Model(nn.Module):
    def __init__(self, cfg, ch=3):
        super().__init__()
        self.model = parse_model(cfg)

    def forward(self, x):
        outputs = []
        for layer in self.model:
            reads = [x if not outputs else outputs[j] for j in (layer.f if isinstance(layer.f, list) else [layer.f])]
            outputs.append(layer(reads if isinstance(layer.f, list) else reads[0]))
        return outputs[-1]
