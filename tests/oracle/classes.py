"""A differential fuzz of classes: a file with modules is edited in its text, and torch and yolint each say what became of it.

    python tests/oracle/classes.py YOLINT FILE.py [--seed 1] [--count 200] [--keep DIR]

The file is taken with the package it stands in (the folders above it that have an __init__.py, or its own folder). A class
takes part if it can be built of `(c1, c2)`, `(c1)` or `(c1, c2, 1)` and called with one tensor before it is edited. What is
compared: whether it is built and run, its parameters, and the sizes of what it returns. Prints where the two disagree; the
edited files are left in DIR."""

import argparse
import ast
import contextlib
import copy
import importlib
import io
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

DRIVER = '''
import torch.nn as nn
import {module} as blocks


def parse_model(d, ch):
    layers, ch = [], [ch]
    for i, (f, n, m, args) in enumerate(d["backbone"] + d["head"]):
        m = getattr(nn, m[3:]) if m.startswith("nn.") else getattr(blocks, m)
        module = m(*args)
        module.i, module.f, module.type = i, f, m.__name__
        module.np = sum(p.numel() for p in module.parameters())
        layers.append(module)
        ch.append(args[0] if args else ch[-1])
    return nn.Sequential(*layers), []


class Model(nn.Module):
    def __init__(self, cfg, ch=3, nc=None):
        super().__init__()
        self.yaml = cfg
        self.model, self.save = parse_model(cfg, ch)

    def forward(self, x):
        for m in self.model:
            x = m(x)
        return x
'''
ROWS = "backbone:\n  - [-1, 1, nn.Conv2d, [3, 16, 3, 2, 1]]\nhead:\n  - [-1, 1, {name}, {args}]\n"
ARGUMENTS = ([16, 32], [16], [16, 16], [16, 32, 1], [16, 16, 1])
SIZE = 64
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Div, ast.Mod, ast.Pow)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
CALLS = (
    {"view", "reshape"},
    {"permute", "transpose", "movedim"},
    {"sum", "mean", "max", "std", "amax", "prod"},
    {"cat", "stack", "hstack", "vstack"},
    {"chunk", "split", "tensor_split"},
    {"flatten", "unflatten", "squeeze", "unsqueeze"},
    {"Conv2d", "ConvTranspose2d", "Conv1d", "Conv3d"},
    {"BatchNorm2d", "GroupNorm", "LayerNorm", "InstanceNorm2d", "BatchNorm1d", "Identity"},
    {"AvgPool2d", "MaxPool2d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d"},
    {"matmul", "bmm", "mul", "add", "einsum"},
    {"softmax", "log_softmax", "sigmoid", "relu", "gelu"},
    {"expand", "repeat", "expand_as", "repeat_interleave", "tile"},
    {"interpolate", "pixel_shuffle", "pad", "unfold", "fold"},
    {"Sequential", "ModuleList"},
)


