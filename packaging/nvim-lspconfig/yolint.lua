---@brief
---
--- https://github.com/{OWNER}
---
--- Shapes, parameters, GFLOPs and errors of YOLO model YAML files. It says nothing of other YAML files.

---@type vim.lsp.Config
return {
  cmd = { 'yolint', 'lsp' },
  filetypes = { 'yaml' },
  root_markers = { '.yolint.yaml', 'pyproject.toml', '.git' },
}
