import type { Ref } from 'react';

/** What a field of the form hands to whatever shows its options as radio buttons. */
export interface RadioGroupProps {
  name: string;
  value: string;
  onChange: (value: string) => void;
  labelledBy: string;
  describedBy: string;
  invalid: boolean;
  /** The chosen option, to focus. */
  ref?: Ref<HTMLInputElement>;
}
