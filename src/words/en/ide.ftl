# What editors show.

use-here = Use { $substitute } here: −{ $params } params, −{ $ops }
use-depthwise-here = Use DWConv here, which doesn't mix channels: −{ $params } params, −{ $ops }
