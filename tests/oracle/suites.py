"""Check the figures that the suites show on rows (`# is: 16×320×320 · 464 params · 0.102 GFLOPs`).

    python tests/oracle/suites.py [FILE.md…]            prints rows of which the framework says otherwise
    python tests/oracle/suites.py --write [FILE.md…]    and writes its figures there, in full

`tests/it/suites/mod.rs` says what a suite is.
"""

import argparse
import re
from pathlib import Path

import yaml
from cases import ROW
from framework import VERSIONS, outcome

SUITES = Path(__file__).parents[1] / "suites"
MARK = re.compile(r"\s*# (?:is|error|warning|hint): .*")


def blocks(text):
    """The blocks of YAML of a suite with figures on rows: number of the first line, lines, file name, scale, image size."""
    settings, start = {}, None
    for i, line in enumerate(lines := text.split("\n")):
        if start is None and line.startswith("#"):
            settings = {}
        elif start is None and line.startswith("```"):
            start, words = i + 1, line.split()[1:]
        elif line.startswith("```"):
            block, first, start = lines[start:i], start, None
            if ".yolint.yaml" in words:
                settings = yaml.safe_load("\n".join(block))
            elif any("# is: " in x for x in block) and "convention" not in settings:
                asked = settings | dict(word.split("=") for word in words if "=" in word)
                size = int(asked.get("imgsz", 640))
                yield first, block, asked.get("name", "yolo11-model.yaml"), asked.get("scale", ""), (size, size)


def label(row, is_last):
    """What a hint says of a row."""
    parts = [shape(row["output"], is_last)]
    if row["params"]:
        parts.append(number(row["params"], {1: "", 1_000: "k", 999_500: "M"}) + " params")
    if row["ops"]:
        flops = 2 * row["ops"]
        parts.append(number(flops, {1: " ", 10_000: " M", 10_000_000: " G"}) + "FLOPs")
    return " · ".join(parts)


def shape(output, is_last):
    """The first tensor of an output without its batch, and how many more a row in between hands on."""
    if isinstance(output[0], int):
        return "×".join(map(str, output[1:]))
    more = f" +{len(output) - 1}" if len(output) > 1 and not is_last else ""
    return shape(output[0], True) + more


def number(n, units):
    """A number with three digits that count and at most three decimals, in the largest of the units that it reaches."""
    unit = units[max(least for least in units if least == 1 or n >= least)]
    if not unit.strip():
        return f"{n:,}{unit}"
    scale = {"k": 3, "M": 6, "G": 9}[unit.strip()]
    decimals = next((d for d in (3, 2, 1) if rounded(n, scale, d) < 1_000), 0)
    value = rounded(n, scale, decimals)
    return f"{value / 10**decimals:,.{decimals}f}{unit}"


def rounded(n, scale, decimals):
    """`n / 10**scale * 10**decimals` to the nearest whole number, a half upwards."""
    return (2 * n * 10**decimals + 10**scale) // (2 * 10**scale)


def has_parts(real, said):
    """Whether a label has these parts, in this order."""
    parts = iter(real.split(" · "))
    return all(part in parts for part in said.split(" · "))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    print(VERSIONS)
    compared = wrong = 0
    for path in args.files or sorted(SUITES.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        lines = text.split("\n")
        for first, block, name, scale, imgsz in blocks(text):
            said = outcome("\n".join(MARK.sub("", line) for line in block) + "\n", name, scale, imgsz)
            if said["stage"] != "ok":
                print(f"{path.name}:{first}: {said}")
                wrong += 1
                continue
            places = [i for i, line in enumerate(block) if ROW.match(line)]
            for i, row in zip(places, said["rows"], strict=True):
                line, real = block[i], label(row, row is said["rows"][-1])
                if "# is: " not in line:
                    continue
                compared += 1
                if not has_parts(real, line.split("# is: ")[1]):
                    wrong += 1
                    print(f"{path.name}:{first + i + 1}: is {real}")
                lines[first + i] = line.split("# is: ")[0] + f"# is: {real}"
        if args.write:
            path.write_text("\n".join(lines), encoding="utf-8")
    print(f"{compared} rows, {wrong} wrong")


if __name__ == "__main__":
    main()
