# 语言服务器的消息。

then = { $first }；{ $next }
internal-error = 发生内部错误，位置见服务器的 stderr
edits-not-applied = 编辑器没有应用这些修改
edits-not-applied-because = 编辑器没有应用这些修改：{ $why }
files-of = { $n }/{ $count } 个文件
shapes-of-row = 第 { $row } 层的形状 · { $title }
