import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readLicense } from '../../../server/models/license.ts';

it.each([
  ['---\nlicense: apache-2.0\nlanguage: en\n---\n# A model', 'apache-2.0'],
  ['---\r\nlanguage:\r\n- en\r\nlicense: "mit"  # as the code\r\n---\r\n', 'mit'],
  ['---\nlicense:\n- cc-by-4.0\n- mit\n---\n', 'cc-by-4.0'],
  [
    '---\nlicense: other\nlicense_name: qwen-research\nlicense_link: https://example.org\n---\n',
    'qwen-research',
  ],
  ['---\nlicense: other\n---\n', 'other'],
  ['---\nlicense:\n---\n', null],
  ['# A model\nlicense: mit\n', null],
  ['---\nlanguage: en\n---\nlicense: mit\n', null],
  ['', null],
])('reads the license of %j', (text, license) => {
  const folder = mkdtempSync(join(tmpdir(), 'license-'));
  expect(readLicense(folder)).toBeNull();
  writeFileSync(join(folder, 'README.md'), text);
  expect(readLicense(folder)).toBe(license);
  rmSync(folder, { recursive: true });
});
