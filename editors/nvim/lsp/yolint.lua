-- yolint's language server for Neovim 0.11 and later, in the form that `vim.lsp.enable('yolint')` and nvim-lspconfig take.
--
-- It attaches only to model files, and turns on hints and the lens above the first section. `:YolintScale`,
-- `:YolintImgsz` and `:YolintConvention` switch what is shown, `:YolintGraph` opens a picture, `:YolintShapes` shows shapes in
-- the Python of a row, `:YolintRegister` registers a class with its framework. See `:help yolint`.

--- The commands: their name in the server, and how to read their argument.
local commands = {
  YolintScale = { command = 'yolint.scale', read = function(word) return word end },
  YolintImgsz = {
    command = 'yolint.imgsz',
    read = function(word)
      local height, width = word:match('^(%d+)[xX](%d+)$')
      return height and { tonumber(height), tonumber(width) } or tonumber(word) or word
    end,
  },
  YolintConvention = { command = 'yolint.convention', read = function(word) return word end },
}

--- Returns the server's status of the file; nil if there is none.
local function status_of(client, bufnr)
  local params = { textDocument = vim.lsp.util.make_text_document_params(bufnr) }
  local ask = vim.fn.has('nvim-0.11') == 1 and function(...) return client:request_sync(...) end or client.request_sync
  local answer = ask('yolint/status', params, 1000, bufnr)
  return answer and answer.result ~= vim.NIL and answer.result or nil
end

--- Returns the arguments to complete after a command.
local function choices(client, bufnr, name)
  local status = status_of(client, bufnr)
  if not status then return {} end
  if name == 'YolintImgsz' then return vim.tbl_map(tostring, status.sizes) end
  local names = {}
  for _, choice in ipairs(name == 'YolintScale' and status.scales or status.conventions) do
    table.insert(names, choice.name)
  end
  return names
end

--- Refreshes the lens, which Neovim does by itself from 0.12 on.
local function show_lens(bufnr)
  if vim.lsp.codelens.enable then
    vim.lsp.codelens.enable(true, { bufnr = bufnr })
  elseif vim.api.nvim_buf_is_loaded(bufnr) then
    vim.lsp.codelens.refresh({ bufnr = bufnr })
  end
end

local function add_command(client, bufnr, name)
  vim.api.nvim_buf_create_user_command(bufnr, name, function(args)
    local arguments = { vim.uri_from_bufnr(bufnr) }
    if args.bang then
      arguments[2] = vim.NIL
    elseif args.args ~= '' then
      arguments[2] = commands[name].read(args.args)
    end
    local params = { command = commands[name].command, arguments = arguments }
    local function done(problem)
      if problem then return vim.notify('yolint: ' .. problem.message, vim.log.levels.ERROR) end
      show_lens(bufnr)
    end
    if vim.fn.has('nvim-0.11') == 1 then
      client:request('workspace/executeCommand', params, done, bufnr)
    else
      client.request('workspace/executeCommand', params, done, bufnr)
    end
  end, {
    nargs = '?',
    bang = true,
    desc = 'Switch what yolint shows for this file: to a value, to the next one, or back to the settings (!)',
    complete = function(lead)
      return vim.tbl_filter(function(word) return vim.startswith(word, lead) end, choices(client, bufnr, name))
    end,
  })
end

--- Opens a page with the graph of the buffer, at the current scale, image size and convention.
local function open_graph(client, bufnr)
  local status = status_of(client, bufnr)
  if not status then return vim.notify('yolint: this is not a model file', vim.log.levels.ERROR) end
  -- Unsaved text is drawn too, so the buffer is written to a folder of its own, under the file's name, which is the model's.
  local folder = vim.fn.tempname()
  vim.fn.mkdir(folder, 'p')
  local name = vim.fs.basename(vim.api.nvim_buf_get_name(bufnr))
  local file, page = folder .. '/' .. name, folder .. '/' .. name .. '.html'
  vim.fn.writefile(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), file)
  local size = ('%dx%d'):format(status.imgsz[1], status.imgsz[2])
  local command = { client.config.cmd[1], 'graph', file, '--format', 'html', '--output', page, '--imgsz', size }
  vim.list_extend(command, { '--convention', status.convention })
  if status.scale ~= '' then vim.list_extend(command, { '--scale', status.scale }) end
  vim.system(command, { text = true }, vim.schedule_wrap(function(ran)
    if ran.code ~= 0 then return vim.notify(ran.stderr, vim.log.levels.ERROR) end
    local _, problem = vim.ui.open(page)
    if problem then vim.notify('yolint: ' .. page .. ': ' .. problem, vim.log.levels.WARN) end
  end))
