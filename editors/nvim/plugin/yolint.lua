-- Starts yolint for model files if this folder is on the 'runtimepath', where plugin managers put it.

if vim.g.loaded_yolint or vim.fn.has('nvim-0.10') == 0 then return end
vim.g.loaded_yolint = true

--- How many lines of a file are looked at for a section.
local FIRST_LINES = 500

local group = vim.api.nvim_create_augroup('yolint', {})

--- Whether the buffer has a section of a model.
local function is_model(buf)
  for _, line in ipairs(vim.api.nvim_buf_get_lines(buf, 0, FIRST_LINES, false)) do
    if line:match('^backbone%s*:') or line:match('^head%s*:') then return true end
  end
  return false
end

--- Neovim 0.10 has no `vim.lsp.enable`: starts the same configuration by hand.
local function start(buf)
  local config = dofile(vim.api.nvim_get_runtime_file('lsp/yolint.lua', false)[1])
  config.root_dir(buf, function(folder)
    vim.lsp.start(vim.tbl_extend('force', config, { name = 'yolint', root_dir = folder }), { bufnr = buf })
  end)
end

--- Starts the server for a buffer that has become a model since it was opened.
local function follow(buf)
  local is_attached = #vim.lsp.get_clients({ bufnr = buf, name = 'yolint' }) > 0
  if vim.bo[buf].filetype ~= 'yaml' or is_attached or not is_model(buf) then return end
  if vim.lsp.enable then
    vim.api.nvim_exec_autocmds('FileType', { group = 'nvim.lsp.enable', buffer = buf, modeline = false })
  else
    start(buf)
  end
end

vim.api.nvim_create_autocmd({ 'BufWinEnter', 'BufWritePost', 'InsertLeave', 'TextChanged' }, {
  group = group,
  pattern = { '*.yaml', '*.yml' },
  callback = function(event) follow(event.buf) end,
})

if vim.lsp.enable then
  vim.lsp.enable('yolint')
else
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = 'yaml',
    callback = function(event) start(event.buf) end,
  })
end
