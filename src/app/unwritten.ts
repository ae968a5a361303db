// Result files that could not be written: a full disk, a quota. Which one, why, and what is kept all the same.
import { type FollowUp, runCommand } from '../output/next-commands.ts';
import type { ResultsFile } from '../output/results-file.ts';
import { plain } from '../util/plain.ts';
import { UnwrittenFile, whyUnwritten } from '../util/write-error.ts';
import type { ViewOptions } from './options.ts';

/** Puts all files in their places. @returns what went wrong, or null */
export async function commitAll(files: readonly ResultsFile[]): Promise<unknown> {
  try {
    await Promise.all(files.map((file) => file.commit()));
    return null;
  } catch (error) {
    return error;
  }
}

/** Which file could not be written, and why. @param early before all was sent */
export function unwrittenText(
  error: unknown,
  early: boolean,
  { run, view, followUp }: { readonly run: string; readonly view: ViewOptions; readonly followUp: FollowUp },
): string {
  const what = error instanceof UnwrittenFile ? plain(error.path) : 'the results';
  const said = `leadpush: ${what} could not be written: ${whyUnwritten(error)}.\n`;
  // JSON has the interruption said after its last line.
  if (early && view.json) return said;
  const kept = followUp.remembered ? `\`${runCommand('show', run, followUp)}\` has the results` : null;
  const parts = [...(early ? ['Nothing was sent after that'] : []), ...(kept === null ? [] : [kept])];
  return parts.length === 0 ? said : `${said}${parts.join('; ')}.\n`;
}
