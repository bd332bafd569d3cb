'use client';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { copyText } from './copy-text.ts';
import { IconButton } from './icon-button.tsx';

/** Copies `text` (or what the function gives). With `children` a button with words, else an icon. */
export function CopyButton({
  text,
  label = 'Copy',
  children,
}: {
  text: string | (() => string | Promise<string>);
  label?: string;
  children?: string;
}) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    if (await copyText(typeof text === 'string' ? text : await text())) setCopied(true);
  };
  const icon = copied ? (
    <Check aria-hidden className="size-4 text-good" />
  ) : (
    <Copy aria-hidden className="size-4" />
  );
  if (!children) return <IconButton label={copied ? 'Copied' : label} icon={icon} onClick={copy} />;
  return (
    <Button size="sm" icon={icon} onClick={copy}>
      {copied ? 'Copied' : children}
    </Button>
  );
}
