// Providers that are declared in YAML: those of the documentation, and those of fixtures/providers, which have what is odd.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '../../../src/config/parse.ts';
import { isRecord } from '../../../src/config/schema.ts';
import { type DeclaredProvider, declaredProvider } from '../../../src/providers/declare/load.ts';
import { PROVIDERS } from '../../../src/providers/index.ts';
import { ROOT } from '../../cli/leadpush.ts';
import { blocksOf } from '../../docs/scene.ts';

/** All that a configuration declares. @throws where something is wrong with it */
export function declaredIn(text: string): readonly DeclaredProvider[] {
  const content = parseConfig('test.yaml', text, '');
  const declarations = isRecord(content) && isRecord(content['providers']) ? content['providers'] : {};
  return Object.entries(declarations).map(([name, declaration]) => {
    const read = declaredProvider(
      name,
      declaration,
      PROVIDERS.map((one) => one.name),
    );
    if ('provider' in read) return read;
    throw new Error(`${name}: ${read.map(({ path, message }) => `${path}: ${message}`).join('\n')}`);
  });
}

const FIXTURES = join(ROOT, 'fixtures/providers');

/** The text of each: blocks of the page, then fixtures. */
export const DECLARATIONS: readonly (readonly [name: string, text: string])[] = [
  ...blocksOf('docs/providers.md')
    .filter(({ language, words }) => language === 'yaml' && words[0] !== '')
    .map(({ words, text }) => [words[0] ?? '', text] as const),
  ...readdirSync(FIXTURES).map((file) => [file, readFileSync(join(FIXTURES, file), 'utf8')] as const),
];
