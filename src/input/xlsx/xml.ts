// XML as events, from chunks of any size. The only file that uses saxes. What no workbook has is refused, because the
// parser would keep all of it in memory: a document type, deep nesting, and endless tags, comments or texts.
import { SaxesParser } from 'saxes';

/** A sheet has six levels, styles a few more. */
const MAX_LEVELS = 64;
/** Characters of one event: one tag with its attributes, one text, one comment. */
const MAX_AT_ONCE = 2 * 1024 * 1024;
/** Characters of a part that is read whole: styles, names, and texts (which have a lower limit). */
const MAX_OF_A_LIST = 512 * 1024 * 1024;
/** Characters given to the parser at once, so that the limit above also holds within a large chunk. */
const CHUNK = 64 * 1024;

export interface XmlEvents {
  /** Tag names without prefix, attributes with it. */
  readonly open: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly close?: (name: string) => void;
  readonly text?: (text: string) => void;
}

export interface XmlReader {
  /** @throws Error if it is not well-formed, or has something that no workbook has */
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
  const write = (part: string) => {
    const seen = events;
    parser.write(part);
    silent = events === seen ? silent + part.length : 0;
    if (silent > MAX_AT_ONCE) throw new Error('one of its tags or texts has no end');
  };
  return {
    write: (chunk) => {
      for (let at = 0; at < chunk.length; at += CHUNK) write(chunk.slice(at, at + CHUNK));
    },
    end: () => {
      parser.close();
    },
  };
}

/** Reads one text completely. @throws Error if it is not well-formed, or too long */
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
