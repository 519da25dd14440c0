# What commands print.

fix-line = fix: { $title }
fix-line-unsafe = fix (unsafe): { $title }
table-sides = image sides: { $sizes }
not-a-language = `{ $text }` is not a language: write en, zh or zh-TW
totals-unknown = totals unknown
totals-of-scales = { $scales } (params/{ $unit })
totals = { $params } params, { $ops }, { $layers } layers
cells-rounded = { $count ->
    [one] 1 cell asks
   *[other] { $count } cells ask
} for channels that are rounded to multiples of 8: --hints shows them
outcome-clean = { $files ->
    [one] 1 file
   *[other] { $files } files
} checked: no findings
outcome = { $files ->
    [one] 1 file
   *[other] { $files } files
} checked: { $errors ->
    [one] 1 error
   *[other] { $errors } errors
} and { $warnings ->
    [one] 1 warning
   *[other] { $warnings } warnings
}
see-rule = see: yolint rule { $rule }
no-findings = no findings
full-stop = { $sentence }.
report-heading = | file | scale | layers | params | operations | findings |
report-nothing = nothing
counted-errors = { $count ->
    [one] 1 error
   *[other] { $count } errors
}
counted-warnings = { $count ->
    [one] 1 warning
   *[other] { $count } warnings
}
heading-module = module
heading-output = output
heading-share = share
heading-scale = scale
heading-layers = layers
heading-weights = weights fp16
unsafe-fixes-need = --unsafe-fixes needs --fix or --diff
watching = watching for changes; press Ctrl+C to stop
cant-be-written = { $path } can't be written: { $error }
left-unchanged = { $path } can't be written and was left unchanged: { $error }
no-model-found = no model YAML found
watch-needs-files = standard input is read once: name files or folders to watch
passed-over = passed over: { $why }
passed-over-no-model = passed over { $path } (no model)
files-passed-over = { $count ->
    [one] 1 YAML file
   *[other] { $count } YAML files
} passed over
findings-would-be-ignored = { $count ->
    [one] 1 finding
   *[other] { $count } findings
} would be ignored in { $files ->
    [one] 1 file
   *[other] { $files } files
}
findings-would-be-fixed = { $count ->
    [one] 1 finding
   *[other] { $count } findings
} would be fixed in { $files ->
    [one] 1 file
   *[other] { $files } files
}
findings-ignored = { $count ->
    [one] 1 finding
   *[other] { $count } findings
} ignored by comments in { $files ->
    [one] 1 file
   *[other] { $files } files
}
findings-fixed = { $count ->
    [one] 1 finding
   *[other] { $count } findings
} fixed in { $files ->
    [one] 1 file
   *[other] { $files } files
}
no-such-rule = unknown rule
no-such-rule-but = unknown rule: did you mean `{ $known }`?
not-a-model = { $path } is not a model YAML: it has no `backbone` and `head` lists of rows [from, repeats, module, args]
is-a-dataset = { $path } is a dataset's YAML file, not a model's: it says where the images are. Name it with --data, beside the model's file
is-arguments = { $path } has the arguments of a training, not a model: its `model` names the model
is-hyperparameters = { $path } has the hyperparameters of a training, not a model
is-a-tracker = { $path } has the settings of a tracker, not a model
is-a-summary = { $path } is the table that the framework prints of a model, not the model's file. The file has `backbone` and `head` with rows such as `- [-1, 1, Conv, [64, 3, 2]]`; channels are written there before the scale changes them, and without the input's
is-python = { $path } has a model as Python writes it; a model's file is YAML: `backbone:` and `head:` with a colon, and below each its rows, `- [-1, 1, Conv, [64, 3, 2]]`, without commas between them
unknown-scale = { $path }: unknown scale `{ $scale }`, choose one of { $letters }
modules-are-those-of = modules are those of { $name }
fusing-not-known = what merging makes of this framework's modules isn't known: figures are those of training
no-such-scale-here = this file has no such scale
freeze = freeze={ $rows }
freeze-at-scale = freeze={ $rows } at scale { $scale }
freeze-unknown = { $what }: unknown, as a row can't be built
frozen-none = all { $all } rows are trained
frozen-first = row 0 of { $all } isn't trained (the backbone has { $backbone })
frozen-all = none of { $all } rows is trained, which the framework refuses
frozen-rows = rows 0 to { $last } of { $all } aren't trained (the backbone has { $backbone })
freeze-leaves = { $what }: { $which }; { $trained } of { $params } parameters are
no-scale-selected = { $name } doesn't select a scale: showing `{ $scale }`, the first of { $letters } (choose with --scale)
reads-from-terminal = reads the model YAML from the terminal; end it with Ctrl+D
no-file-matches = { $path }: no YAML file matches this pattern
is-a-checkpoint = { $name } is a checkpoint with trained weights; yolint reads the model YAML that it was built from, such as yolo11n.yaml. For a run of Ultralytics, `model:` in the run's args.yaml names it
is-exported = { $name } is an exported model; yolint reads the model YAML that it was built from, such as yolo11n.yaml. For a run of Ultralytics, `model:` in the run's args.yaml names it
unknown-rule = unknown rule `{ $name }`; `yolint rule` lists all rules
unknown-rule-but = unknown rule `{ $name }` (did you mean `{ $known }`?); `yolint rule` lists all rules
not-an-image-size = `{ $text }` is not an image size: write a number like 640, or height x width like 480x640
help-label = help:{" "}
by-default = default
standard-input = standard input
save-as-utf8 = it isn't UTF-8; save it as UTF-8 first
no-such-base = { $name } is neither a file nor an official model that is at hand
no-model = { $name } is not a model YAML
help-line = help: { $help }
of-line = line { $line }: { $what }
of-row = row { $row }: { $what }
counted-at = image { $height }×{ $width }, counted by { $convention }
counted-fused-at = image { $height }×{ $width }, counted by { $convention }, fused
weights-need-type = name the data type: int8=4MB, fp16=8MB or fp32=16MB
device-without-figure = { $device } has no figure for { $precision }
ending-unknown = { $path }: the name must end with { $endings }, or set --format
heading-model = model
heading-transferred = transferred
heading-row = row
heading-rows = rows
heading-image = image
heading-to-640 = to 640
heading-map = map
heading-size = size
heading-channels = channels
heading-reads = reads
heading-returns = returns
heading-bound-by = bound by
heading-left = left
heading-what = what
heading-items = items
heading-kept = kept
heading-why-not-all = why not all
plot-needs-file = a plot needs a file: add --output plot.svg (or .html)
note-first-model = { $circumstances }; ±% to the first model
note-transferred = transferred: items that are filled with the weights of { $base }
note-bound = ms ≥: lower bound on { $device }, layer by layer; no estimate
axis-params = million parameters
axis-image-size = image size
page-compared = Models compared
page-needs-scale = a page compares the models at one scale: name it with --scale
no-scales-in-either = --scale all: neither model has scales to choose from
no-common-scale = --scale all: { $a } and { $b } have no common scale
needs-second-file = { $name } needs a second file to compare with
are-equal = { $a } and { $b } are equal: { $layers } layers, { $params } params, { $ops }
absent = (absent)
rows-unchanged = … { $count ->
    [one] 1 unchanged row
   *[other] { $count } unchanged rows
}
weights-in = weights { $precision }
section-rows = { $name } rows
section-params = { $name } params
weights-carried = weights of a in b: { $kept } of { $items } items
unknown-in = ? in { $name }: row { $row }: { $why }
map-of-backbone = backbone
map-of-head = head reads
map-fits = fits
map-needs-convolution = needs a 1x1 convolution
map-has-no-partner = no map of this size in b
cant-be-edited = { $name } can't be edited so: { $why }
costs = { $params } params, { $ops }
edited = { $edit }: { $was } → { $is }
edited-at-scale = { $edit }: { $was } → { $is } at scale { $scale }
no-share = `{ $text }` is no share between 0 and 1
cant-be-run-as-it-is = the model can't be built and run as it is
name-a-limit = name a limit: --max-gflops 6, --max-params 2M, --max-weights int8=4MB, --max-activations 20MB, or --device orin-nano --max-ms 1; or set a budget in the file or in .yolint.yaml
no-such-proposal = there is no such proposal
proposal-for-images = this proposal is for images of { $side }: train and run the model with imgsz={ $side }
fits-as-it-is = { $name } fits as it is
nothing-fits = { $name }: nothing that was tried brings it under its budget
now = now
all-rows = all
not-alone = not alone: { $why }
proposals-said =
    left: parameters (and pixels) that remain; weights: items that the model's own checkpoint still fills
    {"*"}: no other one costs less and leaves more; --show N prints a diff, --show N -o FILE writes the model
