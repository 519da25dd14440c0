"""What the real framework says of a model YAML: one outcome per (text, file name, scale, image size).

Development only: needs torch, torchvision, ultralytics and ultralytics-thop (see README.md beside this file).

    python tests/oracle/framework.py FILE.yaml --scale n --imgsz 640

Batch 1, eval mode, unfused, CPU. The framework's own classes build and run the model; nothing of them is replaced but
what would go to the network (TorchVision's pretrained weights) and what only costs time (random initial values).
"""

import argparse
import contextlib
import json
import logging
import os
import re
import signal
import sys
import tempfile
import time
import warnings
from copy import deepcopy
from pathlib import Path

os.environ.setdefault("YOLO_OFFLINE", "true")
os.environ.setdefault("YOLO_AUTOINSTALL", "false")
os.environ.setdefault("YOLO_CONFIG_DIR", tempfile.gettempdir())

import thop
import torch
import torchvision
import ultralytics
from ultralytics.nn import tasks
from ultralytics.utils import LOGGER, YAML

MODELS = Path(ultralytics.__file__).parent / "cfg" / "models"
VERSIONS = {
    "ultralytics": ultralytics.__version__,
    "ultralytics-thop": thop.__version__,
    "torch": torch.__version__,
    "torchvision": torchvision.__version__,
}
MESSAGE_LIMIT = 200

MODEL_CLASSES = {
    "Classify": "ClassificationModel",
    "Depth": "DepthModel",
    "OBB": "OBBModel",
    "OBB26": "OBBModel",
    "Pose": "PoseModel",
    "Pose26": "PoseModel",
    "RTDETRDecoder": "RTDETRDetectionModel",
    "Segment": "SegmentationModel",
    "Segment26": "SegmentationModel",
    "SemanticSegment": "SemanticSegmentationModel",
    "WorldDetect": "WorldModel",
    "YOLOEDetect": "YOLOEModel",
    "YOLOESegment": "YOLOESegModel",
    "YOLOESegment26": "YOLOESegModel",
}


class OutOfTime(BaseException):
    """The model costs more than this machine can spend on one case; says nothing about the model.

    Not an Exception: the framework swallows those while it counts FLOPs.
    """


def outcome(text, name, scale="", imgsz=(640, 640), seconds=60):
    """Build and run the model of a YAML text and say what happened.

    Args:
        text (str): The YAML.
        name (str): File name as the framework would see it; goes into the summary line.
        scale (str): Set as `yaml["scale"]`; empty for none.
        imgsz (tuple): Height and width.
        seconds (int): Past this many the outcome is `{"stage": "unmeasured"}`.

    Returns:
        (dict): `stage` is `ok`, `load`, `parse`, `stride`, `run`, or `unmeasured`; see README.md for the fields.
    """
    progress = {"stage": "load"}
    _forget_legacy()
    _start_alarm(seconds)
    try:
        with quiet() as lines:
            return {"stage": "ok", **_succeed(text, name, scale, tuple(imgsz), progress, lines)}
    except OutOfTime:
        return {"stage": "unmeasured", "class": "OutOfTime", "message": f"more than {seconds} s"}
    except Exception as error:  # noqa: BLE001 - every failure of the framework is an outcome
        if "not enough memory" in str(error) or "can't allocate memory" in str(error) or isinstance(error, MemoryError):
            return {"stage": "unmeasured", "class": type(error).__name__, "message": "out of memory"}
        return _failure(error, progress)
    finally:
        _start_alarm(0)


def model_class(config):
    """Name of the framework's class that a config's last head row asks for."""
    try:
        return MODEL_CLASSES.get(config["head"][-1][2], "DetectionModel")
    except Exception:  # noqa: BLE001 - a config without rows is for the framework to refuse
        return "DetectionModel"


def image_channels(config):
    """Channels of the image for which a model is built: the file's `ch` where it is a number, which the framework itself
    doesn't read (it takes the dataset's), else 3.
    """
    ch = config.get("ch") if isinstance(config, dict) else None
    return ch if type(ch) is int and ch > 0 else 3


