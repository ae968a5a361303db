// A first look at a JSON document of any length: its tree, with only the first members of long lists and objects, is
// small enough to keep. What is broken in it is left out.
import type { Frame, Step, WalkHandler } from './walker.ts';
import { JsonWalker } from './walker.ts';

/** Members that are kept of a list or an object; a form may have some hundred questions. */
const MAX_MEMBERS = 500;
/** All values, and all characters of their texts, that are kept. */
const MAX_VALUES = 200_000;
const MAX_CHARACTERS: number = 8 * 1024 * 1024;
/** Characters of one text that are kept. */
const MAX_TEXT = 64 * 1024;

type Container = unknown[] | Map<string, unknown>;

/** Give it text until it is {@link done}. */
export class Survey {
  readonly #tree = new Tree();
  readonly #walker = new JsonWalker(this.#tree);

  /** @returns whether the first value of the text is complete */
  add(text: string): boolean {
    this.#walker.add(text);
    return this.#tree.complete;
  }

  /** What was seen so far. */
  value(): unknown {
    return plainTree(this.#tree.root);
  }
}

class Tree implements WalkHandler {
  root: unknown = undefined;
  complete = false;
  readonly #open: Container[] = [];
  #values = 0;
  #characters = 0;

  begin(frames: readonly Frame[], first: string): Step {
    const parent = this.#open.at(-1);
    const full = this.#values >= MAX_VALUES || this.#characters >= MAX_CHARACTERS;
    if (this.complete || full || (parent !== undefined && sizeOf(parent) >= MAX_MEMBERS)) return 'pass';
    this.#values++;
    if (first !== '{' && first !== '[') return 'keep';
    const made: Container = first === '[' ? [] : new Map<string, unknown>();
    this.#put(frames, made);
    this.#open.push(made);
    return 'into';
  }

  kept(frames: readonly Frame[], text: string): void {
    this.#characters += Math.min(text.length, MAX_TEXT);
    // A container that is too deep to go into is opened here for nothing.
    if (text.startsWith('{') || text.startsWith('[')) this.#open.pop();
    else this.#put(frames, scalarOf(text));
    if (frames.length === 0) this.complete = true;
  }

  end(frames: readonly Frame[]): void {
    this.#open.pop();
    if (frames.length === 1) this.complete = true;
  }

  broken(frames: readonly Frame[]): void {
    if (frames.length === 0) this.complete = true;
  }

  #put(frames: readonly Frame[], value: unknown): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) this.root = value;
    else if (Array.isArray(parent)) parent.push(value);
    else {
      const key = frames.at(-1)?.key ?? '';
      this.#characters += key.length;
      parent.set(key, value);
    }
  }
}

function sizeOf(container: Container): number {
  return Array.isArray(container) ? container.length : container.size;
}

function scalarOf(text: string): unknown {
  const short =
    text.length > MAX_TEXT && text.startsWith('"')
      ? `${text.slice(0, MAX_TEXT).replace(/\\[^"]{0,6}$/, '')}"`
      : text;
  try {
    const value: unknown = JSON.parse(short);
    // A number is looked at as it is written.
    return typeof value === 'number' ? short : value;
  } catch {
    return short.startsWith('"') ? short.slice(1, -1) : null;
  }
}

function plainTree(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainTree);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([name, member]) => [String(name), plainTree(member)]));
}
