// An example of the documentation in an editor, where it stands.

import { Editor } from './editor';
import { Client } from './server/client';
import { words } from './words';

let server: Promise<Client> | undefined;
let count = 0;

export async function live(block: HTMLElement, assets: string): Promise<void> {
  server ??= (async () => {
    const client = new Client(assets);
    await client.start();
    return client;
  })();
  const client = await server;
  const text = block.querySelector('code')?.textContent ?? '';
  block.querySelector('pre')?.remove();
  const room = document.createElement('div');
  room.className = 'editor';
  block.prepend(room);
  count += 1;
  new Editor(room, { client, name: `example-${count}`, text, label: words().editor });
}
