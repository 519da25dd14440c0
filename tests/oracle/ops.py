"""What torch does to shapes: makes `tests/golden/ops.txt`, seeded random calls of each op and what torch said of them.

    python tests/oracle/ops.py          # writes the file
    python tests/oracle/ops.py --check  # only compares

A line is `CALL -> RESULT`, written as Python. `f(2,3)` is a tensor of zeros, its letter the dtype (`KINDS`); `v=[…]` gives
its elements. `Tensor.view(x, 6)` is the method. A result `!ValueError` is the class of what torch raised, `~` follows a
tensor that isn't contiguous.
About a third of the calls are damaged after they are drawn: a size, a dimension or the type of an argument is changed.
"""

import argparse
import random
import sys
import warnings
from pathlib import Path

import torch
import torch.nn.functional  # noqa: F401

GOLDEN = Path(__file__).parent.parent / "golden" / "ops.txt"
SEED = 20260
KINDS = {
    "b": torch.bool, "u": torch.uint8, "j": torch.int32, "i": torch.int64, "h": torch.float16, "f": torch.float32,
    "d": torch.float64, "c": torch.complex64, "z": torch.complex128, "e": torch.bfloat16, "s": torch.int16, "o": torch.int8,
}
LETTERS = {dtype: letter for letter, dtype in KINDS.items()}
R = random.Random(SEED)
OPS = []


class Ten:
    """A tensor argument: a dtype's letter, sizes and, where they matter, elements."""

    def __init__(self, kind, shape, values=None):
        self.kind, self.shape, self.values = kind, tuple(shape), values

    def make(self):
        if self.values is None:
            return torch.zeros(self.shape, dtype=KINDS[self.kind])
        return torch.tensor(self.values, dtype=KINDS[self.kind]).reshape(self.shape)


class Call:
    """A call, also as an argument of another one."""

    def __init__(self, name, args, kwargs=None):
        self.name, self.args, self.kwargs = name, list(args), dict(kwargs or {})


def render(x):
    if isinstance(x, Ten):
        sizes = ",".join(map(str, x.shape))
        values = "" if x.values is None else f"{',' if sizes else ''}v={render(list(x.values))}"
        return f"{x.kind}({sizes}{values})"
    if isinstance(x, Call):
        args = [render(a) for a in x.args] + [f"{k}={render(v)}" for k, v in x.kwargs.items()]
        return f"{x.name}({', '.join(args)})"
    if isinstance(x, list):
        return "[" + ",".join(map(render, x)) + "]"
    if isinstance(x, tuple):
        return "(" + ",".join(map(render, x)) + (",)" if len(x) == 1 else ")")
    if isinstance(x, slice):
        return f"slice({x.start},{x.stop},{x.step})"
    return "..." if x is Ellipsis else str(x) if isinstance(x, torch.dtype) else repr(x)


def evaluate(x):
    if isinstance(x, Ten):
        return x.make()
    if isinstance(x, Call):
        args, kwargs = [evaluate(a) for a in x.args], {k: evaluate(v) for k, v in x.kwargs.items()}
        if x.name.startswith("Tensor."):
            member = getattr(args[0], x.name[7:])
            return member(*args[1:], **kwargs) if callable(member) else member
        function = torch
        for part in x.name.split(".")[1:]:
            function = getattr(function, part)
        return function(*args, **kwargs)
    if isinstance(x, (list, tuple)):
        return type(x)(evaluate(i) for i in x)
    return x


def outcome(x):
    """The result in the form of the file."""
    if isinstance(x, torch.Tensor):
        scattered = "" if x.is_contiguous() else "~"
        return f"{LETTERS.get(x.dtype, x.dtype)}({','.join(map(str, x.shape))}){scattered}"
    if isinstance(x, list):
        return "[" + ",".join(map(outcome, x)) + "]"
    if isinstance(x, tuple):
        return "(" + ",".join(map(outcome, x)) + (",)" if len(x) == 1 else ")")
    return render(x)


def ask(call):
    try:
        return outcome(evaluate(call))
    except Exception as error:  # noqa: BLE001
        # What the elements are isn't known to who reads the file.
        return None if "ZeroDivisionError" in str(error) else f"!{type(error).__name__}"


# What arguments are drawn from.

def size(zero=0.03):
    return 0 if R.random() < zero else R.choice([1, 1, 2, 2, 3, 4, 4, 5, 6, 8])


def shape(low, high=None):
    return tuple(size() for _ in range(R.randint(low, low if high is None else high)))


def kind(others="", p=0.15):
    return R.choice(others) if others and R.random() < p else "f"


def ten(low=1, high=4, others=""):
    return Ten(kind(others), shape(low, high))


def dim(rank, extra=0):
    n = max(rank + extra, 1)
    return R.randint(-n, n - 1) if R.random() < 0.93 else R.choice([n, -n - 1, n + 2])


def dims(rank):
    n = R.randint(1, max(rank, 1))
    drawn = R.sample(range(max(rank, 1)), n)
    return tuple(d - rank if R.random() < 0.4 else d for d in drawn)


def maybe(**kwargs):
    """Each keyword with even odds; a callable is drawn."""
    return {k: v() if callable(v) else v for k, v in kwargs.items() if R.random() < 0.5}


def flag():
    return R.random() < 0.5


def pick(*options):
    return R.choice(options)


def like(t):
    """A shape that broadcasts with that of `t`, nearly always."""
    sizes = [1 if R.random() < 0.3 else s for s in t.shape]
    return Ten(t.kind, sizes[R.randint(0, len(sizes)) if R.random() < 0.3 else 0:])


def damage(x):
    """Changes one thing of a call."""
    spots = []

    def walk(holder, key, value):
        spots.append((holder, key, value))
        if isinstance(value, list):
            for i, item in enumerate(value):
                walk(value, i, item)
        elif isinstance(value, Call):
            inside(value)

    def inside(call):
        for i, value in enumerate(call.args):
            if isinstance(value, tuple):
                value = call.args[i] = list(value) if R.random() < 0.5 else value
            walk(call.args, i, value)
        for k, value in list(call.kwargs.items()):
            walk(call.kwargs, k, value)

    inside(x)
    if not spots:
        return
    holder, key, value = R.choice(spots)
    if isinstance(value, Ten) and value.values is None:
        sizes, at = list(value.shape), R.randint(0, max(len(value.shape) - 1, 0))
        what = R.choice("adsssszk")
        if what == "a":
            sizes.insert(at, size())
        elif what == "d" and sizes:
            sizes.pop(at)
        elif what == "z" and sizes:
            sizes[at] = 0
        elif what == "k":
            holder[key] = Ten(R.choice("bijdhc"), sizes)
            return
        elif sizes:
            sizes[at] = max(0, sizes[at] + R.choice([-1, 1, 2]))
        holder[key] = Ten(value.kind, sizes)
    elif isinstance(value, bool):
        holder[key] = R.choice([not value, None, 1])
    elif isinstance(value, int):
        holder[key] = R.choice([value + 1, value - 1, -value, 0, -1, 1, 7, float(value), None, True, [value]])
    elif isinstance(value, float):
        holder[key] = R.choice([-value, 0.0, value * 2, 1, None])
    elif isinstance(value, str):
        holder[key] = R.choice(["nearest", "sum", "", None])
    elif isinstance(value, list) and value:
        what = R.choice("dai")
        if what == "d":
            value.pop()
        elif what == "a":
            value.append(value[0])
        else:
            holder[key] = value[0]
    elif value is None:
        holder[key] = R.choice([1, 0, True])


def op(names, count=24, spoil=0.3):
    """Registers a generator of `(args, kwargs)` for each of some names."""

    def register(draw):
        OPS.extend((name, draw, count, spoil) for name in names.split())
        return draw

    return register


FN = "torch.nn.functional."


