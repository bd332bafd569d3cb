import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { MarkdownText } from '../../../app/_ui/markdown.tsx';

const render = (text: string) => renderToStaticMarkup(createElement(MarkdownText, { text }));

it('renders headings, lists and tables of Markdown', () => {
  const html = render('# Title\n\n- one\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n**bold** `code`');
  for (const part of ['<h2', '<li>one</li>', '<td', '<strong>bold</strong>', '<code'])
    expect(html).toContain(part);
});

it.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  'before <iframe src="https://a.example"></iframe> after',
])('shows HTML as text: %s', (text) => {
  expect(render(text)).not.toMatch(/<(script|img|iframe)/);
});

it.each([
  'javascript:alert(1)',
  'JAVASCRIPT:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  '&#106;avascript:x',
])('leaves out the address %s', (address) => {
  expect(render(`[go](${address})`)).toMatch(/href=""/);
  expect(render(`![picture](${address})`)).not.toMatch(/href="[^"]/);
});

it('tells pages elsewhere nothing, and fetches nothing from them', () => {
  const html = render('[there](https://a.example/b) ![plot](https://a.example/c.png)');
  expect(html.match(/rel="noopener noreferrer nofollow"/g)).toHaveLength(2);
  expect(html).not.toContain('<img');
});
