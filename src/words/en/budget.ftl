# What models may cost.

budget-needs-limits = `budget` needs limits: `# yolint: budget gflops<=6.5 params<=3M`
row-budget-relative = a row's budget can't be relative, because the baseline has other rows: write a number, or put the model's budget on a line of its own
amount-params = { $n } params
amount-layers = { $n } layers
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
limit-share = { $number } ({ $share })
row-must-stay-below-each = Row { $row } has { $amount }, but must stay below the per-row budget of { $budget }
row-exceeds-each = Row { $row } has { $amount }, { $by } over the per-row budget of { $budget }
row-must-stay-below = Row { $row } has { $amount }, but must stay below its budget of { $budget }
row-exceeds = Row { $row } has { $amount }, { $by } over its budget of { $budget }
section-must-stay-below = `{ $section }` has { $amount }, but must stay below its budget of { $budget }
section-exceeds = `{ $section }` has { $amount }, { $by } over its budget of { $budget }
must-stay-below = { $amount }, but must stay below the budget of { $budget }
exceeds = { $amount }, { $by } over the budget of { $budget }
against-baseline = { $message }: { $name } has { $figure }, { $percent } allowed
of-scale = { $scale }: { $what }
parts = { $first } · { $next }
too-few-filled = only { $kept } of { $items } items ({ $percent } %) are filled from { $base }, under the { $least } % that are asked for
too-slow = at least { $least } ms on { $device } in { $precision }, over the { $ms } ms that are asked for: its peak allows no less
