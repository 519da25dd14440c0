"""Small models of our own, each built around one row or one header key: every module a row can name, with every kind of
argument, in several places of a model.

    python tests/oracle/probes.py --seed 0 [--count N]      prints the cases without outcomes, one JSON a line
"""

import argparse
import json
import random
import zlib
from itertools import product

from catalogue import EXPLICIT, HEADS, MODULES, NAMES, parameters, variants

STEM = ("[-1, 1, Conv, [16, 3, 2]]", "[-1, 1, Conv, [32, 3, 2]]")
CLASSIFY = "[-1, 1, Classify, [nc]]"
SIZES = ([64, 64], [64, 64], [64, 64], [96, 64], [128, 160], [50, 70])
PER_MODULE, PER_HEAD, PER_EXPLICIT = 22, 26, 9
FLAT = ("1d", "LSTM", "GRU", "RNN", "MultiheadAttention", "Linear", "TransformerEncoderLayer")


def model(backbone, head, header="nc: 7"):
    """The YAML text of a model."""
    lines = [header, "backbone:"] + [f"  - {r}" for r in backbone] + ["head:"] + [f"  - {r}" for r in head]
    return "\n".join(lines) + "\n"


def probes(seed=0):
    """All probes of a seed. What is drawn for one depends on the seed and on what it is about, not on the probes before it, so a
    new one changes no other."""
    groups = {name: _head_probes(seed, name) if name in HEADS else _row_probes(seed, name) for name in NAMES}
    groups["header"] = [{"yaml": text, "scale": scale, "imgsz": [64, 64]} for text, scale in _headers()]
    groups["from"] = [{"yaml": text, "scale": "", "imgsz": [64, 64]} for text in _from_probes()]
    groups["plain"] = list(_plain())
    distinct = {}
    for group, cases in groups.items():
        for case in cases:
            text = json.dumps(case)
            distinct.setdefault(text, {"id": f"{group}-{zlib.crc32(text.encode()):08x}", **case})
    return list(distinct.values())


def _stream(seed, name, args, what="probe"):
    """The random numbers that decide something about a module with some arguments."""
    return random.Random(f"{seed} {what} {name} [{args}]")


