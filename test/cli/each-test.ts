// What most tests of the command line stand on: one sandbox for the file, and for each test a fresh desk that holds its
// configuration as c.yaml.
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { Desk, type SandboxProcess, startSandbox } from './leadpush.ts';

/** Registers the hooks. @param set gets both before each test */
export function eachTest(set: (desk: Desk, sandbox: SandboxProcess) => void): void {
  let home: Desk;
  let sandbox: SandboxProcess;
  let desk: Desk | null = null;
  beforeAll(async () => {
    home = new Desk();
    sandbox = await startSandbox(home);
  });
  beforeEach(() => {
    desk?.remove();
    desk = new Desk();
    desk.write('c.yaml', sandbox.config);
    set(desk, sandbox);
  });
  afterAll(async () => {
    await sandbox.close();
    home.remove();
    desk?.remove();
  });
}