picture-needs-file = a picture needs a file: add --output model.svg (or .html, .png), or --format mermaid
picture-needs-scale = a picture shows one scale: name it, or use --format html for all of them
picture-too-large = the picture is too large
built-without-png = this yolint was built without PNG: write model.svg, which browsers and Inkscape turn into PNG, or build yolint with `--features png`
model-written = wrote { $name }; `yolint table --scale n { $argument }` shows what it costs
new-name-no-scale = the framework can't choose a scale by this name: { $help }
is-there-already = { $path } is there already: choose another name
several-classes = there are several classes `{ $name }`; name one: { $files }
framework-why = why: { $why }
framework-imports = imports: { $roots }
framework-unchanged = modules: built in, as nothing of this release was changed
framework-read = read: { $path }
framework-other = also there: { $name }
framework-counts = framework: { $name }
bound-unknown = { $device } { $precision }: unknown, as a row can't be run
bound-by-memory = memory
bound-by-compute = compute
bound-said =
    On { $device } in { $precision }, at least { $least } ms layer by layer, and no less than { $hard } ms in any way: { $peak } TFLOP/s, { $bandwidth } GB/s,
    so a layer with less than { $balance } FLOP/byte waits for memory ({ $source }).
weights-of = { $model }, weights of { $base }
weights-of-likely = { $model }, weights of { $base }, the official model that is most like it
weights-of-version = { $model }, weights of { $base }, its version in git
note-head-rebuilt = The framework builds the head's branch for classes anew, as wide as in the weights, before it loads them: the figures of the trained model are those of that branch.
note-first-partial = The first convolution has another number of channels: it is filled in part, which counts as an item.
note-moved =
    If a script moves rows (theirs: here) before it loads them, { $kept } of { $items ->
        [one] 1 item
       *[other] { $items } items
    } are filled:
    { $map }
cant-be-built = { $name } can't be built
cant-be-built-as = { $name } can't be built: row { $row }: { $why }
cant-be-built-at-scale = { $name } can't be built at this scale
like-no-official-model = { $name } is like no official model that is at hand: name the model whose weights it loads with --from, as a YAML file or a checkpoint
not-a-multiple = no multiple of { $multiple }: the framework takes { $size }
