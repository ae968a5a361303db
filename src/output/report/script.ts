// The page's own script, as text: the filter over the rows that need attention, and their CSV download. Without it,
// the first rows are still readable.
import { GUARD_PATTERNS } from '../../input/csv/escape-formula.ts';

export const SCRIPT = `
(() => {
  const rows = JSON.parse(document.getElementById('rows').textContent);
  for (const row of rows) row.status = row.kind.replace('-', ' ');
  const body = document.getElementById('rows-body');
  const find = document.getElementById('find');
  const status = document.getElementById('status');
  const shown = document.getElementById('shown');
  const more = document.getElementById('more');
  const STEP = 200;
  let limit = STEP;
  const phones = document.getElementById('phones');
  const columns = ['file', 'record', 'line', 'target', 'status', 'name', 'phone', 'cell', 'externalId', 'source', 'campaign', 'code', 'message'];
  // What is the lead's own; a file that is sent again is read without the others.
  const own = new Set(['name', 'phone', 'externalId']);
  const texts = rows.map((row) => columns.map((name) => row[name]).join(' ').toLowerCase());
  const matching = () => {
    const words = find.value.toLowerCase().split(/\\s+/).filter(Boolean);
    return rows.filter((row, i) => (!status.value || row.kind === status.value) && words.every((word) => texts[i].includes(word)));
  };
  const cell = (label, text, className) => {
    const td = document.createElement('td');
    td.dataset.label = label;
    if (className) td.className = className;
    td.textContent = text;
    return td;
  };
  const render = () => {
    const found = matching();
    const list = document.createDocumentFragment();
    for (const row of found.slice(0, limit)) {
      const tr = document.createElement('tr');
      const number = row.phone || (row.cell && '"' + row.cell + '"');
      tr.append(cell('Where', row.file + (row.line === null ? ' #' + row.record : ':' + row.line)), cell('Status', row.status, 'badge ' + row.kind),
        cell('Who', [row.name, number, row.externalId].filter(Boolean).join(' ')), cell('Campaign', row.campaign),
        cell('Target', row.target), cell('Code', row.code, 'code'), cell('What to do', row.message));
      list.append(tr);
    }
    body.replaceChildren(list);
    shown.textContent = found.length + ' of ' + rows.length + ' rows' + (found.length > limit ? ', the first ' + limit + ' shown' : '');
    more.hidden = found.length <= limit;
  };
  const START = new RegExp(${JSON.stringify(GUARD_PATTERNS.start)});
  const LINE = new RegExp(${JSON.stringify(GUARD_PATTERNS.line)});
  const PART = new RegExp(${JSON.stringify(GUARD_PATTERNS.part)}, 'g');
  const guarded = (text) => {
    const parts = text.replace(PART, (before, at) => before === ',' && text[at + 1] !== "'" ? before : before + "'");
    return START.test(text) || LINE.test(text) ? "'" + parts : parts;
  };
  const csv = (value) => '"' + guarded(String(value ?? '')).replaceAll('"', '""') + '"';
  document.getElementById('download').addEventListener('click', () => {
    const without = phones !== null && !phones.checked;
    const kept = without ? columns.filter((name) => name !== 'phone' && name !== 'cell') : columns;
    // Names and messages may quote a number.
    const shown = (value) => (without && typeof value === 'string' ? value.replace(/\\+?\\d(?:[\\d\\s().-]{5,})\\d/g, '(number)') : value);
    const heads = kept.map((name) => (own.has(name) ? name : 'leadpush_' + name));
    const lines = [heads, ...matching().map((row) => kept.map((name) => shown(row[name])))].map((line) => line.map(csv).join(','));
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob(['\\ufeff' + lines.join('\\r\\n') + '\\r\\n'], { type: 'text/csv' }));
    link.download = document.body.dataset.name + '.csv';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  const again = () => { limit = STEP; render(); };
  find.addEventListener('input', again);
  status.addEventListener('change', again);
  more.addEventListener('click', () => { limit += 1000; render(); });
  window.addEventListener('beforeprint', () => { limit = rows.length; render(); });
  render();
})();
`;
