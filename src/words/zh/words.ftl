# 值的连接方式。

list-and = { $first } 和 { $next }
list-or = { $first } 或 { $next }
list-comma = { $first }、{ $next }
