// A workbook's parts beside its sheets: which sheets there are, its texts, its date formats.
import { posix } from 'node:path';
import { UsageError } from '../usage-error.ts';
import { PackedTexts } from './xlsx-texts.ts';
import { type SharedTexts, showsDate, unescaped } from './xlsx-values.ts';
import { readXml } from './xlsx-xml.ts';
import type { Container } from './xlsx-zip.ts';

export interface Sheet {
  readonly name: string;
  /** Its part in the container. */
  readonly part: string;
  readonly hidden: boolean;
}

export interface Workbook {
  readonly sheets: readonly Sheet[];
  readonly date1904: boolean;
  readonly stringsPart: string | null;
  readonly stylesPart: string | null;
}

/** All texts are held while a sheet is read: more than this no lead file has. */
const MOST_TEXTS = 512 * 1024 * 1024;

const OTHERS: readonly (readonly [part: string, what: string])[] = [
  ['xl/workbook.bin', 'a binary Excel workbook (.xlsb)'],
  ['word/document.xml', 'a Word document'],
  ['ppt/presentation.xml', 'a PowerPoint presentation'],
];

/** @throws UsageError where it is another kind of document */
export async function readWorkbook(container: Container, name: string): Promise<Workbook> {
  const root = [...(await relations(container, ''))].find(([, { kind }]) => kind === 'officeDocument');
  const part = root?.[1].part ?? 'xl/workbook.xml';
  const other = OTHERS.find(([marker]) => container.has(marker));
  if (other !== undefined) {
    throw new UsageError(
      `${name} is ${other[1]}, not a table of leads.`,
      'Open it and save it as .xlsx or CSV.',
    );
  }
  if (!container.has(part)) {
    throw new UsageError(
      `${name} is a zip archive, not a table of leads.`,
      'Unpack it, and name the file inside.',
    );
  }
  const related = await relations(container, part);
  const sheets: Sheet[] = [];
  let date1904 = false;
  await readXml(container.text(part), {
    open: (tag, attributes) => {
      if (tag === 'workbookPr') date1904 = /^(1|true)$/.test(attributes['date1904'] ?? '');
      if (tag !== 'sheet') return;
      // The prefix of `r:id` is the writer's choice.
      const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '';
      const target = related.get(id);
      // Charts have sheets of their own.
      if (target?.kind !== 'worksheet') return;
      const hidden = /hidden/i.test(attributes['state'] ?? '');
      sheets.push({ name: attributes['name'] ?? '', part: target.part, hidden });
    },
  });
  const partOf = (kind: string) => [...related.values()].find((target) => target.kind === kind)?.part ?? null;
  return { sheets, date1904, stringsPart: partOf('sharedStrings'), stylesPart: partOf('styles') };
}

interface Related {
  /** The last word of the relation's type. */
  readonly kind: string;
  readonly part: string;
}

async function relations(container: Container, part: string): Promise<ReadonlyMap<string, Related>> {
  const folder = posix.dirname(part);
  const found = new Map<string, Related>();
  await readXml(container.text(posix.join(folder, '_rels', `${posix.basename(part)}.rels`)), {
    open: (tag, { Id = '', Type = '', Target = '' }) => {
      if (tag !== 'Relationship') return;
      const path = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target);
      found.set(Id, { kind: Type.slice(Type.lastIndexOf('/') + 1), part: path });
    },
  });
  return found;
}

/** By style index: whether its cells are dates. */
export async function readDateStyles(container: Container, part: string | null): Promise<readonly boolean[]> {
  if (part === null) return [];
  const codes = new Map<string, string>();
  const formats: string[] = [];
  let inCells = false;
  await readXml(container.text(part), {
    open: (tag, attributes) => {
      if (tag === 'numFmt') codes.set(attributes['numFmtId'] ?? '', attributes['formatCode'] ?? '');
      else if (tag === 'cellXfs') inCells = true;
      else if (tag === 'xf' && inCells) formats.push(attributes['numFmtId'] ?? '0');
    },
    close: (tag) => {
      if (tag === 'cellXfs') inCells = false;
    },
  });
  return formats.map((id) => showsDate(Number(id), codes.get(id)));
}

/** The texts that cells refer to by number; runs of rich text joined, readings (furigana) left out. */
export async function readStrings(
  container: Container,
  part: string | null,
  name: string,
): Promise<SharedTexts> {
  if (part === null) return [];
  if (container.size(part) > MOST_TEXTS) {
    throw new UsageError(`${name} holds too much text to be read directly.`, 'Open it and save it as CSV.');
  }
  const strings = new PackedTexts();
  let text = '';
  let inText = false;
  let inReading = false;
  await readXml(container.text(part), {
    open: (tag) => {
      if (tag === 'rPh') inReading = true;
      inText = tag === 't' && !inReading;
    },
    close: (tag) => {
      inText = false;
      if (tag === 'rPh') inReading = false;
      if (tag !== 'si') return;
      strings.push(unescaped(text));
      text = '';
    },
    text: (part) => {
      if (inText) text += part;
    },
  });
  return strings;
}
