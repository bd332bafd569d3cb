'use client';
import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactNode } from 'react';

/**
 * Lets neighbouring tooltips open at once after the first. Around each page's own part and not around the app, whose frame would have to
 * wait for the script.
 */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return <Base.Provider delay={300}>{children}</Base.Provider>;
}
