-- Starts yolint for model files if this folder is on the 'runtimepath', where plugin managers put it.

if vim.g.loaded_yolint or vim.fn.has('nvim-0.10') == 0 then return end
vim.g.loaded_yolint = true

if vim.lsp.enable then
  vim.lsp.enable('yolint')
  return
end

-- Neovim 0.10 has no `vim.lsp.enable`: start the same configuration by hand.
vim.api.nvim_create_autocmd('FileType', {
  group = vim.api.nvim_create_augroup('yolint', {}),
  pattern = 'yaml',
  callback = function(event)
    local config = dofile(vim.api.nvim_get_runtime_file('lsp/yolint.lua', false)[1])
    config.root_dir(event.buf, function(folder)
      vim.lsp.start(vim.tbl_extend('force', config, { name = 'yolint', root_dir = folder }), { bufnr = event.buf })
    end)
  end,
})
