'use client';

/** What stands there when the frame of the pages itself broke; so nothing of it is used here. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en" style={{ colorScheme: 'light dark', font: '1rem/1.5 system-ui, sans-serif' }}>
      <body style={{ padding: '3rem 1rem', textAlign: 'center' }}>
        <h1 style={{ fontSize: '1.25rem' }}>This page broke</h1>
        <p>{error.message || 'The browser gave no reason.'} Runs are not affected.</p>
        <button type="button" onClick={() => location.reload()}>
          Load it again
        </button>
      </body>
    </html>
  );
}
