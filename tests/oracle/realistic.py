"""Seeded edits of official model files as people make them: one thing changed, to a value that makes sense by itself.

    python tests/oracle/realistic.py --seed 0 --count 20      prints the cases without outcomes, one JSON a line

Cases are data as those of mutate.py are; `cases.apply` makes the texts.
"""

import random
import re

from edits import args_of, generate, insert_and_renumber, print_cases, renumber, rows_of, set_cell

WIDTHS = [8, 16, 24, 32, 40, 48, 64, 80, 96, 100, 128, 144, 160, 192, 200, 224, 256, 320, 384, 400, 448, 512, 576, 640, 768, 896]
WIDTHS += [1000, 1024, 1152, 1280, 1536, 2048]
SMALL = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "11", "13", "16", "32"]
FACTORS = ["0.25", "0.33", "0.375", "0.5", "0.67", "0.75", "1.0", "1.25", "1.5", "2.0"]

# Blocks that take `[c2, …]` and stand for one another.
BLOCKS = [
    "[C]",
    "[C, True]",
    "[C, False]",
    "[C, True, 0.25]",
    "[C, False, 0.25]",
    "[C, True, 0.5]",
]
BLOCK_NAMES = ["C3k2", "C2f", "C3", "C2", "C1", "C3x", "C3TR", "C3Ghost", "C2fCIB", "BottleneckCSP", "RepC3", "A2C2f", "C2PSA", "C2fPSA"]
BLOCK_NAMES += ["Bottleneck", "ELAN1", "HGBlock", "ResNetLayer", "RepNCSPELAN4", "PSA", "GhostBottleneck", "RepConv", "C2fAttn"]
CONVOLUTIONS = ["Conv", "DWConv", "GhostConv", "SCDown", "ADown", "AConv", "Focus", "ConvTranspose", "nn.Conv2d", "nn.ConvTranspose2d"]
CONVOLUTIONS += ["RepConv", "Conv2", "LightConv", "HGStem", "DWConvTranspose2d", "nn.MaxPool2d", "nn.AvgPool2d"]
POOLS = ["SPPF", "SPP", "SPPELAN", "C2PSA", "PSA", "C2fPSA", "AIFI", "C3TR"]

