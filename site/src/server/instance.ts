// The server as an object: takes messages of JSON-RPC and tells its own, each as text.

import { Wasi } from './wasi';

export class Instance {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private encoder = new TextEncoder();

  private constructor(
    private wasi: Wasi,
    private turn: () => number,
    private tell: (message: string) => void,
  ) {}

  static async start(module: WebAssembly.Module, tell: (message: string) => void): Promise<Instance> {
    const wasi = new Wasi();
    // A module's imports are looked up by name, and only those that it has.
    const names = WebAssembly.Module.imports(module).map((wanted) => wanted.name);
    const all = wasi.imports();
    const imports = Object.fromEntries(names.map((name) => [name, all[name]]));
    const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: imports });
    wasi.attach(instance.exports);
    (instance.exports._initialize as (() => void) | undefined)?.();
    return new Instance(wasi, instance.exports.turn as () => number, tell);
  }

  /** Takes a message, and tells all that there is to say to it before it returns. */
  receive(message: string): void {
    this.wasi.input = this.encoder.encode(`${message}\n`);
    this.run();
  }

  private run(): void {
    clearTimeout(this.timer);
    const pause = this.turn();
    for (const line of this.wasi.take().split('\n')) {
      if (line) this.tell(line);
    }
    if (pause >= 0) this.timer = setTimeout(() => this.run(), pause);
  }
}
