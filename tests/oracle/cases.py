"""Cases: what one is, how its YAML text comes about, and how many are run without one of them ending the rest.

A case is a dict: `id`, either `yaml` (a text of our own) or `file` and `edits` (an official file and changes to it),
`scale`, `imgsz` ([height, width]). README.md in tests/golden says what each edit does to the text.
"""

import argparse
import json
import os
import re
import resource
import select
import signal
import sys
import time

MEMORY_LIMIT = 12 << 30
ROW = re.compile(r"^\s*- \[")
HEADS = {
    "Classify",
    "Depth",
    "Detect",
    "OBB",
    "OBB26",
    "Pose",
    "Pose26",
    "RTDETRDecoder",
    "Segment",
    "Segment26",
    "SemanticSegment",
    "WorldDetect",
    "YOLOEDetect",
    "YOLOESegment",
    "YOLOESegment26",
    "v10Detect",
}
CELLS = ("from", "repeats", "module", "args")


def official_files():
    """Names of the official files, relative to the framework's folder of models."""
    from framework import MODELS

    return sorted(str(p.relative_to(MODELS)) for p in MODELS.glob("*/*.yaml"))


def text_of(case, official):
    """The YAML of a case; `official` gives the text of an official file by its name."""
    return case["yaml"] if "yaml" in case else apply(official(case["file"]), case["edits"])


def apply(text, edits):
    """Make every edit on the text that the edits before it left."""
    lines = text.split("\n")
    for edit in edits:
        EDITS[edit["op"]](lines, edit)
    return "\n".join(lines)


def row_lines(lines):
    """Line numbers of the rows, in order, sections disregarded."""
    return [i for i, line in enumerate(lines) if ROW.match(line)]


def flow_span(line):
    """Where a row's flow text starts and ends: from the first bracket to the one that closes it."""
    start = line.index("[")
    return start, start + _closing(line[start:]) + 1


def cells_of(flow):
    """The texts of a row's cells: what stands between its outermost commas."""
    cells, last = [], 1
    for i, c, depth in _unquoted(flow):
        if (c == "," and depth == 1) or depth == 0:
            cells.append(flow[last:i].strip())
            last = i + 1
        if depth == 0:
            break
    return cells


def _closing(flow):
    for i, _, depth in _unquoted(flow):
        if depth == 0:
            return i
    raise ValueError(f"unclosed row: {flow}")


def _unquoted(flow):
    """The positions and characters outside of quotes, each with the number of brackets that are open behind it."""
    depth, quote = 0, ""
    for i, c in enumerate(flow):
        if quote:
            quote = "" if c == quote else quote
            continue
        if c in "'\"":
            quote = c
        depth += (c in "[{") - (c in "]}")
        yield i, c, depth


def _replace_row(lines, row, text):
    at = row_lines(lines)[row]
    start, end = flow_span(lines[at])
    lines[at] = lines[at][:start] + text + lines[at][end:]


def _cell(lines, edit):
    line = lines[row_lines(lines)[edit["row"]]]
    start, end = flow_span(line)
    cells = cells_of(line[start:end])
    cells[CELLS.index(edit["cell"])] = edit["text"]
    _replace_row(lines, edit["row"], "[" + ", ".join(cells) + "]")


def _row(lines, edit):
    _replace_row(lines, edit["row"], edit["text"])


def _insert(lines, edit):
    rows = row_lines(lines)
    at = rows[edit["row"]] if edit["row"] < len(rows) else rows[-1] + 1
    lines.insert(at, "  - " + edit["text"])


def _delete(lines, edit):
    del lines[row_lines(lines)[edit["row"]]]


def _unset(lines, edit):
    at = next((i for i, line in enumerate(lines) if line.startswith(edit["key"] + ":")), None)
    if at is None:
        return 0
    end = at + 1
    while end < len(lines) and lines[end].startswith(" "):
        end += 1
    del lines[at:end]
    return at


def _set(lines, edit):
    lines.insert(_unset(lines, edit), f"{edit['key']}: {edit['text']}")


EDITS = {"cell": _cell, "row": _row, "insert": _insert, "delete": _delete, "unset": _unset, "set": _set}


def output_of(module, output):
    """A row's output as the golden files have it: for a head the first tensor, for other rows what they return."""
    while module in HEADS and isinstance(output, list) and output and isinstance(output[0], list):
        output = output[0]
    return output


def compact(said):
    """The parts of an outcome that the golden files keep."""
    if said["stage"] != "ok":
        return said
    rows = [[r["params"], r["ops"], output_of(r["module"], r["output"]), r["args"]] for r in said["rows"]]
    keys = ("stage", "model_class", "params", "gradients", "layers", "gflops", "summary")
    kept = {k: said[k] for k in keys}
    kept["gflops"] = round(kept["gflops"], 9)
    return {**kept, "rows": rows}


def measure(cases, official, seconds=20, chunk=40, progress=True):
    """Yield (case, full outcome) for every case.

    The cases are run in forked children, a chunk in each, so that a crash or a child that eats the memory costs one case.
    """
    from framework import outcome

    cases, done, start = list(cases), 0, time.time()
    while done < len(cases):
        answered = 0
        for said in _child(outcome, cases[done : done + chunk], official, seconds):
            yield cases[done], said
            done, answered = done + 1, answered + 1
        if answered < len(cases[done - answered : done - answered + chunk]):
            yield cases[done], {"stage": "unmeasured", "class": "Crash", "message": "the process ended or was late"}
            done += 1
        if progress:
            print(f"\r{done}/{len(cases)}  {time.time() - start:.0f} s", end="", file=sys.stderr, flush=True)
    if progress:
        print(file=sys.stderr)


def _child(outcome, cases, official, seconds):
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reader)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
            with os.fdopen(writer, "w") as pipe:
                for case in cases:
                    name = case.get("file", case.get("name", "probe.yaml"))
                    said = outcome(text_of(case, official), name, case["scale"], case["imgsz"], seconds)
                    pipe.write(json.dumps(said) + "\n")
                    pipe.flush()
        finally:
            os._exit(0)
    os.close(writer)
    pending = b""
    # A long call into torch hears no alarm, so the child is ended when it is late.
    while select.select([reader], [], [], 2 * seconds)[0]:
        data = os.read(reader, 1 << 16)
        if not data:
            break
        *lines, pending = (pending + data).split(b"\n")
        for line in lines:
            yield json.loads(line)
    else:
        os.kill(pid, signal.SIGKILL)
    os.close(reader)
    os.waitpid(pid, 0)
