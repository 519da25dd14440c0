# What rules find, and what they offer.

finding-at-scales = { $message } (at { $count ->
    [one] scale
   *[other] scales
} { $scales })
finding-at-scales-likewise = { $message } (at { $count ->
    [one] scale
   *[other] scales
} { $scales }, with different figures at { $likewise })
finding-row-too = row { $row } as well
finding-also-in-rows = { $message } (also in { $count ->
    [one] row
   *[other] rows
} { $rows })
fix-in-all-rows = { $title } in all rows
stale-reference-consequence = so this fails: { $fault }
fault = { SENTENCE($fault) }
fault-in-pass = { SENTENCE($fault) } (in the framework's { $height }x{ $width } pass that measures strides)
reason-uncounted = { $convention } can't count it: { $reason }
reason-rule = { $rule }: { $reason }
reason-rule-at = { $rule } at { $height }×{ $width }: { $reason }
reason-not-known = not known: { $reason }
raised-here = raised here
row-returns = row { $row } ({ $module }) returns { $output }
row-returns-several = row { $row } ({ $module }) returns several values
row-output-unknown = row { $row } ({ $module }) has an unknown output
put-on-own-line = put this on a line of its own
remove-indentation = remove the indentation
insert-space = insert a space
insert = insert `{ $text }`
remove-this = remove this
replace-by-space = replace this by a space
indent-by = indent by { $count } spaces
write = write `{ $text }`
all-rows-frozen = `freeze: { $frozen }` leaves no row to train: the file has { $rows }, and the last one is row { $last }
directive-out-channels = `out` needs a number of channels: `# yolint: out 128`
directive-scale = `scale` needs a scale: `# yolint: scale n`
directive-rule = `{ $name }` needs a rule in brackets: `# yolint: { $name }[dead-layer] reason`
directive-no-baseline = `{ $budget }` is relative to a baseline, but none is set: add `baseline: FILE` under `budgets` in .yolint.yaml, or use --baseline FILE
repeats-one = write 1 for `repeats`, and a second row for the others
takes-repeats = { $class } takes the repeats itself: add it to the modules that get them in { $file }
add-to-repeats = add `{ $name }` to the modules that get the repeats in { $file }
built-in-sequence = { $module } is built { $repeats } times here, one behind the other. Each reads { $expected } channels and returns { $got }, so the second can't read what the first returns
adds-input = { $module } adds its input to its output, so it must return as many channels as it reads: { $c1 }, not { $c2 }
ghost-stride = with a stride of 2 it may return another number of channels
write-for-channels = write { $c }, for { $c1 } channels
insert-convolution = insert a 1x1 convolution to { $channels } channels above row { $row }
write-instead = write { $text } instead of { $old }
books-channels = books the channels
the-class = the class
book-channels = book `c2 = { $sum }` for `{ $name }` in { $file }
gets-channels-here = gets `c1, c2` here
give-branch = give `{ $name }` a branch of its own in { $file }
class-shadowed = `{ $name }` is the class at { $used }; another one of this name, at { $other }, isn't used
class-used = is used
class-not-used = isn't used
delete-row = delete row { $row }
dead-layer-help = add { $row } to the `from` of the row that should read it, or delete row { $row }
this-row-fails = so this row fails
value-is-used = this value is used
remove-key = remove this `{ $name }`
head-reads-twice = { $module } reads row { $row } twice, so two of its branches get the same feature map
row = row { $row }
row-is-size = row { $row } is { $size }
list-as = list them as [{ $list }]
image-size = image size { $height }x{ $width } isn't a multiple of this model's stride { $stride }: the framework rounds it up to { $h }x{ $w }, where shapes and GFLOPs differ from those shown
keep-three = keep the first three values
scale-too = scale `{ $scale }` as well
classes-always = { $module } always has { $written } classes: `nc` follows the dataset, a number written here doesn't
classes-other = { $module } is built for { $written } classes, but `nc` is { $nc }. The dataset doesn't change the number in the head
write-nc-instead = write `nc` instead of { $written }
nc-is = `nc` is { $nc }
put-in-brackets = put the values in brackets
row-lacks-comma = `{ $cell }` lacks a comma
row-lacks-repeats = `repeats` is missing between `from` and the module
row-lacks-first = `from` is missing in front of { $cell }, or `repeats` behind it
row-lacks-arguments = the list of arguments is missing
row-lacks-module = the module is missing before the arguments
row-lacks-repeats-arguments = `repeats` and the list of arguments are missing
from-in-brackets = a `from` of several rows must be a list in brackets
arguments-in-brackets = the arguments must be a list in brackets
remove-extra = remove the extra values
arguments-last = the list of arguments must be the last value
row-is-empty = the row is empty
row-lacks-opening = its `[` is missing
row-lacks-brackets = its brackets are missing
section-at-start = write the section at the start of a line, without indentation
this-one-too = this one too
move-sections = move the sections to the start of the line
move-out-of = move what stands below `{ $key }` to the start of the line, and remove `{ $key }`
insert-hash = insert `#`
lost-hash = This is a comment that lost its `#`
section-of-rows = `{ $name }` must be a list of rows [from, repeats, module, args]
section-other = the file has no `{ $name }` section, but `{ $other }`
section-missing = the file has no `{ $name }` section
not-read = not read
looks-names-up = looks names up among those of this file
module-not-scaled = `{ $name }` isn't among the modules whose channels `parse_model` scales ({ $place }), so it is called as { $call }: { $reason }
modules-that-get = modules that get `c1, c2`
is-made-for = is made for { $class }
add-to-scaled = add `{ $name }` to the modules whose channels are scaled in { $file }
text-too = text too
remove-names = remove the names
key-ignored-scales = `{ $name }` is ignored in a file with `scales`, which set depth and width
scale-ignored = `scale` is ignored: the letter in the file's name selects the scale, or else the first scale is used
key-ignored-rows = `{ $name }` is ignored: the framework builds only the rows of `backbone` and `head`
channels-ignored = `{ $name }: { $text }` has no effect: the dataset says how many channels the images have, and without a dataset they have 3. The figures here are for { $channels } channels
channels-ignored-help = write `channels: { $text }` in the dataset's YAML file. To see the figures for { $text } channels here, use `--channels { $text }`, or write `channels: { $text }` in .yolint.yaml
key-misspelt = `{ $key }` is ignored; did you mean `{ $meant }`?
repeats-no-effect = `repeats` of { $repeats } doesn't skip the row: the framework builds its module once
repeats-no-blocks = `repeats` of { $repeats } doesn't skip the row: { $module } is built without the blocks inside it
activation-text = { $module } gets `{ $text }` as text, but accepts only True and False here: it will have no activation
activation-text-help = write True here, and `activation: { $text }` at the top of the file, which sets it for all convolutions
activation-help = write True for the default activation, or False for no activation
activation-at-top = a row names no activation: `activation: { $text }` at the top of the file sets it for all convolutions
last-is-no-head = The last row is { $module }, which isn't a head: the model can be built, but training fails
move-to-end = move row { $row } ({ $module }) to the end
add-head = add a row such as `[[…], 1, Detect, [nc]]` that reads the maps to predict from
second-head = Row { $row } ({ $module }) is a second head: only the one in the last row, row { $last } ({ $head }), is trained
one-head = a model has one head: keep the one that is wanted, in the last row
one-head-of-all-levels = a model has one head: let the last row read the rows of both
row-is-trained = row { $row } ({ $module }) is trained
head-of-other-task = The head { $head } makes this a model for the task `{ $task }`, not `{ $asked }`: the framework takes the task from the last row
key-not-read = the framework doesn't read this
class-read-here = the class that is read here
remove-this-key = remove this key
head-without-anchors = write the head without anchors
gets-repeats-here = gets the repeats here
take-from-repeats = take `{ $name }` from the modules that get the repeats in { $file }
no-key-in-rows = the framework has no `{ $key }`: a module gets its arguments by position, in `args`
write-likewise = write `{ $text }`, and the other rows likewise
scale-name-help = put `yolo` and a number into the name, as in `yolo11-{ $stem }.yaml`: then `yolo11n-{ $stem }.yaml` selects scale n
scale-never-selected = no file name can select scale `{ $letter }`: the framework recognises n, s, m, l and x, and otherwise uses the first scale, `{ $first }`
read-row-instead = read row { $row } instead
picks-from-one = Row { $above } ({ $name }) returns one map, { $shape }. Index picks from a list of maps, as TorchVision returns with `split`
picks-missing = Row { $above } ({ $name }) returns { $count } maps, with the indices 0 to { $last }: there is no { $index }. Map { $last } has { $channels } channels ({ $h }x{ $w })
returns-list = Row { $above } (TorchVision) returns a list of { $count } maps, because its `split` is True
returns-list-help = pick a map with a row such as `[{ $above }, 1, Index, [{ $channels }, { $last }]]`, and read that row; or write False for `split`
picks-from-list = picks from the list
write-true-split = write True for `split`
index-comment = this is row { $row }, not { $index }
reference-meant = { $entry } was meant for { $value }
renumbered-params = renumbered, the model has { $after } parameters; now it has { $before }
row-returns-shape = row { $row } returns { $shape }
write-shape = write the shape { $shape }
correct-shapes = correct the shapes in comments
stride-comment = this row's output is at { $truth } ({ $height }x{ $width } of { $image_height }x{ $image_width }), not { $said }
rows-can-name = rows can name `nc`, `kpt_shape`, `reg_max`, `end2end`, `act`, and what the scale says: `depth`, `width`
the-key = the key
write-value = write { $value }
same-module = use `{ $same }` instead, which does the same
module-since = Ultralytics has `{ $name }` since release { $release }. The framework here is older, or another one
drift-attn = C3k2's fourth argument is `attn` since release 8.4.0, so { $groups } turns attention on; up to 8.3.253 it was `groups`
write-groups = write `False, { $groups }`, for { $groups } groups
write-attention = write `True`, for attention
drift-sppf = 3 is the default of SPPF's `n`, but a row that gives `n` has no activation after its first convolution; up to release 8.3.253 SPPF doesn't accept `n` at all
remove-n = remove `n`
drift-classes = a number of channels that equals `nc` is scaled since release 8.4.103, here to { $scaled }; up to 8.4.102 it stayed { $classes }
lacks-nc = { $module } needs `{ $name }`, but the file has no key `{ $name }`. Write `{ $name }: 80` at the top, with your number of classes
directive-unknown = unknown directive `{ $name }`: use { $known }
rule-unknown = unknown rule `{ $name }`
read-above-instead-of = read the row above instead of { $entry }
read-row-instead-of = read row { $row } instead of { $entry }
figures-of-official = { $count ->
    [one] this figure is
   *[other] these figures are
} the official { $model }'s. This file is another model: its own figures aren't known, because row { $row } ({ $module }) isn't
gets-other-sizes = gets maps of different sizes
gets-other-channels = gets another number of channels than it is built for
fails = fails: { $fault }
budget-what-ifs = to meet the budget, use { $changes }
row-costs = row { $row }: { $cost }
row-costs-more = row { $row }: { $cost } more than in { $baseline }
channels-of-image = { $module } expects { $expected } input channels here, but the image has { $got }
channels-of-row = { $module } expects { $expected } input channels here, but row { $row } ({ $other }) returns { $got }
channels-derived = the framework derived { $channels } channels for row { $row } ({ $module }), because it assumes that such a module keeps its number of channels
channels-misbooked = `{ $name }` returns { $returned } channels, but `parse_model` books { $booked } for the rows that read it
channels-misbooked-at = `{ $name }` returns { $returned } channels, but `parse_model` books { $booked } for the rows that read it ({ $place })
parameter-gets = its `{ $parameter }` gets { $value }
second-parameter-is = its second parameter is `{ $parameter }`
takes-no-second = it takes no second argument
channels-not-taken = `parse_model` passes `c1, c2` to { $class } ({ $place }), but { $takes }
with-reason = { $message }: { $reason }
no-branch-for-several = `{ $name }` reads several rows, but `parse_model` has no branch for it and takes it for a module that reads one ({ $place }): { $reason }
no-branch-for-channels = { $class } needs the channels of its input, but `parse_model` has no branch that passes them ({ $place }): { $reason }
no-branch-reads-other = `parse_model` has no branch for this class ({ $place }), so it is called as { $call }, but the row reads { $channels } channels: { $reason }
all-others-here = all modules without a branch are treated here
takes-no-third = it takes no third argument
repeats-not-taken = `parse_model` passes the repeats to { $class } ({ $place }), but { $takes }
channels-rounded = { $asked } channels are rounded up to a multiple of 8: { $rounded }
rounded-to = { $got }
rounded-to-at = { $got } at scale { $scale }
rounded-to-from = { $got } (x { $width } = { $exact })
rounded-to-from-at = { $got } at scale { $scale } (x { $width } = { $exact })
next-indices-too-high = { $message }; { $count ->
    [one] the next index comment is
   *[other] the next { $count } index comments are
} { $by ->
    [one] one row
   *[other] { $by } rows
} too high as well
next-indices-too-low = { $message }; { $count ->
    [one] the next index comment is
   *[other] the next { $count } index comments are
} { $by ->
    [one] one row
   *[other] { $by } rows
} too low as well
next-strides-too-high = { $message }; { $count ->
    [one] the next stride comment is
   *[other] the next { $count } stride comments are
} { $by ->
    [one] one level
   *[other] { $by } levels
} too high as well
next-strides-too-low = { $message }; { $count ->
    [one] the next stride comment is
   *[other] the next { $count } stride comments are
} { $by ->
    [one] one level
   *[other] { $by } levels
} too low as well
correct-indices = correct the { $count } index comments
correct-strides = correct the { $count } stride comments
dead-layer = No row reads row { $row } ({ $module }): it has no effect
dead-layer-passed-by = No row reads row { $row } ({ $module }): row { $reader } ({ $head }) reads row { $above } ({ $other }) above it
dead-layer-with = No row reads row { $row } ({ $module }): it has no effect. { $count ->
    [one] Row { $others } leads
   *[other] Rows { $others } lead
} only to it
read-only-by = row { $row } ({ $module }) is read only by { $count ->
    [one] row
   *[other] rows
} { $readers }
built-for-declared = the framework builds the rows below for the number that stands here, without a look at the output
as-comments = { $count ->
    [one] The comment says the same size
   *[other] The comments say the same sizes
}
declared-as-comments = { $help }. { $count ->
    [one] The comment says the same size
   *[other] The comments say the same sizes
}
write-indices = write { $count ->
    [one] index
   *[other] the indices
} { $values }
write-channels-there = write the channels that are there: { $values }
returns-other-channels = this row returns { $channels } channels ({ $h }x{ $w }), but it says { $said }
output-has-channels = output { $index } has { $channels } channels ({ $h }x{ $w }), but the row says { $said }; no output has as many
output-has-channels-meant = output { $index } has { $channels } channels ({ $h }x{ $w }), but the row says { $said }; output { $meant } has { $said } ({ $height }x{ $width })
dominant-layer = { $module } alone has { $percent } % of the model's { $what }
dominant-layer-at = { $module } alone has { $percent } % of the model's { $what } at scale { $scale }
defined-twice = `{ $name }` is defined twice: this value is overridden by the later one
file-twice = The file stands here twice: its { $count } keys are defined again from line { $line } on, and only these count
remove-first-of-two = remove the first of the two
defined-twice-in = `{ $name }` is defined twice in `{ $key }`: this value is overridden by the later one
head-out-of-order = { $module } expects its inputs from the largest feature map to the smallest (the first sets its width), but rows { $rows } are { $sizes }
head-reads-levels = this head reads { $read }, not { $said }
sentences = { $first }; { $next }
key-says-params = `{ $key }` says { $said }, but this model has { $params } parameters
key-says-gflops = `{ $key }` says { $said }, but this model has { $gflops } GFLOPs
needs-input-channels = { $module } needs the input's channels as its first argument: the framework puts nothing in front here. So { $became }
needs-no-input-channels = { $module } needs no input channels here: the framework puts them in front ({ $channels }). So { $became }
cell-is = { $cell } is `{ $parameter }`
cell-is-too-many = { $cell } is one too many
scale-of-three = Scale `{ $name }` must be [depth, width, max_channels], but is { $value }: only some forks read more values
also-in-scales = { $message } (also in { $count ->
    [one] 1 other scale
   *[other] { $count } other scales
})
lighter-module = replacing this convolution would save { $savings }
lighter-module-at = replacing this convolution would save { $savings } (scale { $scale })
saved-with = { $params } params and { $ops } with { $substitute }
misplaced-sections = { $sections } { $count ->
    [one] stands
   *[other] stand
} below `{ $key }`: { $count ->
    [one] it belongs
   *[other] they belong
} to the top level of the file
section-missing-but = the file has no `{ $name }` section: the framework doesn't read the rows under `{ $other }`
module-not-imported = `{ $name }` is a class in { $place }, but { $file } doesn't import it ({ $reason })
module-not-imported-there = `{ $name }` is a class in { $place }, but the file with `parse_model` doesn't import it ({ $reason })
import-in = import `{ $name }` in { $file }
import-in-scaled = import `{ $name }` in { $file }, among the modules whose channels are scaled
import-in-repeated = import `{ $name }` in { $file }, among the modules whose channels are scaled and that get the repeats
import-in-branch = import `{ $name }` in { $file }, with a branch in `parse_model`
text-named = `{ $text }` stays text: arguments have no names in a row, only places. Write { $value } at the place of `{ $name }`
text-others = { $message }; { $count ->
    [one] another cell is
   *[other] { $count } other cells are
} like this
row-gives = a row of { $module } gives [{ $names }]
package-lacks = has no `{ $name }`
package-has-other = has another `{ $name }`
other-package = the `{ $package }` that is installed in { $root } { $difference }, and `import` may take it
does-the-same = `{ $name }` does the same as `{ $other }`
own-repository-help = read it with its own repository (`framework: PATH` in .yolint.yaml), or replace { $count ->
    [one] it
   *[other] them
} by modules of Ultralytics
full-sentences = { $first }. { $next }
padded-sizes-stride = this row fails for images of { $height }x{ $width }: the model goes down to stride { $deepest }, but in validation the framework pads images to multiples of { $padded }, the head's largest stride
padded-sizes-stride-help = sides must be multiples of { $deepest }: let the head read a map of stride { $deepest }, or leave out the rows down to it
padded-sizes = this row fails for images of { $height }x{ $width }: { $why }. In validation the framework pads images to multiples of { $padded }, the head's largest stride, and adds { $padded }
padded-sizes-help = write an `area` that divides the pixels of every map: 1 always does
row-mapping = A row must be a list [from, repeats, module, args], not a mapping
row-mappings = A row must be a list [from, repeats, module, args], not a mapping ({ $count } rows)
scale-not-selectable = the name `{ $stem }.yaml` can't select a scale, so the framework always uses the first one, `{ $first }`
scale-not-selectable-shown = the name `{ $stem }.yaml` can't select a scale, so the framework always uses the first one, `{ $first }`; the figures here are for `{ $asked }`
spatial-mismatch = { $module } gets feature maps of different sizes: { $maps }
the-image = the image
map-is = { $name } is { $h }x{ $w }
map-is-of-stride = { $name } is { $h }x{ $w } (stride { $stride })
rows-of-size-too = { $count ->
    [one] row { $rows } is
   *[other] rows { $rows } are
} also { $h }x{ $w }
split-is-false = Row { $above } (TorchVision) returns one map, { $shape }, because its `split` is False. Index needs the list of all maps
split-is-not-given = Row { $above } (TorchVision) returns one map, { $shape }, because its `split`, the sixth argument, isn't given. Index needs the list of all maps
stale-reference = { $edit }: { $old } still { $count ->
    [one] means what is now row
   *[other] mean what is now rows
} { $new }
read-last-of-each-level = let the head read the last row of each level: { $rows }
renumber-references = renumber { $count ->
    [one] the reference
   *[other] the { $count } references
} from row { $row } on
renumber-references-by = renumber { $count ->
    [one] the reference
   *[other] the { $count } references
} from row { $row } on: { $by }
rows-changed-above = Rows were put in or taken out above
rows-put-in-at = { $count ->
    [one] A row was
   *[other] { $count } rows were
} put in at row { $row }
rows-put-in-above = { $count ->
    [one] A row was
   *[other] { $count } rows were
} put in above row { $row }
rows-taken-out-above = { $count ->
    [one] A row was
   *[other] { $count } rows were
} taken out above row { $row }
rows-put-in-between = { $count ->
    [one] A row was
   *[other] { $count } rows were
} put in between rows { $above } and { $below }
rows-taken-out-between = { $count ->
    [one] A row was
   *[other] { $count } rows were
} taken out between rows { $above } and { $below }
several-put-in = Rows were put in at { $came }
several-taken-out = Rows were taken out above { $went }
several-put-in-taken-out = Rows were put in at { $came } and taken out above { $went }
row-shape = this row returns { $shape }, not { $said }
row-shape-for = this row returns { $shape } for images of { $image }x{ $image }, not { $said }
row-shape-at = this row returns { $shape } at scale { $scale }, not { $said }
row-shape-at-for = this row returns { $shape } at scale { $scale } for images of { $image }x{ $image }, not { $said }
and-other-comments = { $message } (and { $count ->
    [one] 1 other comment
   *[other] { $count } other comments
})
write-own-figures = write this model's figures
stale-summary = at scale { $scale } this model has { $truths }, not { $said }
stale-summary-of-size = { $message }, which is its figure at { $side }x{ $side }
stale-summary-last-of-size = { $message }; the last is its figure at { $side }x{ $side }
stale-summary-of = { $message }, which { $count ->
    [one] is { $owner }'s figure
   *[other] are { $owner }'s figures
}
stale-summary-some-of = { $message }; { $figures } { $count ->
    [one] is { $owner }'s figure
   *[other] are { $owner }'s figures
}
owner-scale = scale { $scale }
owner-official = the official { $model }
figure-layers = { $n } layers
figure-params = { $n } parameters
figure-gradients = { $n } gradients
figure-gflops = { $n } GFLOPs (at { $side }x{ $side })
text-arithmetic = `{ $text }` stays text: YAML and the framework do no arithmetic
text-arithmetic-write = `{ $text }` stays text: YAML and the framework do no arithmetic: write { $value }
text-own-key = `{ $text }` stays text: rows can't use a key of your own
it-takes = it takes { $signature }
has-no-stride = { $became }: it has no stride
import-scaled-became = If you import it there and add it to `base_modules`, the framework puts `c1` in front, and { $became }
import-became = If you import it there, the framework puts nothing in front, and { $became }
so-row-below = So row { $row } ({ $module }) { $why }
below-as-if = Rows below are shown as if it was so
unused-ignore = unused `ignore`: `{ $rule }` has no finding here
unused-ignore-file = unused `ignore-file`: `{ $rule }` has no finding in this file
weights-shifted = this row shifts those below it: { $filled } of { $items } items are filled from { $base }
weights-shifted-above-head = this row shifts those below it: { $filled } of { $items } items are filled from { $base }; right above the head it would leave { $there }
weights-of-other-indices = rows from here on have other indices: { $filled } of { $items } items are filled from { $base }
weights-moved = a script that moves rows (theirs: here) fills { $filled }: { $map }
keys-of-datasets = { $keys } { $count ->
    [one] is a key
   *[other] are keys
} of a dataset's YAML file; a model's file doesn't need { $count ->
    [one] it
   *[other] them
}
became = { $cells }
became-alone = { $became }. The framework puts nothing in front
became-with = { $became }. The framework puts in { $inserted }
scale-lacks-third = Scale `{ $name }` must be [depth, width, max_channels], but is { $value }: `max_channels` is missing
scale-lacks-brackets = Scale `{ $name }` must be [depth, width, max_channels], but is { $value }: the brackets are missing
add-third = add 1024 as `max_channels`
channels-of-other-type = { $value } stands where the number of channels belongs: the framework makes { $channels } channels of it
channels-come-first = the number of output channels is the first argument
row-in-quotes = its quotes make it text
remove-quotes = remove the quotes
dashes-for-names = write `-` in place of the names
enlarge-times = enlarge { $times } times in row { $row }
but-it-reads = But it reads { $channels } channels: write { $channels }
whose = this is { $whose }: { $reason }
whose-head = a head of { $repository }
whose-port = a port of { $repository }
whose-made = a file of a repository made from { $repository }
whose-v3 = a file of the YOLOv3 or YOLOv5 repository
whose-own = a file of { $repository }
whose-repository = a file of the { $repository } repository
not-in-release = { $modules } { $count ->
    [one] isn't
   *[other] aren't
} in Ultralytics 8.4.190
not-in-release-more = { $modules } and { $more } more aren't in Ultralytics 8.4.190
takes-no-anchors = Ultralytics' head takes no `anchors`
reasons = { $first }, and { $second }
without-this = write the head without this
own-repository = read it with its own repository (`framework: PATH` in .yolint.yaml)
official = Ultralytics has { $files }
official-without-anchors = Ultralytics has { $files }, with a head without anchors
activation-there = `Conv` takes `{ $activation }` as its sixth argument there. For Ultralytics, write `activation: { $activation }` at the top
section-without-rows = `{ $name }` has no rows, but rows of `head` read them
section-below = the rows of `{ $name }` stand below `{ $inner }`: they belong directly below `{ $name }`
remove-line-of = remove the line `{ $key }:`
own-backbone-help = write its rows here. A module of your own is a row too, such as `[-1, 1, MyBackbone, []]`
rows-belong-to-head = the rows of a neck belong to `head`, above its own rows
join-with-head = make one `head` of `{ $name }` and `head`
section-defined-twice = `{ $name }` is defined twice: the framework reads only the rows of the second
only-these-rows = only these rows are read
join-sections = remove the second `{ $name }:`, so that its rows follow those of the first
value-lost-hash = the comment behind it lost its `#`
upsample-to-size = nn.Upsample makes every map { $height }x{ $width } here: its first argument is `size`, not the factor
upsample-factor = the factor is the second argument, and then `size` is None
joins-other-dimension = Concat is given dimension { $dimension }, but the channels are dimension 1
add-key = add `{ $line }` at the top
scale-with-commas = Scale `{ $name }` must be [depth, width, max_channels], but is { $value }: a fraction is written with a point
write-points = write points
scale-with-names = Scale `{ $name }` must be [depth, width, max_channels], without names
write-without-names = write the values without names
lacks-nc-other = the framework reads the number of classes from `{ $name }`, not from `{ $other }`
wrong-indices = { $count ->
    [one] The index { $old } is wrong
   *[other] The indices { $old } are wrong
}: { $new } { $count ->
    [one] fits
   *[other] fit
}
swapped-indices = The indices { $old } in rows { $rows } have changed places
swap-indices = swap { $old }
takes-no-channels = { $module } takes no channels: { $channels } stands where the kernel size belongs. So { $became }
books-what-it-reads = for rows below, the framework takes the output of this module for { $channels } channels, as many as it reads; that of Conv for those that the row says
but-it-reads-at = But it reads { $channels } channels at scale { $scale }: write { $channels } for that scale
head-skips-level = { $module } reads rows { $above } and { $below }, and leaves out the map of stride { $stride } between them: row { $row }
row-of-stride = row { $row } has stride { $stride }
key-of-training = `{ $name }` is an argument of training: the framework doesn't read it in a model file
likewise = { $title }, and the other rows likewise
argument-names-key = it is given as `{ $key }` here
cells-in-order = a row is [from, repeats, module, args], in this order
doubtful-flag = { $cell } is `{ $param }` of { $module }, which is True or False: it counts as { $counts }
doubtful-masks = { $module } makes { $masks } masks of prototypes with only { $channels } channels: the second argument is `nm`, the third `npr`
channels-inside-missing = { $module } takes the channels inside, `cm`, before those of its output: { $inside } is `cm` here, and { $output } is `c2`
channels-inside-first = write `cm` in front, as in `[48, { $output }, …]`
doubtful-number = { $cell } is `{ $param }` of { $module }, which is a number: it counts as { $cell ->
    [True] 1
   *[other] 0
 }
