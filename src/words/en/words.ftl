# How values are joined.

list-and = { $first } and { $next }
list-or = { $first } or { $next }
list-comma = { $first }, { $next }
