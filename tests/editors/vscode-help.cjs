// What suites in VS Code's extension host share.

const assert = require('node:assert/strict');
const vscode = require('vscode');

const run = vscode.commands.executeCommand;

/** Waits until something is as wanted. */
async function until(what, look) {
  for (let left = 400; left > 0; left--) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} didn't come`);
}

async function open(name) {
  const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, name);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

async function hints(document) {
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  const found = await run('vscode.executeInlayHintProvider', document.uri, all);
  return (found ?? []).map((hint) => `${document.lineAt(hint.position.line).text.slice(0, hint.position.character)}  ${hint.label}`);
}

async function replace(document, before, after) {
  const at = document.getText().indexOf(before);
  assert.notEqual(at, -1, before);
  const range = new vscode.Range(document.positionAt(at), document.positionAt(at + before.length));
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, range, after);
  await vscode.workspace.applyEdit(edit);
}

const place = (document, text) => document.positionAt(document.getText().indexOf(text));

/** Runs tests by name, and says how each ended. */
async function runAll(tests) {
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      console.log(`passed: ${name}`);
    } catch (error) {
      console.log(`failed: ${name}\n${error.stack}`);
      throw error;
    }
  }
}

module.exports = { run, until, open, hints, replace, place, runAll };