doubtful-stride = the kernel of { $module } is { $kernel } and its stride { $stride }: the kernel comes first
doubtful-width = `e` of { $module } is { $times }: it has { $times } times as many channels inside as it returns
exchange = exchange { $first } and { $second }
key-without-value = `{ $key }` has no value: write a number, as in `{ $key }: 80`
other-alphabet = `{ $character }` is text in YAML, not `{ $meant }`
invisible-in-name = `{ $name }` has an invisible character in it, U+{ $code }: remove it
letter-of-other-alphabet = `{ $character }` in `{ $module }` is a letter of another alphabet, U+{ $code }, that looks like `{ $meant }`
remove-repeats = remove { $n }
repeats-are-second = how often a module is repeated stands in the second cell of the row
scale-in-order = scale `{ $name }` is { $value }, but its values are [depth, width, max_channels], in this order: { $sorted }
size-as-text = `{ $written }` is text: write { $size }
tuple = YAML has no tuples: `{ $tuple }` is cut at its comma. Write { $list }
value-in-brackets = its brackets make it a list
names-for-nc = the names of classes belong to the file of the dataset
value-lacks-brackets = its brackets are missing
value-with-comma = a fraction is written with a point
width-is-share = `e` is a share of the output's channels, 0.5 by default
write-for-param = write { $text }, for `{ $param }`
write-in-order = write the values in this order
write-sibling = write `{ $module }`, which takes these arguments as { $names }
comment-says-stride = the comment says this
lost-stride = { $module } in row { $row } has stride { $stride }, but its comment says { $said }: so { $failing } in row { $fails } gets maps of different sizes
write-stride = write { $stride } for the stride of row { $row }
even-kernel = { $module } in row { $row } pads its kernel of { $kernel } by { $padding } at each side, so maps grow by a pixel: { $failing } in row { $fails } gets maps of different sizes
odd-map = { $module } in row { $row } makes a map of { $h }x{ $w } out of { $of_h }x{ $of_w }: { $failing } in row { $fails } gets maps of different sizes
write-padding = write { $padding } for the padding
write-kernel = write { $kernel } for the kernel
lacks-commas = `{ $written }` lacks its commas: write { $commas }
large-factor = everything is multiplied by { $value } here: write { $factor } if it is a percentage
narrow = the third value of scale `{ $scale }` is { $cap }: no row has more channels than that
repeats-in-brackets = `repeats` is one number, without brackets
row-is-missing = a row of { $module } is missing above row { $row }
row-is-missing-for = a row of { $module } is missing above row { $row }: { $old } { $count ->
    [one] counts
   *[other] count
 } on it
