// The server's worker: the first message names where the module is, all others are JSON-RPC as text.

import { Instance } from './instance';

const scope = self as unknown as { postMessage(message: unknown): void; onmessage: ((event: MessageEvent) => void) | null };
const waiting: string[] = [];
let server: Instance | undefined;

scope.onmessage = async ({ data }) => {
  if (typeof data === 'string') {
    if (server) server.receive(data);
    else waiting.push(data);
    return;
  }
  const response = await fetch(data.module);
  const module = await WebAssembly.compileStreaming(response).catch(async () =>
    // Where a host doesn't say that it is WebAssembly.
    WebAssembly.compile(await (await fetch(data.module)).arrayBuffer()),
  );
  server = await Instance.start(module, (message) => scope.postMessage(message));
  for (const message of waiting.splice(0)) server.receive(message);
};
