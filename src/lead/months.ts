// Names of months and days in other languages than English, as data; for dates that cannot be read without them.
// Written as foldLetters writes them.
import { foldLetters } from './fields.ts';

/** German, French, Spanish, Portuguese and Hindi, by English month. */
const MONTHS: Readonly<Record<string, string>> = {
  jan: 'januar janner janvier janv enero ene janeiro जनवरी',
  feb: 'februar fevrier fevr febrero fevereiro fev फरवरी',
  mar: 'marz maerz mrz mars marzo marco मार्च',
  apr: 'avril avr abril abr अप्रैल',
  may: 'mai mayo maio मई',
  jun: 'juni juin junio junho जून',
  jul: 'juli juillet juil julio julho जुलाई',
  aug: 'aout agosto ago अगस्त',
  sep: 'septembre septiembre setiembre setembro set सितंबर सितम्बर',
  oct: 'oktober okt octobre octubre outubro out अक्टूबर',
  nov: 'novembre noviembre novembro नवंबर नवम्बर',
  dec: 'dezember dez decembre diciembre dic dezembro दिसंबर दिसम्बर',
};

/** What may stand beside them: days of the week, `25 de octubre`, `um 14:03 Uhr`. */
const SILENT = `montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi
  dimanche lunes martes miercoles jueves viernes sabado domingo segunda terca quarta quinta sexta feira
  de del den der le el um uhr a las as`;

let english: ReadonlyMap<string, string> | null = null;

/** @param line lower case @returns the date in English words; null where no word of it is a month of another language */
export function inEnglish(line: string): string | null {
  english ??= new Map([
    ...SILENT.split(/\s+/).map((word): [string, string] => [word, '']),
    ...Object.entries(MONTHS).flatMap(([month, words]) =>
      words.split(' ').map((word): [string, string] => [word.normalize('NFKC'), month]),
    ),
  ]);
  const known = english;
  let found = false;
  const text = foldLetters(line).replace(/[\p{L}\p{M}]+/gu, (word) => {
    const said = known.get(word);
    if (said !== undefined && said !== '') found = true;
    return said ?? word;
  });
  return found
    ? text
        .replace(/\s+/g, ' ')
        .replace(/^[\s,.-]+/, '')
        .trim()
    : null;
}
