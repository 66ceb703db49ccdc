/** The style of the page: for desktop, phone, dark mode, paper, and colours of the reader's choice. */

/**
 * The contrast of text and background is at least 4.5 to 1, in both schemes. A state has a colour for text (`--c`), one
 * for the bracket of the card (`--k`) and one behind words (`--t`).
 */
export const STYLE = `
:root{color-scheme:light dark;
--page:#eef1f5;--case:#fff;--rail:#dfe4ec;--board:#fbfcfe;--line:#c8d0dc;--ink:#131a24;--soft:#4d5a6c;--link:#0b57c4;--gold:#c9a244;--shade:0 1px 2px #1a253514,0 4px 14px #1a253512;
--free:#0f6b3a;--free-k:#2ea566;--free-t:#dcf3e5;--used:#0a55b8;--used-k:#3b86ea;--used-t:#dfebfc;
--shared:#8a4b00;--shared-k:#e59a1f;--shared-t:#fdeccd;--drift:#a3123f;--drift-k:#dd3f6c;--drift-t:#fde0e8;
--off:#4d5563;--off-k:#8b94a3;--off-t:#e6e9ee;--vague:#5f4494;--vague-k:#9a7fd1;--vague-t:#ece5f9}
@media (prefers-color-scheme:dark){:root{
--page:#0c1016;--case:#151b24;--rail:#0a0e14;--board:#1b2330;--line:#344154;--ink:#e8edf4;--soft:#a3b0c2;--link:#83b5ff;--gold:#a5832f;--shade:0 1px 2px #0008,0 6px 18px #0006;
--free:#6fdc9e;--free-k:#2f9e63;--free-t:#12331f;--used:#8fc0ff;--used-k:#3b7fdb;--used-t:#14294a;
--shared:#f8c26b;--shared-k:#cf8718;--shared-t:#3b2908;--drift:#ff9db7;--drift-k:#cc3a64;--drift-t:#451526;
--off:#b4bdca;--off-k:#677386;--off-t:#252d39;--vague:#cbb5f7;--vague-k:#8a6cc6;--vague-t:#2b2145}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;overflow-wrap:anywhere}
h1,h2,h3,p,ul,dl,dd{margin:0;padding:0}ul{list-style:none}
h1{font-size:1.35rem;letter-spacing:-.01em}h2{font-size:1.1rem}h3{font-size:1rem}
button,input,select{font:inherit;color:inherit}
button,select,summary,.pill{cursor:pointer}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
[hidden]{display:none!important}
.away{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-99rem}.skip:focus{left:.5rem;top:.5rem;z-index:9;background:var(--case);padding:.5rem 1rem;border-radius:8px;color:var(--link)}
.sheet{position:absolute;width:0;height:0}
.i,.sheet{fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.sheet [fill]{stroke:none}
.i{width:1em;height:1em;flex:none;vertical-align:-.125em}
kbd{font:600 .75rem/1.2 ui-monospace,Consolas,"Liberation Mono",monospace;border:1px solid var(--line);border-bottom-width:2px;border-radius:5px;padding:.05rem .35rem;color:var(--soft);background:var(--board)}
.top,main,.bar,footer{padding-inline:max(1rem,calc(50vw - 46rem))}
.top{display:flex;flex-wrap:wrap;gap:.75rem 2rem;justify-content:space-between;align-items:end;padding-block:1.4rem .9rem}
.from{color:var(--soft)}.from b{font-weight:500;color:var(--ink)}
.sum{display:flex;gap:1.75rem}.sum div{display:flex;flex-direction:column-reverse}.sum dt{color:var(--soft);font-size:.8rem}.sum dd{font-weight:650;font-variant-numeric:tabular-nums}
.bar{position:sticky;top:0;z-index:3;background:color-mix(in srgb,var(--page) 94%,transparent);backdrop-filter:blur(6px);padding-block:.6rem;border-block:1px solid var(--line)}
.find{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}
.search{flex:1 1 18rem;display:flex;align-items:center;gap:.5rem;background:var(--case);border:1px solid var(--soft);border-radius:10px;padding:0 .7rem;min-height:2.6rem}
.search:focus-within{outline:3px solid var(--link);outline-offset:1px}
.search input{flex:1;min-width:0;border:0;background:none;padding:.4rem 0;outline:0}.search input::placeholder{color:var(--soft);opacity:1}
.choice select,.find button{min-height:2.6rem;border:1px solid var(--soft);border-radius:10px;background:var(--case);padding:0 .7rem;max-width:14rem}
#count{color:var(--soft);min-width:6.5rem;text-align:right;font-variant-numeric:tabular-nums}
.states{display:flex;flex-wrap:wrap;gap:.4rem;border:0;margin:.55rem 0 0;padding:0;min-width:0}
.pill{display:inline-flex;align-items:center;gap:.4rem;border:1px solid var(--line);border-radius:99px;background:var(--case);padding:.22rem .75rem;color:var(--c);min-height:2rem;white-space:nowrap}
.pill b{font-variant-numeric:tabular-nums}
.pill input{position:absolute;opacity:0;width:1px;height:1px}
.pill:has(:checked){background:var(--t);border-color:var(--c);box-shadow:inset 0 0 0 1px var(--c)}
.pill:has(:checked) span{text-decoration:underline;text-underline-offset:3px}
.pill:has(:focus-visible){outline:3px solid var(--link);outline-offset:2px}
.s-free{--c:var(--free);--k:var(--free-k);--t:var(--free-t)}.s-used{--c:var(--used);--k:var(--used-k);--t:var(--used-t)}
.s-not-isolated{--c:var(--shared);--k:var(--shared-k);--t:var(--shared-t)}.s-drifted{--c:var(--drift);--k:var(--drift-k);--t:var(--drift-t)}
.s-offline,.s-other{--c:var(--off);--k:var(--off-k);--t:var(--off-t)}.s-unknown{--c:var(--vague);--k:var(--vague-k);--t:var(--vague-t)}
main{padding-block:1rem 2rem;outline:0}
.warnings{background:var(--shared-t);border:1px solid var(--shared-k);border-radius:12px;padding:.55rem 1rem;margin-bottom:1rem}
.warnings summary{font-weight:600;color:var(--shared)}.warnings section{padding:.6rem 0 .2rem}.warnings summary .i{margin:0 .5rem}
.text,.problem{white-space:pre-line}
.node{background:var(--case);border:1px solid var(--line);border-radius:16px;box-shadow:var(--shade);margin-bottom:1rem;content-visibility:auto;contain-intrinsic-size:auto 22rem}
.head{display:flex;flex-wrap:wrap;align-items:center;gap:.3rem .9rem;padding:.75rem 1.1rem}
.led{width:.7rem;height:.7rem;border-radius:50%;background:var(--free-k);box-shadow:0 0 0 3px var(--free-t)}.led.off{background:none;border:2px solid var(--off-k);box-shadow:none}
.fact{color:var(--soft);font-size:.9rem}.fact+.fact::before{content:"";display:inline-block;width:1px;height:.9em;background:var(--line);margin-right:.9rem;vertical-align:-.1em}
.bad{color:var(--shared);font-weight:600}.bad .i{margin-right:.3rem}
.reason,.empty{padding:0 1.1rem .9rem;color:var(--soft)}
.node>.slots{background:var(--rail);border-top:1px solid var(--line);border-radius:0 0 15px 15px;padding:1rem 1.1rem 1.1rem}
.slots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(19rem,100%),1fr));gap:1.1rem;align-items:stretch}
.card{position:relative;background:var(--board);border:1px solid var(--line);border-radius:4px 10px 10px 4px;padding:.65rem .8rem 1.35rem 1.55rem;display:flex;flex-direction:column;gap:.3rem;box-shadow:var(--shade)}
.card::before{content:"";position:absolute;inset:-.4rem auto -.4rem -.3rem;width:.95rem;border-radius:3px;background:var(--k)}
.card.s-used::before{background:repeating-linear-gradient(0deg,var(--k) 0 9px,color-mix(in srgb,var(--k) 72%,#000) 9px 12px)}
.card.s-not-isolated::before{background:repeating-linear-gradient(45deg,var(--k) 0 6px,color-mix(in srgb,var(--k) 60%,#000) 6px 11px)}
.card.s-drifted::before{background:repeating-linear-gradient(0deg,var(--k) 0 4px,color-mix(in srgb,var(--k) 55%,#000) 4px 7px)}
.card.s-offline::before,.card.s-other::before{background:var(--board);border:2px dashed var(--k)}
.card.s-unknown::before{background:radial-gradient(circle,#fff8 1.5px,transparent 2px) 0 0/7px 7px var(--k)}
.card::after{content:"";position:absolute;left:1.9rem;bottom:-1px;width:58%;height:.6rem;border-radius:2px 2px 0 0;background:linear-gradient(90deg,transparent 22%,var(--board) 22% 25%,transparent 25%),repeating-linear-gradient(90deg,var(--gold) 0 5px,var(--board) 5px 8px)}
.card.k-expected{border:1.5px dashed var(--k);box-shadow:none}.card.k-expected::after{opacity:.35}
.card.k-other{align-self:start;padding-bottom:.75rem;box-shadow:none;border-radius:4px}.card.k-other::after{content:none}.card.k-other::before{inset:-1px auto -1px -1px;width:.7rem}.k-other .name{font-weight:550;font-size:.95rem}
.card:hover{border-color:var(--k)}
.card.open{outline:3px solid var(--link);outline-offset:3px}
.line{display:flex;flex-wrap:wrap;gap:.25rem .5rem;justify-content:space-between;align-items:center}
.path{border:0;background:none;padding:.1rem .3rem;margin-left:-.3rem;border-radius:6px;font:600 .92rem ui-monospace,Consolas,"Liberation Mono",monospace;color:var(--link);text-decoration:underline;text-decoration-color:transparent;text-underline-offset:3px;text-align:left}
.path:hover{text-decoration-color:currentColor}
.is{display:flex;flex-wrap:wrap;gap:.3rem}.is>span{display:inline-flex;gap:.3rem;align-items:center;background:var(--t);color:var(--c);border-radius:99px;padding:.08rem .55rem;font-size:.8rem;font-weight:600}
.name{font-weight:650;font-size:1.02rem;line-height:1.3}
.ids{font:.85rem ui-monospace,Consolas,"Liberation Mono",monospace;color:var(--soft)}
i{font:.78rem system-ui,sans-serif;border:1px solid var(--line);border-radius:6px;padding:0 .4rem;margin-left:.5rem;color:var(--soft);white-space:nowrap}
.group{position:relative;display:flex;flex-wrap:wrap;gap:.35rem;border:1.5px solid var(--soft);border-radius:8px;padding:.75rem .5rem .45rem;margin-top:.55rem}
.group.none{border-style:dotted;border-color:var(--shared-k)}
.label{position:absolute;top:-.68rem;left:.6rem;background:var(--board);padding:0 .35rem;font-size:.78rem;color:var(--soft)}
.chip{border:1px solid var(--line);border-radius:6px;background:var(--case);padding:.12rem .5rem;font-size:.84rem;min-height:1.75rem;color:var(--soft)}
.chip b{font:600 .84rem ui-monospace,Consolas,"Liberation Mono",monospace;color:var(--ink)}
.chip:hover{border-color:var(--link)}
.chip.peer{border:1.5px dashed var(--shared-k);background:var(--shared-t);color:var(--shared)}.chip.peer b{color:inherit}.chip.peer .i{margin-right:.3rem}
.use,.map{font-size:.87rem;color:var(--soft);padding-left:1.5rem;position:relative}.use .i,.map .i{position:absolute;left:0;top:.22rem}
.use{color:var(--used)}
.frame{border:2px dashed var(--shared-k);border-radius:12px;padding:.6rem .9rem .9rem;background:repeating-linear-gradient(45deg,transparent 0 10px,color-mix(in srgb,var(--shared-k) 7%,transparent) 10px 20px)}
.tied{color:var(--shared);font-weight:600;font-size:.88rem;margin-bottom:.7rem}.tied .i{margin-right:.4rem}
.nothing{padding:3rem 1rem;text-align:center;color:var(--soft)}
.mappings{margin-top:2rem}.mappings h2{margin-bottom:.7rem}
.maps{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(24rem,100%),1fr));gap:.9rem;align-items:start}
.mapping{background:var(--case);border:1px solid var(--line);border-radius:12px;padding:.75rem 1rem;display:flex;flex-direction:column;gap:.35rem;content-visibility:auto;contain-intrinsic-size:auto 9rem}
.mapping h3{font:600 .95rem ui-monospace,Consolas,"Liberation Mono",monospace}.mapping i{margin:0}
.where li{padding:.15rem 0;font-size:.9rem}.where em{font-style:normal;color:var(--soft)}
.problem{border-left:3px solid var(--drift-k);padding-left:.6rem;margin:.25rem 0;color:var(--drift);font-size:.87rem}
pre{margin:.5rem 0;padding:.7rem .8rem;border-radius:8px;background:var(--rail);border:1px solid var(--line);overflow:auto;font:.82rem/1.5 ui-monospace,Consolas,"Liberation Mono",monospace;max-height:20rem;overflow-wrap:normal}
summary{padding:.15rem 0;color:var(--link)}
.copy{display:inline-flex;gap:.45rem;align-items:center;border:1px solid var(--soft);border-radius:8px;background:var(--case);padding:.25rem .7rem;min-height:2.2rem}
.copy:hover{border-color:var(--link)}.copy .i{color:var(--link)}
.copy code{font:.85rem ui-monospace,Consolas,"Liberation Mono",monospace}
@media (min-width:80rem){.looking :is(.top,main,.bar,footer){padding-right:31rem}}
footer{color:var(--soft);padding-block:.5rem 2.5rem;font-size:.88rem}.keys{margin-bottom:.4rem;line-height:2}
#tip{position:fixed;z-index:6;max-width:min(24rem,92vw);background:var(--ink);color:var(--page);border-radius:8px;padding:.5rem .75rem;font-size:.86rem;box-shadow:0 6px 24px #0005}
#tip b{font:600 .86rem ui-monospace,Consolas,"Liberation Mono",monospace}#tip div{display:flex;gap:.5rem}#tip div span:first-child{min-width:5.2rem;opacity:.8}
#details{position:fixed;z-index:5;inset:0 0 0 auto;width:min(29rem,100vw);background:var(--case);border-left:1px solid var(--line);box-shadow:-8px 0 30px #0003;padding:1.1rem 1.25rem 2rem;overflow:auto;overscroll-behavior:contain}
#details h2{font-size:1.2rem;padding-right:3rem;outline:0}#details h3{margin:1.1rem 0 .4rem;font-size:.8rem;letter-spacing:.05em;text-transform:uppercase;color:var(--soft)}
#details .close{position:absolute;top:.8rem;right:.9rem;width:2.5rem;height:2.5rem;border:1px solid var(--line);border-radius:8px;background:var(--case);font-size:1.2rem;line-height:1}
#details .from{padding-right:3rem}#details .copies{display:flex;flex-wrap:wrap;gap:.4rem;margin-top:.6rem}
#details ul{display:grid;gap:.35rem}#details .state{display:flex;gap:.55rem;align-items:baseline;color:var(--c)}#details .state .i{position:relative;top:.1rem}
#details .fn{border:1px solid var(--line);border-radius:8px;padding:.5rem .6rem}#details .fn.here{border-color:var(--link);box-shadow:inset 3px 0 var(--link)}
#details .fn p{color:var(--soft);font-size:.88rem}
#details .note{border-left:3px solid var(--line);padding-left:.6rem;white-space:pre-line}
@media (min-width:44rem){.frame.w2{grid-column:span 2}}
@media (min-width:44rem) and (max-width:66rem){.frame.w3,.frame.w4{grid-column:span 2}}
@media (min-width:66rem){.frame.w3,.frame.w4{grid-column:1/-1}}
@media (max-width:44rem){body{font-size:16px}.top{padding-block:1rem .7rem}.sum{gap:1.25rem}.bar{position:static}.search{flex-basis:100%}.search kbd{display:none}.choice{flex:1 1 8rem}.choice select{width:100%;max-width:none}
#count{flex:1 0 auto}.chip{min-height:2.4rem;padding-inline:.7rem}.pill{min-height:2.4rem}.node{border-radius:12px}.node>.slots{padding:.9rem .8rem 1rem;border-radius:0 0 11px 11px}.frame{padding:.6rem .6rem .8rem .7rem}
#details{inset:auto 0 0 0;width:auto;max-height:78vh;border-left:0;border-top:1px solid var(--line);border-radius:16px 16px 0 0;box-shadow:0 -8px 30px #0004}.keys{display:none}.fact+.fact::before{content:none}}
@media (forced-colors:active){.card::before{border:2px solid CanvasText}.led{border:2px solid CanvasText}.pill:has(:checked){outline:2px solid Highlight}}
@media print{.bar,.keys,#details,#tip{display:none!important}.node,.mapping{content-visibility:visible;break-inside:avoid;box-shadow:none}}
`;
