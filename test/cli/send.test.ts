// `leadpush send` as a user runs it: the main job, end to end.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, linesOf, type SandboxProcess, startSandbox } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;

beforeAll(async () => {
  desk = new Desk();
  sandbox = await startSandbox(desk);
  desk.write('c.yaml', sandbox.config);
});
afterAll(async () => {
  await sandbox.close();
  desk.remove();
});

describe('one lead from flags', () => {
  it('to the built-in sandbox', async () => {
    const phone = ['--phone', '+91 99889 98899', '--name', 'Rahul Kumar', '--budget', '50L-1.2 Cr'];
    const { stdout, status } = await desk.run(['send', '--to', 'sandbox-anarock', ...phone, '--json']);
    const [result, summary] = linesOf(stdout);
    expect(result).toMatchObject({
      type: 'result',
      file: null,
      record: 1,
      line: null,
      target: 'sandbox-anarock',
      provider: 'anarock',
      status: 'created',
      phone: '+919988998899',
      leadId: expect.stringMatching(/^\d+$/),
      duplicateOf: null,
      errors: [],
      warnings: [],
      attempts: 1,
    });
    expect(summary).toMatchObject({ type: 'summary', records: 1, created: 1, unknown: 0 });
    expect(status).toBe(0);
  });
});
