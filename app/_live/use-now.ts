'use client';
import { useEffect, useState } from 'react';

/** The browser's clock (epoch ms), renewed every `everyMs`; null on the server and at first paint. */
export function useNow(everyMs = 1000): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
