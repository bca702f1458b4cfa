// The style sheet of all pages: readable at 360 px, light and dark, with a visible focus.

/** Inlined into each page; the content security policy allows it by its hash. */
export const styleSheet = `
:root{color-scheme:light dark;--ink:#1b1a19;--paper:#f5f4f2;--card:#fff;--line:#8a8886;--quiet:#55534f;--accent:#4b4fb5;--accent-ink:#fff;--bad:#a4262c;--good:#0b6a0b}
@media(prefers-color-scheme:dark){:root{--ink:#f3f2f1;--paper:#1b1a19;--card:#292827;--line:#8a8886;--quiet:#c8c6c4;--accent:#a9adf5;--accent-ink:#16171f;--bad:#ff9fa3;--good:#7fd07f}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",sans-serif;overflow-wrap:anywhere}
main{max-width:28rem;margin:2rem auto;padding:1.5rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
main.wide{max-width:72rem}
@media(max-width:30rem){main{margin:0;border-width:0;border-radius:0;min-height:100vh;padding:1rem}}
h1{font-size:1.4rem;line-height:1.25;margin:0 0 .5rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
p,ul,ol,dl{margin:.5rem 0}
.quiet{color:var(--quiet)}.bad{color:var(--bad)}.good{color:var(--good)}
.banner{border-left:.25rem solid var(--accent);padding:.25rem .75rem;font-size:.875rem;color:var(--quiet)}
.error{border:1px solid var(--bad);border-radius:.25rem;padding:.5rem .75rem}
label{display:block;margin:.75rem 0 .25rem;font-weight:600}
label.inline{display:flex;gap:.5rem;align-items:center;font-weight:400}
input,select,textarea,button{font:inherit;color:inherit;max-width:100%}
input:not([type=checkbox]),select,textarea{width:100%;padding:.5rem;background:var(--paper);border:1px solid var(--line);border-radius:.25rem}
textarea{font-family:ui-monospace,monospace;font-size:.875rem;min-height:6rem}
input[type=checkbox]{width:1.25rem;height:1.25rem}
button,.button{display:inline-block;min-height:2.75rem;padding:.5rem 1rem;border:1px solid var(--line);border-radius:.25rem;background:transparent;cursor:pointer;text-decoration:none;color:inherit}
button.primary{background:var(--accent);border-color:var(--accent);color:var(--accent-ink)}
button.account{display:block;width:100%;text-align:left;margin:.5rem 0}
button.account small{display:block;color:var(--quiet)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.row{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:1rem;align-items:end}
.row>*{flex:0 1 auto}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.875rem}
th,td{text-align:left;padding:.375rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}
@media(max-width:40rem){thead{position:absolute;clip-path:inset(50%)}tr,td{display:block}td{border:0;padding:.125rem 0}tr{border-bottom:1px solid var(--line);padding:.5rem 0}}
code,pre{font-family:ui-monospace,monospace;font-size:.875rem}
pre{white-space:pre-wrap;background:var(--paper);padding:.5rem;border-radius:.25rem}
@media(prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}
`;
