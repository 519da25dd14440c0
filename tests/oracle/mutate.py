"""Seeded edits of official model files, as data that holds nothing of those files but row numbers.

    python tests/oracle/mutate.py --seed 0 --count 20      prints the cases without outcomes, one JSON a line

What an edit does to the text is said in tests/golden/README.md and done by `cases.apply`.
"""

import random

from catalogue import HEADS, KINDS, NAMES, variants
from edits import args_of, generate, insert_and_renumber, print_cases, rows_of, set_cell

SIZES = (
    [[320, 320]] * 4
    + [[640, 640]] * 3
    + [
        [640, 480],
        [480, 640],
        [384, 640],
        [256, 256],
        [224, 224],
        [500, 500],
        [416, 416],
        [33, 33],
        [64, 64],
        [32, 32],
        [100, 200],
        [160, 96],
        [608, 608],
        [672, 672],
        [31, 31],
        [320, 321],
        [1280, 1280],
    ]
)
BLOCKS = [
    "Conv",
    "C2f",
    "C3k2",
    "C3",
    "DWConv",
    "GhostConv",
    "SCDown",
    "A2C2f",
    "C2fCIB",
    "SPPF",
    "RepC3",
    "C3Ghost",
    "C3x",
    "RepNCSPELAN4",
    "ADown",
    "Bottleneck",
    "C2PSA",
    "BottleneckCSP",
    "AConv",
    "ELAN1",
    "C2",
    "C1",
    "PSA",
    "C2fPSA",
    "Conv2",
    "RepConv",
    "Focus",
    "GhostBottleneck",
    "ConvTranspose",
    "C3TR",
]
BROKEN = [
    "[-1, 1, Conv, 64, 3, 2]",
    "[-1, Conv, [64, 3, 2]]",
    "[-1, 1, Conv]",
    "[]",
    "[-1, 1, [Conv], [64]]",
    "[-1, 1, Conv, []]",
    "[-1, 1, Conv, 64]",
    "[-1, 1 Conv, [64, 3, 2]]",
    "[-1, 1, Conv [64, 3, 2]]",
    "[null, 1, Conv, [64, 3, 2]]",
]
CHANNELS = ["8", "24", "40", "60", "100", "300", "2048", "33", "1", "7", "512", "128", "64"]
BAD_CHANNELS = ["0", "-64", "nc", "80", "1000", "64.0", "None", "'64'", "true", "[64]", "abc"]
PLUGS = [
    "[-1, 1, Conv, [256, 3, 1]]",
    "[-1, 1, Conv, [256, 1, 1]]",
    "[-1, 3, C2f, [256, True]]",
    "[-1, 2, C3k2, [512, True]]",
    "[-1, 1, nn.Identity, []]",
    "[-1, 1, nn.Dropout, [0.2]]",
    "[-1, 1, SPPF, [512, 5]]",
    "[-1, 2, C2PSA, [1024]]",
    "[-1, 1, nn.Upsample, [None, 2, nearest]]",
    "[-1, 1, nn.MaxPool2d, [2, 2]]",
    "[-1, 1, nn.MaxPool2d, [3, 1, 1]]",
    "[[-1, -2], 1, Concat, [1]]",
    "[-1, 1, DWConv, [256, 3]]",
    "[-1, 1, GhostConv, [256, 3]]",
    "[-1, 1, nn.SiLU, []]",
    "[-1, 1, nn.BatchNorm2d, []]",
    "[-1, 1, A2C2f, [512, True, 1]]",
    "[-1, 1, SCDown, [512, 3, 2]]",
    "[-1, 1, PSA, [512]]",
    "[-1, 1, nn.AvgPool2d, [3, 1, 1]]",
    "[-1, 1, nn.ConvTranspose2d, [256, 2, 2, 0]]",
    "[-1, 1, CBAM, []]",
    "[-1, 1, CBAM, [256]]",
    "[-1, 1, SEAttention, [16]]",
    "[-1, 1, RepConv, [256, 256, 3]]",
    "[-1, 1, AIFI, [1024, 8]]",
    "[-1, 1, nn.Conv2d, [256, 256, 1]]",
    "[-1, 3, RepNCSPELAN4, [256, 128, 64, 1]]",
    "[-1, 1, ADown, [512]]",
    "[-1, 6, HGBlock, [64, 256, 3, True, True]]",
    "[-1, 1, CBLinear, [[64, 128]]]",
    "[-1, 1, Index, [64, 0]]",
    "[-1, 1, nn.GroupNorm, [8, 64]]",
    "[-1, 1, nn.Softmax, [1]]",
    "[-1, 1, nn.ZeroPad2d, [[0, 1, 0, 1]]]",
    "[-1, 1, Focus, [64, 3]]",
    "[-1, 1, C2fAttn, [256, 128, 4]]",
    "[-1, 1, nn.Flatten, []]",
    "[-1, 1, nn.PixelShuffle, [2]]",
    "[-1, 1, torchvision.ops.SqueezeExcitation, [64, 16]]",
    "[-1, 1, Classify, [nc]]",
    "[-1, 1, nn.LayerNorm, [64]]",
    "[-1, 1, nn.PReLU, []]",
    "[-1, 1, nn.InstanceNorm2d, [64]]",
    "[-1, 2, BottleneckCSP, [128]]",
]


