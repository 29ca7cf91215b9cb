/**
 * Words that would run a script if they ever became elements: a small grammar, written out.
 *
 * Each calls `q()`, which only the page of a test has. They are short, because a person's name has 64 letters.
 */

/** Elements that run something by themselves, and what makes them. */
const ELEMENTS: [tag: string, attributes: string][] = [
  ["img", "src=x onerror"],
  ["img", "src onerror"],
  ["image", "src=x onerror"],
  ["svg", "onload"],
  ["body", "onload"],
  ["body", "onpageshow"],
  ["iframe", "onload"],
  ["embed", "src=/ onload"],
  ["object", "data=/ onload"],
  ["video", "src=x onerror"],
  ["audio", "src=x onerror"],
  ["input", "autofocus onfocus"],
  ["button", "autofocus onfocus"],
  ["select", "autofocus onfocus"],
  ["textarea", "autofocus onfocus"],
  ["details", "open ontoggle"],
  ["marquee", "onstart"],
  ["script", "src=x onerror"],
  ["link", "rel=stylesheet href=x onerror"],
  ["p", "tabindex=0 autofocus onfocus"],
  ["div", "onmouseover"],
  ["a", "href=# onclick"],
  ["form", "onsubmit"],
  ["dialog", "open onclose"],
  ["math", "onclick"],
  ["mtext", "onmouseover"],
  ["table", "background=x onclick"],
  ["style", "onload"],
  ["input", "type=image src=x onerror"],
  ["p", "contenteditable autofocus onfocus"],
];

/** Ways to write the same element so that a filter reads past it. */
const ENCODINGS: ((tag: string, attributes: string) => string)[] = [
  (tag, attributes) => `<${tag} ${attributes}=q()>`,
  (tag, attributes) => `<${tag.toUpperCase()} ${attributes.toUpperCase()}=q()>`,
  (tag, attributes) => `<${tag}/${attributes.replaceAll(" ", "/")}=q()>`,
  (tag, attributes) => `<${tag} ${attributes}="q()"`,
  (tag, attributes) => `"><${tag} ${attributes}=q()>`,
  (tag, attributes) => `'><${tag} ${attributes}='q()'>`,
  (tag, attributes) => `--><${tag} ${attributes}=q()>`,
  (tag, attributes) => `</p><${tag} ${attributes}=q()>`,
  (tag, attributes) => `</title><${tag} ${attributes}=q()>`,
  (tag, attributes) => `]]><${tag} ${attributes}=q()>`,
  (tag, attributes) => `<<${tag} ${attributes}=q()>`,
  (tag, attributes) => `<x <${tag} ${attributes}=q()>`,
  (tag, attributes) => `&lt;${tag} ${attributes}=q()&gt;`,
  (tag, attributes) => `&#60;${tag} ${attributes}=q()&#62;`,
  (tag, attributes) => `&#x3c${tag} ${attributes}=&#113;()>`,
  (tag, attributes) => `\\x3c${tag} ${attributes}=q()\\x3e`,
  (tag, attributes) => `<${tag} ${attributes}\u00a0=q()>`,
];

const SCRIPTS = [
  "<script>q()</script>",
  "<script>q()//",
  "</script><script>q()</script>",
  "<svg><script>q()</script>",
  "<svg><a href=javascript:q()>a",
  "<math href=javascript:q()>a",
  "<iframe src=javascript:q()>",
  "<object data=javascript:q()>",
  "<form action=javascript:q()>",
  "<base href=javascript:q()//>",
  "{{constructor.constructor('q()')()}}",
  "${q()}",
  "<%=q()%>",
  "<!--<img src='--><img src=x onerror=q()>'-->",
  "<style><img src='</style><img src=x onerror=q()>'>",
  "<noscript><p title='</noscript><img src=x onerror=q()>'>",
  "<svg></p><style><a id='</style><img src=x onerror=q()>'>",
  "<math><mtext><table><mglyph><style><img src=x onerror=q()>",
];

/** Addresses that are scripts. */
export const ADDRESSES = [
  "javascript:q()",
  "JaVaScRiPt:q()",
  "java\tscript:q()",
  "&#106;avascript:q()",
  "&#x6A;avascript:q()",
  "javascript&colon;q()",
  "%6Aavascript:q()",
  "\u0001javascript:q()",
  "javascript://a.example/%0Aq()",
  "data:text/html,<script>q()</script>",
  "vbscript:q()",
  "https:javascript:q()",
];

export const PAYLOADS: string[] = [
  ...new Set([...ELEMENTS.flatMap((element) => ENCODINGS.map((write) => write(...element))), ...SCRIPTS]),
];

/** As many in each text as fit; what is longer than one text stands nowhere. */
export function packed(payloads: string[], longest: number): string[] {
  const texts: string[] = [];
  for (const payload of payloads.filter(({ length }) => length <= longest)) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + 1 + payload.length <= longest) texts[texts.length - 1] = `${last} ${payload}`;
    else texts.push(payload);
  }
  return texts;
}
