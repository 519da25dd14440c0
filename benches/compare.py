#!/usr/bin/env python3
"""Times `yolint table` as a process beside the framework's own `YOLO(file).info()`, in one run.

Usage: python benches/compare.py MODELS [--runs N] [--framework]

MODELS is the folder of the framework's model YAMLs (the tests leave it under target/wheels/). `--framework` needs
`pip install ultralytics==8.4.190`. Wall time and peak memory are the operating system's own figures of each process
that ended; the median of the runs is printed.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

YOLINT = Path(__file__).resolve().parent.parent / "target/release/yolint"
INFO = "from ultralytics import YOLO; import sys; YOLO(sys.argv[1], verbose=False).info()"


def measure(command, runs):
    """Median wall time in milliseconds and highest resident memory in MB of a command."""
    walls, peak = [], 0
    for i in range(runs + 1):
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{command} ended with {process.returncode}")
        if i:  # The first run warms the page cache.
            walls.append((time.perf_counter() - start) * 1e3)
        peak = max(peak, usage.ru_maxrss / 1e3)
    return statistics.median(walls), peak


def main():
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", type=Path)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--framework", action="store_true")
    args = parser.parse_args()
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, median of {args.runs} runs\n")
    print("| command | wall | peak memory |\n| --- | ---: | ---: |")
    for name, scale in (("11/yolo11.yaml", "n"), ("v9/yolov9e.yaml", "")):
        command = [str(YOLINT), "table", str(args.models / name)] + (["--scale", scale] if scale else [])
        wall, peak = measure(command, args.runs)
        print(f"| `yolint table {name}` | {wall:.1f} ms | {peak:.1f} MB |")
        if args.framework:
            path = args.models / name.replace("yolo11.yaml", "yolo11n.yaml")
            wall, peak = measure([sys.executable, "-c", INFO, str(path)], max(args.runs // 7, 3))
            print(f"| `YOLO(\"{path.name}\").info()` | {wall:.0f} ms | {peak:.0f} MB |")


if __name__ == "__main__":
    main()
