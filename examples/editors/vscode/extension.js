// Starts `replylint lsp` and leaves everything else to it.
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const LANGUAGES = ["markdown", "plaintext", "html", "json", "jsonl", "yaml", "csv"];

let client;

exports.activate = () => {
  const settings = workspace.getConfiguration("replylint");
  const server = { command: settings.get("path"), args: ["lsp", ...settings.get("arguments")] };
  const documentSelector = LANGUAGES.flatMap((language) => [
    { scheme: "file", language },
    { scheme: "untitled", language },
  ]);
  documentSelector.push({ scheme: "file", pattern: "**/*.eml" });
  client = new LanguageClient("replylint", "replylint", server, { documentSelector });
  return client.start();
};

exports.deactivate = () => client?.stop();
