// Whether hints are shown: for all files, until VS Code is restarted. Settings say it for longer.

import * as vscode from 'vscode';
import { type BaseLanguageClient, InlayHintRequest } from 'vscode-languageclient';

/** When VS Code is told once more, in ms. */
const AGAIN = 500;

export class Hints {
  shown = true;

  /** Shows hints, or hides them; everything else stays. */
  toggle(client: BaseLanguageClient): void {
    this.shown = !this.shown;
    const feature = client.getFeature(InlayHintRequest.method);
    const ask = () => {
      for (const document of vscode.workspace.textDocuments) {
        feature.getProvider(document)?.onDidChangeInlayHints.fire();
      }
    };
    ask();
    // VS Code may miss it while it waits for hints that it asked for before.
    setTimeout(ask, AGAIN);
  }
}
