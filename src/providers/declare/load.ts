// The providers that a configuration declares: checked, and as the rest of the program takes them.
import { masked } from '../masked-provider.ts';
import type { Provider } from '../provider.ts';
import type { Declaration } from './declaration.ts';
import { declare } from './declare.ts';
import { ruleFaults } from './rules.ts';
import { type Fault, shapeFaults } from './schema.ts';

export interface DeclaredProvider {
  readonly provider: Provider;
  readonly declaration: Declaration;
}

/**
 * @param taken names that others have
 * @returns the provider, or what is wrong with its declaration
 */
export function declaredProvider(
  name: string,
  content: unknown,
  taken: readonly string[],
): DeclaredProvider | readonly Fault[] {
  if (taken.includes(name))
    return [{ path: '', message: 'a built-in provider has this name; choose another' }];
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    return [{ path: '', message: 'expected a name of small letters, digits and dashes' }];
  }
  if (!isWellShaped(content)) return shapeFaults(content);
  const declaration: Declaration = { title: name, ...content, name };
  const faults = ruleFaults(declaration);
  return faults.length > 0 ? faults : { provider: masked(declare(declaration)), declaration };
}

type Content = Omit<Declaration, 'name' | 'title'> & Partial<Pick<Declaration, 'title'>>;

function isWellShaped(content: unknown): content is Content {
  return shapeFaults(content).length === 0;
}
