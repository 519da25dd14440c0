# 编辑与搜索的消息。

steps = { $first }；{ $next }
step-width = 宽度系数 { $was } → { $is }
step-depth = 深度系数 { $was } → { $is }
step-cap = 通道上限 { $was } → { $is }
step-repeats = 第 { $row } 层：{ $module } 的重复次数 { $was } → { $is }
step-all-repeats = { $rows } 层的重复次数减半
step-module = 第 { $row } 层：{ $was } → { $is }
step-modules = { $section }：所有层 { $was } → { $is }
step-head-channels = 检测头之前各层的通道数减到 { $percent }%
step-first-level = 第 { $row } 层的通道数减到 { $percent }%，检测头在这个特征图上的通道数也是
step-all-channels = 所有层的通道数减到 { $percent }%
step-without-p5 = 去掉步长 32 的检测层
step-without-p3 = 去掉步长 8 的检测层
step-only-p3 = 只保留步长 8 的检测层
step-images = 图像尺寸从 { $was } 改为 { $is }
edits-overlap = 改动相互重叠
figures-unknown-then = 改动后的数字未知
