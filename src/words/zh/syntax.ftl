# YAML 的语法错误。

