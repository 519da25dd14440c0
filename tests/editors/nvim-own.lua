-- Neovim with a framework's own source beside the model: nvim --headless --clean -l nvim-own.lua   (NVIM_PLUGIN, PROJECT)

local steps = dofile(vim.fs.dirname(arg[0]) .. '/nvim-steps.lua')
local check, until_, hint, cursor, replace = steps.check, steps.until_, steps.hint, steps.cursor, steps.replace

vim.cmd.edit('models/blocks.py')
vim.wait(300)
check('no server for Python alone', #vim.lsp.get_clients() == 0)

vim.cmd.edit('nets/window.yaml')
local model = vim.api.nvim_get_current_buf()
until_('hints from the source', function() return (hint(model, '# 2') or ''):find('32×160×160 · 14.7k params', 1, true) end)
until_('the lens names the framework', function()
  return vim.iter(vim.lsp.codelens.get(model)):any(function(lens)
    return lens.command and lens.command.title == 'models.yolo, ./models'
  end)
end)

-- Side by side: hints are drawn anew where they are seen.
vim.cmd.vsplit()
cursor(model, 'WindowMix')
vim.lsp.buf.definition()
until_('from a row to its class', function()
  return vim.api.nvim_get_current_line() == 'class WindowMix(nn.Module):'
end)
local python = vim.api.nvim_get_current_buf()
until_('Python is followed', function() return #vim.lsp.get_clients({ bufnr = python, name = 'yolint' }) == 1 end)

replace(python, 'self.out = nn.Conv2d(c1, c2, 1)', 'self.out = nn.Conv2d(c1, c2, 3, 1, 1)')
until_('a keystroke in Python changes the model', function()
  return (hint(model, '# 4') or ''):find('64×80×80 · 37.2k params', 1, true)
end)
vim.cmd('undo')
until_('its undo takes it back', function() return (hint(model, '# 4') or ''):find('4.43k params', 1, true) end)

vim.cmd.wincmd('p')
cursor(model, 'WindowMix')
vim.cmd('YolintShapes')
vim.cmd.wincmd('p')
until_('shapes inside forward', function()
  return hint(python, 'y = rearrange(x, ') == '[1, 64, 20, 20, 16]'
end)
vim.cmd('YolintShapes')
until_('and none', function() return #vim.lsp.inlay_hint.get({ bufnr = python }) == 0 end)

local count = vim.api.nvim_buf_line_count(python)
vim.api.nvim_buf_set_lines(python, count, count, true, vim.split([[


class Fresh(nn.Module):
    def __init__(self, c1, c2):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, 1)

    def forward(self, x):
        return self.conv(x)]], '\n'))
cursor(python, 'class Fresh')
vim.cmd('YolintRegister')
until_('a class is registered where it is written', function()
  return vim.api.nvim_buf_get_name(0):match('/nets/fresh%.yaml$')
end)
-- It is a model since it was filled. 64 * 64 weights and 64 biases.
until_('with its figures', function() return (hint(0, 'Fresh') or ''):find('4.16k params', 1, true) end)
vim.cmd('qall!')
