// cosmiconfig's search through one folder, among files whose text was judged before.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstSettings, type Settings } from '../../src/config/explorer.ts';
import { type Folder, makeFolder, problemOf } from './folder.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

type Files = Readonly<Record<string, string>>;

/** Searches what was judged; `now` lies there meanwhile. */
const search = (judged: Files, now: Files = judged): Settings | null => {
  for (const [name, text] of Object.entries(now)) folder.put(`project/${name}`, text);
  return firstSettings(folder.cwd, new Map(Object.entries(judged)));
};

describe('the first that holds settings', () => {
  const region = { region: 'AE' };
  it.each<[string, Files, Settings | null]>([
    ['none is there', {}, null],
    ['YAML', { '.leadpushrc': 'region: AE' }, { place: '.leadpushrc', content: region }],
    ['JSON', { '.leadpushrc.json': '{"region":"AE"}' }, { place: '.leadpushrc.json', content: region }],
    ['our digits', { 'config.yml': 'region: 007' }, { place: 'config.yml', content: { region: '007' } }],
    [
      'the order that was given',
      { 'leadpush.config.yaml': 'region: AE', '.leadpushrc': 'region: IN' },
      { place: 'leadpush.config.yaml', content: region },
    ],
    [
      'behind what is empty',
      {
        '.leadpushrc': '',
        '.leadpushrc.json': ' \n',
        '.leadpushrc.yaml': '# no',
        '.leadpushrc.yml': 'region: AE',
      },
      { place: '.leadpushrc.yml', content: region },
    ],
    [
      'our part of a package.json',
      { 'package.json': '{"name":"x","leadpush":{"region":"AE"}}' },
      { place: 'package.json', content: region },
    ],
    [
      'behind a package.json of others',
      { 'package.json': '{"name":"x","$import":"./evil.js"}', '.leadpushrc': 'region: AE' },
      { place: '.leadpushrc', content: region },
    ],
    ['a package.json that is no object', { 'package.json': '[1]' }, null],
    ['a package.json with an empty part', { 'package.json': '{"leadpush":null}' }, null],
  ])('%s', (_, files, expected) => {
    expect(search(files)).toEqual(expected);
  });

  it('what was not judged is not looked at', () => {
    folder.put('project/package.json', '{"cosmiconfig":{"searchPlaces":["evil.json"]}}');
    folder.put('project/evil.json', '{"region":"XX"}');
    folder.put('project/leadpush.config.json', '{"region":"XX"}');
    expect(search({ '.leadpushrc': '' })).toBeNull();
    expect(firstSettings(folder.cwd, new Map())).toBeNull();
  });
});

describe('a file that is not what was judged', () => {
  it.each<[string, Files, Files]>([
    ['other settings', { '.leadpushrc': 'region: AE' }, { '.leadpushrc': 'region: IN' }],
    ['settings where it was empty', { '.leadpushrc': '' }, { '.leadpushrc': 'region: IN' }],
    ['empty where it had settings', { '.leadpushrc': 'region: AE' }, { '.leadpushrc': '' }],
    ['gone', { '.leadpushrc': 'region: AE' }, {}],
    [
      'gone, with another behind it',
      { '.leadpushrc': 'region: AE', 'config.json': '{}' },
      { 'config.json': '{}' },
    ],
  ])('%s', (_, judged, now) => {
    expect(problemOf(() => search(judged, now))).toBe(
      `${join(folder.cwd, '.leadpushrc')}: the file changed while it was read.`,
    );
  });

  it('a folder, which is passed over by cosmiconfig', () => {
    folder.put('project/.leadpushrc/x', '');
    expect(problemOf(() => search({ '.leadpushrc': 'region: AE' }, {}))).toMatch(/changed while it was read/);
  });
});

it.each<[string, Files]>([
  ['at the top', { '.leadpushrc': '$import: ./other.json' }],
  ['in a package.json', { 'package.json': '{"leadpush":{"$import":"./other.json"}}' }],
])('no import is followed, %s', (_, files) => {
  folder.put('project/other.json', '{"region":"AE"}');
  expect(problemOf(() => search(files))).toMatch(/\$import: a configuration may not import/);
});
