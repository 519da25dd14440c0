-- Neovim without a screen, by its own API: nvim --headless --clean -l nvim.lua   (NVIM_PLUGIN, PROJECT)

local steps = dofile(vim.fs.dirname(arg[0]) .. '/nvim-steps.lua')
local check, until_ = steps.check, steps.until_

local buf

local function hint(text) return steps.hint(buf, text) end
local function replace(before, after) steps.replace(buf, before, after) end
local function cursor(text) steps.cursor(buf, text) end

local function lens()
  local found = vim.lsp.codelens.get(buf)[1]
  return found and found.command and found.command.title or ''
end

local function codes()
  return table.concat(vim.tbl_map(function(d) return d.code end, vim.diagnostic.get(buf)), ' ')
end

local function ask(method)
  local params = vim.lsp.util.make_position_params(0, vim.lsp.get_clients({ bufnr = buf })[1].offset_encoding)
  local answers = vim.lsp.buf_request_sync(buf, method, params, 5000)
  for _, answer in pairs(answers or {}) do
    return answer.result
  end
end

vim.cmd.edit('data.yaml')
vim.wait(500)
check('no server for other files', #vim.lsp.get_clients() == 0)

vim.cmd.edit('yolo11-tiny.yaml')
buf = vim.api.nvim_get_current_buf()
until_('a hint on every row', function() return #vim.lsp.inlay_hint.get({ bufnr = buf }) == 17 end)
check('the first row', hint('# 0-P1/2') == '16×320×320 · 464 params · 0.102 GFLOPs')
check('the last row', hint('# 14') == '7×8000 · 218k params · 1.56 GFLOPs')
until_('the lens', function() return lens():find('3.41 GFLOPs', 1, true) end)

replace('[-1, 4], 1', '[-1, 2], 1')
until_('a finding, once', function() return codes() == 'spatial-mismatch' end)
check('the row says so', vim.wait(5000, function() return hint('# 9') == '? spatial mismatch' end, 20))
replace('[-1, 2], 1', '[-1, 4], 1')
until_('no finding', function() return codes() == '' end)

cursor('SPPF')
check('hover', vim.inspect(ask('textDocument/hover')):find('SPPF(', 1, true) ~= nil)

replace('SPPF, ', 'SPPFF, ')
until_('an unknown module', function() return codes() == 'unknown-module' end)
cursor('SPPFF')
vim.lsp.buf.code_action({ apply = true, filter = function(action) return action.title == 'Write `SPPF`' end })
until_('a fix is applied', function() return hint('# 7') == '128×40×40 · 41.3k params · 0.134 GFLOPs' and codes() == '' end)

vim.cmd('YolintScale s')
until_('another scale', function() return lens():find('9.74 GFLOPs', 1, true) end)
until_('its hints', function() return hint('# 0-P1/2') == '32×320×320 · 928 params · 0.203 GFLOPs' end)
vim.cmd('YolintImgsz 320x640')
until_('another image', function() return (hint('# 0-P1/2') or ''):find('32×160×320', 1, true) end)
vim.cmd('YolintImgsz!')
vim.cmd('YolintScale!')
until_('as set', function() return hint('# 0-P1/2') == '16×320×320 · 464 params · 0.102 GFLOPs' end)
check('commands are completed', vim.deep_equal(vim.fn.getcompletion('YolintScale ', 'cmdline'), { 'n', 's' }))

-- The graph is of the buffer, not of the file.
local opened
vim.ui.open = function(path)
  opened = path
end
replace('SPPF, [256, 5]', 'SPPF, [256, 7]')
vim.cmd('YolintScale s')
vim.cmd('YolintGraph')
until_('a page with the graph is opened', function() return opened end)
local page = table.concat(vim.fn.readfile(opened), '\n')
check('its title', page:find('<title>yolo11-tiny · scale s · ', 1, true) ~= nil)
check('what is in the buffer', page:find('SPPF(256, 256, 7', 1, true) ~= nil)
vim.cmd('YolintScale!')
vim.cmd('undo')

-- What is found at the scale that is shown follows a switch, without an edit.
vim.cmd.edit({ 'yolo11-wide.yaml', bang = true })
buf = vim.api.nvim_get_current_buf()
until_('a finding of one scale', function() return codes() == 'channel-mismatch' end)
vim.cmd('YolintScale n')
until_('the other scale has none', function() return codes() == '' end)

vim.cmd.edit('typed.yaml')
buf = vim.api.nvim_get_current_buf()
until_('hints', function() return #vim.lsp.inlay_hint.get({ bufnr = buf }) == 2 end)
vim.api.nvim_buf_set_lines(buf, -1, -1, true, { '  - [-1, 1, Con]' })
vim.api.nvim_win_set_cursor(0, { vim.api.nvim_buf_line_count(buf), 15 })
local offered = ask('textDocument/completion')
offered = offered.items or offered
-- Neovim 0.10 takes no snippets.
local typed = vim.fn.has('nvim-0.11') == 1 and 'Conv, [' or 'Conv'
check('completion', offered[1].label == 'Conv' and vim.startswith(offered[1].textEdit.newText, typed))

vim.lsp.inlay_hint.enable(false, { bufnr = buf })
until_('hints are off, findings stay', function()
  local shown = vim.iter(vim.api.nvim_buf_get_extmarks(buf, -1, 0, -1, { details = true })):any(function(mark)
    return mark[4].virt_text and mark[4].virt_text_pos == 'inline'
  end)
  return codes() ~= '' and not shown
end)

vim.cmd('helptags ' .. vim.env.NVIM_PLUGIN .. '/doc')
check('help', pcall(vim.cmd.help, ':YolintScale'))
vim.fn.delete(vim.env.NVIM_PLUGIN .. '/doc/tags')
vim.cmd('qall!')
