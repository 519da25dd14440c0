"""What Python prints for the programs of tests/python: run with Python 3.11, it writes the expectations anew.

    python3 tests/oracle/python_semantics.py tests/python/*.txt
    python3 tests/oracle/python_semantics.py tests/python/torch/*.txt    (with torch 2.15 and numpy)

A file holds programs, each behind a line `=== name`; behind a line `---` stands what Python prints. An exception that ends
a program is its last line, with the lines of its traceback, the outermost first. Programs that are "(not known)" aren't run.
Those of `numpy.txt` want numpy.
"""
import contextlib
import io
import multiprocessing
import sys
import traceback
import types
import warnings


def run(code):
    """What a program prints, its exception last. Called in a process of its own."""
    module = types.ModuleType("__main__")
    module.__file__ = "main.py"
    sys.modules["__main__"] = module
    warnings.simplefilter("ignore")
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(code, "main.py", "exec"), module.__dict__)
        except BaseException as e:
            lines = [str(f.lineno) for f in traceback.extract_tb(e.__traceback__) if f.filename in ("main.py", "<string>")]
            last = "".join(traceback.format_exception_only(type(e), e)).rstrip("\n").replace("__main__.", "")
            print(f"! {last} @ {' '.join(lines)}")
    printed.flush()
    return printed.buffer.getvalue().decode().rstrip("\n")


def main():
    assert sys.version_info[:2] == (3, 11), "the expectations are those of Python 3.11"
    if any("/torch/" in path for path in sys.argv[1:]):
        import torch  # once, for all programs

        torch.set_num_threads(1)
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            first, *programs = file.read().split("\n=== ")
        out = [first]
        for program in programs:
            name, rest = program.split("\n", 1)
            code = rest.split("\n---\n", 1)[0].rstrip("\n")
            expected = ""
            if "(not known)" not in name:
                with multiprocessing.get_context("fork").Pool(1) as pool:
                    expected = pool.apply_async(run, (code + "\n",)).get(timeout=60)
            out.append(f"{name}\n{code}\n---\n{expected}")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n=== ".join(out) + "\n")


if __name__ == "__main__":
    main()
