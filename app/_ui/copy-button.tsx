'use client';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';
import { toast } from './toast.tsx';

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
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : await text());
      setCopied(true);
    } catch {
      toast.error('The browser refused to copy', 'Select the text and copy it by hand.');
    }
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
