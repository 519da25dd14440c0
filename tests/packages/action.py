"""Runs the steps of `action.yml` as GitHub would, with the inputs of the command line: action.py NAME=VALUE…"""

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
given = dict(argument.split("=", 1) for argument in sys.argv[1:])
inputs = {name: given.pop(name, what.get("default", "")) for name, what in action["inputs"].items()}
assert not given, f"no inputs: {given}"


def filled(text):
    def value(match):
        name = match[1].strip()
        return str(ROOT) if name == "github.action_path" else str(inputs[name.split(".", 1)[1]])

    return re.sub(r"\$\{\{([^}]+)\}\}", value, text)


for step in action["runs"]["steps"]:
    variables = {name: filled(text) for name, text in step.get("env", {}).items()}
    done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", filled(step["run"])], env={**os.environ, **variables})
    if done.returncode:
        sys.exit(done.returncode)
