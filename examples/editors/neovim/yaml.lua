-- Completes and checks keys in replylint.yml and in rule files, with yaml-language-server.
-- Copy it to ~/.config/nvim/plugin/, and put the paths of your checkout and your rule directories in.
local schemas = "file:///path/to/replylint/examples/editors/schemas/"
vim.api.nvim_create_autocmd("FileType", {
  pattern = "yaml",
  callback = function()
    vim.lsp.start({
      name = "yaml",
      cmd = { "yaml-language-server", "--stdio" },
      root_dir = vim.fn.getcwd(),
      settings = {
        yaml = {
          schemas = {
            [schemas .. "config.json"] = "replylint.yml",
            [schemas .. "rules.json"] = "support-rules/**/*.yml",
          },
        },
      },
    })
  end,
})
