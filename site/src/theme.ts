// Light or dark: as the system has it, until somebody says otherwise.

export function theme(button: HTMLElement): void {
  const root = document.documentElement;
  const dark = () => root.dataset.theme === 'dark' || (!root.dataset.theme && matchMedia('(prefers-color-scheme: dark)').matches);
  try {
    root.dataset.theme = localStorage.getItem('theme') ?? '';
  } catch {
    // A browser that keeps nothing.
  }
  button.addEventListener('click', () => {
    root.dataset.theme = dark() ? 'light' : 'dark';
    try {
      localStorage.setItem('theme', root.dataset.theme);
    } catch {
      // It counts for this visit.
    }
  });
}
