"""The Python package, as its users call it. Figures are those that the program prints; `cargo test` compares those with torch."""

import ast
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import types
import unittest
from pathlib import Path

import yolint

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
TINY = EXAMPLES / "yolo11-tiny.yaml"
BROKEN = """nc: 3
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[0, 1], 1, Concat, [1]]
  - [-1, 1, Classify, [nc]]
"""
# torch counts 464 for the convolution (3 * 16 * 3 * 3 + 2 * 16).
SMALL = {"nc": 3, "backbone": [[-1, 1, "Conv", [16, 3, 2]]], "head": [[-1, 1, "Classify", ["nc"]]]}


def program(*arguments, text=None):
    done = subprocess.run([yolint.find_program(), *arguments], input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, encoding="utf-8")
    return done.stdout


class Analyze(unittest.TestCase):
    def test_figures_are_the_programs(self):
        model = yolint.analyze(TINY, scale="n")
        said = json.loads(program("table", "--format", "json", "--scale", "n", str(TINY)))
        totals = said["totals"]
        self.assertEqual((model.params, model.layers, model.flops), (totals["params"], totals["layers"], totals["flops"]))
        self.assertEqual((model.params, round(model.gflops, 1)), (542_206, 3.4))
        self.assertEqual([row.params for row in model.rows], [row["params"] for row in said["rows"]])
        self.assertEqual((model.rows[9].module, model.rows[9].from_, model.rows[9].output), ("Concat", [-1, 4], [1, 192, 80, 80]))
        self.assertEqual((model.scale, model.imgsz, model.convention, model.ok), ("n", (640, 640), "ultralytics", True))
        self.assertEqual(json.loads(model.to_json()), said)
        self.assertIn("542,206 params", repr(model))

    def test_a_model_is_a_path_a_text_or_a_dict(self):
        for model in (str(TINY), TINY, TINY.read_text(encoding="utf-8")):
            self.assertEqual(yolint.analyze(model, scale="s").params, 1_676_262)
        self.assertEqual(yolint.analyze(f"{TINY}@s").params, 1_676_262)
        self.assertEqual(yolint.analyze(SMALL).rows[0].params, 464)
        ultralytics = types.SimpleNamespace(model=types.SimpleNamespace(yaml=SMALL))
        self.assertEqual(yolint.analyze(ultralytics).rows[0].params, 464)
        with self.assertRaisesRegex(yolint.Error, "not int"):
            yolint.analyze(5)

    def test_options(self):
        wide = yolint.analyze(SMALL, imgsz=(320, 640), nc=7, channels=None)
        self.assertEqual((wide.imgsz, wide.rows[0].output, wide.rows[1].output), ((320, 640), [1, 16, 160, 320], [1, 7]))
        self.assertEqual(yolint.analyze(SMALL, data={"names": ["a", "b"], "channels": 1}).rows[1].output, [1, 2])
        self.assertEqual(yolint.analyze(SMALL, channels=1).rows[0].params, 16 * 9 + 32)
        self.assertEqual(yolint.analyze(SMALL, convention="fvcore").convention, "fvcore")
        self.assertEqual(yolint.analyze(SMALL, framework="builtin").framework["kind"], "builtin")
        with self.assertRaisesRegex(yolint.Error, "`nc` and `data`"):
            yolint.analyze(SMALL, nc=2, data="coco.yaml")

    def test_errors_are_values_and_exceptions(self):
        model = yolint.analyze(BROKEN)
        self.assertFalse(model.ok)
        (error,) = model.errors
        self.assertEqual((error.rule, error.line, error.column, error.row), ("spatial-mismatch", 6, 10, 2))
        self.assertIsNone(model.gflops)
        with self.assertRaisesRegex(yolint.ModelError, "model:6:10: error.spatial-mismatch. Concat") as raised:
            model.raise_for_errors()
        self.assertEqual(raised.exception.diagnostics, (error,))
        with self.assertRaisesRegex(yolint.Error, "nothing.yaml: no such file"):
            yolint.analyze("nothing.yaml")
        with self.assertRaisesRegex(yolint.Error, "unknown scale `q`"):
            yolint.analyze(f"{TINY}@q")
        with self.assertRaisesRegex(yolint.Error, "is not a model YAML"):
            yolint.analyze("just: a\nfile: here\n")

    def test_what_is_said_about_reading(self):
        self.assertIn("showing `n`, the first of n, s", "".join(yolint.analyze(TINY).notes))