def _chosen(seed, name, quota):
    """The first argument lists of a module (the plain ones) and a sample of the others."""
    lists = variants(name)
    plain, others = lists[: quota // 3], lists[quota // 3 :]
    drawn = sorted(others, key=lambda args: _stream(seed, name, args, "rank").random())[: quota - len(plain)]
    return plain + [args for args in others if args in drawn]


def _row_probes(seed, name):
    cases = []
    quota = PER_MODULE if name in MODULES else len(EXPLICIT[name]) if name == "TorchVision" else PER_EXPLICIT
    if name in MODULES and name in EXPLICIT or name == "nn.Upsample":
        quota = PER_MODULE
    for i, args in enumerate(_chosen(seed, name, quota)):
        rng = _stream(seed, name, args)
        place = "middle" if i == 0 else rng.choice(["middle", "middle", "middle", "last", "first", "detect"])
        if any(word in name for word in FLAT) and rng.random() < 0.7:
            place = rng.choice(["flat", "flat", "vector"])
        repeats = rng.choice(["1"] * 6 + ["2", "2", "3", "3"])
        if rng.random() < 0.02:
            repeats = rng.choice(["0", "-1", "1.5", "None", "'2'", "2.6", "True", "[1]"])
        source = "-1"
        if name == "Concat":
            source = rng.choice(["[-1, 1]", "[-1]", "[1, 1]", "[-1, 0]", "[0, 1]", "-1", "[-1, -1, 1]", "[]"])
        if name == "Index":
            source = rng.choice(["-1", "2", "[-1]"])
        cases.append(_placed(rng, place, f"[{source}, {repeats}, {name}, [{args}]]", name))
    return cases


def _placed(rng, place, row, name):
    header = "nc: 7"
    scale = ""
    if rng.random() < 0.12:
        scale = rng.choice("nsmlx")
        depth, width = rng.choice(["0.33", "0.5", "1.0", "1.5"]), rng.choice(["0.25", "0.5", "1.0", "1.25"])
        header += f"\nscales:\n  {scale}: [{depth}, {width}, {rng.choice(['1024', '512', '64', '24'])}]"
    if name == "Index":
        before = (
            *STEM,
            rng.choice(["[-1, 1, CBLinear, [[32, 16]]]", "[-1, 1, TorchVision, [64, resnet18, None, True, 4, True]]"]),
        )
    else:
        before = STEM
    if place == "middle":
        text = model([*before, row], [CLASSIFY], header)
    elif place == "last":
        text = model(before, [row], header)
    elif place == "first":
        text = model([row, STEM[0]], [CLASSIFY], header)
    elif place == "detect":
        text = model(
            [*before, row], ["[-1, 1, Conv, [64, 3, 2]]", f"[[{len(before)}, {len(before) + 1}], 1, Detect, [nc]]"], header
        )
    else:
        flatten = "[-1, 1, nn.Flatten, [2]]" if place == "flat" else "[-1, 1, nn.Flatten, []]"
        text = model([*before, flatten, row], ["[-1, 1, nn.Identity, []]"], header)
    return {"yaml": text, "scale": scale, "imgsz": [64, 64] if name.startswith("nn.") else rng.choice(SIZES)}


def _head_probes(seed, name):
    cases = []
    plain = {"Depth": "[0, 1, 2]", "SemanticSegment": "[1, 2]"}.get(name, "[0, 1, 2]")
    for i, args in enumerate(_chosen(seed, name, PER_HEAD)):
        rng = _stream(seed, name, args)
        source = (
            plain
            if i < 5
            else rng.choice([plain, plain, "[1, 2]", "[2]", "[2, 1]", "-1", "[-1, -2]", "[0, 1, 2, 2]", "[]", "[1, 3]", "[1, 1]"])
        )
        header = f"nc: {rng.choice(['7', '7', '80', '1', '101'])}"
        if i and rng.random() < 0.5:
            header += rng.choice(
                [
                    "\nreg_max: 1",
                    "\nreg_max: 8",
                    "\nreg_max: 1\nend2end: True",
                    "\nend2end: True",
                    "\nend2end: False",
                    "\nreg_max: 0",
                    "\nkpt_shape: [17, 3]",
                    "\nkpt_shape: [4, 2]",
                    "\nkpt_shape: [9, 3]\nend2end: True",
                ]
            )
        scale = ""
        if rng.random() < 0.2:
            scale = rng.choice("nsm")
            header += f"\nscales:\n  {scale}: [0.5, {rng.choice(['0.25', '0.5', '1.0'])}, {rng.choice(['1024', '128', '64'])}]"
        rows = [*STEM, rng.choice(["[-1, 1, Conv, [64, 3, 2]]", "[-1, 2, C3k2, [64, False]]", "[-1, 1, C2f, [64]]"])]
        row = f"[{source}, {'1' if i < 8 else rng.choice(['1', '1', '1', '2', '0'])}, {name}, [{args}]]"
        after = [] if i < 8 or rng.random() < 0.85 else ["[-1, 1, Conv, [8, 1]]"]
        if name == "ImagePoolingAttn":
            after = (
                ["[[1, 2], 1, WorldDetect, [nc, 512, True]]"]
                if rng.random() < 0.6
                else ["[-1, 1, C2fAttn, [32, 16, 2]]", "[[1, -1], 1, WorldDetect, [nc]]"]
            )
        if name == "WorldDetect" and rng.random() < 0.5:
            rows[1] = "[-1, 1, C2fAttn, [32, 16, 2]]"
        cases.append({"yaml": model(rows, [row, *after], header), "scale": scale, "imgsz": rng.choice(SIZES)})
    return cases


def _headers():
    """Header keys, sections and rows in every shape, around one small model."""
    rows = ["[-1, 1, Conv, [64, 3, 2]]", "[-1, 3, C2f, [128, True]]", "[-1, 1, SPPF, [128, 5]]"]
    detect = ["[-1, 1, Conv, [128, 3, 2]]", "[[1, 3], 1, Detect, [nc]]"]
    pose = [detect[0], "[[1, 3], 1, Pose, [nc, kpt_shape]]"]

    def with_header(header, head=detect):
        return model(rows, head, header)

    for nc in [
        "1",
        "2",
        "80",
        "100",
        "101",
        "128",
        "1000",
        "0",
        "-1",
        "'7'",
        "seven",
        "7.0",
        "",
        "null",
        "None",
        "[7]",
        "True",
        "1_0",
        "0o10",
        "0x10",
        "010",
        "1e1",
    ]:
        yield with_header(f"nc: {nc}"), ""
    yield with_header("names: [a, b]"), ""
    for nc, c in product(["64", "128", "7"], ["64", "nc"]):
        yield model([f"[-1, 1, Conv, [{c}, 3, 2]]"], [CLASSIFY], f"nc: {nc}\nscales:\n  n: [0.33, 0.25, 1024]"), "n"
    for scales, scale in [
        ("{n: [0.33, 0.25, 1024]}", "n"),
        ("{n: [0.33, 0.25, 1024]}", ""),
        ("{n: [0.33, 0.25, 1024], s: [1, 1, 64]}", "s"),
        ("{n: [0.33, 0.25, 1024]}", "x"),
        ("{n: [0.33, 0.25]}", "n"),
        ("{n: [0.33, 0.25, 1024, 1]}", "n"),
        ("{n: 1}", "n"),
        ("{n: [a, b, c]}", "n"),
        ("{n: [0, 0, 0]}", "n"),
        ("{n: [0.33, 0.0, 1024]}", "n"),
        ("{n: [0.33, 0.01, 1024]}", "n"),
        ("{n: [5.0, 0.25, 1024]}", "n"),
        ("{n: [-1, 0.25, 1024]}", "n"),
        ("{n: [0.33, -0.25, 1024]}", "n"),
        ("{n: [0.33, 0.25, 20]}", "n"),
        ("{n: [0.33, 0.25, -20]}", "n"),
        ("{n: [0.33, 0.25, .inf]}", "n"),
        ("{n: [0.33, 0.25, 96.5]}", "n"),
        ("{n: [0.5, 0.33, 1024]}", "n"),
        ("{n: [0.17, 0.7, 1024]}", "n"),
        ("{n: [0.8333, 0.3, 100]}", "n"),
        ("{}", "n"),
        ("", "n"),
        ("null", ""),
        ("[n, s]", "n"),
        ("[[0.33, 0.25, 1024]]", ""),
        ("n", "n"),
        ("{1: [0.33, 0.25, 1024]}", "1"),
        ("{y: [0.33, 0.25, 1024]}", "y"),
        ("{'n': ['0.33', '0.25', '1024']}", "n"),
        ("{n: [null, 0.25, 1024]}", "n"),
        ("{m: [0.5, 0.25, 1024]}", "m"),
        ("{big: [0.5, 0.25, 1024]}", "big"),
        ("{big: [0.5, 0.25, 1024]}", ""),
        ("{n: [true, true, 1024]}", "n"),
    ]:
        yield with_header(f"nc: 7\nscales: {scales}"), scale
    for depth, width in product(["0.33", "1.0", "2", "0", "-1", "a", "null"], ["0.25", "1.0", "0.3"]):
        yield with_header(f"nc: 7\ndepth_multiple: {depth}\nwidth_multiple: {width}"), ""
    for width in ["0", "-0.5", "3.0", "null", "abc", "0.001"]:
        yield with_header(f"nc: 7\nwidth_multiple: {width}"), ""
    yield with_header("nc: 7\ndepth_multiple: 0.33\nwidth_multiple: 0.5\nscales: {n: [1.0, 0.25, 64]}"), "n"
    yield with_header("nc: 7\nmax_channels: 32\nwidth_multiple: 0.5"), ""
    for scale, letter in product(["n", "s", "m", "l", "x"], ["n", "m", "l", "x", "b"]):
        if scale == letter:
            for row in [
                "[-1, 2, C3k2, [64, False]]",
                "[-1, 2, C3k2, [64]]",
                "[-1, 2, C3k2, [64, False, 0.25, True]]",
                "[-1, 4, A2C2f, [128, True, 4]]",
                "[-1, 4, A2C2f, [128]]",
                "[-1, 2, A2C2f, [128, False, -1]]",
                "[-1, 2, A2C2f, [128, True, 1, True, 1.5]]",
                "[-1, 2, C2fCIB, [64, True]]",
            ]:
                yield model([*STEM, row], ["[[1, 2], 1, Detect, [nc]]"], f"nc: 7\nscales: {{{scale}: [0.5, 0.5, 512]}}"), scale
    for row in [
        "[-1, 2, C2f, [64]]",
        "[-1, 2, C3k2, [64]]",
        "[-1, 2, A2C2f, [64]]",
        "[-1, 2, C2fCIB, [64]]",
        "[-1, 1, SCDown, [64, 3, 2]]",
    ]:
        for head in [
            "Detect, [nc]",
            "Segment, [nc, 32, 64]",
            "Pose, [nc, [17, 3]]",
            "OBB, [nc, 1]",
            "YOLOEDetect, [nc, 512, True]",
            "WorldDetect, [nc, 512, True]",
        ]:
            yield model([*STEM, row], [f"[[1, 2], 1, {head}]"]), ""
    for reg_max in ["1", "2", "8", "16", "32", "0", "-1", "null", "'16'", "16.0", "a", "True"]:
        yield with_header(f"nc: 7\nreg_max: {reg_max}"), ""
    for end2end in ["True", "False", "null", "1", "0", "yes", "'False'", "[]"]:
        yield with_header(f"nc: 7\nend2end: {end2end}"), ""
        yield with_header(f"nc: 7\nend2end: {end2end}\nreg_max: 1"), ""
    for kpt_shape in [
        "[17, 3]",
        "[17, 2]",
        "[1, 1]",
        "[5]",
        "[17, 3, 1]",
        "17",
        "null",
        "[a, b]",
        "[0, 3]",
        "[17, 4]",
        "[-1, 3]",
        "(17, 3)",
    ]:
        yield with_header(f"nc: 7\nkpt_shape: {kpt_shape}", pose), ""
    yield with_header("nc: 7", pose), ""
    for act in [
        "nn.ReLU()",
        "torch.nn.ReLU()",
        "torch.nn.PReLU()",
        "nn.PReLU(64)",
        "nn.PReLU(32)",
        "nn.LeakyReLU(0.1)",
        "nn.LeakyReLU(0.1, True)",
        "nn.Identity()",
        "nn.GELU('tanh')",
        "nn.Softmax(1)",
        "nn.Sigmoid()",
        "nn.Mish()",
        "nn.Hardswish()",
        "nn.Dropout(0.5)",
        "nn.BatchNorm2d(64)",
        "nn.ReLU",
        "ReLU()",
        "nn.Foo()",
        "relu",
        "SiLU",
        "nn.ReLU(",
        "None",
        "False",
        "0",
        "1",
        "''",
        "null",
        "nn.GLU()",
        "nn.GLU(1)",
        "nn.Conv2d(64, 64, 1)",
        "nn.Sequential(nn.ReLU(), nn.Sigmoid())",
        "Conv(64, 64)",
        "nn.Softmax()",
        "nn.RReLU()",
        "nn.SiLU(inplace=True)",
        "nn.MaxPool2d(2)",
        "nn.Flatten()",
    ]:
        yield with_header(f"nc: 7\nactivation: {act}"), ""
    yield (
        model(
            [
                *STEM,
                "[-1, 2, BottleneckCSP, [32]]",
                "[-1, 1, RepConv, [32, 32]]",
                "[-1, 2, C3TR, [32]]",
                "[-1, 1, GhostConv, [32]]",
            ],
            [CLASSIFY],
            "nc: 7\nactivation: torch.nn.PReLU()",
        ),
        "",
    )
    for key, value in product(["ch", "channels"], ["1", "4", "3", "0", "null", "'3'"]):
        yield with_header(f"nc: 7\n{key}: {value}"), ""
        yield model(STEM, [CLASSIFY], f"nc: 7\n{key}: {value}"), ""
    for key in [
        "custom: 24",
        "custom: [24, 3]",
        "width: 24",
        "c2: 24",
        "scale: s",
        "inplace: False",
        "task: detect",
        "yaml_file: a.yaml",
    ]:
        name = key.partition(":")[0]
        yield model([STEM[0], f"[-1, 1, Conv, [{name}, 3, 2]]"], [CLASSIFY], f"nc: 7\n{key}"), ""
    for word in [
        "nc",
        "i",
        "n",
        "f",
        "m",
        "j",
        "a",
        "d",
        "ch",
        "c1",
        "c2",
        "args",
        "act",
        "depth",
        "width",
        "max_channels",
        "reg_max",
        "end2end",
        "kpt_shape",
        "scale",
        "scales",
        "legacy",
        "save",
        "layers",
        "restricted",
        "verbose",
        "default_act",
        "n_",
        "m_",
        "t",
        "None",
        "True",
        "none",
        "true",
        "yes",
        "on",
        "~",
        "1e3",
        "1_6",
        "0x10",
        "'16'",
        "'1 6'",
        "16 ",
        "'16,'",
        "'[16]'",
        "8+8",
        "'8*2'",
        "nn.ReLU()",
        "a b",
        "'a.b'",
        "inf",
        "nan",
        ".inf",
        "'(16)'",
        "-16",
        "'--16'",
        "+16",
        "16.0",
        "'b\"x\"'",
        "'\"16\"'",
        "2024-01-01",
        "{a: 1}",
        "1:30",
    ]:
        yield model([STEM[0], f"[-1, 1, Conv, [{word}, 3, 2]]"], [CLASSIFY]), ""
        yield model([STEM[0], f"[-1, 1, nn.Upsample, [None, 2, {word}]]"], [CLASSIFY]), ""
    plain = model(rows, detect)
    for old, new in [
        ("backbone:", "steam:"),
        ("head:", "neck:"),
        ("head:", "Head:"),
        ("backbone:\n", "backbone: []\nother:\n"),
        ("head:\n", "head: []\nother:\n"),
        ("head:\n", "head: null\nother:\n"),
        ("backbone:\n", "backbone: null\nother:\n"),
        ("nc: 7", ""),
        ("nc: 7", "nc:7"),
        ("nc: 7", "nc: 7\nnc: 8"),
        ("[64, 3, 2]]", "[64, 3, 2]"),
        ("Conv, [64", "Conv [64"),
        ("[-1, 1, Conv, [64", "[-1, Conv, [64"),
        ("[64, 3, 2]]", "[64, 3, 2], 1]"),
        ("[64, 3, 2]]", "64]"),
        ("[64, 3, 2]]", "[]]"),
        ("[64, 3, 2]]", "null]"),
        ("[64, 3, 2]]", "'[64, 3, 2]']"),
        ("[64, 3, 2]]", "{k: 3}]"),
        ("Conv, [64", "1, [64"),
        ("Conv, [64", "null, [64"),
        ("Conv, [64", "[Conv], [64"),
        ("Conv, [64", "conv, [64"),
        ("Conv, [64", "'Conv', [64"),
        ("Conv, [64", "Conv , [64"),
        ("Conv, [64", "'Conv ', [64"),
        ("- [-1, 3", "- [-1,, 3"),
        ("- [-1, 3", "-[-1, 3"),
        ("- [-1, 3", "\t- [-1, 3"),
        ("  - [-1, 3", " - [-1, 3"),
        ("  - [-1, 3", "   - [-1, 3"),
        ("[128, True]]", "[128, True]],"),
        ("[128, True]]", "[128, True]]]"),
        ("[-1, 1, Conv, [64, 3, 2]]", "null"),
        ("[-1, 1, Conv, [64, 3, 2]]", "[]"),
        ("[-1, 1, Conv, [64, 3, 2]]", "abcd"),
        ("[-1, 1, Conv, [64, 3, 2]]", "{f: -1, n: 1, m: Conv, args: [64]}"),
        ("- [-1, 1, Conv, [64, 3, 2]]", "- - -1\n    - 1\n    - Conv\n    - [64, 3, 2]"),
        ("nc: 7", "%nc: 7"),
        ("nc: 7", "# c\n---\nnc: 7"),
        ("nc: 7", "nc: 7\n---\na: 1"),
        ("nc: 7", "nc: &x 7\nb: *x"),
        ("nc: 7", "nc: *x"),
        ("nc: 7", "<<: {nc: 7}"),
        ("nc: 7", "nc: !!int '7'"),
        ("nc: 7", "nc: !x 7"),
        ("nc: 7", "None: None\nnc: 7"),
        ("nc: 7", "nc: 7 # seven"),
        ("nc: 7", "nc: 7#seven"),
    ]:
        yield plain.replace(old, new, 1), ""
    yield "", ""
    yield "nc: 7\n", ""
    yield "- 1\n", ""
    yield "backbone: abc\nhead: def\nnc: 7\n", ""
    yield plain.replace("\n", "\r\n"), ""
    yield "\ufeff" + plain, ""
    yield plain + "# 你好 🚀\n", ""


def _from_probes():
    """`from` and `repeats` in every shape, on rows that read one tensor and rows that read several."""
    sources = [
        "-1",
        "-2",
        "-3",
        "-4",
        "-9",
        "0",
        "1",
        "2",
        "3",
        "4",
        "5",
        "99",
        "[-1]",
        "[1]",
        "[-1, 1]",
        "[]",
        "[[-1]]",
        "None",
        "null",
        "'-1'",
        "'a'",
        "1.0",
        "-1.0",
        "True",
        "False",
        "[2, 2]",
        "[-1, -2]",
        "[-1, 9]",
        "[-9]",
        "[0, 1]",
        "[3, -1]",
        "[4, -1]",
        "[-1, None]",
        "{}",
        "[-4, -1]",
    ]
    for source in sources:
        for row in [
            "Conv, [32, 3]",
            "nn.Identity, []",
            "Concat, [1]",
            "nn.Upsample, [None, 2, nearest]",
            "CBFuse, [[0]]",
            "C2f, [32]",
            "nn.BatchNorm2d, []",
            "AIFI, [64, 4]",
        ]:
            yield model([*STEM, "[-1, 1, Conv, [32, 3]]", f"[{source}, 1, {row}]"], [CLASSIFY])
        yield model([*STEM, "[-1, 1, Conv, [32, 3]]"], [f"[{source}, 1, Detect, [nc]]"])
        yield model([f"[{source}, 1, Conv, [16, 3, 2]]", STEM[1]], [CLASSIFY])
    for repeats in [
        "0",
        "1",
        "2",
        "3",
        "7",
        "-1",
        "-5",
        "1.0",
        "1.5",
        "2.5",
        "0.5",
        "None",
        "null",
        "'1'",
        "True",
        "False",
        "[1]",
        "1e1",
    ]:
        for row in [
            "Conv, [32, 3]",
            "C2f, [32, True]",
            "C3k2, [32, False]",
            "nn.Identity, []",
            "SPPF, [32, 5]",
            "HGBlock, [16, 32]",
            "C2fPSA, [128]",
            "RepNCSPELAN4, [32, 32, 16, 1]",
            "nn.Upsample, [None, 2, nearest]",
        ]:
            yield model([*STEM, f"[-1, {repeats}, {row}]"], [CLASSIFY])
            if row.startswith("C"):
                yield model([*STEM, f"[-1, {repeats}, {row}]"], [CLASSIFY], "nc: 7\ndepth_multiple: 0.33\nwidth_multiple: 0.5")
    for layer in ["CBLinear, [[16, 32, 64]]"]:
        for fuse, sources in [
            ("[0]", "[2, -1]"),
            ("[1]", "[2, -1]"),
            ("[2]", "[2, -1]"),
            ("[3]", "[2, -1]"),
            ("[-1]", "[2, -1]"),
            ("[0, 1]", "[2, 2, -1]"),
            ("[0]", "[2, 2, -1]"),
            ("[]", "[2, -1]"),
            ("0", "[2, -1]"),
            ("[0]", "[2, 1]"),
            ("[1]", "[2, 0]"),
            ("[1]", "[2]"),
            ("[1]", "-1"),
            ("[1, 1, 1]", "[2, -1]"),
        ]:
            yield model([*STEM, f"[-1, 1, {layer}]", "[1, 1, Conv, [32, 3, 1]]", f"[{sources}, 1, CBFuse, [{fuse}]]"], [CLASSIFY])


def _plain():
    """What works: every module with sensible arguments among rows that suit it."""
    identity = "[-1, 1, nn.Identity, []]"
    flat = ("[-1, 1, nn.Flatten, [2]]",)
    sequence = [
        "nn.LSTM, [256, 8]",
        "nn.LSTM, [256, 8, 2, True, True, 0, True]",
        "nn.GRU, [256, 8]",
        "nn.GRU, [256, 8, 1, False]",
    ]
    sequence += ["nn.RNN, [256, 8]", "nn.TransformerEncoderLayer, [256, 4, 32]", "nn.Fold, [[32, 32], 2, 1, 0, 2]"]
    sequence += ["nn.Fold, [32, 2, 1, 0, 2]", "nn.Fold, [17, 2, 1, 0, 1]", "nn.Linear, [256, 10]", "nn.Linear, [256, 10, False]"]
    sequence += ["nn.LayerNorm, [256]", "nn.Unflatten, [2, [16, 16]]", "nn.AdaptiveAvgPool1d, [7]", "nn.Softmax, [-1]"]
    for i, row in enumerate(sequence):
        yield {"yaml": model([*STEM, *flat, f"[-1, 1, {row}]"], [identity]), "scale": "", "imgsz": [64, 64]}
        yield {"yaml": model([*STEM, *flat], [f"[-1, {1 + i % 2}, {row}]"]), "scale": "", "imgsz": [64, 64]}
    for name, spec in MODULES.items():
        values = [v for _, v in parameters(spec)]
        for n in range(1, len(values) + 1):
            row = f"{name}, [{', '.join(values[:n])}]"
            yield {"yaml": model([*STEM, f"[-1, 1, {row}]"], [identity]), "scale": "", "imgsz": [64, 64]}
        for repeats, size in ((2, [96, 64]), (3, [64, 160])):
            yield {"yaml": model([*STEM, f"[-1, {repeats}, {row}]"], [identity]), "scale": "", "imgsz": size}
        scaled = "nc: 7\nscales:\n  m: [0.67, 0.5, 256]"
        rows = ["[-1, 1, Conv, [32, 3, 2]]", "[-1, 1, Conv, [64, 3, 2]]", f"[-1, 4, {row}]"]
        yield {"yaml": model(rows, [identity], scaled), "scale": "m", "imgsz": [64, 64]}
    for name, block in product(HEADS, ("[-1, 1, C2f, [64]]", "[-1, 2, C3k2, [64, False]]", "[-1, 2, A2C2f, [64, False, -1]]")):
        args = ", ".join(v for _, v in parameters(HEADS[name]))
        source = "[1, 2]" if name == "SemanticSegment" else "[1, 2, 3]"
        after = ["[[1, 2, 3], 1, WorldDetect, [nc, 512, True]]"] if name == "ImagePoolingAttn" else []
        rows = [*STEM, "[-1, 1, Conv, [64, 3, 2]]", block]
        for extra in ("", "\nend2end: True\nreg_max: 1", "\nend2end: True", "\nend2end: False", "\nreg_max: 8"):
            header = "nc: 80\nkpt_shape: [17, 3]" + extra
            for size in ([64, 64], [96, 160]) if not extra else ([64, 64],):
                yield {"yaml": model(rows, [f"[{source}, 1, {name}, [{args}]]", *after], header), "scale": "", "imgsz": size}
        for nc, kpt in (("7", "[5, 2]"), ("1", "[4, 1]"), ("101", "[2, 3]"), ("300", "[17, 2]")):
            text = model(
                rows, [f"[{source}, 1, {name}, [{args.replace('[17, 3]', 'kpt_shape')}]]", *after], f"nc: {nc}\nkpt_shape: {kpt}"
            )
            yield {"yaml": text, "scale": "", "imgsz": [64, 64]}
        header = "nc: 80\nkpt_shape: [17, 3]\nscales:\n  n: [0.5, 0.5, 512]"
        yield {"yaml": model(rows, [f"[{source}, 1, {name}, [{args}]]", *after], header), "scale": "n", "imgsz": [64, 64]}
    pools = ["[64]", "[64, 512]", "[64, 512, 4]", "[64, 512, 4, 2]", "[64, 512, 4, 3, True]", "[128]", "[32, 512, 2, 3, False]"]
    for pool, with_bn in product(pools, ("True", "False")):
        attention = ["[-1, 2, C2fAttn, [64, 32, 2]]", f"[[1, 2], 1, ImagePoolingAttn, {pool}]"]
        tail = ["[2, 1, C2fAttn, [64, 32, 4, 512, True]]", f"[[1, 2, 4], 1, WorldDetect, [nc, 512, {with_bn}]]"]
        yield {"yaml": model([*STEM, *attention], tail, "nc: 80"), "scale": "", "imgsz": [64, 64]}
    layers = ["[32, 64, 2, False, 3]", "[128, 128, 1, False, 2, 2]", "[3, 64, 1, True, 1]", "[32, 64]", "[32, 64, 1, True]"]
    for args in layers:
        yield {"yaml": model([*STEM, f"[-1, 1, ResNetLayer, {args}]"], [identity]), "scale": "", "imgsz": [64, 64]}
    for row in (
        "torchvision.ops.SqueezeExcitation, [32, 8]",
        "torchvision.ops.FrozenBatchNorm2d, [32]",
        "torchvision.ops.DropBlock2d, [0.1, 3]",
    ):
        yield {"yaml": model([*STEM, f"[-1, 1, {row}]"], [CLASSIFY]), "scale": "", "imgsz": [64, 64]}
    for row in (
        "torchvision.ops.Conv2dNormActivation, [32, 16]",
        "torchvision.ops.Permute, [[0, 2, 3, 1]]",
        "torchvision.ops.MLP, [16, [8, 4]]",
    ):
        yield {"yaml": model([*STEM, f"[-1, 1, {row}]"], [identity]), "scale": "", "imgsz": [64, 64]}
    yield from _pyramids()


def _pyramids():
    """Heads on levels that halve, backbones of TorchVision as the first row, and what reads their lists."""
    identity = "[-1, 1, nn.Identity, []]"
    for name, block in product(HEADS, ("[-1, 1, C2f, [64]]", "[-1, 2, C3k2, [64, False]]")):
        if name in ("ImagePoolingAttn", "SemanticSegment"):
            continue
        args = ", ".join(v for _, v in parameters(HEADS[name]))
        rows = [*STEM, "[-1, 1, Conv, [64, 3, 2]]", block, "[-1, 1, Conv, [128, 3, 2]]"]
        for source, extra in product(("[1, 3, 4]", "[3, 4]", "[4]"), ("", "\nend2end: True\nreg_max: 1", "\nend2end: False")):
            header = "nc: 80\nkpt_shape: [17, 3]" + extra
            yield {"yaml": model(rows, [f"[{source}, 1, {name}, [{args}]]"], header), "scale": "", "imgsz": [64, 64]}
        for scale, nc in (("n", 7), ("m", 101)):
            header = f"nc: {nc}\nkpt_shape: [5, 2]\nscales:\n  {scale}: [0.5, 0.5, 80]"
            head = f"[[1, 3, 4], 1, {name}, [{args.replace('[17, 3]', 'kpt_shape')}]]"
            yield {"yaml": model(rows, [head], header), "scale": scale, "imgsz": [96, 64]}
    for args in EXPLICIT["TorchVision"]:
        yield {"yaml": model([f"[-1, 1, TorchVision, [{args}]]"], [CLASSIFY]), "scale": "", "imgsz": [64, 64]}
        yield {"yaml": model([f"[-1, 1, TorchVision, [{args}]]"], [identity]), "scale": "", "imgsz": [64, 64]}
    split = "[-1, 1, TorchVision, [512, resnet18, None, True, 2, True]]"
    for row in ("[0, 1, Index, [512, 8]]", "[0, 1, Index, [512, -1]]", "[0, 1, Index, [64, 5]]", "[0, 1, Index, [512, 9]]"):
        yield {"yaml": model([split, row], [CLASSIFY]), "scale": "", "imgsz": [64, 64]}
    levels = ["[0, 1, Index, [128, 6]]", "[0, 1, Index, [256, 7]]", "[0, 1, Index, [512, 8]]"]
    yield {"yaml": model([split, *levels], ["[[1, 2, 3], 1, Detect, [nc]]"]), "scale": "", "imgsz": [64, 64]}
    linear = "[-1, 1, CBLinear, [[16, 32, 64]]]"
    for width, pick in (("32", "[1]"), ("64", "[2]"), ("16", "[0]"), ("32", "[0]"), ("64", "[-1]"), ("1", "[1]")):
        for stride in ("1", "2"):
            rows = [*STEM, linear, f"[1, 1, Conv, [{width}, 3, {stride}]]", f"[[2, -1], 1, CBFuse, [{pick}]]"]
            yield {"yaml": model(rows, [identity]), "scale": "", "imgsz": [64, 64]}
    rows = [*STEM, linear, "[0, 1, CBLinear, [[8, 32]]]", "[1, 1, Conv, [32, 3, 2]]", "[[2, 3, -1], 1, CBFuse, [[1, 1]]]"]
    yield {"yaml": model(rows, [CLASSIFY]), "scale": "", "imgsz": [96, 64]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int)
    args = parser.parse_args()
    for case in probes(args.seed)[: args.count]:
        print(json.dumps(case, ensure_ascii=False))


if __name__ == "__main__":
    main()
