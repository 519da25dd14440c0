# 编辑器中显示的内容。

use-here = 这里改用 { $substitute }：−{ $params } 参数，−{ $ops }
use-depthwise-here = 这里改用 DWConv（不混合通道）：−{ $params } 参数，−{ $ops }
