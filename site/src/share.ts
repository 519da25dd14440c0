// A model in the part of an address that browsers keep to themselves: behind the `#`.

export interface Shared {
  text: string;
  scale?: string;
  imgsz?: string;
  convention?: string;
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: GenericTransformStream): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

/** The fragment of a model: compressed, in letters that addresses may hold. */
export async function encode({ text, ...options }: Shared): Promise<string> {
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream('deflate-raw'));
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const fields = new URLSearchParams({ m: base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') });
  for (const [name, value] of Object.entries(options)) {
    if (value) fields.set(name, value);
  }
  return fields.toString();
}

/** The model of a fragment; none if there is none, or if it is damaged. */
export async function decode(fragment: string): Promise<Shared | undefined> {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const model = fields.get('m');
  if (!model) return undefined;
  try {
    const bytes = Uint8Array.from(atob(model.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const text = new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw')));
    const field = (name: string) => fields.get(name) ?? undefined;
    return { text, scale: field('scale'), imgsz: field('imgsz'), convention: field('convention') };
  } catch {
    return undefined;
  }
}
