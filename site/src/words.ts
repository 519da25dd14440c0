// The words of the page in its languages. What the server says is in English.

const english = {
  title: 'Try yolint',
  lead: 'What each row of a YOLO model costs, and whether it will build. Nothing that you type leaves your browser.',
  example: 'Example',
  scale: 'Scale',
  imgsz: 'Image size',
  convention: 'Counted by',
  nc: 'Classes',
  share: 'Copy link',
  shared: 'The link is in the clipboard. The model is in the link itself.',
  theme: 'Light or dark',
  docs: 'Documentation',
  rules: 'Rules',
  editor: 'Model YAML',
  table: 'Rows',
  graph: 'Graph',
  problems: 'Findings',
  noProblems: 'Nothing is wrong.',
  noModel: 'This isn’t a model YAML: it has no lists `backbone` and `head` of rows [from, repeats, module, args].',
  line: (number: number) => `line ${number}`,
  none: 'none',
  loading: 'Loading …',
  failed: 'The analysis stopped. Reload the page; your text is in its address.',
  columns: ['row', 'n', 'module', 'arguments', 'output', 'params', ''],
  skip: 'Skip to the editor',
  skipToContent: 'Skip to the content',
  search: 'Search the documentation',
  results: 'Results',
  tryIt: 'Try it',
};

export type Words = typeof english;

const chinese: Words = {
  title: '试用 yolint',
  lead: 'YOLO 模型的每一层开销多少，能不能构建。你输入的内容不会离开浏览器。',
  example: '示例',
  scale: '规模',
  imgsz: '图像尺寸',
  convention: '统计口径',
  nc: '类别数',
  share: '复制链接',
  shared: '链接已复制。模型就在链接里。',
  theme: '浅色或深色',
  docs: '文档',
  rules: '规则',
  editor: '模型 YAML',
  table: '各层',
  graph: '结构图',
  problems: '问题',
  noProblems: '没有问题。',
  noModel: '这不是模型 YAML：没有由 [from, repeats, module, args] 组成的列表 `backbone` 和 `head`。',
  line: (number: number) => `第 ${number} 行`,
  none: '无',
  loading: '正在加载……',
  failed: '分析中断了。请刷新页面，文本保存在地址里。',
  columns: ['层', 'n', '模块', '参数', '输出', '参数量', ''],
  skip: '跳到编辑器',
  skipToContent: '跳到正文',
  search: '搜索文档',
  results: '结果',
  tryIt: '试一试',
};

export const languages = { en: english, zh: chinese };

/** A page of the documentation is in one language; the page to try yolint takes what is asked for, or the browser's. */
export function language(): 'en' | 'zh' {
  const own = document.body.classList.contains('doc') ? document.documentElement.lang : undefined;
  const asked = own ?? new URLSearchParams(location.search).get('lang') ?? navigator.language;
  return asked.startsWith('zh') ? 'zh' : 'en';
}

export const words = (): Words => languages[language()];
