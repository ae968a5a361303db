import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beginsPlainly } from '../../src/transport/plain-head.ts';
import { plainHead } from '../../src/transport/response-head.ts';

const STATUS = 'HTTP/1.1 200 OK\r\n';
const CASES: readonly (readonly [head: string, plain: boolean, why: string])[] = [
  [`${STATUS}Content-Length: 2\r\n\r\n{}`, true, 'the usual one'],
  [`${STATUS}\r\n`, true, 'no header'],
  ['HTTP/1.0 404 Not Found\r\nServer: nginx\r\n\r\n', true, 'another version and status'],
  [`${STATUS}X: \t\u00e9\r\n\r\n`, true, 'a tab and a high byte'],
  [`${STATUS}X:\r\n\r\n`, true, 'an empty value'],
  ['HTTP/1.1 100 Continue\r\n\r\n', false, 'an interim answer'],
  ['HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n', false, 'an interim answer'],
  [`${STATUS}Content-Length: 2\r\n`, false, 'not at its end'],
  [`${STATUS}Content-Length: 2\r\n\r`, false, 'not at its end'],
  ['HTTP/1.1 200', false, 'only its beginning'],
  ['\r\nHTTP/1.1 200 OK\r\n\r\n', false, 'an empty line before it'],
  ['HTTP/1.1 200 OK\n\n', false, 'bare line feeds'],
  [`${STATUS}A: b\nC: d\r\n\r\n`, false, 'one bare line feed'],
  [`${STATUS}A: b\r\n c\r\n\r\n`, false, 'a folded line'],
  [`${STATUS}A : b\r\n\r\n`, false, 'a space before the colon'],
  [`${STATUS}: b\r\n\r\n`, false, 'no name'],
  [`${STATUS}A: b\u0000\r\n\r\n`, false, 'a control character'],
  [`${STATUS}Transfer-Encoding: chunked\r\n\r\n`, false, 'chunks'],
  [`${STATUS}content-length: 2\r\nContent-Length: 2\r\n\r\n`, false, 'two lengths'],
  [`${STATUS}Content-Length: 2, 2\r\n\r\n`, false, 'two lengths in one header'],
  ['HTTP/2 200 OK\r\n\r\n', false, 'another protocol'],
  ['<html>\r\n\r\n', false, 'no head'],
];

describe('a head that needs no change', () => {
  test.each(CASES)('%j: %s (%s)', (head, plain) => {
    expect(beginsPlainly(Buffer.from(head, 'latin1'))).toBe(plain);
  });

  test('is never one that would be changed, or skipped', () => {
    const piece = fc.constantFrom(
      ...[
        'HTTP/1.1 200 OK',
        'HTTP/1.1 103 Hints',
        '\r\n',
        '\n',
        '\r',
        'Content-Length: 2',
        'content-length:3,4',
      ],
      ...[
        'Transfer-Encoding: chunked',
        'Transfer-Encoding: identity',
        'Date: x',
        'A : b',
        ' folded',
        ': x',
        '\u0001',
      ],
      ...['X-Y: \u00ff', 'http/1.1 200'],
    );
    const line = fc.tuple(piece, fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', ''));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const head = `${STATUS}${lines.flat().join('')}\r\n`;
        if (!beginsPlainly(Buffer.from(head, 'latin1'))) return;
        // It may have ended before.
        const whole = head.slice(0, head.indexOf('\r\n\r\n') + 4);
        expect(plainHead(whole)).toBe(whole);
        expect(whole).not.toMatch(/^transfer-encoding|^HTTP\/1\.1 1/im);
      }),
      { numRuns: 2_000 },
    );
  });
});