PLUGS = [
    "[-1, 1, Conv, [C, 3, 1]]",
    "[-1, 1, Conv, [C, 3, 2]]",
    "[-1, 1, Conv, [C, 1]]",
    "[-1, 1, Conv, [C, 1, 1, 0]]",
    "[-1, 1, Conv, [C, 3, 1, 1, 4]]",
    "[-1, 1, Conv, [C, 3, 1, None, 1, 2]]",
    "[-1, 2, Conv, [C, 3, 1]]",
    "[-1, 1, Conv, [C, 3, 1, None, 1, 1, nn.ReLU()]]",
    "[-1, 1, DWConv, [C, 5]]",
    "[-1, 1, DWConv, [C, 3, 2]]",
    "[-1, 1, GhostConv, [C, 3, 2]]",
    "[-1, 3, C2f, [C, True]]",
    "[-1, 2, C3k2, [C, False, 0.25]]",
    "[-1, 2, C3k2, [C, True]]",
    "[-1, 2, C3k2, [C, True, 0.5, True]]",
    "[-1, 4, A2C2f, [C, True, 4]]",
    "[-1, 4, A2C2f, [C, False, -1]]",
    "[-1, 3, C3, [C]]",
    "[-1, 3, C3, [C, False]]",
    "[-1, 1, SPPF, [C, 5]]",
    "[-1, 1, SPP, [C, [5, 9, 13]]]",
    "[-1, 2, C2PSA, [C]]",
    "[-1, 1, PSA, [C]]",
    "[-1, 1, SCDown, [C, 3, 2]]",
    "[-1, 3, C2fCIB, [C, True, True]]",
    "[-1, 1, nn.Upsample, [None, 2, nearest]]",
    "[-1, 1, nn.Upsample, [None, 2, 'bilinear']]",
    "[-1, 1, nn.Upsample, [None, 2, bilinear, True]]",
    "[-1, 1, nn.Upsample, [None, 4, nearest]]",
    "[-1, 1, nn.Upsample, [[80, 80], None, nearest]]",
    "[-1, 1, nn.MaxPool2d, [2, 2]]",
    "[-1, 1, nn.MaxPool2d, [3, 2, 1]]",
    "[-1, 1, nn.AvgPool2d, [2]]",
    "[-1, 1, nn.ZeroPad2d, [[0, 1, 0, 1]]]",
    "[-1, 1, nn.Identity, []]",
    "[-1, 1, nn.Dropout, [0.1]]",
    "[-1, 1, nn.Dropout2d, [0.2]]",
    "[-1, 1, nn.BatchNorm2d, []]",
    "[-1, 1, nn.BatchNorm2d, [C]]",
    "[-1, 1, nn.ReLU, []]",
    "[-1, 1, nn.SiLU, [True]]",
    "[-1, 1, nn.Conv2d, [C, C, 1]]",
    "[-1, 1, nn.Conv2d, [C, C, 3, 1, 1]]",
    "[-1, 1, nn.ConvTranspose2d, [C, 2, 2]]",
    "[-1, 1, nn.GroupNorm, [8, C]]",
    "[-1, 1, nn.LayerNorm, [C]]",
    "[-1, 1, nn.PixelShuffle, [2]]",
    "[-1, 1, nn.PixelUnshuffle, [2]]",
    "[-1, 1, nn.AdaptiveAvgPool2d, [1]]",
    "[-1, 1, nn.Flatten, []]",
    "[-1, 1, nn.Linear, [C, 100]]",
    "[-1, 1, nn.MultiheadAttention, [C, 8]]",
    "[-1, 1, CBAM, [C]]",
    "[-1, 1, CBAM, [C, 7]]",
    "[-1, 1, ChannelAttention, [C]]",
    "[-1, 1, SpatialAttention, [7]]",
    "[-1, 1, SE, [C]]",
    "[-1, 1, EMA, []]",
    "[-1, 1, CoordAtt, [C, C]]",
    "[-1, 1, RepConv, [C, C, 3]]",
    "[-1, 1, RepVGGDW, [C]]",
    "[-1, 1, LightConv, [C, C]]",
    "[-1, 1, AIFI, [1024, 8]]",
    "[-1, 1, TransformerBlock, [C, C, 4, 1]]",
    "[-1, 1, HGStem, [32, C]]",
    "[-1, 6, HGBlock, [64, C, 3]]",
    "[-1, 6, HGBlock, [64, C, 5, True, False]]",
    "[-1, 1, ResNetLayer, [C, 64, 1, False, 3]]",
    "[-1, 1, RepNCSPELAN4, [C, 128, 64, 1]]",
    "[-1, 1, ADown, [C]]",
    "[-1, 1, AConv, [C]]",
    "[-1, 1, SPPELAN, [C, 128]]",
    "[-1, 1, ELAN1, [C, 64, 32]]",
    "[-1, 1, CBLinear, [[64, 128]]]",
    "[-1, 1, Focus, [C, 3]]",
    "[-1, 3, BottleneckCSP, [C]]",
    "[-1, 3, Bottleneck, [C]]",
    "[-1, 3, GhostBottleneck, [C, 3, 1]]",
    "[-1, 3, C3Ghost, [C]]",
    "[-1, 3, C3TR, [C]]",
    "[-1, 3, RepC3, [C]]",
    "[-1, 2, C2fAttn, [C, 128, 4]]",
    "[-1, 1, Classify, [nc]]",
    "[-1, 1, Proto, [C, 256, 32]]",
    "[[-1, -2], 1, Concat, [1]]",
    "[[-1, N], 1, Concat, [1]]",
    "[[-1, N], 1, Concat, []]",
    "[[-1, N], 1, CBFuse, [[0, 0]]]",
    "[N, 1, Conv, [C, 1, 1]]",
    "[N, 1, nn.Upsample, [None, 2, nearest]]",
    "[-1, 1, TorchVision, [512, resnet18, DEFAULT, True, 2]]",
    "[-1, 1, torchvision.ops.SqueezeExcitation, [C, 16]]",
    "[-1, 1, torchvision.ops.Conv2dNormActivation, [C, C, 3, 2]]",
]
HEADS = [
    "Detect, [nc]",
    "Segment, [nc, 32, 256]",
    "Segment, [nc, 16, 128]",
    "Segment, [nc]",
    "Segment26, [nc, 32, 256]",
    "Pose, [nc, kpt_shape]",
    "Pose, [nc, [17, 3]]",
    "Pose26, [nc, kpt_shape]",
    "OBB, [nc, 1]",
    "OBB, [nc]",
    "OBB26, [nc, 1]",
    "v10Detect, [nc]",
    "RTDETRDecoder, [nc]",
    "RTDETRDecoder, [nc, 256, 300, 4, 8, 3]",
    "WorldDetect, [nc, 512, False]",
    "WorldDetect, [nc, 512, True]",
    "YOLOEDetect, [nc, 512, True]",
    "YOLOESegment, [nc, 32, 256, 512, True]",
    "YOLOESegment26, [nc, 32, 256, 512, True]",
    "Classify, [nc]",
    "SemanticSegment, [nc]",
    "SemanticSegment, [nc, 128]",
    "Depth, [256]",
    "Detect, [20]",
    "Detect, [nc, anchors]",
    "Detect, []",
]
UPSAMPLE = ["[None, 2, nearest]", "[None, 2, 'bilinear']", "[None, 4, nearest]", "[None, 2]", "[None, 1.5, nearest]"]
UPSAMPLE += ["[None, 2, bilinear, True]", "[[40, 40], None, nearest]", "[40, None, bilinear]", "[None, 2, bicubic]", "[2, nearest]", "[]"]
UPSAMPLE += ["[None, 2, nearest, False]", "[None, [2, 2], nearest]", "[None, 3, nearest]", "[None, 0.5, area]"]
UPSAMPLERS = ["ConvTranspose", "nn.ConvTranspose2d", "nn.PixelShuffle", "nn.UpsamplingNearest2d", "nn.UpsamplingBilinear2d"]
HEADER = {
    "nc": ["1", "2", "3", "4", "5", "10", "20", "37", "79", "80", "81", "91", "100", "101", "150", "300", "365", "601", "1000", "1203"],
    "reg_max": ["1", "2", "4", "8", "10", "16", "24", "32"],
    "end2end": ["True", "False", "true", "null"],
    "activation": [
        "nn.ReLU()",
        "torch.nn.ReLU(inplace=True)",
        "nn.LeakyReLU(0.1)",
        "nn.LeakyReLU(negative_slope=0.1)",
        "nn.SiLU()",
        "nn.Mish()",
        "nn.GELU()",
        "nn.GELU('tanh')",
        "nn.Hardswish()",
        "nn.ELU()",
        "nn.PReLU()",
        "nn.Identity()",
        "torch.nn.SELU()",
        "nn.Sigmoid()",
        "nn.ReLU6()",
        "relu",
        "ReLU()",
        "nn.ReLU",
        "nn.SiLu()",
        "null",
    ],
    "kpt_shape": ["[17, 3]", "[17, 2]", "[4, 3]", "[5, 2]", "[21, 3]", "[68, 2]", "[1, 2]"],
    "depth_multiple": ["0.33", "0.67", "1.0"],
    "width_multiple": ["0.25", "0.5", "0.75", "1.0"],
    "ch": ["1", "3", "4", "6"],
    "scales": [
        "{n: [0.50, 0.25, 1024]}",
        "{n: [0.33, 0.25, 1024], s: [0.33, 0.50, 1024], m: [0.67, 0.75, 768], l: [1, 1, 512], x: [1, 1.25, 512]}",
        "{n: [0.5, 0.5, 512]}",
        "{n: [1.0, 0.125, 1024]}",
        "{n: [0.33, 0.2, 768]}",
        "{n: [0.33, 0.35, 640]}",
        "{n: [0.25, 0.25, 128]}",
        "{n: [0.33, 0.25]}",
        "{t: [0.33, 0.125, 1024], n: [0.33, 0.25, 1024]}",
    ],
}


