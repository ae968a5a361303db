// Request bodies: a form, JSON in three shapes, multipart.
import { multipart, urlEncoded } from '../form.ts';
import type { PayloadField } from '../provider.ts';
import { BODY_KINDS, type BodyKind, type JsonType, type RequestDeclaration } from './declaration.ts';
import { typed } from './payload.ts';

export interface Encoder {
  /** Null: it depends on the fields. */
  readonly contentType: string | null;
  /** @param lead the fields without what is signed anew each time */
  readonly encode: (
    fields: readonly PayloadField[],
    lead?: readonly PayloadField[],
  ) => {
    readonly contentType: string;
    readonly body: string;
  };
}

export function isBodyKind(text: string): text is BodyKind {
  return BODY_KINDS.some((kind) => kind === text);
}

export function encoderOf(
  kind: BodyKind,
  pair: RequestDeclaration['pair'],
  types: ReadonlyMap<string, JsonType>,
): Encoder {
  switch (kind) {
    case 'form':
      return fixed('application/x-www-form-urlencoded', urlEncoded);
    case 'multipart':
      return { contentType: null, encode: multipart };
    case 'json':
      return fixed('application/json', (fields) => JSON.stringify(flat(fields, types)));
    case 'nested':
      return fixed('application/json', (fields) => JSON.stringify(nested(fields, types)));
    case 'pairs': {
      const { name: nameKey, value: valueKey } = pair ?? { name: 'name', value: 'value' };
      return fixed('application/json', (fields) =>
        JSON.stringify(fields.map(([name, value]) => ({ [nameKey]: name, [valueKey]: value }))),
      );
    }
  }
}

function fixed(contentType: string, body: (fields: readonly PayloadField[]) => string): Encoder {
  return { contentType, encode: (fields) => ({ contentType, body: body(fields) }) };
}

function flat(fields: readonly PayloadField[], types: ReadonlyMap<string, JsonType>): unknown {
  return Object.fromEntries(
    fields.map(([name, value]): readonly [string, unknown] => [
      name,
      typed(value, types.get(name) ?? 'text'),
    ]),
  );
}

type Tree = Map<string, Tree | { readonly value: unknown }>;

function nested(fields: readonly PayloadField[], types: ReadonlyMap<string, JsonType>): unknown {
  const root: Tree = new Map();
  for (const [name, value] of fields) {
    const parts = name.split('.');
    const last = parts.pop() ?? '';
    let tree = root;
    for (const part of parts) {
      const inner = tree.get(part);
      if (inner instanceof Map) tree = inner;
      else {
        const made: Tree = new Map();
        tree.set(part, made);
        tree = made;
      }
    }
    tree.set(last, { value: typed(value, types.get(name) ?? 'text') });
  }
  return plainOf(root);
}

/** Members that are 0, 1, 2 … are a list. */
function plainOf(tree: Tree): unknown {
  const entries = [...tree].map(([name, node]): readonly [string, unknown] => [
    name,
    node instanceof Map ? plainOf(node) : node.value,
  ]);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  return isList ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}
