// Every example of every command's --help (and so of docs/commands.md) is run as printed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended } from '../cli/leadpush.ts';
import { examplesOf, leavesOf } from './generated.ts';
import { program } from './program.ts';
import { openScene, type Scene } from './scene.ts';

let scene: Scene;
let newestRun = '';

beforeAll(async () => {
  scene = await openScene();
  scene.desk.write('leads.csv', 'Name,Phone\nRahul Kumar,+91 99889 98899\n');
  scene.desk.write('leads.ndjson', '{"name":"Gita","phone":"9876543216"}\n');
  mkdirSync(join(scene.desk.home, '.config/fish/completions'), { recursive: true });
});
afterAll(() => scene.close());

const examples = leavesOf(program)
  .flatMap((command) => examplesOf(command).map((line) => [command.name(), line] as const))
  // Those with a database: test/postgres/copy.test.ts.
  .filter(([, line]) => !line.includes('postgresql://'));

describe.each(examples.filter(([name]) => name !== 'sandbox'))('%s', (_, line) => {
  it(line, () => {
    // Never written over.
    rmSync(join(scene.desk.folder, '.leadpushrc'), { force: true });
    const { status, stdout, stderr } = scene.sh(line.replace('7F3K', newestRun), {
      LEADPUSH_CONFIG: scene.account,
    });
    const [, id] = /^Run (\w+):/m.exec(stderr) ?? [];
    if (id !== undefined) newestRun = id;
    expect({ status, output: stdout + stderr }).toEqual({ status: 0, output: expect.any(String) });
  });
});

it.each(examples.filter(([name]) => name === 'sandbox'))('%s: %s', async (_, line) => {
  // Another port than the example's, which may be in use here.
  const args = line
    .replace(/--port \d+/, '--port 18089')
    .split(' ')
    .slice(1);
  const child = spawn(join(scene.bin, 'leadpush'), args, { env: scene.desk.env() });
  const [said]: Buffer[] = await once(child.stdout, 'data');
  expect(String(said)).toMatch(/listens on http:\/\/127\.0\.0\.1:\d+/);
  const end = ended(child);
  child.kill('SIGTERM');
  await end;
});
