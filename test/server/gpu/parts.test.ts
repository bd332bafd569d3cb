import { expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { CUDA, TENSORFLOW, TFJS_NODE } from '../../../server/gpu/parts.ts';

it('is the package that package.json names, in its version', () => {
  expect(packageJson.peerDependencies).toEqual({ [TFJS_NODE.name]: TFJS_NODE.version });
  // A plain install neither brings it nor misses it.
  expect(packageJson.peerDependenciesMeta).toEqual({ [TFJS_NODE.name]: { optional: true } });
});

it('names every wheel by a file of its version, with its hash', () => {
  for (const { project, version, file, sha256 } of [TENSORFLOW, ...CUDA]) {
    expect(file).toMatch(new RegExp(`^${project.replaceAll('-', '_')}-${version}-.*x86_64\\.whl$`));
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
});
