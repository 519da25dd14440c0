# clap 的帮助和报错。帮助的英文写在声明选项的地方：`about-` 后面是命令名，`any-` 后面是选项名；
# 选项的含义因命令而不同时，`any` 换成命令名。

help-usage = 用法：
help-heading = { $heading }：
help-commands = 命令
help-arguments = 参数
help-options = 选项
help-budgets = 预算
help-values = 可选值：
help-default = [默认值：{ $value }]
help-and = 、
clap-no-command-named = 缺少命令
manual-name = 名称
manual-synopsis = 概要
manual-description = 描述
clap-error = 错误：{ $what }
clap-more = 用 `--help` 查看帮助。
clap-no-value = { $arg } 需要一个值
clap-wrong-value = { $arg } 没有 `{ $value }` 这个值
clap-unfit-value = `{ $value }` 不能用于 { $arg }：{ $why }
clap-unknown = 没有 { $arg } 这个参数
clap-no-command = 没有 `{ $name }` 这个命令
clap-missing = 缺少参数 { $args }
clap-conflict = { $arg } 不能与 { $others } 一起使用
clap-twice = { $arg } 不能重复使用
clap-too-many = { $arg } 不能再有 `{ $value }` 这个值
clap-other = 无法理解这条命令
clap-values = 可选值：{ $values }
clap-hint = 是不是想写 { $hint }？
clap-no-integer = 它不是整数
clap-no-number = 它不是数字
clap-outside = 它不在 { $range } 的范围内

value-options = 选项
value-command = 命令
value-file = 文件
value-path = 路径
value-scale = 规模
value-n-hxw = N|高x宽
value-n = N
value-convention = 口径
value-framework = 框架
value-format = 格式
value-rule = 规则
value-text = 文字
value-level = 级别
value-language = 语言
value-limit = 上限
value-type-limit = 类型=上限
value-model = 模型
value-device = 设备
value-sort = 顺序
value-metric = 指标
value-ms = 毫秒
value-share = 比例
value-number = 编号
value-base = 模型
value-nc = N
value-id = 规则
value-a = A
value-b = B
value-class-file-class = 类|文件:类
value-shell = SHELL

about-yolint = 实时给出 YOLO 模型 YAML 文件的形状、参数量、GFLOPs 和问题：语言服务器与检查工具
about-check = 检查模型 YAML 文件中的错误
about-table = 打印每一层的参数量、参数、输出形状和 GFLOPs
about-diff = 比较两个模型，或者模型与它在 git 中的版本
about-compare = 用一张表或一幅图比较多个模型
about-sizes = 打印模型在各个图像尺寸下的开销
about-edit = 改动整个检测头：增加或去掉一个检测层，并改好所有连接关系
about-fit = 寻找让模型符合预算的改动
about-graph = 把网络画成 SVG、交互网页、Mermaid、DOT 或 JSON
about-weights = 逐层打印模型能加载哪些预训练权重
about-new = 写出一个可以改起的模型 YAML
about-framework = 打印文件属于哪个框架，以及原因
about-register = 把一个类注册到它所属的框架，并写出使用它的模型文件
about-rule = 解释一条规则，或者列出所有规则
about-completions = 打印 shell 的补全脚本
about-man = 打印手册页
about-lsp = 通过标准输入和标准输出运行语言服务器
about-help = 打印帮助，或者某个命令的帮助

