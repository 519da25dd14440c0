# Which weights a model keeps.

loss-shifted = the index is another: it is row { $row } there
loss-shifted-like = the index is another: row { $row } there is like it
loss-shape = { $name } is { $mine } here and { $theirs } there
loss-new = this row is new here
loss-other = { $name } is not in that row there
loss-absent = there is no such row with weights there
checkpoint-without-weights = it holds no weights of a model
checkpoint-too-deep = its modules nest too deep
checkpoint-size = a tensor's size isn't a number
pickle-instruction = its pickle has an instruction ({ $code }) that weights don't need
pickle-names = its pickle names `{ $module }.{ $name }`, which weights don't need: nothing of it was run
pickle-calls = its pickle calls what it has made itself, which weights don't need: nothing of it was run
pickle-ends = its pickle ends too early
pickle-name = its pickle has a name that isn't text
pickle-damaged = its pickle is damaged: { $what ->
    [number] a number
    [length] a length
    [name] a name
    [mark] a mark
    [list] a list
    [dict] a dict
    [place] a place
   *[value] a value
} is missing before byte { $at }
