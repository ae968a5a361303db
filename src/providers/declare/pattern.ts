// Regular expressions of a declaration, matched in linear time: all ways through the pattern are followed at once, so that no
// text can make one slow (Thompson's construction, with the first group kept). Anything that would need to look back is refused.

import { type Node, Parser, PatternError } from './pattern-parser.ts';

export { PatternError };

/** Longer ones, and those that repeat into more steps, are refused. */
const MAX_LENGTH = 500;
const MAX_STEPS = 500;
/** How much of a text is looked at. */
const MAX_TEXT = 4_096;

export interface Match {
  /** What the first group matches; without one, all that the pattern matches. */
  readonly text: string;
}

export interface Pattern {
  readonly match: (text: string) => Match | null;
}

/** @throws PatternError */
export function compilePattern(source: string): Pattern {
  if (source.length > MAX_LENGTH) throw new PatternError(`is longer than ${MAX_LENGTH} characters`);
  const anyCase = source.startsWith('(?i)');
  const node = new Parser([...(anyCase ? source.slice(4) : source)], anyCase).whole();
  const steps: Step[] = [];
  emit(node, steps);
  steps.push({ op: 'match' });
  // Most answers say the same in the same place, so the last one is remembered.
  let last: { readonly text: string; readonly match: Match | null } | null = null;
  return {
    match: (text) => {
      if (last?.text !== text) last = { text, match: run(steps, [...text.slice(0, MAX_TEXT)]) };
      return last.match;
    },
  };
}

type Step =
  | { readonly op: 'one'; readonly test: (char: string) => boolean }
  | { readonly op: 'place'; readonly place: 'start' | 'end' | 'word' | 'inside' }
  | { op: 'split'; first: number; second: number }
  | { op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: 1 | 2 }
  | { readonly op: 'match' };

function emit(node: Node, steps: Step[]): void {
  if (steps.length > MAX_STEPS) throw new PatternError(`has more than ${MAX_STEPS} steps; repeat less`);
  switch (node.kind) {
    case 'one':
      steps.push({ op: 'one', test: node.test });
      return;
    case 'place':
      steps.push({ op: 'place', place: node.place });
      return;
    case 'all':
      for (const part of node.parts) emit(part, steps);
      return;
    case 'group':
      steps.push({ op: 'save', slot: 1 });
      emit(node.node, steps);
      steps.push({ op: 'save', slot: 2 });
      return;
    case 'any': {
      const jumps: { op: 'jump'; to: number }[] = [];
      for (const [index, option] of node.options.entries()) {
        if (index === node.options.length - 1) {
          emit(option, steps);
          break;
        }
        const split: Step = { op: 'split', first: steps.length + 1, second: 0 };
        steps.push(split);
        emit(option, steps);
        const jump: Step = { op: 'jump', to: 0 };
        jumps.push(jump);
        steps.push(jump);
        split.second = steps.length;
      }
      for (const jump of jumps) jump.to = steps.length;
      return;
    }
    case 'repeat':
      emitRepeat(node, steps);
  }
}

function emitRepeat({ node, least, most, lazy }: Extract<Node, { kind: 'repeat' }>, steps: Step[]): void {
  for (let count = 0; count < least; count++) emit(node, steps);
  const splits: { split: { op: 'split'; first: number; second: number }; inside: number }[] = [];
  const fork = () => {
    const split = { op: 'split' as const, first: 0, second: 0 };
    steps.push(split);
    splits.push({ split, inside: steps.length });
  };
  if (most === Number.POSITIVE_INFINITY) {
    const start = steps.length;
    fork();
    emit(node, steps);
    steps.push({ op: 'jump', to: start });
  } else {
    for (let count = least; count < most; count++) {
      fork();
      emit(node, steps);
    }
  }
  for (const { split, inside } of splits) {
    split.first = lazy ? steps.length : inside;
    split.second = lazy ? inside : steps.length;
  }
}

interface Thread {
  readonly step: number;
  /** Where the match, its group, and the end of its group are. */
  readonly from: number;
  readonly open: number;
  readonly close: number;
}

function run(steps: readonly Step[], chars: readonly string[]): Match | null {
  let threads: Thread[] = [];
  let best: { readonly from: number; readonly to: number } | null = null;
  for (let at = 0; at <= chars.length; at++) {
    const seen = new Set<number>();
    const here: Thread[] = [];
    for (const thread of threads) follow(thread, at);
    // The leftmost match wins, so nothing new begins once there is one.
    if (best === null) follow({ step: 0, from: at, open: -1, close: -1 }, at);
    threads = [];
    const char = chars[at];
    for (const thread of here) {
      const step = steps[thread.step];
      if (step?.op === 'match') {
        const { from, open, close } = thread;
        best = open >= 0 && close >= 0 ? { from: open, to: close } : { from, to: at };
        // Those behind it are less wanted.
        break;
      }
      if (step?.op === 'one' && char !== undefined && step.test(char))
        threads.push({ ...thread, step: thread.step + 1 });
    }
    if (threads.length === 0 && best !== null) break;

    function follow(thread: Thread, position: number): void {
      const waiting = [thread];
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        if (seen.has(next.step)) continue;
        seen.add(next.step);
        const step = steps[next.step];
        switch (step?.op) {
          case 'jump':
            waiting.push({ ...next, step: step.to });
            break;
          case 'split':
            waiting.push({ ...next, step: step.second }, { ...next, step: step.first });
            break;
          case 'save': {
            const where = step.slot === 1 ? { open: position } : { close: position };
            waiting.push({ ...next, ...where, step: next.step + 1 });
            break;
          }
          case 'place':
            if (isAt(step.place, chars, position)) waiting.push({ ...next, step: next.step + 1 });
            break;
          case 'one':
          case 'match':
            here.push(next);
            break;
        }
      }
    }
  }
  return best === null ? null : { text: chars.slice(best.from, best.to).join('') };
}

function isAt(place: 'start' | 'end' | 'word' | 'inside', chars: readonly string[], at: number): boolean {
  if (place === 'start') return at === 0;
  if (place === 'end') return at === chars.length;
  const isWord = (char: string | undefined) => char !== undefined && /^[A-Za-z0-9_]$/.test(char);
  return (isWord(chars[at - 1]) !== isWord(chars[at])) === (place === 'word');
}
