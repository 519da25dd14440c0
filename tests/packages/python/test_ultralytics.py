"""The guard in real trainings: wants `ultralytics` with torch, and is skipped without. A training takes seconds: four images of 32
pixels, one epoch."""

import contextlib
import os
import tempfile
import unittest
from pathlib import Path

os.environ.setdefault("YOLO_OFFLINE", "true")
os.environ.setdefault("YOLO_AUTOINSTALL", "false")

import yolint

try:
    from ultralytics import YOLO
except ImportError:
    YOLO = None

MODEL = """nc: 80
scales:
  n: [0.25, 0.25, 64]
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 1, Conv, [64, 3, 2]]
head:
  - [-1, 1, Conv, [64, 3, 1]]
  - [[3], 1, Detect, [nc]]
"""


def dataset(folder):
    import numpy
    from PIL import Image

    for part in ("images", "labels"):
        (folder / part).mkdir(exist_ok=True)
    for name in "abcd":
        Image.fromarray(numpy.full((32, 32, 3), 90, dtype="uint8")).save(folder / "images" / f"{name}.png")
        (folder / "labels" / f"{name}.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    path = folder / "data.yaml"
    path.write_text(f"path: {folder}\ntrain: images\nval: images\nnames: [leaf, stem]\n")
    return path


@unittest.skipIf(YOLO is None, "ultralytics isn't there")
class Training(unittest.TestCase):
    @contextlib.contextmanager
    def training(self, text=MODEL, model=None):
        """Yields a model, and what trains it."""
        with tempfile.TemporaryDirectory() as at:
            folder = Path(at)
            path = folder / "minen.yaml"
            path.write_text(text)
            data = dataset(folder)
            yolo = YOLO(str(model or path), task="detect")
            self.seen = []
            yolo.add_callback("on_train_epoch_start", lambda trainer: self.seen.append(trainer.epoch))

            def train(**options):
                given = dict(data=str(data), epochs=1, imgsz=32, batch=2, device="cpu", workers=0, plots=False, val=False)
                given.update(project=at, verbose=False, amp=False, **options)
                return yolo.train(**given)

            yield yolo, train

    def test_a_model_within_its_budget_is_trained(self):
        guard = yolint.guard(max_gflops=8)
        with self.training() as (yolo, train):
            yolo.add_callback("on_pretrain_routine_start", guard)
            train()
        self.assertEqual(self.seen, [0])

    def test_a_model_over_budget_is_not(self):
        with self.training() as (yolo, train):
            yolo.add_callback("on_pretrain_routine_start", yolint.guard(max_params=1000))
            with self.assertRaisesRegex(yolint.ModelError, "minen.yaml:.*budget-exceeded.* over the budget of 1k"):
                train()
        self.assertEqual(self.seen, [])

    def test_a_checkpoint_is_looked_at_when_it_is_loaded(self):
        with tempfile.TemporaryDirectory() as at:
            path = Path(at) / "mine.pt"
            with self.training() as (yolo, _):
                yolo.save(str(path))
            with self.training(model=path) as (yolo, train):
                yolo.add_callback("on_pretrain_routine_start", yolint.guard(max_params=1000))
                with self.assertRaisesRegex(yolint.ModelError, "budget-exceeded"):
                    train()
        self.assertEqual(self.seen, [])

    def test_a_published_model(self):
        with self.training(model="yolov8n.yaml") as (yolo, train):
            with self.assertRaisesRegex(yolint.ModelError, "0 GFLOPs|over the budget"):
                yolint.guard(max_gflops=0.001)(yolo)
            yolo.add_callback("on_pretrain_routine_start", yolint.guard(max_params="1M"))
            with self.assertRaisesRegex(yolint.ModelError, "budget-exceeded.* over the budget of 1M"):
                train()
        self.assertEqual(self.seen, [])

    def test_figures_of_a_model_are_the_frameworks(self):
        with self.training() as (yolo, _):
            layers, params = yolo.info()[:2]
            model = yolint.analyze(yolo)
        self.assertEqual((model.layers, model.params), (layers, params))


if __name__ == "__main__":
    unittest.main()
