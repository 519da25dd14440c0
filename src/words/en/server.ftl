# What the server says.

then = { $first }; { $next }
internal-error = an internal error occurred; see the server's stderr for its location
edits-not-applied = the editor didn't apply the edits
edits-not-applied-because = the editor didn't apply the edits: { $why }
files-of = { $n } of { $count } files
shapes-of-row = shapes of row { $row } · { $title }
