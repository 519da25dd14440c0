"""Check what the sources say of single layers and modules: `src/torch/nn/torch.txt`, and the figures in `src/catalog`.

    python tests/oracle/layers.py            prints what torch says differently
    python tests/oracle/layers.py --write    and writes `torch.txt` anew, for the calls and inputs that it names

A line of `torch.txt` is a call, the shape of its input, and what torch makes of it. The figures in `src/catalog` are the
cases of `assert_figures(input, &[("Module(arguments)", "parameters, layers, shapes of the output"), …])`.
"""

import argparse
import re
import warnings
from pathlib import Path

import torch
import torchvision
from framework import VERSIONS, shape_of
from torch import nn
from ultralytics.nn import modules

SRC = Path(__file__).parents[2] / "src"
TABLE = SRC / "torch" / "nn" / "torch.txt"
FIGURES = re.compile(r"assert_figures\(\s*&\[([-\d, ]+)\],\s*&\[(.*?)\],\s*\);", re.DOTALL)
CASE = re.compile(r'\(\s*"([^"]+)",\s*"([^"]+)",?\s*\)')


def built(call, input, names):
    """The module that a call makes, and the shapes of what it returns for an input; None where torch refuses."""
    try:
        module = eval(call, names).eval()
        if re.fullmatch(r"SPPF\(\d+, \d+(, \d+)?\)", call):  # parse_model activates what rows as short as this build
            module.cv1.act = modules.Conv.default_act
        return module, tensors(shape_of(module(torch.zeros(input))))
    except Exception:  # noqa: BLE001 - whichever it is, the layer can't be used so
        return None


def tensors(shape):
    """The shapes of the tensors in an output, however they are nested."""
    if all(isinstance(size, int) for size in shape):
        return [shape]
    return [s for part in shape for s in tensors(part)]


def params_of(module):
    """Elements of all parameters of a module."""
    return sum(p.numel() for p in module.parameters())


def layer_line(line):
    """A line of `torch.txt` as torch would have it."""
    call, input = re.fullmatch(r"(.+) on (\[[\d, ]*\]): .+", line).groups()
    made = built(call, eval(input), {"nn": nn, "torchvision": torchvision})
    said = "error" if made is None else f"{' and '.join(map(str, made[1]))}, {params_of(made[0])} params"
    return f"{call} on {input}: {said}"


def figures(call, input):
    """The figures of one of the framework's modules, as `assert_figures` has them."""
    homes = (modules.conv, modules.block, modules.head, modules.transformer)
    names = {name: value for home in homes for name, value in vars(home).items()}
    if call.split("(")[0] not in names:
        return "no module of the framework"
    made = built(call, input, names)
    if made is None:
        return "error"
    module, shapes = made
    leaves = sum(1 for m in module.modules() if not list(m.children()))
    return f"{params_of(module)} params, {leaves} layers, {shapes}"


def figures_in_sources():
    """Every case of `assert_figures`: its file, its call, the shape of its input, what the source says."""
    for path in sorted((SRC / "catalog").rglob("*.rs")):
        for input, cases in FIGURES.findall(path.read_text(encoding="utf-8")):
            for call, said in CASE.findall(cases):
                yield path.relative_to(SRC), call, [int(size) for size in input.split(",")], said


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    print(VERSIONS)
    torch.manual_seed(0)
    before = TABLE.read_text(encoding="utf-8").splitlines()
    after = [layer_line(line) for line in before]
    report("layers", [(old, new) for old, new in zip(before, after)])
    if args.write:
        TABLE.write_text("\n".join(after) + "\n", encoding="utf-8")
    cases = list(figures_in_sources())
    report("figures", [(f"{path}: {call}: {said}", f"{path}: {call}: {figures(call, input)}") for path, call, input, said in cases])


def report(what, pairs):
    """Print the pairs that differ, and how many do."""
    different = [pair for pair in pairs if pair[0] != pair[1]]
    for ours, theirs in different:
        print(f"was {ours}\nis  {theirs}")
    print(f"{what}: {len(pairs) - len(different)} agree, {len(different)} differ")


if __name__ == "__main__":
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        main()