def build(text, file, scale, **arguments):
    """The model of a YAML text, built as in a new process.

    Args:
        text (str): The YAML.
        file (str): File name as the framework would see it.
        scale (str): Set as `yaml["scale"]`; empty for none.
        arguments: More arguments of the model's class.
    """
    _forget_legacy()
    with quiet(), without_info():
        config = load(text, file)
        config.update(scale=scale, yaml_file=file)
        klass = getattr(tasks, model_class(config))
        return klass(deepcopy(config), ch=image_channels(config), verbose=False, **arguments)


def build_pair(pair):
    """The model of an official file at a scale: `11/yolo11.yaml@n`."""
    file, _, scale = pair.partition("@")
    return build((MODELS / file).read_text(encoding="utf-8"), file, scale)


def shape_of(value):
    """Shapes of a row's output, nested as the row returns them."""
    if isinstance(value, torch.Tensor):
        return list(value.shape)
    if isinstance(value, (list, tuple)):
        return [shape_of(v) for v in value]
    if isinstance(value, dict):
        return {k: shape_of(v) for k, v in value.items()}
    return value if value is None else type(value).__name__


def _succeed(text, name, scale, imgsz, progress, lines):
    config = load(text, name)
    config["scale"] = scale
    config["yaml_file"] = name
    progress["stage"] = "parse"
    klass = model_class(config)
    with without_info():
        model = getattr(tasks, klass)(deepcopy(config), ch=image_channels(config), verbose=True)
    table = _table(lines)
    del lines[:]
    layers, params, gradients, gflops = model.info(imgsz=list(imgsz))
    summary = next(x for x in lines if " summary" in x)
    progress["stage"] = "run"
    rows = run_rows(model, imgsz)
    for row, line in zip(rows, table[1:]):
        row.update(_printed_cells(line, row))
    return {
        "model_class": klass,
        "params": params,
        "gradients": gradients,
        "layers": layers,
        "gflops": gflops,
        "sum_ops": None if any(r["ops"] is None for r in rows) else sum(r["ops"] for r in rows),
        "stride": [float(s) for s in model.stride],
        "summary": summary,
        "printed": table,
        "rows": rows,
    }


def load(text, name="model.yaml"):
    """Load a YAML text the way the framework loads a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_text(text, encoding="utf-8", newline="")
        try:
            return YAML.load(path)
        except Exception as error:
            error.args = tuple(str(a).replace(str(path), Path(name).name) for a in error.args)
            raise


def run_rows(model, imgsz):
    """Profile one forward pass at the image size and split the counter's total by row.

    A row's operations are what the counter's total grows by from the row's start to the next row's start: its own hook
    and those of the functional products included.
    """
    rows, starts, outputs, handles = list(model.model), {}, {}, []
    modules = list(model.modules())

    def total():
        modes = torch.overrides._get_current_function_mode_stack()
        return sum(m.__dict__.get("total_ops", 0) for m in modules) + sum(m.state["ops"] for m in modes)

    def on_start(i):
        def hook(*_):
            starts[i] = total()

        return hook

    def on_end(i):
        def hook(_module, _inputs, output):
            outputs[i] = shape_of(output)

        return hook

    for i, row in enumerate(rows):
        handles += [row.register_forward_pre_hook(on_start(i)), row.register_forward_hook(on_end(i))]
    image = torch.zeros(1, model.yaml["channels"], *imgsz)
    try:
        starts[len(rows)] = thop.profile(model, inputs=[image], verbose=False)[0]
    except Exception as error:
        if not _in_counter(error):
            raise
        model.eval()(image)
        starts = dict.fromkeys(range(len(rows) + 1))
    finally:
        for handle in handles:
            handle.remove()
    return [
        {
            "index": i,
            "from": row.f,
            "module": row.type.rpartition(".")[2],
            "params": row.np,
            "trainable": sum(p.numel() for p in row.parameters() if p.requires_grad),
            "ops": starts[i] if starts[i] is None else int(starts[i + 1] - starts[i]),
            "output": outputs[i],
        }
        for i, row in enumerate(rows)
    ]


def _in_counter(error):
    """Whether an error came from one of the counter's rules, and not from the model."""
    rules = Path(thop.__file__).parent / "vision"
    tb = error.__traceback__
    while tb:
        if Path(tb.tb_frame.f_code.co_filename).is_relative_to(rules):
            return True
        tb = tb.tb_next
    return False