any-help = 打印帮助
any-version = 打印版本
any-lang = 消息的语言：en、zh 或 zh-TW [默认值：系统的语言]
any-scale = 模型规模（n、s、m、l、x……），或者 `all`
any-imgsz = 图像尺寸：一个数字，或者“高x宽” [默认值：640]
any-channels = 图像的通道数，与数据集一致 [默认值：3]
any-data = 数据集的 YAML 文件：与训练时一样，其中的通道数、类别数和关键点会覆盖模型文件中的
any-nc = 类别数，与数据集一致
any-fused = 显示部署时的模型：合并批归一化和并联的卷积，去掉只在训练时使用的分支
any-convention = 计算量的统计口径：ultralytics、thop、fvcore、ptflops 或 formula [默认值：ultralytics]
any-framework = 使用哪个框架的模块：`builtin`、`auto`，或者框架源码的文件夹
any-config = 使用这个配置文件，不用最近的 .yolint.yaml；命令行选项会覆盖它
any-format = 输出格式
any-format-text = 终端中的文本
any-format-json = JSON，版本 1
any-format-markdown = Markdown 表格
any-format-csv = 逗号分隔的值
any-device = 显示在哪个设备上的时间下限：t4、a100、rtx-4090、orin-nano、orin-nano-super、agx-orin，或者配置项 `devices` 中的一个
any-precision = 设备上的数值格式：fp32、fp16 或 int8
any-file = 模型 YAML 文件
any-max-gflops = GFLOPs 的上限，或者相对基准模型的上限：6.5、+5%
any-max-params = 参数量的上限：3M、-10%
any-max-layers = 层数的上限，与框架的算法相同：200
any-max-weights = 权重在某种数据类型（int8、fp16 或 fp32）下的大小上限：int8=4MB；可以重复
any-max-activations = 两层之间保存的激活内存的上限：20MB
any-baseline = +5% 这样的上限所相对的模型 YAML

check-paths = 文件、文件夹或通配符；文件夹代表其中的模型 YAML，`-` 代表标准输入
check-format-pretty = 带源码摘录的问题
check-format-concise = 每个问题一行
check-format-github = GitHub Actions 的标注
check-format-sarif = SARIF 2.1.0
check-format-gitlab = GitLab 的代码质量报告
check-format-rdjson = Reviewdog 的诊断
check-format-junit = JUnit XML：每个文件一组，每个错误一次失败
check-fix = 应用安全的修复，并报告剩下的问题
check-diff = 以 diff 的形式打印 --fix 会改什么，不改动文件；有改动时退出码为 1
check-unsafe-fixes = 与 --fix 或 --diff 一起使用，包括需要确认的修复
check-hints = 也报告提示
check-select = 只检查这些规则，用逗号分隔
check-ignore = 不检查这些规则，用逗号分隔
check-add-ignore = 写入注释，忽略现在发现的问题
check-reason = 与 --add-ignore 一起使用，注释中写明的理由
check-deny = 有这个级别的问题时，退出码也为 1
check-deny-warnings = 警告
check-exit-zero = 即使有问题，退出码也为 0
check-statistics = 不打印问题，而是打印每条规则发现了多少次
check-watch = 文件一有改动就重新检查
check-quiet = 只打印问题，不打印合计
check-verbose = 也打印跳过了文件夹中的哪些文件，以及原因
check-output-file = 把报告写入这个文件
check-stdin-filename = 来自标准输入的文件叫什么名字；它决定使用哪些配置项和哪个规模
check-show-settings = 打印对一个文件生效的配置项，以及每一项的来源
check-models-only = 跳过不是模型 YAML 的文件，即使在命令行中指定了它
check-report = 另外把 Markdown 报告写入这个文件，用作 CI 的摘要

table-format = 输出格式 [默认值：在终端中为 pretty，否则为 text]
table-format-pretty = 适应终端宽度的表格，使用短名称，带占比
table-format-text = 框架的表格，加上输出形状和 GFLOPs
table-format-ultralytics = 框架自己的表格和汇总行，逐字相同
table-path = 模型 YAML 文件
table-depth = 也显示每一层的模块内部的模块，直到这个深度
table-freeze = 说明前 N 层不训练时训练的是什么，与框架训练时的 `freeze=N` 相同

diff-a = 模型 YAML 文件、“文件@规模”，或者 git 中的文件“版本:文件”（HEAD:models/mine.yaml）
diff-b = 与 A 比较的模型；省略时，A 与它在 git 的 HEAD 中的版本比较
diff-format-markdown = 用于 pull request 的 Markdown
diff-format-html = 并排显示两个网络的网页
diff-all = 打印每一行，包括没有改动的
diff-maps = 也并排打印两者的特征图，用于蒸馏：A 是教师模型，B 是学生模型
diff-exit-code = 模型有差异时，退出码为 1

