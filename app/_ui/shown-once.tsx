'use client';
import { CopyButton } from './copy-button.tsx';
import { Input } from './input.tsx';

/** A secret that is shown here and never again, to be copied. */
export function ShownOnce({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex items-center gap-2">
      <Input
        readOnly
        aria-label={label}
        value={value}
        onFocus={(event) => event.target.select()}
        className="font-mono text-[0.86rem]"
      />
      <CopyButton text={value}>Copy</CopyButton>
    </div>
  );
}
