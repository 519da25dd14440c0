// Markdown of the server as elements. The text of a model may stand in it, and may come from a link that somebody sent: markup in it
// stays text.

import { Marked } from 'marked';

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const marked = new Marked({
  renderer: {
    html: ({ text }) => escaped(text),
    image: ({ text }) => escaped(text),
    link({ href, tokens }) {
      const words = this.parser.parseInline(tokens);
      return /^https?:\/\//.test(href) ? `<a href="${escaped(href)}" rel="noreferrer" target="_blank">${words}</a>` : words;
    },
  },
});

export function markdown(text: string): HTMLElement {
  const element = document.createElement('div');
  element.className = 'markdown';
  element.innerHTML = marked.parse(text, { async: false });
  return element;
}
