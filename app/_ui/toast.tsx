'use client';
import { Toast as Base } from '@base-ui/react/toast';
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { iconButtonClasses } from './icon-button.tsx';

const manager = Base.createToastManager();

/** Short news at the corner of the page; callable from anywhere in the browser. */
export const toast = {
  success: (title: string, description?: string) => manager.add({ type: 'success', title, description }),
  info: (title: string, description?: string) => manager.add({ type: 'info', title, description }),
  /** Stays longer and is announced at once. */
  error: (title: string, description?: string) =>
    manager.add({ type: 'error', title, description, timeout: 12_000, priority: 'high' }),
};

const icons: Record<string, ReactNode> = {
  success: <CircleCheck aria-hidden className="size-5 text-good" />,
  error: <CircleAlert aria-hidden className="size-5 text-danger" />,
  info: <Info aria-hidden className="size-5 text-accent" />,
};

/** Holds the toasts. Once, around the app. */
export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Base.Provider toastManager={manager}>
      {children}
      <Base.Portal>
        <Base.Viewport className="fixed right-4 bottom-4 z-60 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2">
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function ToastList() {
  const { toasts } = Base.useToastManager();
  return toasts.map((entry) => (
    <Base.Root
      key={entry.id}
      toast={entry}
      className="rounded-md border border-line bg-raised shadow-popup transition-opacity data-ending-style:opacity-0 data-limited:hidden data-starting-style:opacity-0"
    >
      <Base.Content className="flex items-start gap-3 p-3">
        {icons[entry.type ?? 'info']}
        <div className="min-w-0 flex-1">
          <Base.Title className="font-medium" />
          <Base.Description className="break-words text-muted" />
        </div>
        <Base.Close aria-label="Dismiss" className={iconButtonClasses}>
          <X aria-hidden />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ));
}
