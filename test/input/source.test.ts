// Opening inputs: what is no file, slow streams, what breaks on the way, and files that are opened again.
import { execFileSync } from 'node:child_process';
import { chmodSync, createReadStream, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSource } from '../../src/input/source.ts';
import { UsageError } from '../../src/util/usage-error.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadpush-source-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function refusal(path: string): Promise<string> {
  const error = await openSource({ path }, {}).catch((thrown: unknown) => thrown);
  if (error instanceof UsageError) return `${error.message} ${error.hint ?? ''}`;
  throw new Error('it was opened');
}

describe('what cannot be opened', () => {
  test('a missing file', async () => {
    expect(await refusal(join(folder, 'none.csv'))).toContain(
      `The file ${join(folder, 'none.csv')} does not exist`,
    );
    expect(await refusal(join(file('f.csv', 'a\n'), 'x.csv'))).toContain('does not exist');
  });
  test('a folder', async () => {
    expect(await refusal(folder)).toContain(`is a folder, not a file. Name the files in it: ${folder}/*.csv`);
  });
  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'a file that may not be read',
    async () => {
      const path = file('closed.csv', 'a\n1\n');
      chmodSync(path, 0);
      expect(await refusal(path)).toContain('may not be read');
    },
  );
  test('an empty file', async () => {
    expect(await refusal(file('empty.csv', ''))).toContain('empty.csv is empty');
  });
});

test('the extension decides only where the content does not', async () => {
  const formatOf = async (name: string, content: string) => {
    const source = await openSource({ path: file(name, content) }, {});
    await source.close();
    return source.info.format;
  };
  expect(await formatOf('a.txt', '{"a":1}')).toBe('json');
  expect(await formatOf('a.jsonl', '{"a":1}')).toBe('ndjson');
  expect(await formatOf('a.csv', '[{"a":1}]')).toBe('json');
  expect(await formatOf('a.txt', '[1, 2]')).toBe('json');
  expect(await formatOf('a.txt', '{name: "Asha", phone: "9000100001"}')).toBe('json');
  expect(await formatOf('a.txt', '[05/10/26, 14:03] Asha: 2 BHK?\n')).toBe('csv');
  expect(await formatOf('a.json', 'a,b\n')).toBe('csv');
  expect(await formatOf('a.tsv', 'a\n')).toBe('tsv');
});

test('a file is opened again, and read twice', async () => {
  const path = file('twice.csv', 'a\n1\n2\n');
  for (let pass = 0; pass < 2; pass++) {
    const source = await openSource({ path }, {});
    let count = 0;
    for await (const batch of source.records()) count += batch.length;
    expect(count).toBe(2);
    await source.close();
  }
});

test('a file is read in batches of 256', async () => {
  const source = await openSource({ path: file('many.csv', `a\n${'x\n'.repeat(1000)}`) }, {});
  const sizes: number[] = [];
  for await (const batch of source.records()) sizes.push(batch.length);
  expect(sizes).toEqual([256, 256, 256, 232]);
});

describe('a slow stream', () => {
  test.each([
    ['a table', 'phone,name\n', '1,A\n', '2,B\n'],
    ['NDJSON', '', '{"phone":1}\n', '{"phone":2}\n'],
  ])('%s: each record at once', async (_, header, first, second) => {
    const stdin = new PassThrough();
    stdin.write(header + (header === '' ? first : ''));
    const source = await openSource({ path: '-', stdin }, {});
    const records = source.records()[Symbol.asyncIterator]();
    if (header !== '') stdin.write(first);
    expect((await records.next()).value).toMatchObject([{ record: 1 }]);
    stdin.write(second);
    expect((await records.next()).value).toMatchObject([{ record: 2 }]);
    stdin.end();
    expect(await records.next()).toMatchObject({ done: true });
    await source.close();
  });

  test('its first line is waited for, however slow', async () => {
    const stdin = new PassThrough();
    stdin.write('phone,na');
    const opened = openSource({ path: '-', stdin }, {});
    await new Promise((resolve) => setTimeout(resolve, 250));
    stdin.end('me\n1,A\n');
    const source = await opened;
    expect(source.info.headers).toEqual(['phone', 'name']);
    await source.close();
  });

  test('closing it while something is awaited is quiet', async () => {
    const stdin = new PassThrough();
    stdin.write('phone\n');
    const source = await openSource({ path: '-', stdin }, {});
    await source.close();
    expect(stdin.destroyed).toBe(true);
  });
});

test('a stream that breaks: at once it is refused, later it says where', async () => {
  const broken = (before: readonly string[]) =>
    Readable.from(
      (async function* () {
        yield* before;
        throw Object.assign(new Error('read EIO'), { code: 'EIO' });
      })(),
    );
  await expect(openSource({ path: '-', stdin: broken([]) }, {})).rejects.toThrow(
    'stdin cannot be read (EIO)',
  );
  const source = await openSource({ path: '-', stdin: broken(['a\n', 'x'.repeat(70_000)]) }, {});
  await expect(source.records()[Symbol.asyncIterator]().next()).rejects.toThrow(
    'stdin could not be read to its end (EIO)',
  );
});

test('stdin that is a file says how far it was read; a pipe does not', async () => {
  const path = join(folder, 'redirected.csv');
  const text = `phone\n${'9000100001\n'.repeat(50_000)}`;
  writeFileSync(path, text);
  const source = await openSource(
    { path: '-', stdin: createReadStream(path, { fd: openSync(path, 'r') }) },
    {},
  );
  expect(source.bytesRead?.()).toMatchObject({ of: text.length });
  expect(source.bytesRead?.().bytes).toBeLessThan(text.length / 2);
  for await (const _ of source.records());
  expect(source.bytesRead?.()).toEqual({ bytes: text.length, of: text.length });
  expect(source.repeatable).toBe(false);
  await source.close();
  const pipe = await openSource({ path: '-', stdin: Readable.from(['phone\n1\n']) }, {});
  expect(pipe.bytesRead).toBeUndefined();
  await pipe.close();
});

test.skipIf(process.platform === 'win32')('a named pipe is read', async () => {
  const path = join(folder, 'pipe');
  execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
  const opened = openSource({ path }, {});
  writeFileSync(path, 'a\n1\n');
  const source = await opened;
  expect(source.info.headers).toEqual(['a']);
  await source.close();
});