compare-files = 模型 YAML 文件、“文件@规模”、文件夹或通配符；没有指定规模的文件，按它的每个规模比较
compare-from = 加载哪个模型的权重，与 `yolint weights` 相同：增加一列，显示每个模型能加载多少项
compare-sort = 模型的顺序 [默认值：命令行中的顺序]
compare-sort-name = 按名称
compare-sort-params = 按参数量，从少到多
compare-sort-ops = 按计算量，从少到多
compare-format = 输出格式 [默认值：由 --output 的扩展名决定，否则为 text]
compare-format-latex = 使用 booktabs 的 LaTeX 表格
compare-format-svg = 参数量与计算量的图，带帕累托前沿
compare-format-html = 带图和表格的网页
compare-format-png = 位图
compare-output = 输出文件；由扩展名（.md、.csv、.tex、.json、.svg、.html、.png）决定格式 [默认值：标准输出]

sizes-sizes = 图像尺寸：数字或“高x宽” [默认值：224 到 1280]
sizes-format-text = 带条形图的表格
sizes-plot = 另外把图写入这个文件，SVG 格式

edit-add-p2 = 给检测头增加步长 4 的检测层，用于更小的目标
edit-add-p6 = 给骨干网络和检测头增加步长 64 的检测层，用于更大的目标和图像
edit-drop-p5 = 去掉检测头中步长 32 的检测层
edit-drop-p3 = 去掉检测头中步长 8 的检测层，以及只有它需要的各层
edit-only-p3 = 检测头只保留步长 8 的检测层
edit-write = 改动文件本身
edit-output = 把改好的模型写入这个文件，它必须还不存在 [默认值：打印 diff]

fit-max-ms = 模型在 --device 上逐层运行至少需要的时间的上限，单位毫秒
fit-prune = 说明去掉这个比例的通道能省多少（0.3 是 30%）：所有层一起，以及每一层单独
fit-most = 最多给出多少个方案
fit-show = 打印这个方案的 diff
fit-output = 把 --show 指定的方案（否则是第一个）的模型写入这个文件，它必须还不存在
fit-format-json = JSON，版本 1，包含改好的文本

graph-format = 输出格式 [默认值：由 --output 的扩展名决定，否则为 svg]
graph-format-svg = 一个规模的图
graph-format-html = 包含所有规模的交互网页
graph-format-mermaid = 用于 Markdown 的流程图
graph-format-dot = 用于 Graphviz 的图
graph-format-json = 图背后的数据，包含所有规模
graph-format-png = 一个规模的位图
graph-metric = 方框按什么指标着色
graph-metric-ops = FLOPs；统计口径以 MACs 计时为 MACs
graph-metric-params = 参数量
graph-metric-weights = 参数的字节数
graph-metric-activations = 输出的字节数
graph-metric-traffic = 每次运算要搬运的字节数：颜色最深的层受限于访存
graph-output = 输出文件；由扩展名（.svg、.html、.mmd、.dot、.json、.png）决定格式 [默认值：标准输出]

weights-file = 模型 YAML 文件，或者“文件@规模”
weights-from = 加载哪个模型的权重：模型 YAML、“文件@规模”、git 中的文件“版本:文件”、权重文件（yolo11n.pt），或者官方模型的名字 [默认值：这个文件由哪个官方模型改来，就用哪个；否则用它在 git 中的版本]

new-file = 要写的文件，它必须还不存在；`-` 表示打印出来
new-base = 从哪个模型开始改
new-base-yolo11 = YOLO11 的结构，用于检测
new-base-yolov8 = YOLOv8 的结构，用于检测
new-nc = 类别数

framework-path = 模型 YAML 文件，或者存放这种文件的文件夹
framework-format-text = 每个事实一行
framework-config = 使用这个配置文件，不用最近的 .yolint.yaml

register-class = 要注册的类，写它的名字，或者连同文件：models/mine.py:Block
register-base = 在这个模型 YAML 文件的副本中增加一行；省略时写一个小的模型文件
register-output = 要写的模型 YAML 文件 [默认值：小写的“类.yaml”，与 --base 的文件在同一文件夹]
register-diff = 以 diff 的形式打印会写什么，不写入
register-config = 使用这个配置文件，不用最近的 .yolint.yaml

rule-rule = 要解释的规则；省略时列出所有规则
completions-shell = 要打印哪个 shell 的补全
lsp-stdio = 有些客户端会传这个选项；只能通过标准输入和标准输出通信