def mutations(seed, count, official):
    """`count` distinct edited files, as `mutate.mutations` gives them."""
    rng = random.Random(f"realistic {seed}")
    cases = generate(rng, count, official, EDITS, [12, 2, 1], _finish, fewest_rows=3)
    return [{"id": f"real-{i:04}", **case} for i, case in enumerate(cases)]


def _finish(rng, edits, heavy):
    size = _size(rng, heavy)
    return (edits, size) if edits else None


def _size(rng, heavy):
    most = 8 if heavy else 14
    kind = rng.randrange(10)
    if kind < 4:
        return [32 * rng.randint(1, most)] * 2
    if kind < 7:
        return [32 * rng.randint(1, most), 32 * rng.randint(1, most)]
    if kind == 7:
        return [rng.randint(8, 32 * most)] * 2
    if kind == 8:
        return [rng.randint(8, 32 * most), rng.randint(8, 32 * most)]
    return [640, 640] if not heavy else [256, 256]


def _fill(rng, text, near, rows):
    """A row's text with plausible channels for `C` and the index of one of the rows above for `N`."""
    width = near if rng.random() < 0.6 else rng.choice(WIDTHS)
    filled = re.sub(r"\bC\b", str(width), text)
    return re.sub(r"\bN\b", str(rng.randrange(max(rows, 1))), filled)