class Show(unittest.TestCase):
    def test_html_has_table_findings_and_graph_and_no_markup_of_the_file(self):
        shown = yolint.analyze(BROKEN.replace("Classify", "'<b>Classify'"))._repr_html_()
        self.assertIn("<code>unknown-module</code>", shown)
        self.assertIn("data:image/svg+xml;base64,", shown)
        self.assertIn("&lt;b&gt;Classify", shown)
        self.assertNotIn("<b>Classify", shown)

    def test_forms(self):
        model = yolint.analyze(TINY)
        graph = model.graph()
        self.assertTrue(graph.startswith("<svg"))
        self.assertIn("<img", graph._repr_html_())
        self.assertIn("<iframe", model.graph("html")._repr_html_())
        self.assertIsNone(model.graph("mermaid")._repr_html_())
        with tempfile.TemporaryDirectory() as folder:
            graph.save(os.path.join(folder, "a.svg"))
            self.assertEqual(Path(folder, "a.svg").read_text(encoding="utf-8"), graph)
        self.assertEqual(model.table("ultralytics"), program("table", "--format", "ultralytics", "--scale", "n", str(TINY)))
        self.assertEqual(str(model), program("table", "--scale", "n", str(TINY)))

    def test_pandas(self):
        try:
            import pandas
        except ImportError:
            self.skipTest("pandas isn't there")
        frame = yolint.analyze(BROKEN).to_pandas()
        self.assertIsInstance(frame, pandas.DataFrame)
        self.assertEqual((list(frame.module), frame.params[0]), (["Conv", "Conv", "Concat", "Classify"], 464))
        self.assertTrue(pandas.isna(frame.flops[2]))


class Many(unittest.TestCase):
    def test_check(self):
        models = yolint.check(EXAMPLES)
        self.assertEqual([Path(model.file).name for model in models], sorted(path.name for path in EXAMPLES.glob("*.yaml")))
        self.assertEqual([model.errors for model in models], [[]] * len(models))
        (over,) = yolint.check([TINY], scale="n", max_gflops=3)
        self.assertEqual((over.errors[0].rule, over.budgets[0].over, over.budgets[0].limit), ("budget-exceeded", True, 3.0))

    def test_diff(self):
        diff = yolint.diff(f"{TINY}@n", f"{TINY}@s")
        self.assertTrue(diff.differs)
        self.assertEqual((diff.params.a, diff.params.b, diff.params.delta), (542_206, 1_676_262, 1_134_056))
        self.assertAlmostEqual(diff.gflops.b, 9.7441792)
        self.assertEqual({row.status for row in diff.rows}, {"changed"})
        self.assertIn("1,676,262", diff._repr_html_())
        self.assertIn("params", str(diff))

    def test_diff_of_texts(self):
        wider = {**SMALL, "backbone": [[-1, 1, "Conv", [32, 3, 2]]]}
        diff = yolint.diff(SMALL, wider)
        self.assertEqual((diff.a, diff.b, diff.rows[0].params.delta), ("a.yaml", "b.yaml", 464))
        self.assertTrue(str(diff).startswith("--- a.yaml\n+++ b.yaml\n"), str(diff))
        self.assertFalse(yolint.diff(SMALL, dict(SMALL)).differs)


class Trainer:
    """What a trainer of Ultralytics shows at `on_pretrain_routine_start`; `test_ultralytics.py` has real ones."""

    def __init__(self, model, data="data.yaml", network=None, dataset=None, imgsz=640):
        self.args = types.SimpleNamespace(model=model, data=data, imgsz=imgsz)
        if network is not None:
            self.model = types.SimpleNamespace(yaml=network)
        if dataset is not None:
            self.data = dataset
        self.later = []

    def add_callback(self, event, function):
        assert event == "on_pretrain_routine_end", event
        self.later.append(function)


