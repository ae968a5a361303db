// E-mail addresses: strict enough to keep `someone(at)example.com` out, lenient enough not to lose a customer.
import { oneLine } from './text.ts';

const LOCAL = /^[^\s@<>()[\],;:"\\.]+(?:\.[^\s@<>()[\],;:"\\.]+)*$/;
const DOMAIN =
  /^(?:[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+(?:\p{L}[\p{L}\p{M}]+|xn--[a-z0-9-]+)$/iu;

/** A longer cell is a note. */
const MAX_LENGTH = 1000;

/** The address in a cell, and whether there are others; null without a valid one. */
export function parseEmail(text: string): { readonly email: string; readonly others: boolean } | null {
  if (text.length > MAX_LENGTH) return null;
  const line = oneLine(text);
  // NFKC may turn one character into a whole sentence (U+FDFA).
  if (line.length > MAX_LENGTH) return null;
  if (isEmail(line)) return { email: line, others: false };
  // RFC 5322's mailbox: `Asha Verma <asha@example.com>`.
  const mailbox = /^[^@<>]+<\s*(?:mailto:)?([^<>\s]+)\s*>$/i.exec(line)?.[1];
  if (mailbox !== undefined && isEmail(mailbox)) return { email: mailbox, others: false };
  const parts = line
    .split(/[\s,;/|]+/)
    .map(unwrap)
    .filter((part) => part !== '');
  const found = parts.filter(isEmail);
  const [email] = found;
  // Words around an address are more likely a sentence than an address.
  if (email === undefined || parts.some((part) => !part.includes('@'))) return null;
  return { email, others: new Set(found).size > 1 || found.length < parts.length };
}

function isEmail(text: string): boolean {
  const at = text.indexOf('@');
  return (
    at > 0 &&
    at <= 64 &&
    text.length <= 254 &&
    LOCAL.test(text.slice(0, at)) &&
    DOMAIN.test(text.slice(at + 1))
  );
}

function unwrap(part: string): string {
  return part.replace(/^(?:mailto:)?[<("']*(?:mailto:)?/i, '').replace(/[>)"'.]+$/, '');
}