def mutations(seed, count, official):
    """`count` distinct edited files; the same seed gives the same ones. `official` gives an official file's text by its name."""
    cases = generate(random.Random(seed), count, official, EDITS, [8, 2, 1], _finish)
    return [{"id": f"edit-{i:04}", **case} for i, case in enumerate(cases)]


def _finish(rng, edits, heavy):
    size = rng.choice(SIZES)
    if heavy:
        size = [min(size[0], 320), min(size[1], 320)]
    return [] if rng.random() < 0.03 else edits, size


def _channels(rng, text):
    rows = rows_of(text)
    i = rng.randrange(len(rows))
    args = args_of(rows[i][3])
    if not args or rows[i][2] in ("Concat", "nn.Upsample"):
        return None
    args[0] = rng.choices([*CHANNELS, *BAD_CHANNELS], [4] * len(CHANNELS) + [1] * len(BAD_CHANNELS))[0]
    return [set_cell(i, "args", args)]


def _argument(rng, text):
    rows = rows_of(text)
    i = rng.randrange(len(rows))
    args = args_of(rows[i][3])
    if not args:
        return None
    at = rng.randrange(len(args) + (rng.random() < 0.3))
    old = args[at] if at < len(args) else ""
    if old in ("True", "False"):
        new = rng.choice(KINDS["b"])
    elif old.isdigit():
        new = rng.choice(["1", "2", "3", "4", "5", "7", "8", "16", "0", "-1", "3.0", "None", "[3, 3]", "True", "0.5", "64"])
    else:
        new = rng.choice(["0.25", "1.0", "None", "2", "False", "nearest", "bilinear", "[1, 2]", "abc", "nn.ReLU()", "nc", "a b"])
    if at < len(args):
        args[at] = new
    else:
        args.append(new)
    return [set_cell(i, "args", args)]


def _count_of_arguments(rng, text):
    rows = rows_of(text)
    i = rng.randrange(len(rows))
    args = args_of(rows[i][3])
    if rng.random() < 0.6 and args:
        args.pop(rng.choice([-1, -1, 0]))
    else:
        args += rng.choice([["1"], ["True"], ["3"], ["1", "1", "1"], ["None"], ["0.5"]])
    return [set_cell(i, "args", args)]


def _repeats(rng, text):
    i = rng.randrange(len(rows_of(text)))
    value = rng.choices(
        ["1", "2", "3", "4", "6", "12", "0", "-1", "1.5", "None", "'3'", "True", "[2]"], [3, 4, 4, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1]
    )[0]
    return [set_cell(i, "repeats", text=value)]


def _from(rng, text):
    rows = rows_of(text)
    i = rng.randrange(len(rows))
    source = rows[i][0]
    near = str(rng.randrange(max(i, 1)))
    if source.startswith("["):
        cells = args_of(source)
        action = rng.randrange(6)
        if action < 3:
            cells[rng.randrange(len(cells))] = rng.choice(
                [near, near, near, "-1", "-2", "-3", str(i), str(i + 1), "99", "-99", str(len(rows)), "None"]
            )
        elif action == 3:
            cells.pop(rng.randrange(len(cells)))
        elif action == 4:
            cells.insert(rng.randrange(len(cells) + 1), rng.choice([near, "-1", "-2"]))
        else:
            return [set_cell(i, "from", text=rng.choice(["-1", near]))]
        return [set_cell(i, "from", cells)]
    value = rng.choice(
        [
            near,
            near,
            near,
            "-2",
            "-3",
            "-4",
            "0",
            str(i),
            str(i + 1),
            "99",
            f"-{len(rows)}",
            "[-1]",
            "[-1, -2]",
            f"[{near}]",
            "[]",
            "None",
            "'-1'",
            "1.0",
        ]
    )
    return [set_cell(i, "from", text=value)]


