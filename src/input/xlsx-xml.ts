// XML as events, in pieces of any size. The one file that knows saxes.
import { SaxesParser } from 'saxes';

export interface XmlEvents {
  /** Names without their prefix; attributes with it. */
  readonly open: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly close?: (name: string) => void;
  readonly text?: (text: string) => void;
}

export interface XmlReader {
  /** @throws Error where it is not well-formed */
  readonly write: (text: string) => void;
  readonly end: () => void;
}

export function xmlReader({ open, close, text }: XmlEvents): XmlReader {
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('opentag', (tag) => open(local(tag.name), tag.attributes));
  if (close !== undefined) parser.on('closetag', (tag) => close(local(tag.name)));
  if (text !== undefined) {
    parser.on('text', text);
    parser.on('cdata', text);
  }
  return {
    write: (chunk) => {
      parser.write(chunk);
    },
    end: () => {
      parser.close();
    },
  };
}

/** Reads one text whole. */
export async function readXml(text: AsyncIterable<string>, events: XmlEvents): Promise<void> {
  const reader = xmlReader(events);
  let any = false;
  for await (const chunk of text) {
    any = true;
    reader.write(chunk);
  }
  if (any) reader.end();
}

function local(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}
