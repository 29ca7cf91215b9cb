/** Answers that are hard to show: emphasis without spaces, addresses in sentences, documents as code, deep lists. */
export const WIDE = `**注意：**请先备份，这是**“取出并重置”**模式，含**「重点」**内容。

**Markdown（マークダウン）**は__重要：__です。**이 용어(This term)**를 강조해 주세요。**好👍**请看~~（删除）~~这里。

官网（https://a.example/中国）和【https://b.example】，或www.c.example；写信：me@d.example。

\`\`\`markdown
# 说明

\`\`\`bash
ls **注意：**请
\`\`\`

完。
\`\`\`

${Array.from({ length: 20 }, (_, level) => `${"  ".repeat(level)}- 第 ${level + 1} 层的一句话，有一点长`).join("\n")}

${Array.from({ length: 8 }, (_, level) => `${"> ".repeat(level + 1)}quote ${level + 1}`).join("\n>\n")}

The end.
`;
