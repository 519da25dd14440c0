// The Python environment that Python's extension has selected, if that extension is there.

import * as vscode from 'vscode';

/** As much of the API of Python's extension as is used. */
interface PythonApi {
  environments?: {
    getActiveEnvironmentPath(): { path: string };
    onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

/** How long is waited for Python's extension, in ms. */
const PATIENCE = 5000;

export class Python implements vscode.Disposable {
  private api: Promise<PythonApi | undefined> | undefined;
  private listener: vscode.Disposable | undefined;

  constructor(
    /** Called when another environment is selected. */
    private readonly changed: () => void,
  ) {}

  dispose(): void {
    this.listener?.dispose();
  }

  /** The path of the selected interpreter; nothing where none is. */
  async path(): Promise<string | undefined> {
    this.api ??= this.connect();
    const path = (await this.api)?.environments?.getActiveEnvironmentPath().path;
    // `python` alone is what is meant where nothing was selected.
    return path && /[\\/]/.test(path) ? path : undefined;
  }

  private async connect(): Promise<PythonApi | undefined> {
    const extension = vscode.extensions.getExtension<PythonApi>('ms-python.python');
    if (!extension) return undefined;
    const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE));
    try {
      const api = await Promise.race([extension.activate(), late]);
      this.listener = api?.environments?.onDidChangeActiveEnvironmentPath(() => this.changed());
      return api;
    } catch {
      return undefined;
    }
  }
}
