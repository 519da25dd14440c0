// What is taken of the language server protocol, and of the server's own requests.

export interface Message {
  id?: number | string;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
}

export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

export interface TextEdit {
  range: Range;
  newText: string;
}

export interface Found {
  range: Range;
  severity: 1 | 2 | 3 | 4;
  code: string;
  message: string;
  relatedInformation?: { location: { uri: string; range: Range }; message: string }[];
}

export interface CodeAction {
  title: string;
  kind: string;
  isPreferred?: boolean;
  edit?: { changes?: Record<string, TextEdit[]>; documentChanges?: { edits: TextEdit[] }[] };
}

export interface InlayHint {
  position: Position;
  label: string | { value: string }[];
}

export interface CompletionItem {
  label: string;
  detail?: string;
  kind?: number;
  documentation?: string | { value: string };
  insertText?: string;
  filterText?: string;
  sortText?: string;
  textEdit?: TextEdit;
}

/** `yolint/status` */
export interface Status {
  total: string;
  summary: string;
  errors: number;
  scale: string;
  scales: { name: string; detail: string }[];
  imgsz: [number, number];
  sizes: number[];
  convention: string;
  conventions: { name: string; detail: string }[];
}

/** `yolint/graph` */
export interface Graph {
  title: string;
  svg: string;
  data: {
    nodes: { row: number; section: string; line: number; module: string; args: string }[];
    scales: { unit: string; rows: { repeats: number; args: string; output: string | null; params: number | null; ops: number | null; written: Record<string, string>; problem: string | null }[] }[];
  };
  /** From which line to which each row stands, from 0. */
  rows: [number, number][];
  heat: (number | null)[];
}
