// JSON for a database's JSON functions.

/**
 * Characters without UTF-8 form (half an emoji) and NUL become the replacement character: the first would crash the
 * process when libsql reads it back, the second would end the text, and PostgreSQL takes neither.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes('\\u')) return text;
  return text.replaceAll(/\\\\|\\u(?:0000|d[89a-f][0-9a-f]{2})/g, (found) =>
    found === '\\\\' ? found : '\\ufffd',
  );
}
