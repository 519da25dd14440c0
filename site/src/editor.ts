// An editor for a model: CodeMirror, with what the server knows: hints at the ends of rows, findings with their fixes, hover,
// completion.

import { autocompletion, type Completion, type CompletionContext } from '@codemirror/autocomplete';
import { indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Action, type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { type ChangeSet, StateEffect, StateField, type Text } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, hoverTooltip, keymap, WidgetType } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';

import { markdown } from './markdown';
import type { Client } from './server/client';
import type { CodeAction, CompletionItem, Found, InlayHint, Position, Range, TextEdit } from './server/protocol';

class Hint extends WidgetType {
  constructor(private label: string) {
    super();
  }

  eq(other: Hint): boolean {
    return other.label === this.label;
  }

  /** A click on a hint goes to its line. */
  ignoreEvent(): boolean {
    return false;
  }

  toDOM(): HTMLElement {
    const element = document.createElement('span');
    element.className = 'hint';
    element.textContent = this.label;
    return element;
  }
}

/** In the colours of the page, which are others in the dark. */
const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--key)' },
  { tag: tags.comment, color: 'var(--comment)' },
  { tag: [tags.string, tags.number, tags.bool], color: 'var(--value)' },
]);

const setHints = StateEffect.define<{ at: number; label: string }[]>();

const hints = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    let now = shown.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setHints)) continue;
      const widgets = effect.value.map(({ at, label }) => Decoration.widget({ widget: new Hint(label), side: 1 }).range(at));
      now = Decoration.set(widgets, true);
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const position = (text: Text, offset: number): Position => {
  const line = text.lineAt(offset);
  return { line: line.number - 1, character: offset - line.from };
};

const offset = (text: Text, { line, character }: Position): number => {
  if (line >= text.lines) return text.length;
  const { from, length } = text.line(line + 1);
  return from + Math.min(character, length);
};

const span = (text: Text, range: Range) => ({ from: offset(text, range.start), to: offset(text, range.end) });

const words = (said: string | { value: string } | undefined) => (typeof said === 'string' ? said : (said?.value ?? ''));

export interface Options {
  client: Client;
  /** Name of the document: two editors of a page have two. */
  name: string;
  text: string;
  label: string;
  /** After the server has answered what an edit asked for. */
  onAnalysed?(found: Found[]): void;
  onLine?(line: number): void;
}

export class Editor {
  readonly view: EditorView;
  readonly uri: string;
  /** What is wrong with the text. */
  found: Found[] = [];
  /** How long the server took for the hints of the last edit, in milliseconds, the way to its worker included. */
  took = 0;
  private version = 1;