end

--- Attaches to the buffers of Python that are open already.
local function follow_python()
  if not vim.lsp.enable then return end
  vim.schedule(function()
    for _, other in ipairs(vim.api.nvim_list_bufs()) do
      local is_free = #vim.lsp.get_clients({ bufnr = other, name = 'yolint' }) == 0
      if vim.api.nvim_buf_is_loaded(other) and vim.bo[other].filetype == 'python' and is_free then
        vim.api.nvim_exec_autocmds('FileType', { group = 'nvim.lsp.enable', buffer = other, modeline = false })
      end
    end
  end)
end

--- Returns what names the row at the cursor: nothing in a file of Python.
local function shapes_arguments(bufnr)
  if vim.bo[bufnr].filetype == 'python' then return {} end
  return { vim.uri_from_bufnr(bufnr), { line = vim.api.nvim_win_get_cursor(0)[1] - 1 } }
end

--- Registers a class with its framework: the named one, or the one at the cursor.
local function register(client, bufnr, class)
  local at = class ~= '' and class or { line = vim.api.nvim_win_get_cursor(0)[1] - 1 }
  local params = { command = 'yolint.register', arguments = { vim.uri_from_bufnr(bufnr), at } }
  client:request('workspace/executeCommand', params, function(problem)
    if problem then vim.notify('yolint: ' .. problem.message, vim.log.levels.ERROR) end
  end, bufnr)
end

--- Returns the names of the classes of a buffer that start as `lead` does.
local function classes(bufnr, lead)
  local names = {}
  for _, line in ipairs(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)) do
    local name = line:match('^class%s+([%w_]+)')
    if name and vim.startswith(name, lead) then table.insert(names, name) end
  end
  return names
end

return {
  cmd = { 'yolint', 'lsp' },
  filetypes = { 'yaml', 'python' },
  -- The server isn't started for files that have neither section.
  root_dir = function(bufnr, on_dir)
    -- Files of Python are followed where models are, and start no server of their own.
    if vim.bo[bufnr].filetype == 'python' then
      local path = vim.api.nvim_buf_get_name(bufnr)
      local get = vim.lsp.get_clients or vim.lsp.get_active_clients
      for _, client in ipairs(get({ name = 'yolint' })) do
        local root = client.config.root_dir
        if root and vim.startswith(path, root .. '/') then return on_dir(root) end
      end
      return
    end
    for _, line in ipairs(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)) do
      if line:match('^["\']?backbone["\']?%s*:') or line:match('^["\']?head["\']?%s*:') then
        local file = vim.api.nvim_buf_get_name(bufnr)
        return on_dir(vim.fs.root(bufnr, { '.yolint.yaml', '.git' }) or vim.fs.dirname(file))
      end
    end
  end,
  -- scale = 'n', imgsz = 640 or { 480, 640 }, convention = 'ultralytics', hints, rules, files
  settings = { yolint = vim.empty_dict() },
  on_attach = function(client, bufnr)
    if vim.bo[bufnr].filetype ~= 'python' then follow_python() end
    vim.lsp.inlay_hint.enable(true, { bufnr = bufnr })
    show_lens(bufnr)
    vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged' }, {
      group = vim.api.nvim_create_augroup('yolint.' .. bufnr, {}),
      buffer = bufnr,
      callback = function() show_lens(bufnr) end,
    })
    vim.api.nvim_buf_create_user_command(bufnr, 'YolintShapes', function()
      local params = { command = 'yolint.shapes', arguments = shapes_arguments(bufnr) }
      client:request('workspace/executeCommand', params, function() show_lens(bufnr) end, bufnr)
    end, { desc = 'Show shapes in the Python of the row at the cursor, or hide them' })
    if vim.bo[bufnr].filetype == 'python' then
      vim.api.nvim_buf_create_user_command(bufnr, 'YolintRegister', function(args) register(client, bufnr, args.args) end, {
        nargs = '?',
        desc = 'Register a class with its framework',
        complete = function(lead) return classes(bufnr, lead) end,
      })
      return
    end
    for name in pairs(commands) do
      add_command(client, bufnr, name)
    end
    vim.api.nvim_buf_create_user_command(bufnr, 'YolintGraph', function() open_graph(client, bufnr) end, {
      desc = "Open a page with the model's graph",
    })
  end,
}
