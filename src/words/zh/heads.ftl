# 检测头的改动。

head-add-p2 = 给检测头增加 P2 检测层（步长 4）
head-add-p6 = 给检测头增加 P6 检测层（步长 64）
head-drop-p5 = 去掉检测头的 P5 检测层（步长 32）
head-drop-p3 = 去掉检测头的 P3 检测层（步长 8）
head-only-p3 = 检测头只保留 P3 检测层（步长 8）
head-strides-unknown = 检测头读取的特征图步长未知
head-other-strides = 它不适用于读取步长为 { $strides } 的特征图的检测头
head-references = 这个文件的各行改动后，无法让所有引用都保持正确
head-row-fails = 改动后第 { $row } 层会出错：{ $why }
head-not-reached = 改动后检测头读取的不是步长为 { $strides } 的特征图
head-other-neck = 骨干网络与检测头之间的各层不是框架检测模型那样先自顶向下、再自底向上的路径（Upsample、Concat 和一个模块；卷积、Concat 和一个模块）
