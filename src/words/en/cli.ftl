# What commands print.

fix-line = fix: { $title }
fix-line-unsafe = fix (unsafe): { $title }
table-sides = image sides: { $sizes }
not-a-language = `{ $text }` is not a language: write en or zh
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
heading-arguments = arguments
heading-output = output
heading-params = params
heading-share = share
heading-scale = scale
heading-layers = layers
heading-weights = weights fp16
unsafe-fixes-need = --unsafe-fixes needs --fix or --diff
watching = watching for changes; press Ctrl+C to stop
cant-be-written = { $path } can't be written: { $error }
left-unchanged = { $path } can't be written and was left unchanged: { $error }
no-model-found = no model YAML found
passed-over = passed over { $why }
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
