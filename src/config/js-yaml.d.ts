// The building blocks of js-yaml's schemas, which its types leave out.
import type { Type } from 'js-yaml';

declare module 'js-yaml' {
  export const types: Readonly<Record<'null' | 'bool' | 'merge', Type>>;
}
