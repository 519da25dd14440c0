"""`python -m yolint` runs the program."""

from __future__ import annotations

import os
import subprocess
import sys

from ._program import environment, find_program


def main() -> int:
    command = [find_program(), *sys.argv[1:]]
    if os.name == "nt":
        # On Windows, `exec` returns to the shell before the program ends.
        return subprocess.run(command, env=environment()).returncode
    os.execve(command[0], command, environment())


if __name__ == "__main__":
    sys.exit(main())
