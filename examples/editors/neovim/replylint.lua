-- replylint in Neovim 0.8 or newer, without a plugin. Copy it to ~/.config/nvim/plugin/replylint.lua
-- (on Neovim 0.11 or newer, `vim.lsp.config` does the same; see the README beside this directory).
vim.api.nvim_create_autocmd("FileType", {
  pattern = { "markdown", "text", "mail", "html", "json", "jsonl", "yaml", "csv" },
  callback = function(event)
    local directory = vim.fs.dirname(vim.api.nvim_buf_get_name(event.buf))
    local marks = vim.fs.find({ "replylint.yml", ".git" }, { upward = true, path = directory })
    vim.lsp.start({
      name = "replylint",
      cmd = { "replylint", "lsp" },
      root_dir = vim.fs.dirname(marks[1] or vim.api.nvim_buf_get_name(event.buf)),
    })
  end,
})
