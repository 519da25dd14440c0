// Runs in VS Code's extension host: a framework's own source beside the model, by VS Code's own API.

const assert = require('node:assert/strict');
const vscode = require('vscode');
const { run, until, open, hints, replace, place, runAll } = require('./vscode-help.cjs');

const line = (lines, text) => lines.find((line) => line.includes(text));

const TESTS = {
  async 'hints from the source'() {
    const document = await open('nets/window.yaml');
    const lines = await until('hints', async () => {
      const found = await hints(document);
      return found.length === 11 && found;
    });
    assert.match(line(lines, '# 2'), /32×160×160 · 14.7k params/);
  },

  async 'from a row to its class'() {
    const document = await open('nets/window.yaml');
    const [link] = await run('vscode.executeDefinitionProvider', document.uri, place(document, 'WindowMix'));
    const target = await vscode.workspace.openTextDocument(link.targetUri ?? link.uri);
    assert.equal(target.lineAt((link.targetRange ?? link.range).start.line).text, 'class WindowMix(nn.Module):');
    const hovers = await run('vscode.executeHoverProvider', document.uri, place(document, 'WindowMix'));
    const text = hovers.flatMap(({ contents }) => contents.map(({ value }) => value)).join();
    assert.match(text, /WindowMix\(c1, c2, window=4\)/);
    assert.match(text, /Mixes the places of each window/);
    assert.match(text, /if m in SCALED:/);
  },

  async 'a keystroke in Python changes the model'() {
    const model = await open('nets/window.yaml');
    const python = await open('models/blocks.py');
    await replace(python, 'self.out = nn.Conv2d(c1, c2, 1)', 'self.out = nn.Conv2d(c1, c2, 3, 1, 1)');
    await until('new hints', async () => line(await hints(model), '# 4')?.includes('37.2k params'));
    await replace(python, 'self.out = nn.Conv2d(c1, c2, 3, 1, 1)', 'self.out = nn.Conv2d(c1, c2, 1)');
    await until('the hints before', async () => line(await hints(model), '# 4')?.includes('4.43k params'));
  },

  async 'from a class to its rows, and shapes inside it'() {
    await open('nets/window.yaml');
    const python = await open('models/blocks.py');
    assert.deepEqual(await hints(python), []);
    const lenses = await until('lenses', async () => {
      const found = await run('vscode.executeCodeLensProvider', python.uri);
      return found?.length > 0 && found;
    });
    const lens = lenses.find(({ command }) => command.title.startsWith('row 4 of window.yaml · 4.43k params'));
    assert.equal(python.lineAt(lens.range.start.line).text, 'class WindowMix(nn.Module):');
    await run(lens.command.command, ...lens.command.arguments);
    await until('shapes', async () => line(await hints(python), 'y = rearrange(x, ')?.endsWith('[1, 64, 20, 20, 16]'));
    await run('yolint.toggleShapes');
    await until('no shapes', async () => (await hints(python)).length === 0);
  },

  async 'a class is registered where it is written'() {
    await open('nets/window.yaml');
    const python = await open('models/blocks.py');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(python.uri, new vscode.Position(python.lineCount, 0), FRESH);
    await vscode.workspace.applyEdit(edit);
    const at = place(python, 'class Fresh');
    const actions = await until('the action', async () => {
      const found = await run('vscode.executeCodeActionProvider', python.uri, new vscode.Range(at, at));
      return found?.filter(({ title }) => title === 'Register `Fresh` with parse_model').length === 1 && found;
    });
    const { command } = actions.find(({ title }) => title.startsWith('Register'));
    await run(command.command, ...command.arguments);
    const model = await until('its model', () => {
      const { document } = vscode.window.activeTextEditor;
      return document.uri.path.endsWith('/nets/fresh.yaml') && document;
    });
    await until('its figures', async () => line(await hints(model), 'Fresh')?.includes('4.16k params'));
    const entry = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(python.uri, '../yolo.py'));
    assert.match(entry.getText(), /WindowMix, Fresh\n/);
  },
};

/** A module of its own: 64 · 64 weights and 64 biases where it takes 64 channels. */
const FRESH = `

class Fresh(nn.Module):
    def __init__(self, c1, c2):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, 1)

    def forward(self, x):
        return self.conv(x)
`;

exports.run = () => runAll(TESTS);
