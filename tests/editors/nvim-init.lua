-- For a person's view: nvim --clean -u nvim-init.lua FILE   (NVIM_PLUGIN)
vim.opt.runtimepath:prepend(vim.env.NVIM_PLUGIN)
vim.cmd('filetype on | syntax on')
vim.o.number, vim.o.signcolumn, vim.o.swapfile = true, 'yes', false
vim.diagnostic.config({ virtual_text = true })
