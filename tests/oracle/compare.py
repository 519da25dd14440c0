"""Where yolint and the framework disagree, grouped by kind.

    python tests/oracle/compare.py target/debug/yolint --golden [--only edited|probes] [--every N]
    python tests/oracle/compare.py target/debug/yolint --seed 7 --count 300      fresh edits and probes, run in the framework
    python tests/oracle/compare.py target/debug/yolint --seed 7 --count 300 --only realistic      edits as people make them
    python tests/oracle/compare.py target/debug/yolint FILE.yaml… --scale n --imgsz 640

yolint is run as `yolint table --format json [--scale S] --imgsz HxW FILE`. Kinds:

    crash           no JSON, or a signal
    false-error     the framework builds and runs the model, yolint has an error
    missed-error    the framework fails, yolint has no error and knows every row
    wrong-row       the framework fails, yolint has errors, but on other rows
    row             params, ops, output or args of a row differ
    total           a total differs
    printed         `--format ultralytics` prints another table or summary line
    unknown         a row that yolint says it doesn't know

The last is counted apart and is no failure. `--keep DIR` (default: a new temporary folder) holds the YAML of every
disagreement. Exit status 1 when there is one.
"""

import argparse
import ast
import json
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from cases import compact, measure, text_of

GOLDEN = Path(__file__).parents[1] / "golden"
TOTALS = {"params": "params", "gradients": "trainable", "layers": "layers"}


def main():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("yolint")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--golden", action="store_true")
    parser.add_argument("--models", type=Path, help="folder of the official files; needed where ultralytics isn't installed")
    parser.add_argument("--only", choices=["edited", "probes", "realistic"])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--scale", default="")
    parser.add_argument("--imgsz", default="640")
    parser.add_argument("--examples", type=int, default=3)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    keep = args.keep or Path(tempfile.mkdtemp(prefix="yolint-compare-"))
    official = _official(args.models)
    findings, count = defaultdict(list), 0
    for case, said in _pairs(args, official):
        if said["stage"] == "unmeasured":
            continue
        count += 1
        path = keep / case["id"] / _name(case)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(case, official), encoding="utf-8", newline="")
        found = list(disagreements(case, said, run(args.yolint, path, case)))
        if not found and said["stage"] == "ok":
            found = list(printed(said, run_text(args.yolint, path, case)))
        for kind, what in found:
            findings[kind].append((what, case, path))
        if not found:
            path.unlink()
            path.parent.rmdir()
    wrong = report(findings, args.examples)
    print(f"{count - wrong} passed, {wrong} failed")
    sys.exit(wrong > 0)


def _name(case):
    """The file's name; one that holds no scale where the framework was given none."""
    return Path(case.get("file", case.get("name", "probe.yaml"))).name if case["scale"] else "model.yaml"


def command(yolint, path, case, form):
    """How yolint is asked for a case's table."""
    scale = ["--scale", case["scale"]] if case["scale"] else []
    return [yolint, "table", *scale, "--format", form, "--imgsz", "x".join(map(str, case["imgsz"])), str(path)]


def run_text(yolint, path, case):
    """The table that yolint prints in the framework's form, as lines."""
    return subprocess.run(command(yolint, path, case, "ultralytics"), capture_output=True, text=True, timeout=20).stdout.splitlines()


def run(yolint, path, case):
    """What yolint says of a file: its JSON, or the reason why there is none."""
    try:
        done = subprocess.run(command(yolint, path, case, "json"), capture_output=True, text=True, timeout=20)
    except subprocess.TimeoutExpired:
        return "no answer in 20 s"
    try:
        return json.loads(done.stdout)
    except ValueError:
        if done.returncode == 2:
            return {"refused": done.stderr.strip()[:200]}
        return f"exit status {done.returncode}: {done.stderr.strip()[-200:]}"


def disagreements(case, said, answer):
    """Yield (kind, what) for every disagreement of yolint's answer with the framework's outcome."""
    if isinstance(answer, str):
        yield "crash", answer
        return
    if "refused" in answer:
        if said["stage"] == "ok":
            yield "false-error", f"refused: {answer['refused']}"
        return
    errors = [d for d in answer["diagnostics"] if d["severity"] == "error"]
    unknown = [r for r in answer["rows"] if str(r["status"]).startswith("unknown")]
    if said["stage"] == "ok":
        for error in errors[:1]:
            yield "false-error", f"[{error['rule']}] row {error.get('row')}: {error['message']}"
        if unknown:
            yield "unknown", f"{unknown[0]['module']}: {unknown[0]['status']}"
        if not errors:
            yield from _numbers(said, answer, bool(unknown))
        return
    where = f"{said['stage']} row {said['row']} {said['class']}: {said['message']}"
    rows = {d["row"] for d in errors if d.get("row") is not None}
    if not errors:
        yield ("unknown", f"{unknown[0]['module']}: {unknown[0]['status']}") if unknown else ("missed-error", where)
    elif said["stage"] != "load" and said["row"] >= 0:
        # An earlier row may rightly be at fault too when the framework gave up while it parsed, before anything ran.
        # And at a size of odd halves while it measured strides, at another size.
        elsewhere = said["stage"] == "stride" and any(side % 64 for side in case["imgsz"])
        early = [r for r in rows if r < said["row"]] if said["stage"] != "parse" and not elsewhere else []
        if said["row"] not in rows and unknown and not early:
            yield "unknown", f"{unknown[0]['module']}: {unknown[0]['status']}"
        elif said["row"] not in rows or early:
            first = min(errors, key=lambda d: d["row"] if d.get("row") is not None else -1)
            yield "wrong-row", f"{where} | yolint: row {first.get('row')} [{first['rule']}] {first['message']}"


