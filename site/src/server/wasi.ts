// What a WebAssembly module asks of its system (WASI preview 1), as far as the server does: standard streams that are buffers, a
// clock, random numbers. There are no files.

const OK = 0;
const BAD_FILE = 8;

export class Wasi {
  /** What stands in standard input. */
  input = new Uint8Array();
  private output: Uint8Array[] = [];
  private memory = new WebAssembly.Memory({ initial: 0 });

  /** Takes the memory of the module that was made with `imports`. */
  attach(exports: WebAssembly.Exports): void {
    this.memory = exports.memory as WebAssembly.Memory;
  }

  /** What was written to standard output since it was asked for last. */
  take(): string {
    const decoder = new TextDecoder();
    const text = this.output.map((bytes) => decoder.decode(bytes, { stream: true })).join('') + decoder.decode();
    this.output = [];
    return text;
  }

  imports(): WebAssembly.ModuleImports {
    const known: Record<string, (...args: any[]) => number | void> = {
      fd_read: (fd: number, buffers: number, count: number, read: number) => {
        if (fd !== 0) return BAD_FILE;
        let total = 0;
        for (const room of this.buffers(buffers, count)) {
          const part = this.input.subarray(0, room.length);
          room.set(part);
          this.input = this.input.subarray(part.length);
          total += part.length;
        }
        this.view().setUint32(read, total, true);
        return OK;
      },
      fd_write: (fd: number, buffers: number, count: number, written: number) => {
        let total = 0;
        for (const bytes of this.buffers(buffers, count)) {
          if (fd === 1) this.output.push(bytes.slice());
          else console.warn(new TextDecoder().decode(bytes));
          total += bytes.length;
        }
        this.view().setUint32(written, total, true);
        return OK;
      },
      clock_time_get: (_clock: number, _precision: bigint, time: number) => {
        this.view().setBigUint64(time, BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6)), true);
        return OK;
      },
      random_get: (start: number, length: number) => {
        crypto.getRandomValues(new Uint8Array(this.memory.buffer, start, length));
        return OK;
      },
      environ_sizes_get: (count: number, size: number) => this.none(count, size),
      args_sizes_get: (count: number, size: number) => this.none(count, size),
      environ_get: () => OK,
      args_get: () => OK,
      sched_yield: () => OK,
      proc_exit: (status: number) => {
        throw new Error(`the server ended with ${status}`);
      },
    };
    // Everything else is about files.
    return new Proxy(known, { get: (all, name: string) => all[name] ?? (() => BAD_FILE) }) as WebAssembly.ModuleImports;
  }

  private none(count: number, size: number): number {
    this.view().setUint32(count, 0, true);
    this.view().setUint32(size, 0, true);
    return OK;
  }

  private view(): DataView {
    return new DataView(this.memory.buffer);
  }

  private buffers(start: number, count: number): Uint8Array[] {
    const view = this.view();
    return Array.from({ length: count }, (_, at) => {
      const [address, length] = [view.getUint32(start + 8 * at, true), view.getUint32(start + 8 * at + 4, true)];
      return new Uint8Array(this.memory.buffer, address, length);
    });
  }
}
