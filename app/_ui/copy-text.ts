import { toast } from './toast.tsx';

/** Puts text on the clipboard; says `done`, or that the browser refused. Returns whether it worked. */
export async function copyText(text: string, done?: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    if (done) toast.success(done);
    return true;
  } catch {
    toast.error('The browser refused to copy', 'Select the text and copy it by hand.');
    return false;
  }
}