def printed(said, lines):
    """Yield the first line in which the printed table or summary, but for the model's name, differs from the framework's."""
    lines[-1:] = [line.partition(" summary")[2] for line in lines[-1:]]
    expected = [*(said.get("printed") or lines[:-1]), said["summary"].partition(" summary")[2]]
    if len(lines) != len(expected):
        yield "printed", f"{len(lines)} lines, framework {len(expected)}"
        return
    for ours, theirs in zip(lines, expected):
        if ours != theirs:
            yield "printed", f"{ours!r}, framework {theirs!r}"
            return


def _numbers(said, answer, incomplete):
    if len(said["rows"]) != len(answer["rows"]):
        yield "row", f"{len(answer['rows'])} rows, framework {len(said['rows'])}"
        return
    for (params, ops, output, arguments), row in zip(said["rows"], answer["rows"]):
        if row["status"] != "exact":
            continue
        for name, expected in {"params": params, "ops": ops, "output": output}.items():
            if row[name] != expected and not (name == "ops" and expected is None):
                yield "row", f"{row['module']} {name} {row[name]}, framework {expected}"
                return
        expected = _literal(arguments)
        if expected is not None and row["args"] != expected:
            yield "row", f"{row['module']} args {row['args']}, framework {expected}"
            return
    if incomplete:
        return
    for theirs, ours in TOTALS.items():
        a, b = said[theirs], answer["totals"][ours]
        if a != b:
            yield "total", f"{ours} {b}, framework {a}"
            return


def _literal(arguments):
    """Printed arguments as JSON would have them; None where they hold more than literals."""
    try:
        return json.loads(json.dumps(ast.literal_eval(arguments)))
    except (ValueError, SyntaxError):
        return None


def report(findings, examples):
    """Print the digest; return how many cases disagree, those that are allowed aside."""
    for kind in sorted(findings):
        groups = defaultdict(list)
        for what, case, path in findings[kind]:
            groups[_shape(what)].append((what, case, path))
        print(f"\n{kind}: {len(findings[kind])}")
        for group in sorted(groups.values(), key=len, reverse=True):
            print(f"  {len(group)} x {group[0][0]}")
            for _, case, path in group[:examples]:
                scale = f" --scale {case['scale']}" if case["scale"] else ""
                print(f"      {path}{scale} --imgsz {case['imgsz'][0]}x{case['imgsz'][1]}")
    return len({case["id"] for kind, found in findings.items() if kind != "unknown" for _, case, _ in found})


def _shape(what):
    """A finding without its numbers, to group by."""
    text = "".join("#" if c.isdigit() else c for c in what)
    while "##" in text or "#, #" in text:
        text = text.replace("##", "#").replace("#, #", "#")
    return text[:110]


def _pairs(args, official):
    if args.golden:
        for name in ("probes", "edited"):
            if args.only in (None, name):
                lines = (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
                for line in lines[:: args.every]:
                    case = json.loads(line)
                    yield case, case
        return
    if args.files:
        size = [int(x) for x in args.imgsz.split("x")]
        cases = [
            {"id": f.stem, "name": f.name, "yaml": f.read_text(encoding="utf-8"), "scale": args.scale, "imgsz": (size * 2)[:2]}
            for f in args.files
        ]
    else:
        cases = _fresh(args, official)
    for case, said in measure(cases, official):
        yield case, {**compact(said), "printed": said.get("printed")}


def _fresh(args, official):
    import mutate
    import probes
    import realistic

    if args.only == "realistic":
        return realistic.mutations(args.seed, args.count, official)
    tiny = probes.probes(args.seed)
    cases = [] if args.only == "probes" else mutate.mutations(args.seed, args.count, official)
    return cases + ([] if args.only == "edited" else random.Random(args.seed).sample(tiny, min(args.count, len(tiny))))


def _official(folder):
    if folder is None:
        from framework import MODELS as folder
    return lambda file: (folder / file).read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
