'use client';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

/** MLflow's client prints `<server>/#/experiments/1/runs/<id>`: leads there. What is behind # only a browser knows. */
export function MlflowLink() {
  const router = useRouter();
  useEffect(() => {
    const [, experiment, run] = /^#\/experiments\/(\d+)(?:\/runs\/([a-z0-9]+))?/.exec(location.hash) ?? [];
    if (run) router.replace(`/runs/${run}`);
    else if (experiment) router.replace('/runs');
  }, [router]);
  return null;
}
