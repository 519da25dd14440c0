-- yolint for Neovim 0.11 and later: copy this file to ~/.config/nvim/lsp/yolint.lua, then in init.lua
--   vim.lsp.enable('yolint')
--   vim.lsp.inlay_hint.enable()
return {
  cmd = { 'yolint', 'lsp' },
  filetypes = { 'yaml' },
  root_markers = { '.yolint.yaml', '.git' },
  -- scale = 'n', imgsz = 640 or { 480, 640 }, convention = 'ultralytics'
  init_options = vim.empty_dict(),
}
