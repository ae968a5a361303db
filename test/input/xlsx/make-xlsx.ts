// Makes workbooks for tests, part by part, as any writer might: what is not said has the commonest form.
import { crc32, deflateRawSync } from 'node:zlib';

/** A zip archive. */
export function zipOf(files: readonly (readonly [name: string, content: string])[], compress = true): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const raw = Buffer.from(content);
    const data = compress ? deflateRawSync(raw) : raw;
    const path = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(compress ? 8 : 0, 8);
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(crc32(raw), 0);
    sizes.writeUInt32LE(data.length, 4);
    sizes.writeUInt32LE(raw.length, 8);
    sizes.copy(local, 14);
    local.writeUInt16LE(path.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(compress ? 8 : 0, 10);
    sizes.copy(central, 16);
    central.writeUInt16LE(path.length, 28);
    central.writeUInt32LE(offset, 42);
    parts.push(local, path, data);
    directory.push(central, path);
    offset += local.length + path.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

interface SheetXml {
  readonly name: string;
  /** What stands in `<sheetData>`. */
  readonly rows: string;
  readonly state?: string;
}

export interface WorkbookXml {
  readonly sheets: readonly SheetXml[];
  /** What stands in `<sst>`. */
  readonly strings?: string;
  /** What stands in `<styleSheet>`. */
  readonly styles?: string;
  readonly date1904?: boolean;
}

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A workbook of parts. */
export function workbookOf({ sheets, strings, styles, date1904 }: WorkbookXml): Buffer {
  const relation = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="${DOCUMENT}/${kind}" Target="${target}"/>`;
  const relations = (inner: string) =>
    `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inner}</Relationships>`;
  const list = sheets.map(
    ({ name, state }, i) =>
      `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"${state === undefined ? '' : ` state="${state}"`}/>`,
  );
  return zipOf([
    ['[Content_Types].xml', '<?xml version="1.0"?><Types/>'],
    ['_rels/.rels', relations(relation('rId1', 'officeDocument', 'xl/workbook.xml'))],
    [
      'xl/workbook.xml',
      `<?xml version="1.0"?><workbook ${MAIN} xmlns:r="${DOCUMENT}"><workbookPr${date1904 ? ' date1904="1"' : ''}/><sheets>${list.join('')}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      relations(
        sheets.map((_, i) => relation(`rId${i + 1}`, 'worksheet', `worksheets/sheet${i + 1}.xml`)).join('') +
          relation('rId98', 'sharedStrings', '/xl/sharedStrings.xml') +
          relation('rId99', 'styles', 'styles.xml'),
      ),
    ],
    ['xl/styles.xml', `<?xml version="1.0"?><styleSheet ${MAIN}>${styles ?? ''}</styleSheet>`],
    ['xl/sharedStrings.xml', `<?xml version="1.0"?><sst ${MAIN}>${strings ?? ''}</sst>`],
    ...sheets.map(
      ({ rows }, i) =>
        [
          `xl/worksheets/sheet${i + 1}.xml`,
          `<?xml version="1.0"?><worksheet ${MAIN}><sheetData>${rows}</sheetData></worksheet>`,
        ] as const,
    ),
  ]);
}

interface OtherParts {
  readonly book?: string;
  readonly relations?: string;
  readonly styles?: string;
  readonly strings?: string;
}

/** The parts of a workbook with one sheet, of texts that need not be well-formed. */
export function partsOf(sheet: string, others: OtherParts = {}): readonly (readonly [string, string])[] {
  const relation = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="${DOCUMENT}/${kind}" Target="${target}"/>`;
  const { book, relations = '', styles = '<styleSheet/>', strings = '<sst/>' } = others;
  return [
    ['_rels/.rels', `<Relationships>${relation('r1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`],
    [
      'xl/_rels/workbook.xml.rels',
      `<Relationships>${relation('r1', 'worksheet', 'worksheets/sheet1.xml')}${relation('r2', 'styles', 'styles.xml')}${relation('r3', 'sharedStrings', 'sharedStrings.xml')}${relations}</Relationships>`,
    ],
    [
      'xl/workbook.xml',
      book ??
        `<workbook xmlns:r="${DOCUMENT}"><sheets><sheet name="Leads" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ],
    ['xl/styles.xml', styles],
    ['xl/sharedStrings.xml', strings],
    ['xl/worksheets/sheet1.xml', sheet],
  ];
}

/** A workbook with one sheet of texts. */
export function workbook(rows: readonly (readonly string[])[]): Buffer {
  const cell = (text: string) =>
    `<c t="inlineStr"><is><t>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</t></is></c>`;
  const xml = rows.map((cells) => `<row>${cells.map(cell).join('')}</row>`).join('');
  return workbookOf({ sheets: [{ name: 'Leads', rows: xml }] });
}
