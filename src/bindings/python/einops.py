"""einops: rearrange, repeat and reduce as a view, a permutation and another view."""

import torch
from torch.nn import Module as _Module


class EinopsError(RuntimeError):
    """A pattern that doesn't fit."""


def _groups(side):
    groups = []
    group = None
    for token in side.replace("(", " ( ").replace(")", " ) ").split():
        if token == "(":
            if group is not None:
                raise EinopsError("brackets inside of brackets")
            group = []
        elif token == ")":
            if group is None:
                raise EinopsError("a bracket is closed that wasn't opened")
            groups.append(group)
            group = None
        elif group is not None:
            group.append(token)
        else:
            groups.append(token if token in ("...", "1") else [token])
    if group is not None:
        raise EinopsError("a bracket is not closed")
    return groups


def _sides(pattern, rank):
    if pattern.count("->") != 1:
        raise EinopsError(f"a pattern has one arrow: {pattern}")
    left, right = (_groups(side) for side in pattern.split("->"))
    rest = rank - sum(1 for group in left if group != "...")
    wild = [f"_{i}" for i in range(rest)]

    def spread(groups):
        result = []
        for group in groups:
            if group == "...":
                result.extend([name] for name in wild)
            elif group == "1":
                result.append([])
            elif "..." in group:
                at = group.index("...")
                result.append(group[:at] + wild + group[at + 1:])
            else:
                result.append(group)
        return result

    if "..." not in left and rest != 0:
        raise EinopsError(f"{pattern} has {len(left)} dimensions on its left, but the tensor has {rank}")
    return spread(left), spread(right)


def _known(left, shape, lengths, pattern):
    lengths = dict(lengths)
    for group, size in zip(left, shape):
        product, unknown = 1, None
        for name in group:
            if name.isdigit():
                product *= int(name)
            elif name in lengths:
                product *= lengths[name]
            elif unknown is None:
                unknown = name
            else:
                raise EinopsError(f"the sizes of {unknown} and {name} can't be told: {pattern}")
        if unknown is None:
            if product != size:
                raise EinopsError(f"{size} is not {product}: {pattern}")
        elif product == 0 or size % product != 0:
            raise EinopsError(f"{size} can't be divided by {product}: {pattern}")
        else:
            lengths[unknown] = size // product
    return lengths


def _product(names, lengths):
    product = 1
    for name in names:
        product *= int(name) if name.isdigit() else lengths[name]
    return product


def _stacked(tensor):
    return torch.stack(list(tensor)) if isinstance(tensor, (list, tuple)) else tensor


def _apply(tensor, pattern, lengths, reduction):
    tensor = _stacked(tensor)
    left, right = _sides(pattern, tensor.dim())
    lengths = _known(left, tensor.shape, lengths, pattern)
    before = [name for group in left for name in group]
    after = [name for group in right for name in group]
    for name in after:
        if name not in before and name not in lengths and not name.isdigit():
            raise EinopsError(f"{name} is on the right of {pattern} alone, and its size isn't given")
    gone = [name for name in before if name not in after]
    new = [name for name in after if name not in before]
    if reduction is None and gone:
        raise EinopsError(f"{gone[0]} is on the left of {pattern} alone")
    if reduction == "rearrange" and (gone or new):
        raise EinopsError(f"{(gone + new)[0]} is on one side of {pattern} alone")
    if reduction not in (None, "rearrange") and new:
        raise EinopsError(f"{new[0]} is on the right of {pattern} alone")
    x = tensor.reshape([_product([name], lengths) for name in before])
    if gone:
        dims = tuple(before.index(name) for name in gone)
        if callable(reduction):
            x = reduction(x, dims)
        elif reduction in ("max", "min"):
            x = getattr(x, "a" + reduction)(dims)
        elif reduction in ("sum", "mean", "prod"):
            x = getattr(x, reduction)(dims)
        else:
            raise EinopsError(f"unknown reduction {reduction}")
        before = [name for name in before if name not in gone]
    x = x.permute([before.index(name) for name in after if name in before])
    for at, name in enumerate(after):
        if name not in before:
            x = x.unsqueeze(at)
    if new:
        x = x.expand([_product([name], lengths) for name in after])
    return x.reshape([_product(group, lengths) for group in right])


def rearrange(tensor, pattern, **axes_lengths):
    return _apply(tensor, pattern, axes_lengths, "rearrange")


def repeat(tensor, pattern, **axes_lengths):
    return _apply(tensor, pattern, axes_lengths, None)


def reduce(tensor, pattern, reduction, **axes_lengths):
    return _apply(tensor, pattern, axes_lengths, reduction)


def einsum(*args):
    *tensors, pattern = args
    names = {}
    for side in pattern.replace("->", ",").split(","):
        for name in side.split():
            if name != "..." and name not in names:
                names[name] = chr(ord("a") + len(names))

    def letters(side):
        return "".join(names.get(name, name) for name in side.split())

    left, right = pattern.split("->")
    return torch.einsum(",".join(letters(side) for side in left.split(",")) + "->" + letters(right), *tensors)


def parse_shape(x, pattern):
    return {name: size for name, size in zip(pattern.split(), x.shape) if name != "_"}


def asnumpy(tensor):
    return tensor


class layers_torch_Rearrange(_Module):
    __module__ = "einops.layers.torch"

    def __init__(self, pattern, **axes_lengths):
        super().__init__()
        self.pattern, self.axes_lengths = pattern, axes_lengths

    def forward(self, input):
        return _apply(input, self.pattern, self.axes_lengths, "rearrange")


class layers_torch_Reduce(_Module):
    __module__ = "einops.layers.torch"

    def __init__(self, pattern, reduction, **axes_lengths):
        super().__init__()
        self.pattern, self.reduction, self.axes_lengths = pattern, reduction, axes_lengths

    def forward(self, input):
        return _apply(input, self.pattern, self.axes_lengths, self.reduction)
