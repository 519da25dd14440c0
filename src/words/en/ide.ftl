# What editors show.

use-here = Use { $substitute } here: −{ $params } params, −{ $ops }
use-depthwise-here = Use DWConv here, which doesn't mix channels: −{ $params } params, −{ $ops }
lens-image = image { $size }
lens-channels = { $n } channels
lens-convention = counted by { $convention }
lens-by = {" "}by { $convention }
lens-fused = fused
lens-weights = weights: { $kept }/{ $items }
lens-weights-of = weights: { $kept }/{ $items } of { $model }
lens-classes = { $count ->
    [one] 1 class
   *[other] { $count } classes
} of { $name }
lens-channels-of = { $n } channels of { $name }
lens-row = row { $row }: { $rule }
short-bad-from = bad from
short-channel-mismatch = channel mismatch
short-head-inputs = head inputs
short-invalid-value = invalid value
short-malformed-row = malformed row
short-module-raises = module raises
short-not-known = not known
short-output-vanishes = output vanishes
short-spatial-mismatch = spatial mismatch
short-unknown-module = unknown module
short-wrong-arguments = wrong arguments
declared = declared
describe-reads = reads { $inputs }
describe-returns = returns { $output }
describe-params = { $n } parameters
describe-params-frozen = { $n } parameters, { $frozen } of them frozen
describe-intensity = { $intensity } FLOP for each byte that it moves in fp16
describe-weights = { $kept } of { $items } weights from { $base }
describe-weights-likely = { $kept } of { $items } weights from { $base }, the official model that is most like it
describe-fused = As it is deployed: { $layers } layers, { $params } parameters, { $ops }
describe-frozen = isn't trained (`freeze: { $rows }`)
describe-frozen-of = isn't trained (`freeze: { $rows }`), so that { $trained } of { $params } parameters of the model are
describe-scaling = depth { $depth }, width { $width }, at most { $max_channels } channels
describe-trainable = { $n } parameters, { $trainable } of them trainable
describe-not-built = Some rows can't be built.
shown-asked = The rows show this scale: the settings or a command select it.
shown-directive = The rows show this scale: a directive in the file selects it.
shown-file-name = The rows show this scale: the file's name selects it.
shown-first = The rows show this scale: it is the first one, and nothing selects another.
describe-needs = Needs Ultralytics { $release } or later ({ $module }).
describe-sides = Image sides: { $sizes }.
describe-sequence = { $count } modules in sequence
describe-input = row { $row } ({ $module }) { $shape }
describe-share = { $message } ({ $percent } % of the model)
circumstances = image { $height }×{ $width }, convention { $convention }
circumstances-of-scale = scale { $scale }, image { $height }×{ $width }, convention { $convention }
hover-more = More: { $command }
hover-fits = fits: { $what }
documentation-at = {" "}([documentation]({ $url }))
hover-since = {" "}Since release { $release }.
argument-not-passed = The framework doesn't pass this argument to { $module }.
parameter-of = **{ $parameter }** of { $module }: { $kind }
parameter-default = **{ $parameter }** of { $module }: { $kind }, default { $default }
an-argument-of = An argument of { $module }
type-int = an integer
type-opt-int = an integer or `None`
type-float = a number
type-bool = true or false
type-size = an integer or a list of them
type-opt-size = an integer, a list of them or `None`
type-act = `True` for the default activation, anything else for none
type-ints = a list of integers
type-str = text
type-any = anything
hover-image = The image
entry-is-above = { $entry } is the row above
entry-counts-back = { $entry } counts back from this row
hover-row = **Row { $row }** { $module } returns { $output }
hover-row-stride = **Row { $row }** { $module } returns { $output }, stride { $stride }
hover-row-unknown = **Row { $row }** { $module } has an unknown output
hover-read-by = Read by { $count ->
    [one] row
   *[other] rows
} { $readers }
repeats-as-argument = { $name } gets it as an argument.
repeats-stacked = Stacks { $repeats } { $name } modules.
repeats-once = One { $name }.
hover-repeats = **repeats** times the scale's depth
key-not-of-parse-model = The framework's `parse_model` doesn't read this key.
hover-read-with = read with { $framework }
counted-rows = { $count ->
    [one] 1 row
   *[other] { $count } rows
}
hover-scales = | scale | layers | params | cost |
insert-row-above = Insert row above
insert-row-below = Insert row below
duplicate-row = Duplicate row
delete-this-row = Delete row
delete-this-row-read-by = Delete row ({ $count ->
    [one] row { $readers } then reads
   *[other] rows { $readers } then read
} { $source })
move-row-up = Move row up
move-row-down = Move row down
ignore-on-row = Ignore `{ $rule }` on this row
ignore-in-file = Ignore `{ $rule }` in this file
refresh-indices = Refresh index comments
refresh-strides = Refresh stride comments
refresh-summaries = Refresh summary comments
renumber-below = Renumber the { $count ->
    [one] reference
   *[other] { $count } references
} below
apply-safe-fixes = Apply all safe fixes
totals-since-head = { $changes } since HEAD
new-since-head = new since HEAD
changed-since-head = since HEAD: { $changes }
no-branch-for = `parse_model` has no branch for { $name } ({ $place }): its args are passed as they are.
rows-of = { $count ->
    [one] row
   *[other] rows
} { $rows } of { $file }
not-in-framework = not in the framework
stride = stride { $stride }
is-the-default = { $name } (the default)
value-at-scale = { $value } at scale { $scale }
rounded-up = rounded up to a multiple of 8
product-rounded-up = { $factors } = { $product }, rounded up to a multiple of 8
fit-into = Fit into the budget: { $step } ({ $params } params, { $ops })
each-of = { $a }–{ $b }: { $class }, each of { $n }
row-comes-not = row { $row } doesn't come here
convention-formula = Textbook FLOPs: 2 per multiply-accumulate of a convolution or linear layer, 1 per element of an activation, nothing for the rest.
convention-fvcore = Flops of fvcore 0.1.5: one per multiply-accumulate, for every traced operator that it supports.
convention-ptflops = Multiply-accumulates as counted by ptflops 0.7.5 (`pytorch` backend), including activations and pools.
convention-thop = Multiply-accumulates as counted by the original thop 0.1.1: modules only, no functional matrix products.
convention-ultralytics = Multiply-accumulates as counted by Ultralytics 8.4.190 with ultralytics-thop 2.2.3, which prints FLOPs as twice that.
scaffold-yolo11 = a detector like YOLO11
scaffold-yolov8 = a detector like YOLOv8
scale-shown = shown
