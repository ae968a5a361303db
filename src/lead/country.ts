// Country names and codes as people and CRMs write them. A country only says how to read a phone without +.
import { memo } from './memo.ts';
import { oneLine } from './text.ts';

/** ISO 3166-1: alpha-3 and alpha-2 of each country, joined. The English names come from Intl. */
const ALPHA3 = `
  ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ
  BDIBI BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB
  BRNBN BTNBT BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM
  CPVCV CRICR CUBCU CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER
  ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN
  GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU
  IDNID IMNIM INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG
  KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO
  MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR
  MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR
  NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA
  REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM
  SRBRS SSDSS STPST SURSR SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK
  TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC
  VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW XKXXK`;

/** Everyday names that Intl does not know. */
const OTHER_NAMES = `
  AE: uae, emirates, u a e | CD: dr congo, drc | CG: congo, republic of congo | CI: ivory coast | CV: cape verde
  CZ: czech republic | GB: uk, u k, great britain, britain, england, scotland, wales, northern ireland
  HK: hong kong | IN: bharat, hindustan, republic of india | IR: islamic republic of iran | KR: south korea, korea
  KP: north korea | LA: lao | MM: burma | MO: macau, macao | MK: macedonia | NL: holland | PS: palestine
  RU: russian federation | SA: ksa, saudi, kingdom of saudi arabia | SZ: swaziland | SY: syrian arab republic
  TR: turkey, turkiye | TZ: united republic of tanzania | US: usa, u s, u s a, america, united states of america
  VN: viet nam | AU: aus | NZ: aotearoa`;

/** Codes that Intl has a name for but that are not countries. */
const NO_COUNTRY: ReadonlySet<string> = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);

/** Longer than any country's name. */
const MAX_LENGTH = 80;

let names: ReadonlyMap<string, string> | null = null;

/**
 * @returns an ISO 3166-1 alpha-2 code for a name or code (`India`, `IND`, `UAE`), `+971` for a calling code, null for
 * anything else
 */
export const parseCountry = memo((text: string): string | null => {
  // Spaces and invisible characters beside a name count too.
  if (text.length > 4 * MAX_LENGTH) return null;
  const line = oneLine(text);
  if (line.length > MAX_LENGTH) return null;
  const calling = /^\(?(?:\+|00)?([1-9]\d{0,2})\)?$/.exec(line)?.[1];
  if (calling !== undefined) return calling === '91' ? 'IN' : `+${calling}`;
  names ??= countryNames();
  return names.get(simplify(line)) ?? null;
});

let english: Intl.DisplayNames | null = null;

function nameOf(code: string): string | undefined {
  english ??= new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  return english.of(code);
}

/** For messages: `India (IN)`; a calling code as it is, `+971`. */
export const countryTitle = memo((code: string): string => {
  const name = /^[A-Z]{2}$/.test(code) ? nameOf(code) : undefined;
  return name === undefined ? code : `${name} (${code})`;
});

/** The English name of each country, with its code. */
function englishNames(): readonly (readonly [name: string, code: string])[] {
  return Array.from({ length: 26 * 26 }, (_, index) =>
    String.fromCharCode(65 + Math.floor(index / 26), 65 + (index % 26)),
  ).flatMap((code) => {
    const name = nameOf(code);
    // Withdrawn codes (`DD`, `SU`) have the names of their successors.
    const isCountry =
      name !== undefined && !NO_COUNTRY.has(code) && new Intl.Locale(`und-${code}`).region === code;
    return isCountry ? [[name, code] as const] : [];
  });
}

/** `India`, `United Arab Emirates`, `America`: those that a mistyped one may mean. */
export function countryTitles(): readonly string[] {
  const everyday = otherNames().map(([name]) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()));
  // Nearly any two letters are near to `uk`.
  return [...englishNames().map(([name]) => name), ...everyday.filter((name) => name.length > 3)];
}

function otherNames(): readonly (readonly [name: string, code: string])[] {
  return OTHER_NAMES.split(/[|\n]/).flatMap((entry) => {
    const [code, list] = entry.split(':');
    if (code === undefined || list === undefined) return [];
    return list.split(',').map((name) => [name.trim(), code.trim()] as const);
  });
}

function countryNames(): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const [name, code] of englishNames()) {
    map.set(simplify(name), code);
    map.set(code.toLowerCase(), code);
  }
  for (const pair of ALPHA3.trim().split(/\s+/)) map.set(pair.slice(0, 3).toLowerCase(), pair.slice(3));
  for (const [name, code] of otherNames()) map.set(simplify(name), code);
  return map;
}

/** `Türkiye (+90)` -> `turkiye`, `The Netherlands` -> `netherlands`, `Trinidad & Tobago` -> `trinidadtobago`. */
function simplify(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\([^)]*\)/g, '')
    .replace(/^the\s|\band\b|[^\p{L}]/gu, '');
}
