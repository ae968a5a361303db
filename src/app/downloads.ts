// Inputs that are not files: feeds and https addresses. Each is downloaded whole before any of it is read: a download
// that breaks sends nothing, it can be read twice, and a slow target holds no connection open.
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Feeds } from '../config/feed.ts';
import type { InputSpec } from '../input/prepare.ts';
import { reasonOf } from '../util/errors.ts';
import { plain } from '../util/plain.ts';
import { UsageError } from '../util/usage-error.ts';
import { type RemoteName, shownInput } from './input-name.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface Downloads {
  /** By the name as given. */
  readonly specs: ReadonlyMap<string, InputSpec>;
  readonly close: () => Promise<void>;
}

/** @throws UsageError if one of them cannot be read to its end */
export async function openDownloads(
  names: readonly RemoteName[],
  feeds: Feeds,
  env: Env,
): Promise<Downloads> {
  const handles: FileHandle[] = [];
  const close = async () => {
    await Promise.all(handles.splice(0).map((handle) => handle.close()));
  };
  const specs = new Map<string, InputSpec>();
  try {
    for (const name of names) {
      const handle = await anonymousFile();
      handles.push(handle);
      await fetchInto(handle, name, feeds, env);
      specs.set(name.given, {
        path: shownInput(name.given),
        opened: () => handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 128 * 1024 }),
      });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { specs, close };
}

/** A file that only this process can reach: its name is gone before anything is in it. */
async function anonymousFile(): Promise<FileHandle> {
  let folder: string | null = null;
  try {
    folder = await mkdtemp(join(tmpdir(), 'leadpush-download-'));
    return await open(join(folder, 'download'), 'wx+', 0o600);
  } catch (error) {
    throw new UsageError(
      `The temporary folder ${plain(tmpdir())} cannot be written to (${reasonOf(error)}).`,
      'Set TMPDIR to a folder that takes files. Nothing was sent.',
    );
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }
}

async function fetchInto(handle: FileHandle, name: RemoteName, feeds: Feeds, env: Env): Promise<void> {
  const { url, headers } = name.kind === 'feed' ? feeds.feed(name.feed) : addressOf(name.given);
  const { DownloadFault, download, withoutSecrets } = await import('../transport/download.ts');
  try {
    await download(url, {
      headers: {
        ...basicOf(url),
        ...Object.fromEntries(Object.entries(headers).map(([header, value]) => [header, value.reveal()])),
      },
      named: feeds.hasOrigin(url.origin),
      env,
      // Of an address that is shared by its link, the path is the key; the user did not type a feed's.
      shown: name.kind === 'feed' ? ({ origin }) => origin : withoutSecrets,
      write: async (part) => {
        try {
          await handle.appendFile(part);
        } catch (error) {
          throw new DownloadFault(
            `the temporary folder ${tmpdir()} cannot take the download (${reasonOf(error)})`,
            'Make room there, or set TMPDIR to a folder on another disk.',
          );
        }
      },
    });
  } catch (error) {
    if (!(error instanceof DownloadFault)) throw error;
    const feed = name.kind === 'feed' ? `${name.given}: ` : '';
    throw new UsageError(plain(`${feed}${error.message}.`), `${error.hint} Nothing was sent.`);
  }
}

function addressOf(text: string): { readonly url: URL; readonly headers: Readonly<Record<string, never>> } {
  if (URL.canParse(text)) return { url: new URL(text), headers: {} };
  throw new UsageError(
    `${plain(shownInput(text))} is not a valid address.`,
    'Copy it from the browser again, and put it in single quotes.',
  );
}

/** `https://user:password@…`, as browsers and curl send it. */
function basicOf({ username, password, host }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  try {
    const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
  } catch {
    throw new UsageError(
      `The user or password in the address of ${host} is not valid.`,
      'Write a % in it as %25.',
    );
  }
}
