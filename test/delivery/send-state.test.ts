// From which state which event leads where; and who is told.
import { describe, expect, it } from 'vitest';
import type { TargetStop } from '../../src/delivery/outcome.ts';
import { nextState, type SendEvent, SendState, type State } from '../../src/delivery/send-state.ts';

const first: TargetStop = { target: 't', code: 'UNREACHABLE', message: 'nobody answers.' };
const second: TargetStop = { target: 't', code: 'MAX_FAILURES', message: '3 leads failed.' };
const interrupted = 'the run was interrupted first.';
const diskFull = 'the ledger could not be written (disk full).';

const states = {
  open: { kind: 'open' },
  draining: { kind: 'draining', why: interrupted },
  'draining, disk full': { kind: 'draining', why: diskFull },
  stopped: { kind: 'stopped', why: first },
  aborted: { kind: 'aborted', why: interrupted },
  'aborted, disk full': { kind: 'aborted', why: diskFull },
  'aborted, stopped': { kind: 'aborted', why: first },
} as const satisfies Record<string, State>;
type Name = keyof typeof states;

const events = {
  interrupted: { kind: 'interrupted' },
  'disk full': { kind: 'ledgerFailed', message: 'disk full' },
  stop: { kind: 'stop', stop: second, leaveAlone: false },
  'leave alone': { kind: 'stop', stop: second, leaveAlone: true },
  abort: { kind: 'abort' },
} as const satisfies Record<string, SendEvent>;

describe('the next state', () => {
  it.each<[Name, keyof typeof events, Name | State]>([
    ['open', 'interrupted', 'draining'],
    ['open', 'disk full', 'draining, disk full'],
    ['open', 'stop', { kind: 'stopped', why: second }],
    ['open', 'leave alone', { kind: 'aborted', why: second }],
    ['open', 'abort', 'aborted'],
    ['draining', 'interrupted', 'draining'],
    ['draining', 'disk full', 'draining, disk full'],
    ['draining', 'stop', { kind: 'stopped', why: second }],
    ['draining', 'leave alone', { kind: 'aborted', why: second }],
    ['draining', 'abort', 'aborted'],
    ['draining, disk full', 'interrupted', 'draining, disk full'],
    ['draining, disk full', 'abort', 'aborted, disk full'],
    ['stopped', 'interrupted', 'stopped'],
    ['stopped', 'disk full', 'stopped'],
    ['stopped', 'stop', 'stopped'],
    ['stopped', 'leave alone', 'aborted, stopped'],
    ['stopped', 'abort', 'aborted, stopped'],
    ['aborted', 'interrupted', 'aborted'],
    ['aborted', 'disk full', 'aborted, disk full'],
    ['aborted', 'stop', { kind: 'aborted', why: second }],
    ['aborted', 'leave alone', { kind: 'aborted', why: second }],
    ['aborted', 'abort', 'aborted'],
    ['aborted, stopped', 'disk full', 'aborted, stopped'],
    ['aborted, stopped', 'stop', 'aborted, stopped'],
  ])('%s, then %s: %j', (before, event, after) => {
    expect(nextState(states[before], events[event])).toEqual(
      typeof after === 'string' ? states[after] : after,
    );
  });
});

describe('one that changes', () => {
  it.each<[Name, readonly SendEvent[], boolean, boolean, string]>([
    ['open', [], true, true, interrupted],
    ['draining', [events.interrupted], false, true, interrupted],
    ['draining, disk full', [events.interrupted, events['disk full']], false, true, diskFull],
    ['stopped', [{ kind: 'stop', stop: first, leaveAlone: false }], false, true, first.message],
    ['aborted', [events.abort], false, false, interrupted],
    [
      'aborted, stopped',
      [{ kind: 'stop', stop: first, leaveAlone: false }, events.abort],
      false,
      false,
      first.message,
    ],
  ])('%s: what may go, and why not', (_, all, isOpen, mayAsk, reason) => {
    const state = new SendState();
    for (const event of all) state.apply(event);
    expect(state).toMatchObject({ isOpen, mayAsk, reason });
    expect(state.over.aborted).toBe(!isOpen);
    expect(state.aborted.aborted).toBe(!mayAsk);
  });

  it('tells all who listen, of changes alone', () => {
    const state = new SendState();
    const told: string[] = [];
    state.onChange(() => told.push(`first ${state.now.kind}`));
    state.onChange(() => told.push(`second ${state.now.kind}`));
    expect(state.apply(events.interrupted)).toBe(true);
    expect(state.apply(events.interrupted)).toBe(false);
    expect(state.apply(events.abort)).toBe(true);
    expect(told).toEqual(['first draining', 'second draining', 'first aborted', 'second aborted']);
  });
});
