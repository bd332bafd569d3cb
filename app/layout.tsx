import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Providers } from './_shell/providers.tsx';
import { THEME_SCRIPT } from './_shell/theme-script.ts';
import { TopBar } from './_shell/top-bar.tsx';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'HiPER Lab', template: '%s · HiPER Lab' },
  description: 'Train, watch and compare language-model agents with hierarchical credit assignment.',
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#15191d' },
  ],
};

/** The frame of every page. The nonce, for the content security policy, and whether somebody is logged in come from the server. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const given = await headers();
  const nonce = given.get('x-nonce') ?? undefined;
  return (
    // The script below sets the theme before React looks at the element.
    <html lang="en" suppressHydrationWarning className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own constant */}
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: THEME_SCRIPT }} />
      </head>
      <body>
        <a
          href="#content"
          className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        >
          Skip to the content
        </a>
        <Providers>
          <TopBar loggedIn={given.get('x-hiper-session') === 'yes'} />
          <main id="content" tabIndex={-1} className="mx-auto max-w-[100rem] px-3 py-5 outline-none sm:px-5">
            {children}
          </main>
        </Providers>
      </body>
    </html>
  );
}
