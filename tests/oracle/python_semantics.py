"""What Python prints for the programs of tests/python: run with Python 3.11, it writes the expectations anew.

    python3 tests/oracle/python_semantics.py tests/python/*.txt

A file holds programs, each behind a line `=== name`; behind a line `---` stands what Python prints. An exception that ends
a program is its last line, with the lines of its traceback, the outermost first. Programs that are "(not known)" aren't run.
Those of `numpy.txt` want numpy.
"""
import subprocess
import sys
import tempfile

RUNNER = '''
import sys, traceback, types
module = types.ModuleType("__main__")
module.__file__ = "main.py"
sys.modules["__main__"] = module
try:
    exec(compile(sys.stdin.read(), "main.py", "exec"), module.__dict__)
except BaseException as e:
    lines = [str(f.lineno) for f in traceback.extract_tb(e.__traceback__) if f.filename in ("main.py", "<string>")]
    last = "".join(traceback.format_exception_only(type(e), e)).rstrip("\\n").replace("__main__.", "")
    print(f"! {last} @ {' '.join(lines)}")
'''


def printed(code, runner):
    run = subprocess.run([sys.executable, runner], input=code, capture_output=True, text=True, timeout=20, check=True)
    return run.stdout.rstrip("\n")


def main():
    assert sys.version_info[:2] == (3, 11), "the expectations are those of Python 3.11"
    with tempfile.NamedTemporaryFile("w", suffix=".py") as runner:
        runner.write(RUNNER)
        runner.flush()
        for path in sys.argv[1:]:
            with open(path, encoding="utf-8") as file:
                first, *programs = file.read().split("\n=== ")
            out = [first]
            for program in programs:
                name, rest = program.split("\n", 1)
                code = rest.split("\n---\n", 1)[0].rstrip("\n")
                expected = "" if "(not known)" in name else printed(code + "\n", runner.name)
                out.append(f"{name}\n{code}\n---\n{expected}")
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n=== ".join(out) + "\n")


if __name__ == "__main__":
    main()
