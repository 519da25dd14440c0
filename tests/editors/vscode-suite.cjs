// Runs in VS Code's extension host: what VS Code knows of a file, by its own API. The extension is the installed one.

const assert = require('node:assert/strict');
const vscode = require('vscode');

const { run, until, open, hints, replace, place, runAll } = require('./vscode-help.cjs');

const TESTS = {
  async 'hints on every row'() {
    const document = await open('yolo11-tiny.yaml');
    const lines = await until('hints', async () => {
      const found = await hints(document);
      return found.length === 17 && found;
    });
    assert.equal(lines[2], '  - [-1, 1, Conv, [32, 3, 2]] # 0-P1/2  16×320×320 · 464 params · 0.102 GFLOPs');
    assert.equal(lines[16], '  - [[10, 13], 1, Detect, [nc]] # 14  7×8000 · 218k params · 1.56 GFLOPs');
  },

  async 'a finding with the rows that feed it, once'() {
    const document = await open('yolo11-tiny.yaml');
    await replace(document, '[-1, 4]', '[-1, 2]');
    const found = await until('findings', () => {
      const found = vscode.languages.getDiagnostics(document.uri);
      return found.length > 0 && found;
    });
    assert.deepEqual(found.map(({ code, source, severity }) => [code, source, severity]), [['spatial-mismatch', 'yolint', 0]]);
    assert.equal(found[0].range.start.line, place(document, '[-1, 2]').line);
    assert.ok(found[0].relatedInformation.length > 0);
    await replace(document, '[-1, 2]', '[-1, 4]');
    await until('no findings', () => vscode.languages.getDiagnostics(document.uri).length === 0);
  },

  async 'hover, definition, symbols'() {
    const document = await open('yolo11-tiny.yaml');
    const hovers = await run('vscode.executeHoverProvider', document.uri, place(document, 'SPPF'));
    assert.match(hovers[0].contents[0].value, /SPPF\(/);
    const [link] = await run('vscode.executeDefinitionProvider', document.uri, place(document, '4], 1, Concat'));
    const target = (link.targetRange ?? link.range).start.line;
    assert.match(document.lineAt(target).text, /# 4$/);
    const symbols = await run('vscode.executeDocumentSymbolProvider', document.uri);
    const sections = symbols.filter(({ children }) => children.length > 2).map(({ name }) => name);
    assert.deepEqual(sections, ['backbone', 'head']);
  },

  async 'a fix is applied'() {
    const document = await open('yolo11-tiny.yaml');
    await replace(document, 'SPPF, ', 'SPPFF, ');
    const [finding] = await until('a finding', () => {
      const found = vscode.languages.getDiagnostics(document.uri);
      return found.some(({ code }) => code === 'unknown-module') && found;
    });
    const offered = await run('vscode.executeCodeActionProvider', document.uri, finding.range);
    const fix = offered.find(({ title }) => title === 'Write `SPPF`');
    assert.ok(fix, offered.map(({ title }) => title).join());
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(document.getText(), /SPPF, /);
    await until('no findings', () => vscode.languages.getDiagnostics(document.uri).length === 0);
  },

  async 'settings count at once, and what nobody set is left to .yolint.yaml'() {
    const document = await open('yolo11-tiny.yaml');
    const settings = vscode.workspace.getConfiguration('yolint');
    const first = async () => (await hints(document)).find((line) => line.includes('# 0-P1/2'));
    const file = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, '.yolint.yaml');
    await vscode.workspace.fs.writeFile(file, Buffer.from('imgsz: 320\n'));
    await until('the size of the file', async () => (await first())?.includes('16×160×160'));
    await settings.update('imgsz', [320, 640], vscode.ConfigurationTarget.Global);
    await until('the size of the settings', async () => (await first())?.includes('16×160×320'));
    await settings.update('imgsz', undefined, vscode.ConfigurationTarget.Global);
    await until('the size of the file', async () => (await first())?.includes('16×160×160'));
    await vscode.workspace.fs.delete(file);
    await until('the usual size', async () => (await first())?.includes('16×320×320'));
    await settings.update('hints', ['index', 'share'], vscode.ConfigurationTarget.Global);
    await until('other parts', async () => (await first())?.endsWith('  #0 · 3.0 %'));
    await settings.update('hints', undefined, vscode.ConfigurationTarget.Global);
    await until('the usual parts', async () => (await first())?.includes('464 params'));
  },

  async 'the server is started anew'() {
    const document = await open('yolo11-tiny.yaml');
    await run('yolint.restart');
    await until('hints', async () => (await hints(document)).length === 17);
  },

  async 'other files are left alone'() {
    const document = await open('data.yaml');
    assert.deepEqual(await hints(document), []);
    assert.deepEqual((await run('vscode.executeCodeLensProvider', document.uri)) ?? [], []);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
  },
};

exports.run = () => runAll(TESTS);