def fn(names, count=24, spoil=0.3):
    return op(" ".join(FN + name for name in names.split()), count, spoil)


# Creation.

@op("torch.zeros torch.ones torch.empty torch.rand torch.randn", 14)
def _():
    s = shape(0, 4)
    args = pick([s], [list(s)], list(s)) if s else [pick((), [])]
    return args, maybe(dtype=lambda: pick(torch.float32, torch.int64, torch.bool, None, torch.float64))


@op("torch.full")
def _():
    return [pick(shape, lambda *a: list(shape(*a)))(0, 3), pick(1, 0.5, True, float("-inf"))], maybe(dtype=lambda: pick(torch.float64, None))


@op("torch.arange", 50)
def _():
    numbers = [0, 1, 2, 5, 10, -3, 7, 0.5, 2.5, 20]
    return [R.choice(numbers) for _ in range(R.randint(1, 3))], pick({}, {}, {"dtype": torch.float32}, {"dtype": torch.int64})


@op("torch.linspace torch.logspace", 16)
def _():
    return [pick(0, 0.0, 1, -1.0), pick(1, 0.1, 3.0), R.randint(0, 8)], pick({}, {}, {"dtype": torch.float64})


@op("torch.eye")
def _():
    return [R.randint(0, 6)] + ([R.randint(0, 6)] if flag() else []), {}


@op("torch.zeros_like torch.ones_like torch.empty_like torch.rand_like torch.randn_like", 8)
def _():
    return [ten(0, 4, "d")], pick({}, {}, {"dtype": torch.float64})


@op("torch.full_like Tensor.new_full", 10)
def _():
    t = ten(0, 4, "i")
    return [t, pick(0, 1.5, True)], {}


@op("Tensor.new_full Tensor.new_zeros Tensor.new_ones Tensor.new_empty", 10)
def _():
    s = shape(0, 3)
    return [ten(0, 2, "i"), *pick([s], [list(s)], list(s) or [()])], pick({}, {"dtype": torch.int64})


@op("torch.randint", 16)
def _():
    return [*pick([5], [0, 7]), shape(0, 3)], {}


@op("torch.randperm", 8)
def _():
    return [R.randint(0, 9)], {}


@op("torch.meshgrid", 30)
def _():
    ts = [ten(0, 1, "i") for _ in range(R.randint(1, 3))]
    return pick([ts], [tuple(ts)], ts), pick({}, {"indexing": "ij"}, {"indexing": "xy"})


@op("torch.tensor torch.as_tensor", 24)
def _():
    n = R.randint(0, 3)
    row = lambda: [R.choice([0, 1, 2]) for _ in range(n)]
    return [pick(1, 2.5, True, row(), [1.5, 2], [row(), row()], (1, 2), [[1.0], [2.0]], [True, False], [], [[]], [[1], [1, 2]])], \
        pick({}, {}, {"dtype": torch.float32}, {"dtype": torch.int64})


@op("torch.complex torch.polar", 10)
def _():
    t = ten(0, 3, "d")
    return [t, pick(t, like(t))], {}


@op("torch.tril_indices torch.triu_indices", 8)
def _():
    return [R.randint(0, 5), R.randint(0, 5)] + pick([], [R.randint(-2, 2)]), {}


@op("torch.hann_window torch.hamming_window torch.blackman_window", 4)
def _():
    return [R.randint(0, 9)], {}


# Joining and splitting.

def joined(low, high):
    s = list(shape(low, high))
    d = R.randrange(len(s)) if s else 0
    ts = []
    for _ in range(R.randint(1, 4)):
        sizes = list(s)
        if sizes:
            sizes[d] = size()
        ts.append(Ten(kind("di", 0.06), sizes))
    if R.random() < 0.08:
        ts.insert(R.randint(0, len(ts)), Ten("f", (0,)))
    return ts, d, len(s)


@op("torch.cat torch.concat torch.concatenate", 40)
def _():
    ts, d, rank = joined(1, 4)
    if R.random() < 0.4:
        d -= rank
    return pick([ts, d], [tuple(ts), d], [ts]), {}


@op("torch.cat", 10)
def _():
    ts, d, rank = joined(1, 4)
    return [], {"tensors": ts, pick("dim", "axis"): d}


@op("torch.hstack torch.vstack torch.dstack torch.column_stack torch.row_stack", 24)
def _():
    ts, _, _ = joined(0, 4)
    return [ts], {}


@op("torch.block_diag", 12)
def _():
    return [ten(0, 2) for _ in range(R.randint(1, 3))], {}


@op("torch.stack", 40)
def _():
    s = shape(0, 4)
    ts = [Ten("f", s) for _ in range(R.randint(1, 3))]
    return [ts] + pick([], [dim(len(s), 1)]), {}


@op("torch.split Tensor.split", 40)
def _():
    t = ten(1, 4)
    d = dim(len(t.shape))
    n = t.shape[d] if -len(t.shape) <= d < len(t.shape) else 4
    if flag():
        k = R.randint(0, max(n, 1))
        sections = [k, n - k] if flag() else [n]
        return [t, sections, d], {}
    return pick([t, R.randint(1, 4), d], [t, R.randint(1, 4)]), {}


@op("torch.split_with_sizes Tensor.split_with_sizes", 10)
def _():
    t = ten(1, 3)
    n = t.shape[0]
    k = R.randint(0, n)
    return [t, [k, n - k]] + pick([], [0]), {}


@op("torch.chunk Tensor.chunk", 30)
def _():
    t = ten(1, 4)
    return pick([t, R.randint(1, 6)], [t, R.randint(1, 6), dim(len(t.shape))]), {}


@op("torch.tensor_split Tensor.tensor_split", 24)
def _():
    t = ten(1, 4)
    at = pick(R.randint(1, 5), sorted(R.randint(-2, 6) for _ in range(R.randint(1, 3))))
    return [t, at] + pick([], [dim(len(t.shape))]), {}


@op("torch.hsplit torch.vsplit torch.dsplit", 10)
def _():
    t = ten(1, 4)
    return [t, pick(1, 2, [1, 2])], {}


@op("torch.unbind Tensor.unbind", 20)
def _():
    t = ten(1, 4)
    return [t] + pick([], [dim(len(t.shape))]), {}


@op("Tensor.repeat Tensor.tile", 40)
def _():
    t = ten(0, 4)
    times = [R.randint(0, 3) if R.random() < 0.1 else R.randint(1, 3) for _ in range(len(t.shape) + pick(0, 0, 1))]
    return [t, *pick(times or [()], [times], [tuple(times)])], {}


@op("torch.tile", 16)
def _():
    t = ten(0, 4)
    return [t, [R.randint(1, 3) for _ in range(R.randint(0, 5))]], {}


@op("torch.repeat_interleave Tensor.repeat_interleave", 30)
def _():
    t = ten(0, 4)
    return [t, R.randint(0, 3)], pick({}, {"dim": dim(len(t.shape))})


@op("torch.repeat_interleave", 12)
def _():
    t = ten(1, 3)
    d = dim(len(t.shape))
    n = t.shape[d] if -len(t.shape) <= d < len(t.shape) else 3
    return [t, Ten("i", (n,), [R.randint(0, 3) for _ in range(n)])], {"dim": d}


def stretched(t):
    sizes = [pick(s, -1) if s != 1 else pick(1, 3, -1) for s in t.shape]
    return [R.randint(1, 3) for _ in range(pick(0, 0, 1, 2))] + sizes


@op("Tensor.expand", 50)
def _():
    t = ten(0, 4)
    s = stretched(t)
    return [t, *pick(s or [()], [s], [tuple(s)])], {}


@op("torch.broadcast_to Tensor.broadcast_to", 16)
def _():
    t = ten(0, 4)
    return [t, stretched(t)], {}


