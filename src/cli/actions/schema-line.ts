// The first line of a configuration that `init` writes: editors with a YAML language server complete and check by it.
import { existsSync } from 'node:fs';

/** From dist/ or dist/chunks/, and from the sources. */
const PLACES = ['../docs', '../../docs', '../../../docs'];

/** A line with its line break, with the schema that came with this program; empty where it did not come along. */
export function schemaLine(): string {
  const urls = PLACES.map((place) => new URL(`${place}/leadpush.schema.json`, import.meta.url));
  const found = urls.find((url) => existsSync(url));
  return found === undefined ? '' : `# yaml-language-server: $schema=${found.href}\n`;
}