put-row-back = put `{ $row }` above row { $above }
write-no-padding = write 0 for the padding
scale-letter = scale `{ $name }` is written otherwise than in names of files: write `{ $letter }`
from-twice-in-brackets = `from` has a pair of brackets too many: write { $list }
concat-of-one = Concat joins the outputs of several rows, but this one reads only row { $row } ({ $module })
level-as-from = `{ $text }` is a level, but `from` takes the index of a row; row { $row } is the last one above with stride { $stride }
concat-reads-twice = Concat reads row { $row } ({ $module }) twice: the same channels come in twice
doubtful-end2end = `end2end` is the text '{ $text }', and every text counts as True: the head gets a second branch, for end-to-end prediction
keeps-channels = { $module } must return as many channels as it reads: { $c1 }, not { $c2 }
channels-not-positive = { $module } must return a positive number of channels, not { $channels }
as-many-as-read = no number means "as many as it reads": write how many
scales-of-name = `scales` maps letters to [depth, width, max_channels], but is { $letter }. The letter in the file's name chooses the scale
scales-outside = { $letters } { $count ->
    [one] stands
   *[other] stand
} at the top level, where the framework reads no scale: depth and width are 1 then. Scales belong below `scales`
scale-outside-too = so does this one
put-below-scales = put them below `scales`
behind-head = Row { $row } ({ $module }) stands behind the head in row { $head }, and reads what that returns: no row can, and only a head in the last row is trained
one-kernel-size = SPPF takes one kernel size, { $kernel }: { $sizes } become its `n` and `shortcut`. They are sizes of SPP, and SPPF pools as many times with the first alone
stride-row-official = A row of stride 2 is missing above row { $row } ({ $module }): with it, this is the official { $model }
scales-as-list = `scales` is a list, but must map letters to their values, as in `n: [0.50, 0.25, 1024]`
write-letters = write letters without dashes and brackets
remove-line-numbers = remove the numbers
remove-line-quotes = remove the `>`
apply-diff = keep what the diff adds, without its marks
row-with-call = a module and its arguments are two cells
row-with-index = the index of a row isn't written in front of it
call-for-cells = A module and its arguments are two cells: write `{ $cells }`
stride-row-missing = a row of stride 2 is missing above row { $row } ({ $module }): from here on, comments name one level more than there is
stride-row-missing-fails = a row of stride 2 is missing above row { $row } ({ $module }), as the levels in comments say: so { $failing } in row { $fails } gets maps of different sizes
finding-on-lines = { $message } (also on { $count } other lines)
finding-line-too = line { $line } as well
fix-on-lines = { $title } on all lines
kernel-for-stride = 2 is the kernel of { $module } in row { $row }, whose stride is 1 then: write { $both }. So { $failing } in row { $fails } gets maps of different sizes
row-in-round-brackets = its brackets must be square
module-with-blanks = The name of the module has blanks around it: write `{ $name }`
decimal-comma = `{ $written }` are two arguments, 0 and { $digits }: a fraction is written with a point, { $fraction }
write-small-letters = write small letters
module-with-signs = `{ $name }` is no name of a class: write `{ $inner }`
module-of-pieces = `{ $name }` can't be the name of a class: there is a blank in it
module-with-sign = `{ $name }` can't be the name of a class: there is `{ $sign }` in it
module-name-signs = a class is named with letters, digits and `_` alone, as in `{ $like }`
cut-call = YAML cuts `{ $call }` at its comma
key-of-datasets = `{ $name }` is a key of a dataset's YAML file: the framework doesn't read it in a model file
nobody-reads = no row reads row { $row }
stale-reference-gone = { $edit }: { $gone } still { $count ->
    [one] means a row that is
   *[other] mean rows that are
} gone
read-rows-in-their-place = read the rows that stand in their place now, and renumber the others
reference-gone = { $entry } means a row that is gone
stride-put-in = row { $row } ({ $module }) was put in and halves the map once more, so the rows below are half as large as before. Let it keep the size, with stride 1, or give the head a level more: one nn.Upsample, one Concat and one block
halves-once-more = row { $row } halves the map once more
value-with-groups = a comma between its digits makes it text