@op("Tensor.expand_as Tensor.view_as Tensor.reshape_as", 16)
def _():
    t = ten(0, 4)
    return [like(t), t], {}


@op("torch.broadcast_tensors", 16)
def _():
    t = ten(0, 4)
    return [t] + [like(t) for _ in range(R.randint(0, 2))], {}


@op("torch.broadcast_shapes", 12)
def _():
    t = ten(0, 4)
    return [t.shape] + [like(t).shape for _ in range(R.randint(0, 2))], {}


@op("torch.atleast_1d torch.atleast_2d torch.atleast_3d", 6)
def _():
    return [ten(0, 4)], {}


# Views.

def regrouped(t):
    """Sizes with as many elements, one of them −1 at times."""
    n = 1
    for s in t.shape:
        n *= s
    sizes = []
    while n > 1 and len(sizes) < 4:
        k = R.choice([d for d in range(1, n + 1) if n % d == 0])
        sizes.append(k)
        n //= k
    sizes.append(n)
    if flag():
        sizes[R.randrange(len(sizes))] = -1
    return sizes


@op("Tensor.view Tensor.reshape", 60)
def _():
    t = ten(0, 5)
    s = regrouped(t)
    return [t, *pick(s, [s], [tuple(s)])], {}


@op("torch.reshape", 24)
def _():
    t = ten(0, 5)
    return [t, regrouped(t)], {}


@op("Tensor.view", 12)
def _():
    t = ten(0, 3, "dcib")
    return [t, R.choice([torch.float32, torch.int32, torch.float64, torch.uint8, torch.float16])], {}


def rearranged():
    """A tensor that isn't laid out in the order of its dimensions."""
    t = ten(2, 4)
    r = len(t.shape)
    order = R.sample(range(r), r)
    at = R.randrange(r)
    n = t.shape[at]
    return pick(
        Call("Tensor.permute", [t, *order]),
        Call("Tensor.transpose", [t, at, R.randrange(r)]),
        Call("Tensor.transpose", [t, -1, -2]),
        Call("Tensor.narrow", [t, at, 0, max(n - 1, 0)]),
        Call("Tensor.expand", [Ten("f", (1, *t.shape[1:])), 3, *[-1] * (r - 1)]),
        Call("Tensor.select", [t, at, 0]) if n else Call("Tensor.contiguous", [t]),
        Call("Tensor.contiguous", [Call("Tensor.permute", [t, *order])]),
        Call("Tensor.unsqueeze", [Call("Tensor.permute", [t, *order]), 1]),
        Call("Tensor.flatten", [Call("Tensor.transpose", [t, 0, 1])]),
        Call("torch.relu", [Call("Tensor.transpose", [t, 0, 1])]),
        Call("Tensor.unfold", [t, at, 1, 1]),
        Call("Tensor.__getitem__", [t, slice(None, None, 2)]),
        Call("Tensor.reshape", [t, -1]),
        Call("Tensor.clone", [Call("Tensor.permute", [t, *order])]),
    )


