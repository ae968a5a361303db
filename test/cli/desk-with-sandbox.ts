// The usual set-up of a file of tests: a desk, and a sandbox beside it.
import { afterAll } from 'vitest';
import { Desk, type SandboxProcess, startSandbox } from './leadpush.ts';

/** A desk whose c.yaml has a sandbox's targets, until the tests of the file are over. Called at a file's top. */
export async function deskWithSandbox(
  args: readonly string[] = [],
): Promise<{ readonly desk: Desk; readonly sandbox: SandboxProcess }> {
  const desk = new Desk();
  const sandbox = await startSandbox(desk, args);
  desk.write('c.yaml', sandbox.config);
  afterAll(async () => {
    await sandbox.close();
    desk.remove();
  });
  return { desk, sandbox };
}
