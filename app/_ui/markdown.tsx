'use client';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';

const PLUGINS = [remarkGfm];

/** The title of the page stands above: headings of a text begin one level lower. */
const PARTS: Components = {
  h1: ({ children }) => <h2 className="mt-4 mb-2 text-lg font-semibold first:mt-0">{children}</h2>,
  h2: ({ children }) => <h3 className="mt-4 mb-1.5 font-semibold first:mt-0">{children}</h3>,
  h3: ({ children }) => <h4 className="mt-3 mb-1 font-semibold first:mt-0">{children}</h4>,
  h4: ({ children }) => <h5 className="mt-3 mb-1 font-medium first:mt-0">{children}</h5>,
  p: ({ children }) => <p className="my-2 first:mt-0 last:mb-0">{children}</p>,
  // Pages elsewhere must not learn where their reader comes from: the address of a share link is its key.
  a: ({ href, children }) => (
    <a
      href={href}
      rel="noopener noreferrer nofollow"
      target={href?.startsWith('#') ? undefined : '_blank'}
      className="text-accent underline underline-offset-2"
    >
      {children}
    </a>
  ),
  // Nothing is fetched from elsewhere: a picture is a link to it.
  img: ({ src, alt }) => (
    <a
      href={typeof src === 'string' ? src : undefined}
      rel="noopener noreferrer nofollow"
      target="_blank"
      className="text-accent underline underline-offset-2"
    >
      {alt || 'Picture'}
    </a>
  ),
  ul: ({ children }) => <ul className="my-2 list-disc pl-6">{children}</ul>,
  ol: ({ children, start }) => (
    <ol start={start} className="my-2 list-decimal pl-6">
      {children}
    </ol>
  ),
  blockquote: ({ children }) => (
    <blockquote className="my-2 border-l-2 border-line-strong pl-3 text-muted">{children}</blockquote>
  ),
  code: ({ children }) => <code className="rounded bg-sunken px-1 font-mono text-[0.93em]">{children}</code>,
  pre: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is too wide scrolls by keyboard, too
    <pre tabIndex={0} className="my-2 overflow-x-auto rounded-md bg-sunken p-3 [&>code]:p-0">
      {children}
    </pre>
  ),
  hr: () => <hr className="my-4 border-line" />,
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the same
    <div tabIndex={0} className="my-2 overflow-x-auto">
      <table className="border-collapse">{children}</table>
    </div>
  ),
  th: ({ children, style }) => (
    <th style={style} className="border-b border-line-strong px-3 py-1 text-left font-medium">
      {children}
    </th>
  ),
  td: ({ children, style }) => (
    <td style={style} className="border-b border-line px-3 py-1">
      {children}
    </td>
  ),
};

/** Markdown with GitHub's tables and task lists. HTML in it shows as text, addresses that are none of a page are left out. */
export function MarkdownText({ text }: { text: string }) {
  return (
    <div className="max-w-[75ch] break-words">
      <Markdown remarkPlugins={PLUGINS} components={PARTS}>
        {text}
      </Markdown>
    </div>
  );
}
