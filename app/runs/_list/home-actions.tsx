'use client';
import { ComparisonButton } from '../../_home/comparison-button.tsx';
import { TooltipProvider } from '../../_ui/tooltip-provider.tsx';
import { ImportButton } from '../_import/import-button.tsx';

/** Ways to more runs but for a new one: from elsewhere, and several at once. */
export function HomeActions() {
  return (
    <TooltipProvider>
      <ImportButton />
      <ComparisonButton />
    </TooltipProvider>
  );
}
