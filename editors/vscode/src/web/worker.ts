// The worker of the web extension: the first message has the module, all others are JSON-RPC as objects.

import { Instance } from '../../../../site/src/server/instance';

const scope = self as unknown as { postMessage(message: unknown): void; onmessage: ((event: { data: any }) => void) | null };
const waiting: object[] = [];
let server: Instance | undefined;

scope.onmessage = async ({ data }) => {
  if (!data.module) {
    if (server) server.receive(JSON.stringify(data));
    else waiting.push(data);
    return;
  }
  const module = await WebAssembly.compile(data.module);
  server = await Instance.start(module, (message) => scope.postMessage(JSON.parse(message)));
  for (const message of waiting.splice(0)) server.receive(JSON.stringify(message));
};
