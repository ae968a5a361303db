// The page's style: light or dark as the reader's system, narrow screens, and print.
export const STYLE = `
:root { color-scheme: light dark; --fg: #1d2430; --dim: #5b6575; --bg: #ffffff; --card: #f4f6f9; --line: #d8dde6; --link: #0b57d0;
  --created: #1a7f4b; --duplicate: #3b6fd4; --skipped: #8a93a3; --invalid: #b86e00; --rejected: #c2410c; --failed: #b3261e; --not-sent: #6b5f4d; --unknown: #7b3fb5; }
@media (prefers-color-scheme: dark) { :root { --fg: #e7eaf0; --dim: #a3adbd; --bg: #14181f; --card: #1e242e; --line: #343c4a; --link: #8ab4ff;
  --created: #4cc38a; --duplicate: #7aa7ff; --skipped: #97a1b2; --invalid: #f0b04c; --rejected: #ff8f5a; --failed: #ff7b72; --not-sent: #bfb29c; --unknown: #c99bff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 64rem; font: 16px/1.5 system-ui, sans-serif; color: var(--fg); background: var(--bg); overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
p { margin: .3rem 0; } .dim { color: var(--dim); } code { background: var(--card); padding: .1em .35em; border-radius: 4px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.2rem, 1fr)); gap: .6rem; margin: 1.2rem 0; padding: 0; list-style: none; }
.cards li { background: var(--card); border-left: 5px solid var(--line); border-radius: 6px; padding: .5rem .8rem; }
.cards b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
.cards .created { border-color: var(--created); } .cards .duplicate { border-color: var(--duplicate); } .cards .skipped { border-color: var(--skipped); }
.cards .invalid { border-color: var(--invalid); } .cards .rejected { border-color: var(--rejected); } .cards .failed { border-color: var(--failed); }
.cards .not-sent { border-color: var(--not-sent); } .cards .unknown { border-color: var(--unknown); } .cards .none { opacity: .55; }
svg { display: block; }
.s-created { fill: var(--created); } .s-duplicate { fill: var(--duplicate); } .s-skipped { fill: var(--skipped); } .s-invalid { fill: var(--invalid); }
.s-rejected { fill: var(--rejected); } .s-failed { fill: var(--failed); } .s-not-sent { fill: var(--not-sent); } .s-unknown { fill: var(--unknown); }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1rem; margin: .6rem 0; padding: 0; list-style: none; font-size: .92rem; }
.legend li { display: flex; align-items: center; gap: .4rem; } .swatch { width: .9rem; height: .9rem; border-radius: 3px; overflow: hidden; }
.bars { margin: 0; padding: 0; list-style: none; }
.bars li { display: grid; grid-template-columns: 13rem 1fr 4rem; gap: .6rem; align-items: center; padding: .15rem 0; }
.bars .name { text-align: right; font-size: .92rem; line-height: 1.25; } .bars svg { width: 100%; height: 1.1rem; } .bars .value, .time figcaption { color: var(--dim); font-size: .92rem; font-variant-numeric: tabular-nums; }
.time { margin: 0; } .time svg { width: 100%; height: 9rem; border-bottom: 1px solid var(--line); } .time figcaption { display: flex; justify-content: space-between; gap: .6rem; } .time span:first-child, .time span:last-child { white-space: nowrap; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; } caption { text-align: left; color: var(--dim); padding: .2rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td { min-width: 6rem; } td.n { min-width: 3.5rem; } td.code { white-space: nowrap; font-family: ui-monospace, monospace; font-size: .82rem; } td:last-child { min-width: 14rem; }
.tools { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: .6rem 0; } .tools label { display: grid; font-size: .85rem; color: var(--dim); }
.tools label.check { display: flex; gap: .4rem; align-items: center; }
input, select, button { font: inherit; color: inherit; background: var(--bg); border: 1px solid var(--dim); border-radius: 6px; padding: .35rem .6rem; max-width: 100%; }
button { cursor: pointer; } :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.badge { white-space: nowrap; font-weight: 600; } .badge.invalid { color: var(--invalid); } .badge.rejected { color: var(--rejected); }
.badge.failed { color: var(--failed); } .badge.not-sent { color: var(--not-sent); } .badge.unknown { color: var(--unknown); }
@media screen and (max-width: 45rem) {
  body { padding-top: 1rem; } .bars li { grid-template-columns: 1fr 4rem; } .bars .name { grid-column: 1 / -1; text-align: left; }
  table, tbody, tr, caption { display: block; } thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
  td, td.n, td.code, td:last-child { display: grid; grid-template-columns: 6.5rem 1fr; gap: .6rem; min-width: 0; padding: .1rem 0; border: 0; text-align: left; white-space: normal; }
  td:empty { display: none; } td::before { content: attr(data-label); color: var(--dim); font: 400 .92rem/1.5 system-ui, sans-serif; }
}
@media print { body { max-width: none; padding: 0; font-size: 10pt; } .tools, #more { display: none; } h2 { break-after: avoid; } tr, svg, .bars li { break-inside: avoid; }
  .cards li, svg rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
