'use client';
import dynamic from 'next/dynamic';
import { patiently } from './ahead.ts';
import { later } from './later.ts';
import type { Toast } from './toast-corner.tsx';

/** The script of the toasts comes after the page. */
const corner = patiently(() => import('./toast-corner.tsx'));

const show = (toast: Toast) => void corner().then(({ manager }) => manager.add(toast));

/** Short news at the corner of the page; callable from anywhere in the browser. */
export const toast = {
  success: (title: string, description?: string) => show({ type: 'success', title, description }),
  info: (title: string, description?: string) => show({ type: 'info', title, description }),
  /** Stays longer and is announced at once. */
  error: (title: string, description?: string) =>
    show({ type: 'error', title, description, timeout: 12_000, priority: 'high' }),
};

/** Shows the toasts. Once in the app. */
export const Toasts = dynamic(
  later(() => corner().then((module) => module.ToastCorner)),
  { ssr: false },
);
