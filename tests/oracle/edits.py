"""What the generators of edited official files share: which files are edited, how, and until there are enough cases."""

import argparse
import json

from cases import CELLS, apply, cells_of, flow_span, official_files, row_lines

# Relative weights of files: small models are run often, those that take seconds seldom. Files not named here weigh 3.
HEAVY = {
    "v3/yolov3.yaml": 1,
    "v3/yolov3-spp.yaml": 1,
    "v9/yolov9e.yaml": 1,
    "v9/yolov9e-seg.yaml": 1,
    "v9/yolov9c.yaml": 1,
    "v9/yolov9c-seg.yaml": 1,
    "v9/yolov9m.yaml": 1,
    "rt-detr/rtdetr-l.yaml": 1,
    "rt-detr/rtdetr-x.yaml": 1,
    "rt-detr/rtdetr-resnet50.yaml": 1,
    "rt-detr/rtdetr-resnet101.yaml": 1,
    "v8/yolov8-cls-resnet101.yaml": 1,
    "v8/yolov8-cls-resnet50.yaml": 1,
    "v10/yolov10x.yaml": 1,
    "v10/yolov10l.yaml": 1,
    "v10/yolov10m.yaml": 1,
    "v10/yolov10b.yaml": 1,
}
POPULAR = {
    "11/yolo11.yaml": 20,
    "26/yolo26.yaml": 20,
    "v8/yolov8.yaml": 20,
    "12/yolo12.yaml": 10,
    "v10/yolov10n.yaml": 10,
    "v5/yolov5.yaml": 10,
    "11/yolo11-seg.yaml": 6,
    "26/yolo26-pose.yaml": 6,
    "v8/yolov8-world.yaml": 6,
    "v9/yolov9t.yaml": 6,
    "v8/yolov8-p2.yaml": 6,
    "11/yolo11-cls.yaml": 6,
    "26/yolo26-sem.yaml": 6,
    "v8/yolov8-rtdetr.yaml": 6,
    "v6/yolov6.yaml": 6,
}


def generate(rng, count, official, steps, how_many, finish, fewest_rows=0):
    """`count` distinct cases.

    Args:
        rng (random.Random): Decides everything.
        count (int): How many.
        official (function): Gives an official file's text by its name.
        steps (dict): What makes edits of a text, each with how often it is asked.
        how_many (list): How often a case has one, two, three steps.
        finish (function): Gives the edits to keep and the image size, by the edits and whether the model is heavy; none for
            no case.
        fewest_rows (int): A file with fewer rows isn't edited further.
    """
    files = _files()
    cases, seen = [], set()
    while len(cases) < count:
        file = rng.choices(list(files), files.values())[0]
        scale = _scale(rng, file, official(file))
        text, edits = official(file), []
        for _ in range(rng.choices([1, 2, 3], how_many)[0]):
            step = rng.choices(list(steps), steps.values())[0](rng, text)
            if step:
                edits += step
                text = apply(text, step)
            rows = rows_of(text)
            if len(rows) < fewest_rows or any(len(row) != len(CELLS) for row in rows):
                break
        finished = finish(rng, edits, files[file] == 1 or scale not in ("", "n", "t"))
        if finished is None:
            continue
        case = {"file": file, "edits": finished[0], "scale": scale, "imgsz": finished[1]}
        key = json.dumps(case)
        if key not in seen:
            seen.add(key)
            cases.append(case)
    return cases


def print_cases(doc, mutations):
    """The command line of a generator: prints the cases of `--seed`, `--count` of them, a line each."""
    from framework import MODELS

    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=20)
    args = parser.parse_args()
    for case in mutations(args.seed, args.count, lambda f: (MODELS / f).read_text(encoding="utf-8")):
        print(json.dumps(case, ensure_ascii=False))


def _files():
    return {f: POPULAR.get(f, HEAVY.get(f, 3)) for f in official_files()}


def _scale(rng, file, text):
    letters = [line.strip()[0] for line in _block(text, "scales") if line.strip()[1:2] == ":"]
    if not letters:
        return ""
    first = "n" if "n" in letters else letters[0]
    return rng.choices([first, rng.choice(letters), "", "z"], [85, 13, 2, 0.5])[0]


def _block(text, key):
    """The indented lines below a top-level key."""
    lines = text.split("\n")
    at = next((i for i, line in enumerate(lines) if line.startswith(key + ":")), None)
    block = []
    for line in lines[at + 1 :] if at is not None else []:
        if not line.startswith(" "):
            break
        block.append(line)
    return block


def rows_of(text):
    """The cells of each row."""
    lines = text.split("\n")
    spans = [(lines[i], *flow_span(lines[i])) for i in row_lines(lines)]
    return [cells_of(line[a:b]) for line, a, b in spans]


def args_of(text):
    """What a list in a cell holds."""
    return cells_of(text) if text.strip("[] ") else []


def insert_and_renumber(rng, text, draw):
    """A row inserted and every absolute index at or above it moved by one, as a careful person does. `draw(rng, rows, i)` gives
    the row's text."""
    rows = rows_of(text)
    i = rng.randrange(1, len(rows))
    return [{"op": "insert", "row": i, "text": draw(rng, rows, i)}, *renumber([*rows[:i], None, *rows[i:]], i, 1)]


def renumber(rows, first, by):
    """The edits of all `from` cells that named row `first` or one below it, in rows as they are after one came (None) or went."""
    steps = []
    for at, row in enumerate(rows):
        if row is None:
            continue
        is_list = row[0].startswith("[")
        cells = args_of(row[0]) if is_list else [row[0]]
        moved = [str(int(c) + by) if c.isdigit() and int(c) >= first else c for c in cells]
        if moved != cells:
            steps.append(set_cell(at, "from", text="[" + ", ".join(moved) + "]" if is_list else moved[0]))
    return steps


def set_cell(row, cell, cells=None, text=None):
    """The edit that puts a text, or a list of cells, in a row's cell."""
    return {"op": "cell", "row": row, "cell": cell, "text": text if cells is None else "[" + ", ".join(cells) + "]"}
