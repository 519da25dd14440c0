# What edits and searches say.

steps = { $first }; { $next }
step-width = width { $was } → { $is }
step-depth = depth { $was } → { $is }
step-cap = at most { $was } → { $is } channels
step-repeats = row { $row }: { $was } → { $is } repeats of { $module }
step-all-repeats = half the repeats of { $rows } rows
step-module = row { $row }: { $was } → { $is }
step-modules = { $section }: { $was } → { $is } in all rows
step-head-channels = { $percent } % of the channels of the rows before the head
step-first-level = row { $row }: { $percent } % of its channels, and of the head's on that map
step-all-channels = { $percent } % of the channels of all rows
step-without-p5 = without the level of stride 32
step-without-p3 = without the level of stride 8
step-only-p3 = with the level of stride 8 alone
step-images = images of { $is } instead of { $was }
edits-overlap = the edits overlap
figures-unknown-then = its figures aren't known then