class Edit(ast.NodeTransformer):
    """One edit at the `at`th place of a class where one is possible."""

    def __init__(self, rng, at):
        self.rng, self.at, self.seen, self.done = rng, at, 0, None

    def here(self):
        self.seen += 1
        return self.done is None and self.seen - 1 == self.at

    def note(self, node, was):
        self.done = f"{was} -> {ast.unparse(node)}"
        return node

    def visit_Constant(self, node):
        if not isinstance(node.value, (int, float)) or not self.here():
            return node
        was, x = ast.unparse(node), node.value
        if isinstance(x, bool):
            new = not x
        elif isinstance(x, int):
            new = self.rng.choice([x + 1, x - 1, x * 2, 0, -x, x // 2, 3, float(x), None])
        else:
            new = self.rng.choice([x * 2, 0.0, -x, 1, 0.33, 1.5])
        return self.note(ast.copy_location(ast.Constant(new), node), was)

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if not self.here():
            return node
        was = ast.unparse(node)
        if self.rng.random() < 0.3:
            node.left, node.right = node.right, node.left
        else:
            node.op = self.rng.choice(OPERATORS)()
        return self.note(node, was)

    def visit_Compare(self, node):
        self.generic_visit(node)
        if not self.here() or not isinstance(node.ops[0], COMPARISONS):
            return node
        was = ast.unparse(node)
        node.ops[0] = self.rng.choice(COMPARISONS)()
        return self.note(node, was)

    def visit_Call(self, node):
        self.generic_visit(node)
        if not self.here():
            return node
        was, roll = ast.unparse(node), self.rng.random()
        name = node.func.attr if isinstance(node.func, ast.Attribute) else None
        alike = next((names for names in CALLS if name in names), None)
        if alike and roll < 0.4:
            node.func.attr = self.rng.choice(sorted(alike - {name}))
        elif len(node.args) > 1 and roll < 0.7:
            i, j = self.rng.sample(range(len(node.args)), 2)
            node.args[i], node.args[j] = node.args[j], node.args[i]
        elif node.keywords and roll < 0.85:
            node.keywords.pop(self.rng.randrange(len(node.keywords)))
        elif node.args and roll < 0.95:
            node.args.pop(self.rng.randrange(len(node.args)))
        elif node.args:
            node.args.append(copy.deepcopy(self.rng.choice(node.args)))
        else:
            return node
        return self.note(node, was)

    def visit_Attribute(self, node):
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == "self" and isinstance(node.ctx, ast.Load) and self.here():
            names = sorted(self.names - {node.attr})
            if names:
                was = ast.unparse(node)
                node.attr = self.rng.choice(names)
                return self.note(node, was)
        return node


def edited(tree, name, rng):
    """The tree with an edit of the class, and what was edited."""
    tree = copy.deepcopy(tree)
    cls = next(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == name)
    names = {n.attr for n in ast.walk(cls) if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == "self"}
    count = Edit(rng, -1)
    count.names = names
    count.visit(copy.deepcopy(cls))
    if not count.seen:
        return None, None
    edit = Edit(rng, rng.randrange(count.seen))
    edit.names = names
    edit.visit(cls)
    return tree, edit.done


def package(file):
    """The folder to copy, and the dotted name of the file's module in it."""
    parts, folder = [file.stem], file.parent
    while (folder / "__init__.py").exists():
        parts.insert(0, folder.name)
        folder = folder.parent
    return (folder / parts[0] if len(parts) > 1 else file.parent), ".".join(parts)


def shape(value):
    import torch

    if isinstance(value, torch.Tensor):
        return list(value.shape)
    return [shape(v) for v in value] if isinstance(value, (list, tuple)) else None


def torch_says(module, name, args, out):
    """In a process of its own: what torch makes of a class of a module that is read anew."""
    import torch

    result = {}
    try:
        with contextlib.redirect_stdout(io.StringIO()), torch.no_grad():
            torch.manual_seed(0)
            layer = getattr(importlib.reload(module), name)(*args).eval()
            result["params"] = sum(p.numel() for p in layer.parameters())
            result["output"] = shape(layer(torch.rand(1, 16, SIZE // 2, SIZE // 2)))
    except BaseException as e:
        result["error"] = f"{type(e).__name__}: {str(e)[:160]}"
    out.send(result)


def ask_torch(module, name, args):
    mine, theirs = multiprocessing.Pipe(False)
    process = multiprocessing.get_context("fork").Process(target=torch_says, args=(module, name, args, theirs))
    process.start()
    result = mine.recv() if mine.poll(30) else {"error": "no answer"}
    process.kill()
    process.join()
    return result


def ask_yolint(exe, root, name, args):
    (root / "cell.yaml").write_text(ROWS.format(name=name, args=json.dumps(args)))
    command = [exe, "table", "--format", "json", "--imgsz", str(SIZE), "cell.yaml"]
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)
    said = json.loads(ran.stdout)
    row = said["rows"][1]
    errors = [d["message"] for d in said["diagnostics"] if d["severity"] == "error"]
    if row["status"].startswith("unknown"):
        return {"unknown": row["status"]}
    if errors:
        return {"error": errors[0]}
    return {"params": row["params"], "output": row["output"]}


def verdict(true, said):
    if "unknown" in said:
        return "unknown"
    if "error" in true and "error" in said:
        return "both refuse"
    return "same" if true == said else "DISAGREE"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("yolint")
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.mkdtemp()))
    options = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    sys.dont_write_bytecode = True
    exe, rng, file = os.path.abspath(options.yolint), random.Random(options.seed), options.file.resolve()
    folder, dotted = package(file)
    root = Path(tempfile.mkdtemp())
    ignored = shutil.ignore_patterns("*.pyc", "*.so", "assets", "datasets")
    shutil.copytree(folder, root / folder.name if "." in dotted else root, dirs_exist_ok=True, ignore=ignored)
    for tasks in root.glob("*/nn/tasks.py"):
        # The driver's own counts.
        tasks.write_text(tasks.read_text().replace("def parse_model(", "def parse(") + "\nparse_model = parse\n")
    (root / "models").mkdir(exist_ok=True)
    (root / "models/__init__.py").touch()
    (root / "models/yolo.py").write_text(DRIVER.format(module=dotted))
    own = root / (dotted.replace(".", "/") + ".py")
    text = own.read_text()
    tree = ast.parse(text)
    names = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    rng.shuffle(names)
    sys.path.insert(0, str(root))
    module = importlib.import_module(dotted)
    usable, counts, unknown = {}, Counter(), Counter()
    for step in range(options.count):
        name = names[step % len(names)]
        if name not in usable:
            own.write_text(text)
            usable[name] = next((args for args in ARGUMENTS if "error" not in ask_torch(module, name, args)), None)
        new, what = edited(tree, name, rng) if usable[name] else (None, None)
        if what is None:
            continue
        own.write_text(ast.unparse(ast.fix_missing_locations(new)))
        true = ask_torch(module, name, usable[name])
        try:
            said = ask_yolint(exe, root, name, usable[name])
        except (subprocess.TimeoutExpired, ValueError) as e:
            said = {"no answer": str(e)}
        kind = verdict(true, said)
        counts[kind] += 1
        unknown[said.get("unknown", "")[:100]] += kind == "unknown"
        if kind == "DISAGREE":
            kept = options.keep / f"{file.stem}-{options.seed}-{step}.py"
            shutil.copy(own, kept)
            print(f"{kept}\n  {name}{usable[name]}: {what}\n  torch  {true}\n  yolint {said}", flush=True)
    shutil.rmtree(root)
    print(dict(counts), *(f"\n{n:5} {why}" for why, n in unknown.most_common(20) if n))


if __name__ == "__main__":
    main()
