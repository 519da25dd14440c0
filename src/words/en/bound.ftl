# What is said of conventions and devices.

unknown-convention = unknown convention `{ $name }`; use one of { $known }
no-number-format = `{ $text }` is no number format: choose fp32, fp16 or int8
unknown-device = unknown device `{ $name }`: choose one of { $known }, or describe it under `devices` in .yolint.yaml
