// The server's client: requests with their answers, and what the server says of itself.

import type { Message } from './protocol';

export class Client {
  private worker: Worker;
  private asked = new Map<number, { answer(result: any): void; fail(error: Error): void }>();
  private listeners = new Map<string, ((params: any) => void)[]>();
  private last = 0;

  constructor(assets: string) {
    this.worker = new Worker(new URL('worker.js', assets), { type: 'module' });
    this.worker.onmessage = ({ data }) => this.take(JSON.parse(data));
    this.worker.onerror = (event) => this.say('yolint/failed', event.message);
    this.worker.postMessage({ module: new URL('yolint.wasm.xz', assets).href });
  }

  async start(): Promise<void> {
    const capabilities = {
      general: { positionEncodings: ['utf-16'] },
      textDocument: {
        codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'refactor'] } } },
        publishDiagnostics: { relatedInformation: true },
        inlayHint: { resolveSupport: { properties: ['tooltip'] } },
      },
      workspace: { workspaceEdit: { documentChanges: false } },
    };
    await this.ask('initialize', { processId: null, rootUri: null, capabilities });
    this.tell('initialized', {});
  }

  ask<T>(method: string, params: unknown): Promise<T> {
    const id = ++this.last;
    this.post({ id, method, params });
    return new Promise((answer, fail) => this.asked.set(id, { answer, fail }));
  }

  tell(method: string, params: unknown): void {
    this.post({ method, params });
  }

  on(method: string, listener: (params: any) => void): void {
    this.listeners.set(method, [...(this.listeners.get(method) ?? []), listener]);
  }

  private post(message: Message): void {
    this.worker.postMessage(JSON.stringify({ jsonrpc: '2.0', ...message }));
  }

  private take(message: Message): void {
    if (message.method === undefined) {
      const asked = this.asked.get(message.id as number);
      this.asked.delete(message.id as number);
      if (message.error) asked?.fail(new Error(message.error.message));
      else asked?.answer(message.result);
    } else {
      if (message.id !== undefined) this.post({ id: message.id, result: null });
      this.say(message.method, message.params);
    }
  }

  private say(method: string, params: unknown): void {
    for (const listener of this.listeners.get(method) ?? []) listener(params);
  }
}
