# 各层的数字为何未知，以及框架如何处理模型文件。

reason-at = { $reason }（{ $file }:{ $line }）
declared-same = 声明为输出与输入相同
declared-channels = 声明为输出 { $channels } 个通道
row-is-unknown = 第 { $row } 层未知
header-is-at-fault = 文件头有错误
row-isnt-finished = 这一层尚未写完
did-you-mean = { $message }；是不是想写 `{ $name }`？
module-not-in-tasks = `{ $name }` 是框架中的模块，但 parse_model 找不到它：ultralytics/nn/tasks.py 没有导入它
module-of-repositories = `{ $name }` 是 { $repositories } 的模块，Ultralytics 8.4.190 中没有
module-unknown-here = 未知模块 `{ $name }`：Ultralytics 8.4.190 中没有
module-unknown = 未知模块 `{ $name }`
arguments-inserted = { $message }，其中 { $names } 由框架填入
substitute-separable = 1x1 Conv 加 DWConv
substitute-kernel = 大小为 { $kernel } 的卷积核
what-params = 参数量
