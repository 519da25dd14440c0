# 模型的预算。

budget-needs-limits = `budget` 缺少上限：`# yolint: budget gflops<=6.5 params<=3M`
row-budget-relative = 一层的预算不能是相对的，因为基准模型的层不同：写一个数字，或把模型的预算单独写一行
amount-params = { $n } 参数
amount-layers = { $n } 层
amount-one-layer = 1 层
amount-weights = { $n }（{ $precision } 权重）
amount-activations = { $n }（激活内存）
what-if = { $what }（{ $amount }）
at-scale = 规模 { $scale }
at-image-size = 图像尺寸 { $side }
at-width = 宽度系数 { $width }
budget = 预算 { $limit }：{ $state }
budget-of-section = { $section } 的预算 { $limit }：{ $state }
budget-per-row = 每层的预算 { $limit }：{ $state }
budget-of-row = 第 { $row } 层的预算 { $limit }：{ $state }
budget-reached = 已达到
budget-row-over-by = 第 { $row } 层超出 { $by }
budget-over-by = 超出 { $by }
budget-left = 剩余 { $left }
limit-share = { $number }（{ $share }%）
row-must-stay-below-each = 第 { $row } 层为 { $amount }，必须低于每层的预算 { $budget }
row-exceeds-each = 第 { $row } 层为 { $amount }，超出每层的预算 { $by }：预算为 { $budget }
row-must-stay-below = 第 { $row } 层为 { $amount }，必须低于它的预算 { $budget }
row-exceeds = 第 { $row } 层为 { $amount }，超出预算 { $by }：预算为 { $budget }
section-must-stay-below = `{ $section }` 为 { $amount }，必须低于它的预算 { $budget }
section-exceeds = `{ $section }` 为 { $amount }，超出预算 { $by }：预算为 { $budget }
must-stay-below = { $amount }，必须低于预算 { $budget }
exceeds = { $amount }，超出预算 { $by }：预算为 { $budget }
against-baseline = { $message }；{ $name } 为 { $figure }，允许 { $percent }%
of-scale = { $scale }：{ $what }
parts = { $first } · { $next }
too-few-filled = { $items } 项中只有 { $kept } 项（{ $percent }%）能从 { $base } 加载，低于要求的 { $least }%
too-slow = 在 { $device } 上以 { $precision } 运行至少需要 { $least } ms，超过要求的 { $ms } ms：它的峰值只允许这么快
baseline-no-model = 基准模型 { $name } 不是模型 YAML：它没有 `backbone` 和 `head` 这两个层的列表
baseline-unreadable = 无法读取基准模型：{ $why }
budget-upper = 预算必须是上限：写成 `{ $name }<={ $limit }`
budget-cant-be-relative = `{ $name }` 不能是相对的，因为基准模型的层不同：写一个数字，例如 `{ $name }<=500k`
budget-no-scope = `{ $text }` 不能有预算：可用 backbone、head、row（每一层）或 row[22]
budget-limit-missing = 缺少上限：写{ $example }
budget-not-relative = `{ $text }` 不是上限：相对于基准模型的 { $name } 的上限写成 +5% 或 -5%
budget-not-limit = `{ $text }` 不是 { $name } 的上限：写{ $example }
budget-no-unit = `{ $text }` 没有单位：写{ $example }
budget-too-large = `{ $text }` 作为预算太大
budget-none-below = 没有小于 `{ $text }` 的值：写{ $example }
not-a-budget = `{ $text }` 不是预算：写一个指标、`<=` 和上限，例如 `gflops<=6.5`
budget-which-type = 写明权重的数据类型：`int8<=4MB`、`fp16<=8MB` 或 `fp32<=16MB`
example-gflops = 以 GFLOPs 为单位的数字（例如 6.5），或带单位的数字（例如 800M）
example-params = 3M 这样的数字
example-layers = 200 这样的数字
example-bytes = 4MB 或 4MiB 这样的字节数
budget-without-baseline = 预算 `{ $budget }` 以基准模型为参照，但没有设置基准：在 .yolint.yaml 中它的旁边用 `baseline:` 指定模型 YAML，或使用 --baseline
metric-unknown = 未知的指标 `{ $metric }`：可用的有 { $all }
metric-unknown-like = 未知的指标 `{ $metric }`：是不是想写 `{ $known }`？
