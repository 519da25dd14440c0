# What models may cost.

budget-needs-limits = `budget` needs limits: `# yolint: budget gflops<=6.5 params<=3M`
row-budget-relative = a row's budget can't be relative, because the baseline has other rows: write a number, or put the model's budget on a line of its own
