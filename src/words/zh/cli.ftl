# 命令的输出。

fix-line = 修复：{ $title }
fix-line-unsafe = 修复（需确认）：{ $title }
table-sides = 图像边长：{ $sizes }
