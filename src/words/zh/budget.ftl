# 模型的预算。

budget-needs-limits = `budget` 缺少上限：`# yolint: budget gflops<=6.5 params<=3M`
row-budget-relative = 一层的预算不能是相对的，因为基准模型的层不同：写一个数字，或把模型的预算单独写一行
amount-params = { $n } 参数
amount-layers = { $n } 层
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
limit-share = { $number }（{ $share }）
row-must-stay-below-each = 第 { $row } 层为 { $amount }，必须低于每层的预算 { $budget }
row-exceeds-each = 第 { $row } 层为 { $amount }，超出每层的预算 { $by }：预算为 { $budget }
row-must-stay-below = 第 { $row } 层为 { $amount }，必须低于它的预算 { $budget }
row-exceeds = 第 { $row } 层为 { $amount }，超出预算 { $by }：预算为 { $budget }
section-must-stay-below = `{ $section }` 为 { $amount }，必须低于它的预算 { $budget }
section-exceeds = `{ $section }` 为 { $amount }，超出预算 { $by }：预算为 { $budget }
must-stay-below = { $amount }，必须低于预算 { $budget }
exceeds = { $amount }，超出预算 { $by }：预算为 { $budget }
against-baseline = { $message }；{ $name } 为 { $figure }，允许 { $percent }
of-scale = { $scale }：{ $what }
parts = { $first } · { $next }
too-few-filled = { $items } 项中只有 { $kept } 项（{ $percent }%）能从 { $base } 加载，低于要求的 { $least }%
too-slow = 在 { $device } 上以 { $precision } 运行至少需要 { $least } ms，超过要求的 { $ms } ms：它的峰值只允许这么快
