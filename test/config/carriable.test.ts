import { describe, expect, it } from 'vitest';
import { hasDotSegment, uncarriable } from '../../src/config/carriable.ts';

describe('what travels in', () => {
  it.each<[Parameters<typeof uncarriable>[1], string, string | null]>([
    ['header', 'Skyline - leads_2 (!@#$%^&*)', null],
    ['header', 'Skyline \u2013 leads', 'holds U+2013 (en dash), which is not allowed in a header'],
    ['header', 'key\u200b', 'U+200B (zero-width space)'],
    ['header', '\ufeffkey', 'U+FEFF (byte order mark)'],
    ['header', '\u201ckey\u201d', 'U+201C (left double quotation mark)'],
    ['header', 'a\tb', 'U+0009 (tab)'],
    ['header', 'a\nb', 'U+000A (line feed)'],
    ['header', 'key\n', 'ends with a line break'],
    ['path', 'key\r\n', 'ends with a line break'],
    ['signature', 'key\n\n', 'ends with a line break'],
    ['body', 'key\n', 'ends with a line break'],
    ['signature', 'a\nb\n', 'U+000A (line feed)'],
    ['header', 'a\u007fb', 'U+007F'],
    ['header', 'a\u00a0b', 'U+00A0 (no-break space)'],
    // A header is bytes: what one end means by them, the other may not.
    ['header', 'caf\u00e9', 'U+00E9'],
    ['header', 'a\u{1f600}', 'U+1F600'],
    ['header', ' key', 'begins or ends with U+0020 (space)'],
    ['header', 'key ', 'begins or ends with U+0020 (space)'],
    ['header', '..', null],
    ['path', 'my-channel_2.0', null],
    ['path', 'a b/c', null],
    ['path', 'चैनल', null],
    ['path', 'my\u2013channel', 'U+2013 (en dash), which is not allowed in a path'],
    ['path', 'my\u2019channel', 'U+2019'],
    ['path', 'my\u200bchannel', 'U+200B'],
    ['path', 'my\u00a0channel', 'U+00A0'],
    ['path', 'a\ud800', 'U+D800'],
    ['path', '..', 'is "." or ".."'],
    ['path', '.', 'is "." or ".."'],
    ['path', '...', null],
    ['path', 'channel ', 'begins or ends'],
    ['signature', 'Key/that=has \u00fcnusual&signs?', null],
    ['signature', '..', null],
    ['signature', 'key\u2013one', 'U+2013 (en dash), which is probably not part of it'],
    ['signature', 'key\u200b', 'U+200B'],
    ['signature', 'key ', 'begins or ends'],
    ['body', 'Desk \u2013 one', null],
    ['body', 'two\nlines', 'U+000A (line feed)'],
    ['body', ' desk', 'begins or ends'],
  ])('a %s: %j', (travels, text, expected) => {
    const problem = uncarriable(text, travels);
    if (expected === null) expect(problem).toBeNull();
    else expect(problem).toContain(expected);
  });

  it('no other character of a secret is told', () => {
    expect(uncarriable('s3cr3t\u2013k3y', 'header')).not.toMatch(/s3c|k3y/);
  });
});

describe('a step up in a path', () => {
  it.each<[string, boolean]>([
    ['/api/v0/leads', false],
    ['/api/../leads', true],
    ['/api/./leads', true],
    ['/api/%2e%2E/leads', true],
    ['/api/.%2e', true],
    ['/api/...', false],
    ['/api/..x', false],
  ])('%s: %s', (path, expected) => {
    expect(hasDotSegment(path)).toBe(expected);
  });
});
