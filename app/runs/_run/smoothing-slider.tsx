'use client';
import { useId } from 'react';
import { Hint } from '../../_ui/hint.tsx';

/** Weight of the moving average, 0 to 0.99. */
export function SmoothingSlider({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  const id = useId();
  return (
    <div className="flex items-center gap-2 text-[0.93rem]">
      <span className="text-muted">
        <Hint text="Exponential moving average, debiased: each point is a mean of those before it, the past weighing this much more each step back. The raw line stays, faintly. Evaluations are never smoothed.">
          <label htmlFor={id}>Smoothing</label>
        </Hint>
      </span>
      <input
        id={id}
        type="range"
        min={0}
        max={0.98}
        step={0.02}
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
        className="w-28 accent-(--accent)"
      />
      <output htmlFor={id} className="w-8">
        {value === 0 ? 'off' : value.toFixed(2)}
      </output>
    </div>
  );
}