def _width_of(rows, i):
    """The first number among the arguments of the nearest row at or above row i."""
    for row in reversed(rows[: i + 1]):
        args = args_of(row[3])
        if args and args[0].isdigit() and int(args[0]) >= 8:
            return int(args[0])
    return 64


def _channels(rng, text):
    rows = rows_of(text)
    i = rng.choice([i for i, row in enumerate(rows) if args_of(row[3])[:1] and args_of(row[3])[0].isdigit()])
    args = args_of(rows[i][3])
    args[0] = str(rng.choice([*WIDTHS, int(args[0]) * 2, max(int(args[0]) // 2, 1), int(args[0]) * 3 // 4, int(args[0]) + 1]))
    return [set_cell(i, "args", args)]


def _argument(rng, text):
    rows = rows_of(text)
    i = rng.randrange(len(rows))
    args = args_of(rows[i][3])
    if not args:
        return None
    at = rng.randrange(len(args))
    old = args[at]
    if rows[i][2] == "nn.Upsample":
        return [set_cell(i, "args", text=rng.choice(UPSAMPLE))]
    if old in ("True", "False"):
        args[at] = "False" if old == "True" else "True"
    elif old.isdigit():
        args[at] = rng.choice(SMALL if int(old) < 16 else [str(w) for w in WIDTHS])
    elif "." in old and old.replace(".", "").isdigit():
        args[at] = rng.choice(FACTORS)
    elif old == "nc":
        args[at] = rng.choice(["1", "10", "80"])
    else:
        return None
    return [set_cell(i, "args", args)]


def _count_of_arguments(rng, text):
    rows = rows_of(text)
    i = rng.randrange(len(rows))
    args = args_of(rows[i][3])
    if args and rng.random() < 0.5:
        args.pop()
    else:
        args.append(rng.choice(["1", "2", "3", "True", "False", "0.5", "0.25", "None"]))
    return [set_cell(i, "args", args)]


def _repeats(rng, text):
    return [set_cell(rng.randrange(len(rows_of(text))), "repeats", text=rng.choice("1 2 3 4 5 6 8 9 12".split()))]


def _from(rng, text):
    rows = rows_of(text)
    lists = [i for i, row in enumerate(rows) if row[0].startswith("[")]
    i = rng.choice(lists) if lists and rng.random() < 0.7 else rng.randrange(len(rows))
    near = str(max(0, min(len(rows) - 1, i - 1 - int(rng.expovariate(0.2)))))
    if not rows[i][0].startswith("["):
        return [set_cell(i, "from", text=rng.choice([near, near, "-1", "-2", "-3", f"[-1, {near}]"]))]
    cells = args_of(rows[i][0])
    action = rng.randrange(8)
    at = rng.randrange(len(cells))
    if action < 4:
        old = int(cells[at])
        cells[at] = near if old < 0 else str(max(0, old + rng.choice([-3, -2, -1, 1, 2, 3])))
    elif action == 4:
        cells.pop(at)
    elif action == 5:
        cells.insert(at, near)
    elif action == 6:
        rng.shuffle(cells)
    else:
        return [set_cell(i, "from", text=cells[at])]
    return [set_cell(i, "from", cells)]


def _module(rng, text):
    """A module in the place of another of its kind, with its old arguments or with ones that suit it."""
    rows = rows_of(text)
    i = rng.randrange(len(rows) - 1)
    name = rows[i][2]
    if name == "nn.Upsample":
        to = rng.choice(UPSAMPLERS)
        args = {"nn.PixelShuffle": "[2]", "nn.UpsamplingNearest2d": "[None, 2]", "nn.UpsamplingBilinear2d": "[None, 2]"}
        return [set_cell(i, "module", text=to), set_cell(i, "args", text=args.get(to, f"[{_width_of(rows, i)}, 2, 2]"))]
    if name == "Concat":
        return [set_cell(i, "module", text=rng.choice(["CBFuse", "nn.Identity", "Conv", "Add", "BiFPN"]))]
    family = next((f for f in (CONVOLUTIONS, POOLS, BLOCK_NAMES) if name in f), [*BLOCK_NAMES, *CONVOLUTIONS])
    steps = [set_cell(i, "module", text=rng.choice(family))]
    if family is BLOCK_NAMES and rng.random() < 0.5:
        steps.append(set_cell(i, "args", text=_fill(rng, rng.choice(BLOCKS), _width_of(rows, i), i)))
    return steps


def _head(rng, text):
    rows = rows_of(text)
    name, args = rng.choice(HEADS).split(", ", 1)
    steps = [set_cell(len(rows) - 1, "module", text=name), set_cell(len(rows) - 1, "args", text=args)]
    if name.startswith("Pose") and rng.random() < 0.8:
        steps.append({"op": "set", "key": "kpt_shape", "text": rng.choice(HEADER["kpt_shape"])})
    return steps


def _plug(rng, rows, i):
    return _fill(rng, rng.choice(PLUGS), _width_of(rows, i - 1) if i else 64, i)


def _insert(rng, text):
    rows = rows_of(text)
    i = rng.randrange(len(rows))
    return [{"op": "insert", "row": i, "text": _plug(rng, rows, i)}]


def _careful_insert(rng, text):
    return insert_and_renumber(rng, text, _plug)


def _replace(rng, text):
    rows = rows_of(text)
    i = rng.randrange(len(rows) - 1)
    return [{"op": "row", "row": i, "text": _plug(rng, rows, i)}]


def _careful_delete(rng, text):
    """A row deleted and every index above it moved by one."""
    rows = rows_of(text)
    i = rng.randrange(len(rows) - 1)
    return [{"op": "delete", "row": i}, *renumber([*rows[:i], *rows[i + 1 :]], max(i, 1), -1)]


def _delete(rng, text):
    return [{"op": "delete", "row": rng.randrange(len(rows_of(text)) - 1)}]


def _duplicate(rng, text):
    rows = rows_of(text)
    i = rng.randrange(len(rows) - 1)
    return [{"op": "insert", "row": i, "text": "[" + ", ".join(rows[i]) + "]"}]


def _swap(rng, text):
    rows = rows_of(text)
    i = rng.randrange(len(rows) - 2)
    return [{"op": "row", "row": a, "text": "[" + ", ".join(rows[b]) + "]"} for a, b in ((i, i + 1), (i + 1, i))]


def _header(rng, text):
    key = rng.choice([*HEADER, "nc", "activation", "reg_max"])
    if rng.random() < 0.05:
        return [{"op": "unset", "key": rng.choice(["nc", "scales", "kpt_shape"])}]
    return [{"op": "set", "key": key, "text": rng.choice(HEADER[key])}]


# How often each is made.
EDITS = {
    _channels: 14,
    _argument: 14,
    _count_of_arguments: 4,
    _repeats: 6,
    _from: 14,
    _module: 12,
    _head: 8,
    _insert: 5,
    _careful_insert: 12,
    _replace: 6,
    _delete: 3,
    _careful_delete: 6,
    _duplicate: 3,
    _swap: 2,
    _header: 14,
}


if __name__ == "__main__":
    print_cases(__doc__, mutations)
