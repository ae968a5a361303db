// How far this machine's clock is from a provider's, by the Date of its answers; and whether that is why it refuses us.
import type { HttpAnswer, HttpRequest } from '../providers/provider.ts';
import { type KeyAdvice, keyWords } from './outcome.ts';

/** A difference that every provider accepts: Date has whole seconds, and an answer may take some to arrive. */
const HARMLESS_MS = 60_000;

/**
 * @param localMs Unix ms at which the answer was made, by our clock
 * @returns our clock less the server's, in milliseconds, right to about a second; null where the server did not say
 */
export function clockSkewMs(headers: HttpAnswer['headers'], localMs: number): number | null {
  const date = Date.parse(headers['date'] ?? '');
  if (Number.isNaN(date)) return null;
  // A cache sends an old Date, and its Age.
  const age = /^\d+$/.test(headers['age'] ?? '') ? Number(headers['age']) * 1000 : 0;
  // Date has whole seconds: use the middle of the second.
  return Math.round(localMs - (date + age + 500));
}

export interface Remedy {
  /** The credentials may be right: the time under their signature is not. */
  readonly clockIsOff: boolean;
  /** What to do, in a sentence or two. */
  readonly text: string;
}

/**
 * What to do about an answer that refuses the credentials.
 * @param advice what is known of the target's key; absent: nothing
 * @param signed the refused request as it is signed for a second (Unix)
 */
export function refusalRemedy(
  target: string,
  advice: KeyAdvice | undefined,
  answer: HttpAnswer,
  nowMs: number,
  signed: (nowSeconds: number) => HttpRequest,
): Remedy {
  const key = `Check ${keyWords(advice ?? {}, 'and')} of target "${target}".`;
  const skewMs = clockSkewMs(answer.headers, nowMs);
  if (skewMs === null || Math.abs(skewMs) <= HARMLESS_MS) return { clockIsOff: false, text: key };
  const off = `This machine's clock is ${spanOf(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead of' : 'behind'} the provider's`;
  return signsTime(signed, Math.floor(nowMs / 1000))
    ? {
        clockIsOff: true,
        text: `${off}, and its requests are signed with the time: set the clock of this machine first (NTP).`,
      }
    : { clockIsOff: false, text: `${key} ${off}.` };
}

/** Whether a request's signature includes the time: then two that differ only in their second are different. */
export function signsTime(signed: (nowSeconds: number) => HttpRequest, second: number): boolean {
  const now = signed(second);
  const later = signed(second + 1);
  return (
    now.url !== later.url ||
    now.body !== later.body ||
    JSON.stringify(now.headers) !== JSON.stringify(later.headers)
  );
}

/** `90 s`, `12 minutes`, `5 hours`, `3 days`. */
function spanOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} minutes`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} hours`;
  return `${Math.round(seconds / 86_400)} days`;
}