  constructor(
    parent: HTMLElement,
    private options: Options,
  ) {
    // A text without a file: no name of one is judged.
    this.uri = `untitled:${options.name}`;
    options.client.on('textDocument/publishDiagnostics', (params) => {
      if (params.uri === this.uri && (params.version ?? this.version) === this.version) void this.show(params.diagnostics);
    });
    this.view = new EditorView({
      parent,
      doc: options.text,
      extensions: [
        basicSetup,
        keymap.of([indentWithTab]),
        yaml(),
        syntaxHighlighting(colours),
        hints,
        lintGutter(),
        EditorView.contentAttributes.of({ 'aria-label': options.label }),
        autocompletion({ override: [(context) => this.complete(context)] }),
        hoverTooltip((view, at) => this.hover(view, at)),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.changed(update.startState.doc, update.changes);
          if (update.docChanged || update.selectionSet) options.onLine?.(this.line());
        }),
      ],
    });
    const textDocument = { uri: this.uri, languageId: 'yaml', version: this.version, text: options.text };
    options.client.tell('textDocument/didOpen', { textDocument });
    void this.refresh();
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  set text(text: string) {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  /** The line of the cursor, from 0. */
  line(): number {
    return this.view.state.doc.lineAt(this.view.state.selection.main.head).number - 1;
  }

  /** Puts the cursor at a place and shows it. */
  goTo(place: Position): void {
    const at = offset(this.view.state.doc, place);
    this.view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
    this.view.focus();
  }

  /** Asks again for what the server knows of the text. */
  async refresh(): Promise<void> {
    const version = this.version;
    const whole = { start: { line: 0, character: 0 }, end: position(this.view.state.doc, this.view.state.doc.length) };
    const started = performance.now();
    const given = await this.options.client.ask<InlayHint[] | null>('textDocument/inlayHint', { ...this.document(), range: whole });
    this.took = performance.now() - started;
    if (version !== this.version) return;
    const text = this.view.state.doc;
    const label = (hint: InlayHint) => (typeof hint.label === 'string' ? hint.label : hint.label.map((part) => part.value).join(''));
    this.view.dispatch({ effects: setHints.of((given ?? []).map((hint) => ({ at: offset(text, hint.position), label: label(hint) }))) });
    this.options.onAnalysed?.(this.found);
  }

  private document() {
    return { textDocument: { uri: this.uri } };
  }

  private changed(before: Text, changes: ChangeSet): void {
    const edits: { range: Range; text: string }[] = [];
    changes.iterChanges((from, to, _from, _to, inserted) => {
      edits.push({ range: { start: position(before, from), end: position(before, to) }, text: inserted.toString() });
    });
    this.version += 1;
    const textDocument = { uri: this.uri, version: this.version };
    // The last first, so that the places of the others stay true.
    this.options.client.tell('textDocument/didChange', { textDocument, contentChanges: edits.reverse() });
    void this.refresh();
  }

  private async show(found: Found[]): Promise<void> {
    this.found = found;
    const version = this.version;
    const text = this.view.state.doc;
    const show = (actions: Action[][]) => {
      const levels = { 1: 'error', 2: 'warning', 3: 'info', 4: 'hint' } as const;
      const diagnostics = found.map((one, at): Diagnostic => {
        const related = one.relatedInformation ?? [];
        const lines = related.map(({ message, location }) => `line ${location.range.start.line + 1}: ${message}`);
        const { from, to } = span(text, one.range);
        const message = [one.message, ...lines].join('\n');
        return { from, to, severity: levels[one.severity] ?? 'error', source: one.code, message, actions: actions[at] ?? [] };
      });
      this.view.dispatch(setDiagnostics(this.view.state, diagnostics.sort((a, b) => a.from - b.from)));
    };
    show([]);
    this.options.onAnalysed?.(found);
    const actions = await Promise.all(found.map((one) => this.fixes(one)));
    if (version === this.version && actions.some((fixes) => fixes.length > 0)) show(actions);
  }

  /** The fixes of a finding. */
  async fixes(found: Found): Promise<Action[]> {
    const params = { ...this.document(), range: found.range, context: { diagnostics: [found], only: ['quickfix'] } };
    const offered = (await this.options.client.ask<CodeAction[] | null>('textDocument/codeAction', params)) ?? [];
    return offered.map((action) => ({ name: action.title, apply: () => this.apply(action) }));
  }

  private apply({ edit }: CodeAction): void {
    const edits = edit?.changes?.[this.uri] ?? edit?.documentChanges?.flatMap((change) => change.edits) ?? [];
    const text = this.view.state.doc;
    const change = ({ range, newText }: TextEdit) => ({ ...span(text, range), insert: newText });
    this.view.dispatch({ changes: edits.map(change) });
    this.view.focus();
  }

  private async hover(view: EditorView, at: number) {
    const params = { ...this.document(), position: position(view.state.doc, at) };
    const said = await this.options.client.ask<{ contents: { value: string }; range?: Range } | null>('textDocument/hover', params);
    if (!said) return null;
    const place = said.range ? span(view.state.doc, said.range) : { from: at, to: at };
    return { pos: place.from, end: place.to, above: true, create: () => ({ dom: markdown(said.contents.value) }) };
  }

  private async complete(context: CompletionContext) {
    const word = context.matchBefore(/[\w.]+/);
    const before = context.state.sliceDoc(Math.max(0, context.pos - 1), context.pos);
    if (!context.explicit && !word && !'[, -.'.includes(before || '\0')) return null;
    const params = { ...this.document(), position: position(context.state.doc, context.pos) };
    const given = await this.options.client.ask<CompletionItem[] | { items: CompletionItem[] } | null>('textDocument/completion', params);
    const items = Array.isArray(given) ? given : (given?.items ?? []);
    if (items.length === 0) return null;
    const from = items[0].textEdit ? offset(context.state.doc, items[0].textEdit.range.start) : (word?.from ?? context.pos);
    const options = items.map((item, at): Completion => {
      const info = words(item.documentation);
      return {
        label: item.filterText ?? item.label,
        displayLabel: item.label,
        detail: item.detail,
        info: info ? () => markdown(info) : undefined,
        boost: -at / items.length,
        apply: item.textEdit?.newText ?? item.insertText ?? item.label,
      };
    });
    return { from, options, validFor: /^[\w.]*$/ };
  }
}
