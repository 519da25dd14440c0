# Which weights a model keeps.

loss-shifted = the index is another: it is row { $row } there
loss-shifted-like = the index is another: row { $row } there is like it
loss-shape = { $name } is { $mine } here and { $theirs } there
loss-new = this row is new here
loss-other = { $name } is not in that row there
loss-absent = there is no such row with weights there
