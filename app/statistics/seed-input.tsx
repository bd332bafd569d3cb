'use client';
import { useId, useState } from 'react';
import { Input } from '../_ui/input.tsx';

/** What random numbers begin with can be any whole number from 0. */
const isSeed = (text: string) => /^\d{1,9}$/.test(text);

/** The seed of the resampling: another one shows how far the intervals are its doing. */
export function SeedInput({ value, onChange }: { value: number; onChange: (seed: number) => void }) {
  const id = useId();
  const [text, setText] = useState(String(value));
  return (
    <span className="flex items-center gap-1.5 text-[0.93rem]">
      <label htmlFor={id} className="text-muted">
        Seed
      </label>
      <span className="w-24">
        <Input
          id={id}
          size="sm"
          inputMode="numeric"
          value={text}
          aria-invalid={!isSeed(text) || undefined}
          title="A whole number from 0 to 999999999"
          onChange={({ target }) => {
            setText(target.value);
            if (isSeed(target.value)) onChange(Number(target.value));
          }}
        />
      </span>
    </span>
  );
}
