# Why figures of rows are missing, and what a framework makes of files.

reason-at = { $reason } ({ $file }:{ $line })
declared-same = declared to return what it reads
declared-channels = declared to return { $channels } channels
row-is-unknown = row { $row } is unknown
header-is-at-fault = the header is at fault
row-isnt-finished = the row isn't finished
did-you-mean = { $message }; did you mean `{ $name }`?
module-not-in-tasks = `{ $name }` is a module of the framework, but parse_model can't find it: it isn't imported in ultralytics/nn/tasks.py
module-of-repositories = `{ $name }` is a module of { $repositories }; Ultralytics 8.4.190 doesn't have it
module-unknown-here = unknown module `{ $name }`: Ultralytics 8.4.190 doesn't have it
module-unknown = unknown module `{ $name }`
arguments-inserted = { $message }, where the framework inserts { $names }
substitute-separable = a 1x1 Conv and a DWConv
substitute-kernel = a kernel of { $kernel }
what-params = parameters
