// The two gates of a target's queue: one lead of a phone at a time, and the canary.
import { describe, expect, it } from 'vitest';
import { CanaryGate } from '../../src/delivery/canary-gate.ts';
import { PhoneGate } from '../../src/delivery/phone-gate.ts';

describe('phone gate', () => {
  /** `+1:a` enters item a of phone +1, `-1` ends the one of phone 1. Gives back what each step let through. */
  function play(steps: readonly string[]): readonly (string | null)[] {
    const gate = new PhoneGate<string>();
    return steps.map((step) => {
      const [phone = '', item = ''] = step.slice(1).split(':');
      if (step.startsWith('-')) return gate.leave(phone);
      return gate.enter(phone, item) ? item : null;
    });
  }

  it.each<[string, string[], (string | null)[]]>([
    ['phones do not wait for each other', ['+1:a', '+2:b'], ['a', 'b']],
    ['the second of a phone waits for the first', ['+1:a', '+1:b', '-1'], ['a', null, 'b']],
    ['in order', ['+1:a', '+1:b', '+1:c', '-1', '-1', '-1'], ['a', null, null, 'b', 'c', null]],
    [
      'one that comes later waits behind the others',
      ['+1:a', '+1:b', '-1', '+1:c', '-1'],
      ['a', null, 'b', null, 'c'],
    ],
    ['after the last the phone is free again', ['+1:a', '-1', '+1:b'], ['a', null, 'b']],
    ['also when others had waited', ['+1:a', '+1:b', '-1', '-1', '+1:c'], ['a', null, 'b', null, 'c']],
    [
      'only the phone whose lead ended goes on',
      ['+1:a', '+1:b', '+2:c', '+2:d', '-2'],
      ['a', null, 'c', null, 'd'],
    ],
  ])('%s', (_, steps, expected) => {
    expect(play(steps)).toEqual(expected);
  });
});

describe('canary gate', () => {
  it('is open where no canary is wanted', () => {
    expect(new CanaryGate(null).isOpen).toBe(true);
  });

  it.each<[string, () => Promise<string | null>, string | null]>([
    ['is well', async () => null, null],
    ['was filed wrongly', async () => 'name differs.', 'name differs.'],
    [
      'could not be looked at',
      async () => {
        throw new Error('no network');
      },
      'the canary, lead 7, could not be looked at: no network.',
    ],
  ])('holds the others until one was looked at: it %s', async (_, look, said) => {
    const gate = new CanaryGate(look);
    expect(gate.isOpen).toBe(false);
    const looking = gate.look('lead', '7');
    expect(gate.isOpen).toBe(false);
    expect(await looking).toBe(said);
    expect(gate.isOpen).toBe(true);
  });
});
