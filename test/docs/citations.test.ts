// What comments cite has to be in the repository: pages with their sections, and files by their names. What pages say of
// the source tree has to be so, and in words that a stranger knows.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../cli/leadpush.ts';
import { DOCS, headingsOf, PAGES } from './pages.ts';

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?[jt]s$/.test(name))
    .map((name) => `${folder}/${name}`);

/** All that a comment may mean by a file's name. */
const FILES = ['src', 'test', 'bin', '.ci'].flatMap(filesBelow);
const SELF = 'test/docs/citations.test.ts';

interface Comment {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** The comments of a source file, each as one line, wherever it is broken. */
function commentsOf(file: string): readonly Comment[] {
  const comments: Comment[] = [];
  let open: { line: number; parts: string[] } | null = null;
  let block = false;
  const close = () => {
    if (open !== null) comments.push({ file, line: open.line, text: open.parts.join(' ') });
    open = null;
  };
  for (const [index, line] of readFileSync(join(ROOT, file), 'utf8').split('\n').entries()) {
    const started: string | undefined = /^\s*(?:\/\*\*?|\/\/)|\s\/\/ /.exec(line)?.[0];
    if (!block && started === undefined) {
      close();
      continue;
    }
    const own: string = block ? line : line.slice(line.indexOf(started ?? '') + (started ?? '').length);
    if (!block && /^\s*\S.*\s\/\/ /.test(line) && !/^\s*\/\//.test(line)) close();
    if (!block && (started ?? '').includes('/*')) {
      close();
      block = true;
    }
    open ??= { line: index + 1, parts: [] };
    open.parts.push(
      own
        .replace(/^\s*\*\s?/, '')
        .replace(/\*\/\s*$/, '')
        .trim(),
    );
    if (block && line.includes('*/')) {
      block = false;
      close();
    }
  }
  close();
  return comments;
}

const COMMENTS = FILES.filter((file) => file !== SELF).flatMap(commentsOf);
const at = ({ file, line }: Comment, what: string) => `${file}:${line}: ${what}`;

it('reads comments as a person does', () => {
  const of = (name: string) => COMMENTS.filter(({ file }) => file === name).map(({ text }) => text);
  expect(of('src/providers/index.ts').length).toBeGreaterThan(0);
  expect(COMMENTS.length).toBeGreaterThan(1000);
});

describe('comments', () => {
  it('cite no document that is not here', () => {
    const elsewhere =
      /\bcontract (?:section )?\d|contract section|phone[- ]rules|reading[- ]rules|\bdesign\.md|\bstyle\.md/i;
    const found = COMMENTS.filter(({ text }) => elsewhere.test(text)).map((one) => at(one, one.text));
    expect(found).toEqual([]);
  });

  it('cite pages, and sections of them, that are there', () => {
    const broken = COMMENTS.flatMap((comment) =>
      [...comment.text.matchAll(/\b((?:docs\/)?[\w-]+\.md)\b(?:,? "([^"]+)")?/g)]
        .filter(([, page = '', section]) => {
          // A page is named by its path; only those at the root stand without a folder.
          if (!existsSync(join(ROOT, page))) return true;
          return section !== undefined && !headingsOf(page).includes(section);
        })
        .map(([cited]) => at(comment, cited)),
    );
    expect(broken).toEqual([]);
  });

  it('name files that are there', () => {
    const broken = COMMENTS.flatMap((comment) =>
      [...comment.text.matchAll(/(?<![\w./{<-])((?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)*\.(?:ts|mjs))\b/g)]
        // What a build writes is there only after it.
        .filter(
          ([, name = '']) =>
            !name.startsWith('dist/') && !FILES.some((file) => file === name || file.endsWith(`/${name}`)),
        )
        .map(([cited]) => at(comment, cited)),
    );
    expect(broken).toEqual([]);
  });
});

describe('ARCHITECTURE.md', () => {
  const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  const rooms = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const [, imports = ''] = /## Who may import whom([\s\S]*?)\n## /.exec(text) ?? [];

  it('is one page', () => expect(text.split('\n').length).toBeLessThanOrEqual(80));

  it.each(rooms)('has the room %s and its libraries', (room) => {
    expect(text).toContain(`\n| \`src/${room}/\` |`);
    const row = imports
      .split('\n')
      .find((line) => new RegExp(`(^|[ ,])${room}/`).test(line.split('|')[1] ?? ''));
    expect(row).toBeDefined();
    const libraries = FILES.filter((file) => file.startsWith(`src/${room}/`) && !file.endsWith('.d.ts'))
      .flatMap((file) => [
        ...readFileSync(join(ROOT, file), 'utf8').matchAll(
          /^(?:import|export) (?:[^'";]*? from )?'([^.'][^']*)'|import\('([^.'][^']*)'\)/gm,
        ),
      ])
      .map(([, fixed, loaded]) => fixed ?? loaded ?? '')
      .filter((name) => !isBuiltin(name))
      .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
    for (const library of new Set(libraries)) expect(row).toContain(library);
  });
});

describe('the pages', () => {
  // What the program says is judged where it is said.
  const pages = PAGES.filter((page) => page !== 'docs/codes.md').map(
    (page) =>
      [
        page,
        readFileSync(join(ROOT, page), 'utf8').replaceAll(/<!-- generated[\s\S]*?<!-- end -->/g, ''),
      ] as const,
  );
  const PRIVATE =
    /\b(?:scribes?|lanes?|peek\w*|parked|hungry|twins?|mend(?:s|ed|ing)?|under way|surely|rehears\w*|look-back|in flight)\b/i;

  it.each(pages)('%s uses words that a stranger knows', (_, text) => {
    expect(text.split('\n').filter((line) => PRIVATE.test(line))).toEqual([]);
  });

  it('are not alone in that: the source does too', () => {
    const source = FILES.filter((file) => file.startsWith('src/'));
    const found = source.flatMap((file) =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .flatMap((line, at) => (PRIVATE.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });

  it('are linked from the README, each of them', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    expect(DOCS.filter((page) => !readme.includes(`](${page})`))).toEqual([]);
  });
});

it('each promise names a test that holds it', () => {
  const text = readFileSync(join(ROOT, 'docs/promises.md'), 'utf8');
  const rows = text.split('\n').filter((line) => /^\| (?!promise|---)/.test(line));
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) {
    const tests = [...row.matchAll(/`(test\/[\w./-]+\.test\.ts)`/g)].map(([, path = '']) => path);
    expect({ row, tests: tests.length }).toEqual({ row, tests: expect.toSatisfy((n) => n > 0) });
    for (const path of tests)
      expect({ path, there: existsSync(join(ROOT, path)) }).toEqual({ path, there: true });
  }
});
