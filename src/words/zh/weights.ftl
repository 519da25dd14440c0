# 模型能加载哪些权重。

loss-shifted = 层号不同：它在那里是第 { $row } 层
loss-shifted-like = 层号不同：那里的第 { $row } 层与它相似
loss-shape = { $name } 在这里是 { $mine }，在那里是 { $theirs }
loss-new = 这一层是这里新加的
loss-other = 那里的那一层没有 { $name }
loss-absent = 那里没有带权重的这一层