@op("Tensor.view", 160, 0.1)
def _():
    x = rearranged()
    try:
        made = evaluate(x)
    except Exception:  # noqa: BLE001
        return [x, -1], {}
    s = list(made.shape)
    if len(s) > 1 and R.random() < 0.7:
        at = R.randrange(len(s) - 1)
        s[at:at + 2] = [s[at] * s[at + 1]]
    elif s:
        at = R.randrange(len(s))
        n = s[at]
        k = R.choice([d for d in range(1, n + 1) if n % d == 0] or [1])
        s[at:at + 1] = [k, n // k]
    return [x, *pick(s, [-1], s)] if s else [x, 1], {}


@op("Tensor.is_contiguous", 30, 0)
def _():
    return [rearranged()], {}


@op("torch.flatten Tensor.flatten", 30)
def _():
    t = ten(0, 5)
    r = max(len(t.shape), 1)
    a = R.randrange(r)
    b = R.randint(a, r - 1)
    return pick([t], [t, a], [t, a, b], [t, a, -1], [t, a - r, b]), {}


@op("torch.unflatten Tensor.unflatten", 30)
def _():
    t = ten(1, 4)
    d = R.randrange(len(t.shape))
    return [t, pick(d, d - len(t.shape)), pick(list, tuple)(regrouped(Ten("f", (t.shape[d],))))], {}


@op("torch.ravel Tensor.ravel", 5)
def _():
    return [ten(0, 4)], {}


@op("torch.squeeze Tensor.squeeze", 30)
def _():
    t = ten(0, 5)
    return [t] + pick([], [dim(len(t.shape))], [dims(len(t.shape))]), {}


@op("torch.unsqueeze Tensor.unsqueeze", 24)
def _():
    t = ten(0, 4)
    return [t, dim(len(t.shape), 1)], {}


def order(t):
    s = R.sample(range(len(t.shape)), len(t.shape))
    return [i - len(s) if R.random() < 0.3 else i for i in s]


@op("Tensor.permute", 40)
def _():
    t = ten(0, 5)
    s = order(t)
    return [t, *pick(s or [()], [s], [tuple(s)])], {}


@op("torch.permute", 16)
def _():
    t = ten(0, 5)
    return [t, pick(list, tuple)(order(t))], {}


@op("torch.transpose Tensor.transpose torch.swapaxes torch.swapdims Tensor.swapaxes", 20)
def _():
    t = ten(0, 5)
    return [t, dim(len(t.shape)), dim(len(t.shape))], {}


@op("torch.t Tensor.t Tensor.T Tensor.mT Tensor.H Tensor.mH", 6, 0)
def _():
    return [ten(0, 4)], {}


@op("torch.movedim Tensor.movedim torch.moveaxis", 16)
def _():
    t = ten(1, 5)
    r = len(t.shape)
    if flag():
        return [t, dim(r), dim(r)], {}
    n = R.randint(1, r)
    return [t, R.sample(range(r), n), R.sample(range(-r, 0), n)], {}


@op("torch.narrow Tensor.narrow", 30)
def _():
    t = ten(1, 4)
    d = R.randrange(len(t.shape))
    n = t.shape[d]
    a = R.randint(0, n)
    return [t, pick(d, d - len(t.shape)), pick(a, a - n), R.randint(0, n - a)], {}


@op("torch.select Tensor.select", 24)
def _():
    t = ten(1, 4)
    d = dim(len(t.shape))
    n = t.shape[d] if -len(t.shape) <= d < len(t.shape) else 1
    return [t, d, R.randint(-n, n)], {}


@op("Tensor.unfold", 40)
def _():
    t = ten(1, 4)
    d = dim(len(t.shape))
    n = t.shape[d] if -len(t.shape) <= d < len(t.shape) else 4
    return [t, d, R.randint(1, max(n, 1)), R.randint(1, 3)], {}


@op("torch.as_strided Tensor.as_strided", 16)
def _():
    t = Ten("f", (4, 6))
    return [t, (R.randint(1, 3), R.randint(1, 3)), (R.randint(0, 6), R.randint(0, 2))] + pick([], [R.randint(0, 3)]), {}


@op("torch.roll Tensor.roll", 24)
def _():
    t = ten(1, 4)
    ds = dims(len(t.shape))
    return pick([t, R.randint(-3, 3)], [t, R.randint(-3, 3), dim(len(t.shape))], [t, tuple(R.randint(-2, 2) for _ in ds), ds]), {}


@op("Tensor.flip", 20)
def _():
    t = ten(1, 4)
    ds = dims(len(t.shape))
    return [t, *pick(list(ds), [ds], [list(ds)])], {}


@op("torch.flip", 12)
def _():
    t = ten(1, 4)
    return [t, dims(len(t.shape))], {}


@op("torch.fliplr torch.flipud", 6)
def _():
    return [ten(0, 3)], {}


@op("torch.rot90 Tensor.rot90", 24)
def _():
    t = ten(2, 4)
    return [t] + pick([], [R.randint(-3, 5)], [R.randint(-3, 5), R.sample(range(len(t.shape)), 2)]), {}


@op("torch.diagonal Tensor.diagonal", 20)
def _():
    t = ten(2, 4)
    return [t] + pick([], [R.randint(-2, 3)], [0, *R.sample(range(len(t.shape)), 2)]), {}


@op("torch.diag Tensor.diag", 16)
def _():
    return [ten(1, 2)] + pick([], [R.randint(-3, 3)]), {}


@op("torch.diag_embed", 10)
def _():
    return [ten(1, 3)] + pick([], [R.randint(-2, 2)]), {}


@op("torch.view_as_complex torch.view_as_real torch.real torch.imag torch.angle Tensor.real torch.conj", 8)
def _():
    return [Ten(pick("f", "c", "d"), (*shape(0, 3), pick(2, 2, 2, 3)))], {}


@op("torch.tril torch.triu Tensor.tril Tensor.triu", 10)
def _():
    return [ten(1, 4)] + pick([], [R.randint(-2, 2)]), {}


def image(others=""):
    return Ten(kind(others, 0.1), (size(0), R.choice([1, 2, 3, 4, 6, 8, 9, 12, 16]), *[R.randint(1, 9) for _ in range(2)]))


@fn("pixel_shuffle pixel_unshuffle channel_shuffle")
def _():
    t = image()
    r = R.randint(1, 3)
    b, c, h, w = t.shape
    sizes = pick((b, c * r * r, h * r, w * r), t.shape, (c * r * r, h * r, w * r), (2, b, c * r * r, h * r, w * r))
    return [Ten("f", sizes), r], {}


@op("torch.channel_shuffle torch.pixel_shuffle", 8)
def _():
    return [image(), R.randint(1, 4)], {}


# Indexing.

def index(n):
    return R.randint(-n, n - 1) if n and R.random() < 0.95 else n


def cut(n):
    a, b = R.randint(-n - 1, n + 1), R.randint(-n - 1, n + 1)
    return slice(pick(None, a), pick(None, b), pick(None, None, 1, 2, 3))


@op("Tensor.__getitem__", 500, 0.15)
def _():
    t = ten(1, 5)
    items = []
    advanced = R.random() < 0.45
    together = shape(1, 2)
    for n in t.shape[:R.randint(0, len(t.shape))]:
        draw = R.random()
        if advanced and draw < 0.45:
            length = together if flag() else [pick(s, 1) for s in together]
            count = 1
            for s in length:
                count *= s
            values = [index(n) for _ in range(count)]
            items.append(Ten("i", length, values) if R.random() < 0.6 or len(length) > 1 else values)
        elif draw < 0.5:
            items.append(cut(n))
        elif draw < 0.65:
            items.append(slice(None, None, None))
        elif draw < 0.85:
            items.append(index(n))
        elif advanced:
            items.append(Ten("b", (n,), [flag() for _ in range(n)]))
        else:
            items.append(slice(R.randint(0, n), None, None))
    for _ in range(pick(0, 0, 1, 2)):
        items.insert(R.randint(0, len(items)), None)
    if R.random() < 0.35:
        items.insert(R.randint(0, len(items)), Ellipsis)
    if R.random() < 0.04:
        items = [Ten("b", t.shape, [flag() for _ in range(len(t.make().flatten()))])]
    return [t, items[0] if len(items) == 1 and flag() else tuple(items)], {}


@op("torch.gather Tensor.gather", 24)
def _():
    t = ten(1, 4)
    d = R.randrange(len(t.shape))
    sizes = [R.randint(0, s) if flag() else s for s in t.shape]
    sizes[d] = size() if t.shape[d] else 0
    return [t, pick(d, d - len(t.shape)), Ten("i", sizes)], {}


@op("torch.take_along_dim", 16)
def _():
    t = ten(1, 4)
    d = R.randrange(len(t.shape))
    sizes = [pick(s, s, 1) for s in t.shape]
    sizes[d] = size() if t.shape[d] else 0
    return [t, Ten("i", sizes), d], {}


@op("torch.scatter Tensor.scatter Tensor.scatter_ Tensor.scatter_add_ torch.scatter_add", 16)
def _():
    t = ten(1, 3)
    d = R.randrange(len(t.shape))
    sizes = [R.randint(0, s) if flag() else s for s in t.shape]
    return [t, d, Ten("i", sizes), Ten("f", [s + pick(0, 0, 1) for s in sizes])], {}


@op("Tensor.scatter Tensor.scatter_", 10)
def _():
    t = ten(1, 3)
    return [t, R.randrange(len(t.shape)), Ten("i", t.shape if all(t.shape) else (0,) * len(t.shape)), pick(1, 0.5)], {}


@op("torch.index_select Tensor.index_select", 24)
def _():
    t = ten(1, 4)
    d = R.randrange(len(t.shape))
    n = size()
    return [t, pick(d, d - len(t.shape)), Ten("i", (n,), [index(t.shape[d]) if t.shape[d] else 0 for _ in range(n)])], {}


@op("torch.index_add torch.index_copy Tensor.index_add_", 12)
def _():
    t = ten(1, 3)
    d = R.randrange(len(t.shape))
    n = R.randint(1, 3)
    return [t, d, Ten("i", (n,), [0] * n), Ten("f", [n if i == d else s for i, s in enumerate(t.shape)])], {}


@op("Tensor.index_fill torch.index_fill", 10)
def _():
    t = ten(1, 3)
    return [t, R.randrange(len(t.shape)), Ten("i", (2,), [0, 0]), 1.0], {}


@op("torch.take", 8)
def _():
    return [ten(1, 3), Ten("i", shape(0, 2))], {}


@op("Tensor.masked_fill torch.masked_fill Tensor.masked_fill_", 20)
def _():
    t = ten(0, 4)
    m = like(t)
    return [t, Ten("b", m.shape), pick(0, 1.0, float("-inf"), -1e9)], {}


@op("torch.where Tensor.where", 30)
def _():
    t = ten(0, 4)
    c = Ten("b", like(t).shape)
    return [c, t, pick(like(t), 0.0, 1)], {}


@op("torch.where", 16)
def _():
    t = ten(0, 3)
    return [Ten("b", t.shape), pick(1, 0.0, like(t)), pick(like(t), 2, 0.5)], {}


@op("torch.nonzero Tensor.nonzero torch.masked_select torch.unique Tensor.unique torch.where", 3, 0)
def _():
    t = Ten("b", (2, 3), [flag() for _ in range(6)])
    return [t, t][:1], {}


@op("torch.masked_select", 3, 0)
def _():
    return [Ten("f", (2, 3)), Ten("b", (2, 3), [flag() for _ in range(6)])], {}


# Reductions.

def reduced(t):
    return pick([], [dim(len(t.shape))], [dims(len(t.shape))], [list(dims(len(t.shape)))])


@op("torch.sum Tensor.sum torch.mean Tensor.mean torch.nansum torch.logsumexp Tensor.logsumexp torch.amax torch.amin Tensor.amax Tensor.amin torch.nanmean", 24)
def _():
    t = ten(0, 5, "idb")
    return [t] + reduced(t), pick({}, {"keepdim": flag()})


@op("torch.sum Tensor.mean", 10)
def _():
    t = ten(1, 4)
    return [t], {pick("dim", "axis"): dim(len(t.shape)), pick("keepdim", "keepdims"): flag()}


@op("torch.sum torch.mean", 8)
def _():
    t = ten(1, 4, "i")
    return [t], {"dtype": pick(torch.float64, torch.float32, torch.int64)} | pick({}, {"dim": 0})


@op("torch.std Tensor.std torch.var Tensor.var torch.var_mean torch.std_mean", 24)
def _():
    t = ten(0, 5)
    r = reduced(t)
    return [t] + r + (pick([], [flag()], [flag(), flag()]) if r else []), {} if len(r) > 1 else pick({}, {"unbiased": False}, {"keepdim": True}, {"correction": 0})


@op("torch.max Tensor.max torch.min Tensor.min torch.median Tensor.median torch.mode torch.nanmedian", 24)
def _():
    t = ten(0, 4, "i")
    return [t] + pick([], [dim(len(t.shape))], [dim(len(t.shape)), flag()]), {}


@op("torch.max Tensor.min", 16)
def _():
    t = ten(0, 4, "i")
    return [t, like(t)], {}


@op("torch.max Tensor.max", 8)
def _():
    t = ten(1, 4)
    return [t], {pick("dim", "axis"): dim(len(t.shape))} | pick({}, {"keepdim": True})


@op("torch.aminmax", 6)
def _():
    t = ten(1, 4)
    return [t], pick({}, {"dim": dim(len(t.shape))}, {"dim": dim(len(t.shape)), "keepdim": True})


@op("torch.argmax Tensor.argmax torch.argmin Tensor.argmin", 20)
def _():
    t = ten(0, 4, "i")
    return [t] + pick([], [dim(len(t.shape))], [dim(len(t.shape)), flag()]), {}


@op("torch.prod Tensor.prod", 16)
def _():
    t = ten(0, 4, "ib")
    return [t] + pick([], [dim(len(t.shape))], [dim(len(t.shape)), flag()]), {}


@op("torch.all Tensor.all torch.any Tensor.any", 16)
def _():
    t = ten(0, 4, "ib")
    return [t] + pick([], [dim(len(t.shape))], [dims(len(t.shape))], [dim(len(t.shape)), flag()]), {}


@op("torch.norm Tensor.norm", 30)
def _():
    t = ten(0, 4)
    return [t] + pick([], [2], [1], [2, dim(len(t.shape))], [2.0, dims(len(t.shape)), flag()], ["fro"]), {}


@op("torch.norm Tensor.norm torch.linalg.norm torch.linalg.vector_norm", 12)
def _():
    t = ten(1, 4)
    return [t], {"dim": pick(dim(len(t.shape)), dims(len(t.shape)))} | pick({}, {"keepdim": True})


@op("torch.cumsum Tensor.cumsum torch.cumprod Tensor.cumprod torch.logcumsumexp", 12)
def _():
    t = ten(0, 4, "ib")
    return [t, dim(len(t.shape))], {}


@op("torch.cummax torch.cummin", 10)
def _():
    t = ten(0, 4)
    return [t, dim(len(t.shape))], {}


@op("torch.topk Tensor.topk", 30)
def _():
    t = ten(0, 4)
    d = dim(len(t.shape))
    n = t.shape[d] if t.shape and -len(t.shape) <= d < len(t.shape) else 1
    return pick([t, R.randint(0, n), d], [t, 1], [t, R.randint(0, n), d, flag()]), {}


@op("torch.sort Tensor.sort torch.argsort Tensor.argsort", 20)
def _():
    t = ten(0, 4, "i")
    return [t] + pick([], [dim(len(t.shape))], [dim(len(t.shape)), flag()]), pick({}, {"stable": True}) if False else {}


@op("torch.sort torch.argsort", 8)
def _():
    t = ten(1, 4)
    return [t], pick({"descending": True}, {"dim": 0, "descending": True}, {"stable": True})


@op("torch.kthvalue Tensor.kthvalue", 16)
def _():
    t = ten(0, 4)
    return [t, 1] + pick([], [dim(len(t.shape))], [dim(len(t.shape)), True]), {}


@op("torch.quantile torch.nanquantile", 10)
def _():
    t = ten(1, 3)
    return [t, pick(0.5, Ten("f", (3,), [0.1, 0.5, 0.9]))] + pick([], [dim(len(t.shape))]), {}


@op("torch.count_nonzero", 8)
def _():
    t = ten(0, 3)
    return [t] + pick([], [dim(len(t.shape))]), {}


@op("torch.diff Tensor.diff", 16)
def _():
    t = ten(1, 4)
    return [t] + pick([], [R.randint(0, 3)], [1, dim(len(t.shape))]), {}


@op("torch.trace", 5)
def _():
    return [ten(2, 2)], {}


@op("torch.histc Tensor.histc", 8)
def _():
    return [ten(1, 3)] + pick([], [R.randint(1, 9)], [5, 0, 1]), {}


@op("torch.bincount", 8)
def _():
    n = R.randint(0, 4)
    return [Ten("i", (n,), [R.randint(0, 5) for _ in range(n)])], pick({}, {"minlength": R.randint(0, 9)})


@op("torch.searchsorted torch.bucketize", 12)
def _():
    t = ten(1, 2)
    return [t, Ten("f", (*t.shape[:-1], size()))], {}


# Elements.

FLOATING = "sigmoid tanh exp log sqrt sin cos rsqrt log2 log1p expm1 erf atan reciprocal"
PLAIN = "abs neg square sign floor ceil round relu"
@op(" ".join(f"torch.{n} Tensor.{n}" for n in (FLOATING + " " + PLAIN).split()), 6)
def _():
    return [ten(0, 4, "iibdc")], {}


@op("Tensor.sigmoid_ Tensor.relu_ Tensor.sqrt_ Tensor.exp_ Tensor.neg_ Tensor.abs_ Tensor.zero_ Tensor.round_ Tensor.tanh_", 4)
def _():
    return [ten(0, 4, "i")], {}


@op("torch.isnan torch.isinf torch.isfinite torch.logical_not Tensor.isnan Tensor.logical_not torch.nan_to_num Tensor.contiguous "
    "Tensor.clone torch.clone Tensor.detach Tensor.float Tensor.half Tensor.long Tensor.int Tensor.bool Tensor.double Tensor.cpu "
    "torch.is_complex torch.is_floating_point Tensor.is_floating_point Tensor.numel Tensor.dim Tensor.ndimension Tensor.nelement torch.numel "
    "Tensor.size Tensor.shape Tensor.ndim Tensor.dtype Tensor.is_complex torch.deg2rad torch.sinc torch.trunc torch.frac Tensor.bfloat16 torch.bitwise_not", 4)
def _():
    return [ten(0, 4, "ib")], {}


@op("Tensor.size Tensor.stride", 12)
def _():
    t = ten(0, 4)
    return [t] + pick([], [dim(len(t.shape))]), {}


@op("Tensor.to Tensor.type", 16)
def _():
    return [ten(0, 3), pick(torch.float16, torch.int64, torch.float32, torch.bool)], {}


@op("Tensor.to Tensor.type_as", 8)
def _():
    return [ten(0, 3, "i"), ten(0, 2, "idh")], {}


BINARY = "add sub mul div pow"
@op(" ".join(f"torch.{n} Tensor.{n}" for n in BINARY.split()), 20)
def _():
    t = ten(0, 5, "idb")
    other = like(t)
    return [t, pick(Ten(kind("idbc", 0.2), other.shape), other, other, 2, 0.5, True)], {}


@op(" ".join(f"Tensor.__{n}__" for n in "add sub mul truediv floordiv mod pow radd rsub rmul rtruediv eq ne lt le gt ge and or xor matmul".split()), 14)
def _():
    t = ten(0, 4, "idb")
    other = like(t)
    return [t, pick(Ten(kind("idb", 0.2), other.shape), other, other, 2, 0.5, True)], {}


@op("Tensor.__neg__ Tensor.__abs__ Tensor.__invert__ Tensor.__len__ Tensor.__bool__", 5)
def _():
    return [ten(0, 3, "ib")], {}


@op("torch.add torch.sub", 6)
def _():
    t = ten(0, 3)
    return [t, like(t)], {"alpha": 2}


@op("torch.maximum torch.minimum torch.atan2 torch.fmod torch.remainder torch.floor_divide Tensor.maximum torch.true_divide torch.multiply torch.subtract "
    "torch.divide Tensor.fmod Tensor.remainder torch.hypot torch.fmax torch.fmin torch.logaddexp", 8)
def _():
    t = ten(0, 4, "id")
    return [t, pick(like(t), like(t), 2)], {}


@op(" ".join(f"torch.{n} Tensor.{n}" for n in "eq ne lt le gt ge".split()), 8)
def _():
    t = ten(0, 4, "idb")
    return [t, pick(like(t), like(t), 2, 0.5)], {}


@op("torch.logical_and torch.logical_or torch.logical_xor Tensor.logical_and torch.isclose torch.bitwise_and torch.bitwise_or", 8)
def _():
    t = Ten(pick("b", "b", "f", "i"), shape(0, 4))
    return [t, like(t)], {}


@op("Tensor.add_ Tensor.sub_ Tensor.mul_ Tensor.div_ Tensor.copy_ Tensor.pow_", 14)
def _():
    t = ten(0, 4, "i")
    return pick([t, like(t)], [like(t), t], [t, pick(2, 0.5)]), {}


@op("Tensor.__setitem__", 60)
def _():
    t = ten(1, 4)
    items = tuple(pick(index(n), cut(n), slice(None)) for n in t.shape[:R.randint(0, len(t.shape))])
    try:
        part = t.make()[items]
    except IndexError:
        part = torch.zeros(2)
    return [t, items, pick(like(Ten("f", part.shape)), like(Ten("f", part.shape)), 1.0, 0)], {}


@op("torch.clamp Tensor.clamp Tensor.clip Tensor.clamp_", 16)
def _():
    t = ten(0, 4, "i")
    return [t] + pick([0], [0, 1], [0.5, 1.0], [None, 1]), pick({}, {}) 


@op("torch.clamp Tensor.clamp", 10)
def _():
    t = ten(0, 4)
    return [t], pick({"min": 0}, {"max": 1.5}, {"min": 0, "max": 1}, {"min": like(t)}, {"min": like(t), "max": like(t)}, {})


@op("Tensor.clamp_min Tensor.clamp_max torch.clamp_min", 6)
def _():
    t = ten(0, 4)
    return [t, pick(0, 1.0, like(t))], {}


@op("torch.lerp torch.addcmul torch.addcdiv", 10)
def _():
    t = ten(0, 4)
    return [t, like(t), like(t)], {}


@op("torch.lerp", 6)
def _():
    t = ten(0, 4)
    return [t, like(t), 0.5], {}


@op("torch.cross", 8)
def _():
    t = Ten("f", (*shape(0, 2), 3))
    return [t, pick(t, like(t))], {}


# Products.

@op("torch.matmul Tensor.matmul", 50)
def _():
    lead, n, k, m = shape(0, 2), size(), size(), size()
    a = pick((*lead, n, k), (n, k), (k,), (*[pick(s, 1) for s in lead], n, k))
    b = pick((*lead, k, m), (k, m), (k,), (*[pick(s, 1) for s in lead], k, m))
    return [Ten("f", a), Ten("f", b)], {}


@op("torch.bmm Tensor.bmm", 20)
def _():
    b, n, k, m = (size() for _ in range(4))
    return [Ten("f", (b, n, k)), Ten("f", (b, k, m))], {}


@op("torch.mm Tensor.mm", 16)
def _():
    n, k, m = (size() for _ in range(3))
    return [Ten("f", (n, k)), Ten("f", (k, m))], {}


@op("torch.mv torch.dot torch.inner", 12)
def _():
    n, k = size(), size()
    return [pick(Ten("f", (n, k)), Ten("f", (k,))), Ten("f", (k,))], {}


@op("torch.addmm torch.baddbmm torch.addmv torch.addbmm", 16)
def _():
    b, n, k, m = (size() for _ in range(4))
    lead = pick((), (b,))
    return [pick(Ten("f", (*lead, n, m)), Ten("f", (m,)), Ten("f", (1, m)), Ten("f", (n,))), Ten("f", (*lead, n, k)), Ten("f", pick((*lead, k, m), (k,)))], \
        maybe(beta=1, alpha=pick(0.5, 1))


@op("torch.outer torch.kron", 14)
def _():
    return [ten(1, 1), ten(1, 1)] if flag() else [ten(1, 3), ten(1, 3)], {}


@op("torch.cdist", 24)
def _():
    lead, n, m, k = shape(0, 2), size(), size(), size()
    return [Ten("f", (*lead, n, k)), Ten("f", (*[pick(s, s, 1) for s in lead], m, k))] + pick([], [2], [1.0]), {}


@op("torch.tensordot", 24)
def _():
    t = ten(1, 3)
    n = R.randint(0, len(t.shape))
    if flag():
        return [t, Ten("f", (*t.shape[len(t.shape) - n:], *shape(0, 2)))], {"dims": n}
    at = R.sample(range(len(t.shape)), n)
    return [t, Ten("f", [t.shape[i] for i in at] + list(shape(0, 1)))], {"dims": (at, list(range(n)))}


@op("torch.linalg.multi_dot", 6)
def _():
    a, b, c, d = (size(0) for _ in range(4))
    return [[Ten("f", (a, b)), Ten("f", (b, c)), Ten("f", (c, d))]], {}


EQUATIONS = (
    "bchw,bkc->bkhw bchw,bkc->bhwk ij,jk->ik bij,bjk->bik bhid,bhjd->bhij bhij,bhjd->bhid nchw,nc->nhw ii->i ii-> bii->bi "
    "ij->ji ij->j i,j->ij ...ij,...jk->...ik ...i,...i->... bn...,bn...->b... ...->... abc,cd,de->abe ij,ij-> ij,j bchw->bhwc "
    "nctv,vw->nctw nctkv,kvw->nctw bld,dn->bln b...c,cd->b...d ij...->...ij ab,bc,cd->ad bchw,bchw->bc ,ij->ij ij,kj->ik "
    "bdl,dn->bldn bnd,bmd->bnm ...hwc,...c->...hw a b,b c->a c ij,jk bhwc,hkc->bhwk bqnc,bnchw->bqnhw BCHW,BMC->BMHW"
).split(" ")
EQUATIONS = [e for e in EQUATIONS if e not in ("a", "c")] + ["a b, b c -> a c", "ij, jk -> ik", "ij->ik", "ij,jk->iik", "...ij->...", "i.j->ij", "ij,jk-jk"]


@op("torch.einsum", 260, 0.25)
def _():
    equation = R.choice(EQUATIONS)
    left = equation.split("->")[0].replace(" ", "")
    sizes = {}
    lead = shape(0, 2)
    tensors = []
    for part in left.split(","):
        s = []
        before, dots, after = part.partition("...")
        for group in (before, dots, after):
            if group == "...":
                s += [pick(n, n, 1) for n in lead]
            else:
                s += [sizes.setdefault(c, size()) for c in group]
        tensors.append(Ten("f", s))
    return [equation, *tensors] if flag() else [equation, tensors], {}


@op("torch.einsum", 20, 0.2)
def _():
    i, j, k = (size() for _ in range(3))
    return pick([Ten("f", (i, j)), [0, 1], Ten("f", (j, k)), [1, 2]], [Ten("f", (i, j)), [0, 1], Ten("f", (j, k)), [1, 2], [2, 0]],
                [Ten("f", (i, j)), [..., 1], Ten("f", (j, k)), [1, 2], [..., 2]]), {}


@fn("linear", 40)
def _():
    k, o = size(), size()
    x, w = Ten("f", (*shape(0, 3), k)), Ten("f", pick((o, k), (o, k), (k,)))
    return [x, w] + pick([], [None], [Ten("f", (o,))]), {}


@fn("bilinear", 16)
def _():
    lead, a, b, o = shape(0, 2), size(), size(), size()
    return [Ten("f", (*lead, a)), Ten("f", (*lead, b)), Ten("f", (o, a, b))] + pick([], [Ten("f", (o,))]), {}


# Convolutions and pools.

def n_of(n, low, high):
    v = R.randint(low, high)
    return pick(v, v, (v,) * n, tuple(R.randint(low, high) for _ in range(n)), [v])


def conv(n, transposed):
    groups = pick(1, 1, 1, 2, 3, 4)
    ci, co = groups * R.randint(1, 3), groups * R.randint(1, 3)
    k = [R.randint(1, 4) for _ in range(n)]
    weight = (ci, co // groups, *k) if transposed else (co, ci // groups, *k)
    x = (R.randint(1, 2), ci, *[R.randint(1, 10) for _ in range(n)])
    kwargs = maybe(stride=n_of(n, 1, 3), padding=n_of(n, 0, 2), dilation=n_of(n, 1, 2))
    if not transposed and R.random() < 0.2:
        kwargs["padding"] = pick("same", "valid")
    if transposed:
        kwargs |= maybe(output_padding=n_of(n, 0, 1))
    if groups > 1:
        kwargs["groups"] = groups
    return [Ten("f", x if R.random() < 0.85 else x[1:]), Ten("f", weight)] + pick([], [None], [Ten("f", (co,))]), kwargs


for _n in (1, 2, 3):
    fn(f"conv{_n}d", 50)(lambda n=_n: conv(n, False))
    fn(f"conv_transpose{_n}d", 40)(lambda n=_n: conv(n, True))
    op(f"torch.conv{_n}d", 6)(lambda n=_n: conv(n, False))


def pooled(n, low=1, high=12):
    s = (R.randint(1, 2), R.randint(1, 4), *[R.randint(low, high) for _ in range(n)])
    return Ten("f", s if R.random() < 0.8 else s[1:])


def pool(n, average):
    kwargs = maybe(stride=n_of(n, 1, 3), padding=n_of(n, 0, 1), ceil_mode=flag)
    kwargs |= maybe(count_include_pad=flag) if average else maybe(dilation=n_of(n, 1, 2))
    if not average and R.random() < 0.1:
        kwargs["return_indices"] = True
    if average and R.random() < 0.1:
        kwargs["divisor_override" if n > 1 else "ceil_mode"] = 2 if n > 1 else True
    return [pooled(n), n_of(n, 1, 4)], kwargs


for _n in (1, 2, 3):
    fn(f"max_pool{_n}d", 36)(lambda n=_n: pool(n, False))
    fn(f"avg_pool{_n}d", 36)(lambda n=_n: pool(n, True))
    fn(f"adaptive_avg_pool{_n}d adaptive_max_pool{_n}d", 20)(
        lambda n=_n: ([pooled(n), pick(R.randint(1, 5), 1, tuple(pick(None, R.randint(0, 5)) for _ in range(n)), tuple(R.randint(1, 5) for _ in range(n)))], {}))
    fn(f"lp_pool{_n}d", 12)(lambda n=_n: ([pooled(n), 2.0, n_of(n, 1, 3)], maybe(stride=n_of(n, 1, 3), ceil_mode=flag)))


@fn("fractional_max_pool2d", 12)
def _():
    return [pooled(2, 4), pick(2, (2, 3))], pick({"output_size": pick(2, (2, 3))}, {"output_ratio": 0.5})


@fn("max_unpool2d max_unpool1d", 14)
def _():
    n = 2
    t = pooled(n, 1, 5)
    return [t, Ten("i", t.shape), n_of(n, 1, 3)], maybe(stride=n_of(n, 1, 3), padding=n_of(n, 0, 1))


@fn("unfold", 40)
def _():
    s = (R.randint(1, 2), R.randint(1, 4), R.randint(1, 9), R.randint(1, 9))
    return [Ten("f", s if R.random() < 0.85 else s[1:]), n_of(2, 1, 4)], maybe(dilation=n_of(2, 1, 2), padding=n_of(2, 0, 2), stride=n_of(2, 1, 3))


@fn("fold", 40)
def _():
    k, s, p, d = (R.randint(1, 3) for _ in range(4))
    p -= 1
    d = pick(1, d)
    h, w = R.randint(3, 9), R.randint(3, 9)
    windows = max(0, (h + 2 * p - d * (k - 1) - 1) // s + 1) * max(0, (w + 2 * p - d * (k - 1) - 1) // s + 1)
    sizes = (R.randint(1, 2), R.randint(1, 3) * k * k, windows)
    return [Ten("f", sizes if R.random() < 0.85 else sizes[1:]), (h, w), k], {"stride": s, "padding": p, "dilation": d}


@fn("grid_sample", 24)
def _():
    b, c = R.randint(1, 2), R.randint(1, 3)
    n = pick(2, 2, 2, 3)
    return [Ten("f", (b, c, *[R.randint(1, 5) for _ in range(n)])), Ten("f", (b, *[R.randint(0, 5) for _ in range(n)], n))], \
        maybe(mode=lambda: pick("bilinear", "nearest", "bicubic"), padding_mode=lambda: pick("zeros", "border", "reflection"), align_corners=flag)


@fn("affine_grid", 12)
def _():
    b = R.randint(1, 3)
    return pick([Ten("f", (b, 2, 3)), [b, 2, R.randint(1, 4), R.randint(1, 4)]], [Ten("f", (b, 3, 4)), [b, 2, 2, 3, 4]]), maybe(align_corners=flag)


@fn("interpolate", 150)
def _():
    n = pick(1, 2, 2, 2, 2, 3)
    t = pooled(n, 1, 9)
    mode = pick("nearest", "nearest", "nearest-exact", "area", ["linear", "bilinear", "trilinear"][n - 1], "bilinear", "bicubic")
    kwargs = {"mode": mode} if R.random() < 0.8 else {}
    if flag():
        kwargs["size"] = pick(R.randint(1, 9), tuple(R.randint(1, 9) for _ in range(n)), [R.randint(1, 9) for _ in range(n)])
    else:
        f = pick(2, 2.0, 0.5, 1.5, 4, 0.3)
        kwargs["scale_factor"] = pick(f, f, (f,) * n, [pick(2, 0.5, 1.25) for _ in range(n)])
        kwargs |= pick({}, {}, {"recompute_scale_factor": True})
    if "linear" in mode or mode == "bicubic":
        kwargs |= maybe(align_corners=flag)
        kwargs |= pick({}, {}, {}, {"antialias": True})
    return [t], kwargs


@fn("upsample", 8)
def _():
    return [pooled(2)], pick({"scale_factor": 2}, {"size": (3, 4), "mode": "bilinear"})


@fn("pad", 120)
def _():
    mode = pick("constant", "constant", "reflect", "replicate", "circular")
    t = ten(1, 5) if mode == "constant" else Ten("f", (*shape(1, 2), *[R.randint(1, 6) for _ in range(R.randint(1, 3))]))
    n = R.randint(0, len(t.shape)) if mode == "constant" else R.randint(1, 3)
    amounts = [R.randint(0, 3) if R.random() < 0.85 else -1 for _ in range(2 * n)]
    return [t, pick(amounts, tuple(amounts))], pick({}, {"mode": mode}, {"mode": mode}) if mode == "constant" else {"mode": mode}


# Normalisations and activations.

@fn("layer_norm", 30)
def _():
    t = ten(1, 4)
    tail = t.shape[R.randint(0, len(t.shape) - 1):]
    w = Ten("f", tail)
    return [t, pick(list, tuple)(tail)] + pick([], [w], [w, w], [None, None]), {}


@fn("rms_norm", 16)
def _():
    t = ten(1, 4)
    tail = t.shape[R.randint(0, len(t.shape) - 1):]
    return [t, tail] + pick([], [Ten("f", tail)]), {}


@fn("group_norm", 24)
def _():
    g = R.randint(1, 4)
    c = g * R.randint(1, 3)
    return [Ten("f", (R.randint(1, 2), c, *shape(0, 2))), g] + pick([], [Ten("f", (c,)), Ten("f", (c,))]), {}


@fn("batch_norm", 30)
def _():
    t = ten(2, 4)
    c = Ten("f", (t.shape[1],))
    return [t, c, c] + pick([], [c, c]), pick({}, {}, {"training": True})


@fn("instance_norm", 16)
def _():
    return [ten(2, 5)], {}


@fn("local_response_norm", 8)
def _():
    return [ten(2, 5), R.randint(1, 3)], {}


@fn("normalize", 20)
def _():
    t = ten(1, 4)
    return [t], maybe(p=2, dim=lambda: dim(len(t.shape)))


@fn("softmax log_softmax softmin gumbel_softmax", 16)
def _():
    t = ten(0, 4)
    return [t], pick({"dim": dim(len(t.shape))}, {"dim": -1}, {})


@op("torch.softmax Tensor.softmax torch.log_softmax Tensor.log_softmax", 16)
def _():
    t = ten(0, 4)
    return [t, dim(len(t.shape))], {}


@fn("relu relu6 silu gelu sigmoid tanh leaky_relu elu selu celu hardswish hardsigmoid hardtanh mish softplus softsign logsigmoid tanhshrink softshrink hardshrink rrelu", 5)
def _():
    return [ten(0, 4, "i")], {}


@fn("relu silu leaky_relu elu hardtanh", 4)
def _():
    return [ten(0, 4)], {"inplace": flag()}


@fn("threshold", 4)
def _():
    return [ten(0, 4), 0.1, 20.0], {}


@fn("glu", 16)
def _():
    t = ten(1, 4)
    return [t] + pick([], [dim(len(t.shape))]), {}


@fn("prelu", 12)
def _():
    t = ten(1, 4)
    return [t, Ten("f", (pick(1, t.shape[1] if len(t.shape) > 1 else 1),))], {}


@fn("dropout dropout2d dropout3d alpha_dropout feature_alpha_dropout dropout1d", 8)
def _():
    return [ten(0, 5)], maybe(p=lambda: pick(0.1, 0.0, 1.0, 1.5), training=flag)


@fn("embedding", 16)
def _():
    return [Ten("i", shape(0, 3)), Ten("f", (R.randint(1, 4), size()))], {}


@fn("one_hot", 16)
def _():
    n = R.randint(0, 4)
    values = [R.randint(0, 3) for _ in range(n)]
    return [Ten("i", (n,), values)] + pick([], [4], [2], [-1]), {}


@fn("scaled_dot_product_attention", 50)
def _():
    lead, n, m, e, v = shape(0, 2), size(0), size(0), size(0), size(0)
    kwargs = pick({}, {}, {"attn_mask": Ten(pick("b", "f"), (*[pick(s, 1) for s in lead], n, m))}, {"is_causal": True}, {"dropout_p": 0.0}, {"scale": 0.5})
    return [Ten("f", (*lead, n, e)), Ten("f", (*lead, m, e)), Ten("f", (*lead, m, pick(e, v)))], kwargs


@fn("cosine_similarity", 20)
def _():
    t = ten(1, 4)
    return [t, like(t)] + pick([], [dim(len(t.shape))]), {}


@fn("pairwise_distance", 10)
def _():
    t = ten(1, 2)
    return [t, t], pick({}, {"keepdim": True})


# Losses.

def weighed():
    return maybe(reduction=lambda: pick("mean", "sum", "none"))


@fn("mse_loss l1_loss smooth_l1_loss huber_loss kl_div soft_margin_loss", 14)
def _():
    t = ten(0, 4)
    return [t, pick(t, t, like(t))], weighed()


@fn("binary_cross_entropy binary_cross_entropy_with_logits", 24)
def _():
    t = ten(0, 4)
    return [t, pick(t, t, t, like(t))] + pick([], [like(t)]), weighed()


@fn("cross_entropy", 30)
def _():
    n, c, rest = size(0), R.randint(1, 5), shape(0, 2)
    return pick([Ten("f", (n, c, *rest)), Ten("i", (n, *rest))], [Ten("f", (n, c, *rest)), Ten("f", (n, c, *rest))], [Ten("f", (c,)), Ten("i", ())]), weighed()


@fn("nll_loss", 16)
def _():
    n, c, rest = size(0), R.randint(1, 5), pick((), (), (2, 3))
    return [Ten("f", (n, c, *rest)), Ten("i", (n, *rest))], weighed()


# Spectra.

@op("torch.fft.fft torch.fft.ifft torch.fft.rfft torch.fft.irfft torch.fft.hfft", 20)
def _():
    t = ten(1, 4, "c")
    return [t] + pick([], [], [R.randint(1, 8)], [R.randint(1, 8), dim(len(t.shape))]), pick({}, {}, {"norm": pick("ortho", "forward")})


@op("torch.fft.fft2 torch.fft.ifft2 torch.fft.rfft2 torch.fft.irfft2", 20)
def _():
    t = ten(2, 4, "c")
    return [t], pick({}, {}, {"norm": "ortho"}, {"s": (R.randint(1, 8), R.randint(1, 8))}, {"dim": R.sample(range(len(t.shape)), 2)}, {"s": (4, 5), "dim": (0, 1)}, {"s": (-1, 6)})


@op("torch.fft.fftn torch.fft.ifftn torch.fft.rfftn torch.fft.irfftn", 16)
def _():
    t = ten(1, 4, "c")
    return [t], pick({}, {}, {"dim": dims(len(t.shape))}, {"s": (R.randint(1, 8),)}, {"s": (3, 4)})


@op("torch.fft.fftshift torch.fft.ifftshift", 12)
def _():
    t = ten(0, 4)
    return [t], pick({}, {"dim": dim(len(t.shape))}, {"dim": dims(len(t.shape))})


@op("torch.fft.fftfreq torch.fft.rfftfreq", 6)
def _():
    return [R.randint(1, 9)] + pick([], [0.5]), {}


@op("torch.stft", 8, 0)
def _():
    return [Ten("f", (2, 64)), 16], {"return_complex": True} | maybe(hop_length=4, center=flag)


# Linear algebra.

@op("torch.inverse torch.linalg.inv torch.linalg.pinv torch.linalg.matrix_exp torch.det torch.linalg.det", 6, 0.4)
def _():
    n = R.randint(1, 4)
    return [Ten("f", (*shape(0, 1), n, n), None) if False else Call("torch.eye", [n])], {}


@op("torch.linalg.svd torch.linalg.qr torch.linalg.eigh torch.linalg.cholesky", 4, 0)
def _():
    return [Call("torch.eye", [R.randint(1, 4)])], {}


def draw_all():
    """The calls of all ops, each once."""
    lines = {}
    for name, draw, count, spoil in OPS:
        for _ in range(count):
            args, kwargs = draw()
            call = Call(name, args, kwargs)
            if R.random() < spoil:
                damage(call)
            text = render(call)
            if text not in lines:
                lines[text] = call
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the file instead of writing it")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--output", type=Path, default=GOLDEN)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    R.seed(options.seed)
    asked = {text: ask(call) for text, call in draw_all().items()}
    lines = [f"{text} -> {said}" for text, said in asked.items() if said]
    text = "\n".join(sorted(lines)) + "\n"
    if options.check:
        if options.output.read_text() != text:
            sys.exit(f"{options.output} differs from what torch says")
    else:
        options.output.write_text(text)
    refused = sum(" -> !" in line for line in lines)
    print(f"{len(lines)} calls, {refused} refused, {len(text)} bytes, torch {torch.__version__}")


if __name__ == "__main__":
    main()
