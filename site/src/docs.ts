// The documentation's pages: search, and examples that can be tried where they stand.

import { theme } from './theme';
import { words } from './words';

interface Section {
  page: string;
  title: string;
  heading: string;
  anchor: string;
  text: string;
  lang: string;
}

const say = words();
const root = document.documentElement.dataset.root ?? './';
const at = (path: string) => new URL(path, new URL(root, location.href)).href;
const button = document.getElementById('theme');
if (button) theme(button);

for (const block of document.querySelectorAll<HTMLElement>('[data-model]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'try';
  button.textContent = say.tryIt;
  button.addEventListener('click', async () => {
    button.disabled = true;
    const { live } = await import('./live');
    await live(block, at('assets/'));
    button.remove();
  });
  block.append(button);
}

const box = document.querySelector<HTMLInputElement>('#search');
const results = document.querySelector<HTMLElement>('#results');
let index: Promise<Section[]> | undefined;

box?.addEventListener('input', async () => {
  if (!results) return;
  index ??= fetch(at('assets/search.json')).then((answer) => answer.json());
  const asked = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  const sections = (await index).filter(({ lang }) => lang === document.documentElement.lang);
  const rank = (section: Section) => {
    const [title, heading, text] = [section.title, section.heading, section.text].map((part) => part.toLowerCase());
    const scores = asked.map((word) => (title.includes(word) ? 4 : 0) + (heading.includes(word) ? 8 : 0) + (text.includes(word) ? 1 : 0));
    return scores.every((score) => score > 0) ? scores.reduce((a, b) => a + b, 0) : 0;
  };
  const found = asked.length === 0 ? [] : sections.map((section) => ({ section, score: rank(section) })).filter(({ score }) => score > 0);
  found.sort((a, b) => b.score - a.score);
  results.replaceChildren(
    ...found.slice(0, 12).map(({ section }) => {
      const item = document.createElement('li');
      const link = document.createElement('a');
      link.href = at(`${section.page}#${section.anchor}`);
      link.textContent = section.heading === section.title ? section.title : `${section.title}: ${section.heading}`;
      item.append(link);
      return item;
    }),
  );
});
