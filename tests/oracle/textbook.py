"""Count the FLOPs of the models in `tests/golden/conventions.json` by the textbook, from the ops that torch runs.

    python tests/oracle/textbook.py            prints where the file says otherwise
    python tests/oracle/textbook.py --write    and puts the figures there

Two FLOPs for each multiply-accumulate of a convolution or a linear layer, one for each element of an activation, none for
anything else: the product of two tensors that were both computed is no linear layer's.
"""

import argparse
import json
from collections import Counter
from math import prod
from pathlib import Path

import torch
from framework import MODELS, VERSIONS, image_channels, load, model_class, quiet, without_info
from torch.utils._python_dispatch import TorchDispatchMode
from ultralytics.nn import tasks

GOLDEN = Path(__file__).parents[1] / "golden" / "conventions.json"
KEY = "textbook (flops)"
ACTIVATIONS = {
    "celu", "elu", "gelu", "glu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "log_sigmoid_forward",
    "mish", "relu", "relu6", "rrelu_with_noise", "selu", "sigmoid", "silu", "softplus", "softshrink", "tanh", "threshold",
}  # fmt: skip


class Textbook(TorchDispatchMode):
    """Counts what a model does that runs inside it."""

    def __init__(self, model):
        super().__init__()
        self.weights = {weight.untyped_storage().data_ptr() for weight in model.parameters()}
        self.flops = Counter()

    def __torch_dispatch__(self, op, types, args=(), kwargs=None):
        output = op(*args, **(kwargs or {}))
        name = op.overloadpacket.__name__
        if name == "convolution":
            image, weight, transposed = args[0], args[1], args[6]
            # A weight is used once for each pixel of the plane that it slides over.
            planes = image if transposed else output
            self.flops["convolution"] += 2 * weight.numel() * planes.shape[0] * prod(planes.shape[2:])
        elif name in {"mm", "addmm"}:
            rows, weight = args[-2:]
            if weight.untyped_storage().data_ptr() in self.weights:
                self.flops["linear"] += 2 * rows.shape[0] * weight.numel()
        elif name.removesuffix("_") in ACTIVATIONS:
            self.flops[name.removesuffix("_")] += args[0].numel()
        return output


def flops(file, scale):
    """FLOPs of one image of 640x640, by operator."""
    torch.backends.mha.set_fastpath_enabled(False)  # that would be one op which hides its linear layers
    config = {**load((MODELS / file).read_text(encoding="utf-8"), file), "scale": scale, "yaml_file": file}
    with quiet(), without_info():
        model = getattr(tasks, model_class(config))(config, ch=image_channels(config), verbose=False).eval()
        image = torch.zeros(1, model.yaml["channels"], 640, 640)
        model(image)  # makes anchors, which the next image finds there
        with Textbook(model) as counted:
            model(image)
    return {"total": sum(counted.flops.values()), "by_operator": dict(sorted(counted.flops.items()))}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    print(VERSIONS)
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    for pair, said in golden.items():
        counted = flops(*pair.split("@"))
        if said.get(KEY) != counted:
            print(f"{pair}: was {said.get(KEY)}, is {counted}")
        said[KEY] = counted
    if args.write:
        GOLDEN.write_text(json.dumps(golden, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