def _module(rng, text):
    rows = rows_of(text)
    i = rng.randrange(len(rows))
    name = rng.choice([n for n in NAMES if n not in ("TorchVision", "LRPCHead")] if rng.random() < 0.6 else BLOCKS)
    steps = [set_cell(i, "module", text=name)]
    if rng.random() < 0.35:
        steps.append({"op": "cell", "row": i, "cell": "args", "text": f"[{rng.choice(variants(name) or [''])}]"})
    return steps


def _head(rng, text):
    last = len(rows_of(text)) - 1
    name = rng.choice(list(HEADS))
    steps = [set_cell(last, "module", text=name)]
    if rng.random() < 0.8:
        lists = variants(name)
        steps.append(
            {"op": "cell", "row": last, "cell": "args", "text": f"[{rng.choice(lists[:8] if rng.random() < 0.7 else lists)}]"}
        )
    return steps


def _insert(rng, text):
    i = rng.randrange(len(rows_of(text)) + 1)
    if rng.random() < 0.75:
        return [{"op": "insert", "row": i, "text": rng.choice(PLUGS)}]
    name = rng.choice(NAMES)
    return [{"op": "insert", "row": i, "text": f"[-1, 1, {name}, [{rng.choice(variants(name)[:6] or [''])}]]"}]


def _careful_insert(rng, text):
    return insert_and_renumber(rng, text, lambda rng, _rows, _i: rng.choice(PLUGS))


def _delete(rng, text):
    return [{"op": "delete", "row": rng.randrange(len(rows_of(text)))}]


def _row(rng, text):
    i = rng.randrange(len(rows_of(text)))
    return [{"op": "row", "row": i, "text": rng.choice([*PLUGS, *BROKEN])}]


HEADER = [
    (
        "nc",
        [
            "1",
            "2",
            "3",
            "10",
            "79",
            "81",
            "100",
            "101",
            "120",
            "300",
            "0",
            "-1",
            "'80'",
            "eighty",
            "1000",
            "80.0",
            "null",
            "[80]",
            "64",
            "256",
            "512",
        ],
    ),
    ("reg_max", ["1", "8", "16", "32", "0", "4"]),
    ("end2end", ["True", "False", "1", "null"]),
    (
        "activation",
        [
            "nn.ReLU()",
            "torch.nn.PReLU()",
            "nn.LeakyReLU(0.1)",
            "nn.SiLU()",
            "nn.Mish()",
            "nn.GELU()",
            "nn.Hardswish()",
            "torch.nn.Identity()",
            "nn.Foo()",
            "ReLU",
            "nn.ReLU",
            "nn.Softmax(1)",
        ],
    ),
    ("kpt_shape", ["[17, 3]", "[17, 2]", "[5, 3]", "[4, 2]", "[1, 1]", "[21, 3]", "17", "[17]", "[17, 4]", "null"]),
    ("depth_multiple", ["0.33", "0.5", "1.0", "2", "0.1", "abc"]),
    ("width_multiple", ["0.25", "0.5", "1.0", "0.3", "0.1", "0"]),
    ("max_channels", ["256", "1024"]),
    ("ch", ["1", "3", "4"]),
    ("channels", ["1", "3", "4"]),
    (
        "scales",
        [
            "{n: [0.33, 0.25, 512]}",
            "{n: [0.5, 0.3, 1024], s: [1, 1, 1]}",
            "{n: [0.33, 0.25]}",
            "{s: [0.33, 0.25, 256]}",
            "{n: [0.33, 0.375, 256]}",
            "{n: [0.67, 0.25, 128]}",
            "{n: [0.33, 0.25, 1024, 1.0]}",
            "{n: [1.5, 0.1, 300]}",
            "{n: [0.33, 0.17, 1000]}",
        ],
    ),
]


def _header(rng, text):
    key, values = rng.choice([*HEADER, HEADER[0], HEADER[-1]])
    if rng.random() < 0.1:
        return [{"op": "unset", "key": rng.choice(["nc", "scales", "reg_max", "end2end", "kpt_shape", "activation"])}]
    return [{"op": "set", "key": key, "text": rng.choice(values)}]


def _unscaled(rng, text):
    return [
        {"op": "unset", "key": "scales"},
        {"op": "set", "key": "depth_multiple", "text": "0.33"},
        {"op": "set", "key": "width_multiple", "text": rng.choice(["0.25", "0.2", "0.33"])},
    ]


# How often each is made.
EDITS = {
    _channels: 14,
    _argument: 12,
    _count_of_arguments: 6,
    _repeats: 9,
    _from: 14,
    _module: 14,
    _head: 6,
    _insert: 9,
    _careful_insert: 7,
    _delete: 6,
    _row: 3,
    _header: 16,
    _unscaled: 2,
}


if __name__ == "__main__":
    print_cases(__doc__, mutations)
