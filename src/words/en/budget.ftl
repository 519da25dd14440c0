# What models may cost.

budget-needs-limits = `budget` needs limits: `# yolint: budget gflops<=6.5 params<=3M`
row-budget-relative = a row's budget can't be relative, because the baseline has other rows: write a number, or put the model's budget on a line of its own
amount-params = { $n } params
amount-layers = { $n } layers
amount-one-layer = 1 layer
amount-weights = { $n } of { $precision } weights
amount-activations = { $n } of activations
what-if = { $what } ({ $amount })
at-scale = scale { $scale }
at-image-size = image size { $side }
at-width = width { $width }
budget = budget { $limit }: { $state }
budget-of-section = budget { $limit } of { $section }: { $state }
budget-per-row = budget { $limit } per row: { $state }
budget-of-row = budget { $limit } of row { $row }: { $state }
budget-reached = reached
budget-row-over-by = row { $row } over by { $by }
budget-over-by = over by { $by }
budget-left = { $left } left
limit-share = { $number } ({ $share } %)
row-must-stay-below-each = Row { $row } has { $amount }, but must stay below the per-row budget of { $budget }
row-exceeds-each = Row { $row } has { $amount }, { $by } over the per-row budget of { $budget }
row-must-stay-below = Row { $row } has { $amount }, but must stay below its budget of { $budget }
row-exceeds = Row { $row } has { $amount }, { $by } over its budget of { $budget }
section-must-stay-below = `{ $section }` has { $amount }, but must stay below its budget of { $budget }
section-exceeds = `{ $section }` has { $amount }, { $by } over its budget of { $budget }
must-stay-below = { $amount }, but must stay below the budget of { $budget }
exceeds = { $amount }, { $by } over the budget of { $budget }
against-baseline = { $message }: { $name } has { $figure }, { $percent } % allowed
of-scale = { $scale }: { $what }
parts = { $first } · { $next }
too-few-filled = only { $kept } of { $items } items ({ $percent } %) are filled from { $base }, under the { $least } % that are asked for
too-slow = at least { $least } ms on { $device } in { $precision }, over the { $ms } ms that are asked for: its peak allows no less
baseline-no-model = the baseline { $name } is not a model YAML: it has no `backbone` and `head` lists of rows
baseline-unreadable = can't read the baseline: { $why }
budget-upper = a budget must be an upper limit: write `{ $name }<={ $limit }`
budget-cant-be-relative = `{ $name }` can't be relative, because the baseline has other rows: write a number, as in `{ $name }<=500k`
budget-no-scope = `{ $text }` can't have a budget: use backbone, head, row (each row) or row[22]
budget-limit-missing = the limit is missing: write { $example }
budget-not-relative = `{ $text }` is not a limit: write +5% or -5% for a limit relative to the baseline's { $name }
budget-not-limit = `{ $text }` is not a limit for { $name }: write { $example }
budget-no-unit = `{ $text }` has no unit: write { $example }
budget-too-large = `{ $text }` is too large for a budget
budget-none-below = no value is below `{ $text }`: write { $example }
not-a-budget = `{ $text }` is not a budget: write a metric, `<=` and a limit, like `gflops<=6.5`
budget-which-type = name the weights' data type: `int8<=4MB`, `fp16<=8MB` or `fp32<=16MB`
example-gflops = a number of GFLOPs like 6.5, or one with a unit like 800M
example-params = a number like 3M
example-layers = a number like 200
example-bytes = a number of bytes like 4MB or 4MiB
budget-without-baseline = the budget `{ $budget }` is relative to a baseline, but none is set: name a model YAML with `baseline:` beside it in .yolint.yaml, or with --baseline
metric-unknown = unknown metric `{ $metric }`: use { $all }
metric-unknown-like = unknown metric `{ $metric }`: did you mean `{ $known }`?
