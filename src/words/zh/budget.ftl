# 模型的预算。

budget-needs-limits = `budget` 缺少上限：`# yolint: budget gflops<=6.5 params<=3M`
row-budget-relative = 一层的预算不能是相对的，因为基准模型的层不同：写一个数字，或把模型的预算单独写一行
