// The server's worker: the first message names where the module is, all others are JSON-RPC as text.

import { XzReadableStream } from 'xz-decompress';
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
  const { body } = await fetch(data.module);
  const response = new Response(new XzReadableStream(body!), { headers: { 'Content-Type': 'application/wasm' } });
  server = await Instance.start(await WebAssembly.compileStreaming(response), (message) => scope.postMessage(message));
  for (const message of waiting.splice(0)) server.receive(message);
};
