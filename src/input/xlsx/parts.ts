// A workbook's parts other than sheets: the list of sheets, its texts, its date formats.
import { posix } from 'node:path';
import { UsageError } from '../../util/usage-error.ts';
import { MAX_CELL } from '../limits.ts';
import { PackedTexts } from './texts.ts';
import { type SharedTexts, showsDate, unescaped } from './values.ts';
import { readXml } from './xml.ts';
import type { Container } from './zip.ts';

export interface Sheet {
  readonly name: string;
  /** Its path in the container. */
  readonly part: string;
  readonly hidden: boolean;
}

export interface Workbook {
  readonly sheets: readonly Sheet[];
  readonly date1904: boolean;
  readonly stringsPart: string | null;
  readonly stylesPart: string | null;
}

/** Bytes of such a list; workbooks that were copied for years have some MiB of styles and names. */
const MAX_LIST = 64 * 1024 * 1024;
/** Sheets, relations, cell formats: spreadsheet programs allow 65,490 formats. */
const MAX_ENTRIES = 65_536;
/** Characters of a format's code. */
const MAX_CODE = 1000;

const OTHERS: readonly (readonly [part: string, what: string])[] = [
  ['xl/workbook.bin', 'a binary Excel workbook (.xlsb)'],
  ['word/document.xml', 'a Word document'],
  ['ppt/presentation.xml', 'a PowerPoint presentation'],
];

/** @throws UsageError for another kind of document */
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
      'Unpack it and name the file inside.',
    );
  }
  const related = await relations(container, part);
  const sheets: Sheet[] = [];
  let date1904 = false;
  await readXml(container.text(part, MAX_LIST), {
    open: (tag, attributes) => {
      if (tag === 'workbookPr') date1904 = /^(1|true)$/.test(attributes['date1904'] ?? '');
      if (tag !== 'sheet') return;
      // Writers may choose any prefix for `r:id`.
      const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '';
      const target = related.get(id);
      if (sheets.length >= MAX_ENTRIES) throw new Error('it lists too many sheets');
      // Charts have their own sheets.
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
  const list = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  await readXml(container.text(list, MAX_LIST), {
    open: (tag, { Id = '', Type = '', Target = '' }) => {
      if (tag !== 'Relationship') return;
      if (found.size >= MAX_ENTRIES) throw new Error('it lists too many relations');
      const path = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target);
      found.set(Id, { kind: Type.slice(Type.lastIndexOf('/') + 1), part: path });
    },
  });
  return found;
}

/** For each style index, whether its cells are dates. */
export async function readDateStyles(container: Container, part: string | null): Promise<readonly boolean[]> {
  if (part === null) return [];
  // Checked as they are read: many formats may share one long code.
  const codes = new Map<string, boolean>();
  const formats: string[] = [];
  let inCells = false;
  await readXml(container.text(part, MAX_LIST), {
    open: (tag, attributes) => {
      if (tag === 'numFmt') {
        const { numFmtId: id = '', formatCode: code = '' } = attributes;
        codes.set(id, code.length <= MAX_CODE && showsDate(Number(id), code));
      } else if (tag === 'cellXfs') inCells = true;
      else if (tag === 'xf' && inCells) formats.push(attributes['numFmtId'] ?? '0');
      if (Math.max(codes.size, formats.length) > MAX_ENTRIES) throw new Error('it has too many formats');
    },
    close: (tag) => {
      if (tag === 'cellXfs') inCells = false;
    },
  });
  return formats.map((id) => codes.get(id) ?? showsDate(Number(id), undefined));
}

/** The texts that cells refer to by number; rich text joined, without phonetic readings. */
export async function readStrings(
  container: Container,
  part: string | null,
  name: string,
): Promise<SharedTexts> {
  if (part === null) return [];
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
      if (!strings.push(unescaped(text))) {
        throw new UsageError(
          `${name} holds too much text to be read as a workbook.`,
          'Open it and save it as CSV.',
        );
      }
      text = '';
    },
    text: (part) => {
      if (inText) text += part;
      if (text.length > MAX_CELL) throw new Error('a text in it is longer than 1 MiB');
    },
  });
  return strings;
}
