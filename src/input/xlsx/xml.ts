// XML as events, in pieces of any size. The one file that knows saxes. What a workbook never has is refused, since the
// parser would keep all of it: a document type, deep nesting, and tags, comments or texts without an end.
import { SaxesParser } from 'saxes';

/** Levels of a sheet are six, of styles a few more. */
const MAX_LEVELS = 64;
/** Characters without an event: of one tag with its attributes, one text, one comment. */
const MAX_AT_ONCE = 2 * 1024 * 1024;
/** Characters of a part that is read whole: styles, names, and texts, which have a bound of their own below it. */
const MAX_OF_A_LIST = 512 * 1024 * 1024;
/** Characters that are given to the parser at once, so that the bound above holds within a large piece, too. */
const PIECE = 64 * 1024;

export interface XmlEvents {
  /** Names without their prefix; attributes with it. */
  readonly open: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly close?: (name: string) => void;
  readonly text?: (text: string) => void;
}

export interface XmlReader {
  /** @throws Error where it is not well-formed, or holds what no workbook has */
  readonly write: (text: string) => void;
  readonly end: () => void;
}

export function xmlReader({ open, close, text }: XmlEvents): XmlReader {
  const parser = new SaxesParser({ xmlns: false, position: false });
  let levels = 0;
  let events = 0;
  let silent = 0;
  parser.on('opentag', (tag) => {
    events++;
    if (!tag.isSelfClosing && ++levels > MAX_LEVELS)
      throw new Error(`its tags are nested more than ${MAX_LEVELS} levels deep`);
    open(local(tag.name), tag.attributes);
  });
  parser.on('closetag', (tag) => {
    events++;
    if (!tag.isSelfClosing) levels--;
    close?.(local(tag.name));
  });
  const some = (part: string) => {
    events++;
    text?.(part);
  };
  parser.on('text', some);
  parser.on('cdata', some);
  parser.on('comment', () => {
    events++;
  });
  parser.on('processinginstruction', () => {
    events++;
  });
  parser.on('doctype', () => {
    throw new Error('it has a document type, which no workbook has');
  });
  const write = (piece: string) => {
    const seen = events;
    parser.write(piece);
    silent = events === seen ? silent + piece.length : 0;
    if (silent > MAX_AT_ONCE) throw new Error('one of its tags or texts has no end');
  };
  return {
    write: (chunk) => {
      for (let at = 0; at < chunk.length; at += PIECE) write(chunk.slice(at, at + PIECE));
    },
    end: () => {
      parser.close();
    },
  };
}

/** Reads one text whole. @throws Error where it is not well-formed, or longer than a workbook's lists are */
export async function readXml(text: AsyncIterable<string>, events: XmlEvents): Promise<void> {
  const reader = xmlReader(events);
  let length = 0;
  for await (const chunk of text) {
    length += chunk.length;
    if (length > MAX_OF_A_LIST) throw new Error('one of its lists is too long');
    reader.write(chunk);
  }
  if (length > 0) reader.end();
}

function local(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}