class Guard(unittest.TestCase):
    def test_a_model_that_may_be_trained(self):
        trainer = Trainer(f"{TINY}", dataset={"nc": 4, "channels": 3})
        model = yolint.guard(max_gflops=20)(trainer)
        self.assertTrue(model.ok)
        self.assertEqual(trainer.later, [])

    def test_a_model_over_budget(self):
        with self.assertRaisesRegex(yolint.ModelError, "(?s)stops the training.*over the budget of 1 "):
            yolint.guard(max_gflops=1)(Trainer(str(TINY)))
        # The training's image size counts.
        yolint.guard(max_gflops=3)(Trainer(str(TINY) + "@n", imgsz=320))

    def test_a_network_that_was_built(self):
        guard = yolint.guard(max_params="1k")
        with self.assertRaisesRegex(yolint.ModelError, "model:1:"):
            guard(Trainer("best.pt", network=SMALL, dataset={"nc": 2}))

    def test_what_is_known_only_later(self):
        trainer = Trainer("best.pt")
        guard = yolint.guard(max_params="1k")
        self.assertIsNone(guard(trainer))
        trainer.model, trainer.data = types.SimpleNamespace(yaml=SMALL), {"nc": 2}
        with self.assertRaises(yolint.ModelError):
            trainer.later[0](trainer)

    def test_a_model_before_any_trainer(self):
        with self.assertRaisesRegex(yolint.ModelError, "spatial-mismatch"):
            yolint.guard()(BROKEN)
        self.assertEqual(yolint.guard(max_layers=200)(SMALL).rows[0].params, 464)


class Program(unittest.TestCase):
    def test_the_module_is_the_program(self):
        done = subprocess.run([sys.executable, "-m", "yolint", "--version"], stdout=subprocess.PIPE, universal_newlines=True)
        self.assertEqual((done.returncode, done.stdout), (0, f"yolint {yolint.__version__}\n"))
        bad = subprocess.run([sys.executable, "-m", "yolint", "table", "nothing.yaml"], stderr=subprocess.DEVNULL)
        self.assertEqual(bad.returncode, 2)

    def test_a_program_that_is_missing(self):
        with environment(YOLINT="/nowhere/yolint"), self.assertRaisesRegex(yolint.Error, "can't be run"):
            yolint.analyze(TINY)

    def test_the_package_is_python_3_8(self):
        for path in Path(yolint.__file__).parent.glob("*.py"):
            ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))

    def test_all_names_are_there(self):
        for name in yolint.__all__:
            self.assertTrue(hasattr(yolint, name), name)


@contextlib.contextmanager
def environment(**variables):
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Magic(unittest.TestCase):
    def setUp(self):
        try:
            from IPython.core.interactiveshell import InteractiveShell
        except ImportError:
            self.skipTest("IPython isn't there")
        self.shell = InteractiveShell.instance()
        yolint.load_ipython_extension(self.shell)

    def test_a_cell(self):
        model = self.shell.run_cell_magic("yolint", "mine --imgsz 320x640 --nc 5", BROKEN)
        self.assertIs(self.shell.user_ns["mine"], model)
        self.assertEqual((model.imgsz, model.errors[0].rule), ((320, 640), "spatial-mismatch"))

    def test_a_line(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            self.shell.run_line_magic("yolint", f"table --scale n {TINY}")
        self.assertIn("542,206 parameters", out.getvalue())

    def test_a_line_that_is_wrong(self):
        for line, words in [("--imgsz x", "not an image size"), ("--nonsense", "usage: %%yolint"), ("1a", "no name for a variable")]:
            with self.assertRaisesRegex(yolint.Error, words):
                self.shell.run_cell_magic("yolint", line, BROKEN)


if __name__ == "__main__":
    unittest.main()
