# 模型能加载哪些权重。

loss-shifted = 层号不同：它在那里是第 { $row } 层
loss-shifted-like = 层号不同：那里的第 { $row } 层与它相似
loss-shape = { $name } 在这里是 { $mine }，在那里是 { $theirs }
loss-new = 这一层是这里新加的
loss-other = 那里的那一层没有 { $name }
loss-absent = 那里没有带权重的这一层
checkpoint-without-weights = 里面没有模型的权重
checkpoint-too-deep = 其中的模块嵌套过深
checkpoint-size = 有一个张量的尺寸不是数字
pickle-instruction = 其中的 pickle 含有权重用不到的指令（{ $code }）
pickle-names = 其中的 pickle 提到了权重用不到的 `{ $module }.{ $name }`：没有运行其中任何内容
pickle-calls = 其中的 pickle 会调用它自己生成的东西，权重用不到这样做：没有运行其中任何内容
pickle-ends = 其中的 pickle 不完整
pickle-name = 其中的 pickle 有一个名字不是文本
pickle-damaged = 其中的 pickle 已损坏：第 { $at } 字节之前缺少{ $what ->
    [number] 数字
    [length] 长度
    [name] 名字
    [mark] 标记
    [list] 列表
    [dict] 字典
    [place] 位置
   *[value] 值
}
