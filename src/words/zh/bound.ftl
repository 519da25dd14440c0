# 统计口径与设备。

unknown-convention = 未知的统计口径 `{ $name }`；可选 { $known }
no-number-format = `{ $text }` 不是数值格式：可选 fp32、fp16 或 int8
unknown-device = 未知设备 `{ $name }`：可选 { $known }，或者在 .yolint.yaml 的 `devices` 中描述它
