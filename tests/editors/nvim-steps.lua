-- What the scripts for Neovim do alike: the extension is loaded in PROJECT, steps are checked, lines are found by their text.

local steps = {}

function steps.check(what, ok)
  print((ok and 'passed: ' or 'failed: ') .. what)
  if not ok then vim.cmd('cquit 1') end
end

function steps.until_(what, look)
  steps.check(what, vim.wait(15000, look, 20))
end

vim.opt.runtimepath:prepend(vim.env.NVIM_PLUGIN)
vim.cmd('filetype on')
vim.cmd.source(vim.env.NVIM_PLUGIN .. '/plugin/yolint.lua')
vim.cmd.cd(vim.env.PROJECT)

--- The label of the hint in the line that holds a text.
function steps.hint(buf, text)
  for _, found in ipairs(vim.lsp.inlay_hint.get({ bufnr = buf })) do
    local position = found.inlay_hint.position
    local line = vim.api.nvim_buf_get_lines(buf, position.line, position.line + 1, true)[1]
    if line:find(text, 1, true) then return found.inlay_hint.label end
  end
end

function steps.line_of(buf, text)
  for i, line in ipairs(vim.api.nvim_buf_get_lines(buf, 0, -1, true)) do
    local at = line:find(text, 1, true)
    if at then return i, at end
  end
  error(text .. ' is not there')
end

function steps.cursor(buf, text)
  local line, at = steps.line_of(buf, text)
  vim.api.nvim_win_set_cursor(0, { line, at - 1 })
end

function steps.replace(buf, before, after)
  local line, at = steps.line_of(buf, before)
  vim.api.nvim_buf_set_text(buf, line - 1, at - 1, line - 1, at - 1 + #before, { after })
end

return steps