def _printed_cells(line, row):
    start = len(f"{row['index']:>3}{row['from']!s:>20}")
    numbers, _, rest = line[start:].partition("  ultralytics.") if "  ultralytics." in line else line[start:].partition("  torch")
    params = f"{row['params']:10.0f}"
    return {"n": json.loads(numbers[: len(numbers) - len(params)]), "args": rest[rest.index("[") :].strip()}


def _table(lines):
    header = next((i for i, x in enumerate(lines) if "from  n    params  module" in x), None)
    if header is None:
        return []
    end = next((i for i, x in enumerate(lines) if i > header and (not x or " summary" in x)), len(lines))
    return [x.strip("\n") for x in lines[header:end]]


def _failure(error, progress):
    stage, row = progress["stage"], -1
    tb = error.__traceback__
    while tb:
        code, values = tb.tb_frame.f_code, tb.tb_frame.f_locals
        if code.co_filename == tasks.__file__:
            if code.co_name == "parse_model":
                row = values.get("i", -1)
            elif code.co_name == "_forward":
                stage = "stride"
            elif code.co_name in {"predict", "_predict_once"} and "m" in values:
                if stage == "parse":
                    stage = "stride"
                row = values["head"].i if "head" in values else values["m"].i
        elif code.co_name == "bias_init":
            stage, row = "stride", values["self"].i
        tb = tb.tb_next
    message = next(iter(str(error).splitlines()), "")[:MESSAGE_LIMIT]
    return {"stage": stage, "row": row, "class": type(error).__name__, "message": message}


@contextlib.contextmanager
def quiet():
    """Collect what the framework logs in place of printing it."""
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    kept, level = LOGGER.handlers[:], LOGGER.level
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    act = tasks.Conv.default_act
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            yield lines
    finally:
        # parse_model restores this process-wide default only when it succeeds.
        tasks.Conv.default_act = act
        LOGGER.handlers[:] = kept
        LOGGER.setLevel(level)


@contextlib.contextmanager
def without_info():
    """Leave out the summary that a constructor prints for 640x640; it has no other effect and costs most of the time."""
    info = tasks.BaseModel.info
    tasks.BaseModel.info = lambda *_, **__: None
    try:
        yield
    finally:
        tasks.BaseModel.info = info


def _forget_legacy():
    """Make heads as in a new process: parse_model sets `legacy` on their classes, and classes inherit it from Detect."""
    for value in vars(tasks).values():
        if isinstance(value, type) and issubclass(value, tasks.Detect) and "legacy" in vars(value):
            if value is not tasks.Detect:
                del value.legacy
    tasks.Detect.legacy = False


def _start_alarm(seconds):
    def ring(*_):
        raise OutOfTime

    signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)


def _prepare():
    """Keep the framework off the network and off needless work."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    real = torchvision.models.get_model

    def get_model(name, weights=None, **config):
        model = real(name, weights=None, **config)
        if isinstance(weights, str):
            torchvision.models.get_model_weights(name).verify(weights)
        return model

    torchvision.models.get_model = get_model


_prepare()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", help="a YAML, or the name of an official one such as 11/yolo11.yaml")
    parser.add_argument("--scale", default="")
    parser.add_argument("--imgsz", default="640", help="N or HxW")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    path = Path(args.file) if Path(args.file).exists() else MODELS / args.file
    size = [int(x) for x in re.split("[x,]", args.imgsz)]
    start = time.time()
    result = outcome(path.read_text(encoding="utf-8"), path.name, args.scale, (size * 2)[:2], seconds=600)
    if args.json:
        print(json.dumps(result))
    elif result["stage"] != "ok":
        print(f"{result['stage']} fails at row {result.get('row')}: {result['class']}: {result['message']}")
    else:
        print(result["printed"][0])
        for row, line in zip(result["rows"], result["printed"][1:]):
            print(f"{line}  ops {row['ops']}  output {json.dumps(row['output'])}")
        print(result["summary"])
        print(
            f"trainable {result['gradients']}  sum_ops {result['sum_ops']}  gflops {result['gflops']}  stride {result['stride']}"
        )
    print(f"{time.time() - start:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
