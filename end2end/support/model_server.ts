/**
 * A scripted model server with Ollama's routes.
 *
 * Its answer depends (almost) only on the last message, so tests need no shared state:
 * - `Say exactly: …` is answered with what follows, a few characters at a time;
 * - `Say slowly: …` the same, ten pieces a second;
 * - `Count to N` is answered with N words, forty a second;
 * - `Tell me something.` is answered with a fact that is in no message;
 * - `Which model are you?` is answered with the model's name;
 * - `Load for N ms.` in front of any of these delays the answer, as loading a model does;
 * - `Fail once: …` fails in the middle the first time, and is answered with what follows the second time;
 * - `Think N thoughts.` in front makes a thinking model think first, ten thoughts a second, unless the request forbids it;
 *   so does `Think exactly: … End of thoughts.`;
 * - a model with vision answers with the number and sizes of the pictures;
 * - everything else is answered with one short sentence.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const DIMENSIONS = 384;
const CHAT = "scripted-chat:1b";
/** A model with a small context window. */
export const SMALL = "scripted-small:1b";
export const EMBED = "scripted-embed:latest";
/** A model with vision. */
export const SEER = "scripted-seer:1b";
/** A thinking model; only servers that a test starts with it have it. */
export const THINKER = "scripted-thinker:1b";
export const FACT = "The cellar key hangs behind the red door, on a small brass hook beside old coats that smell of summer rain.";
const PULL_BYTES = 400_000_000;

type Message = { role: string; content: string; images?: string[] };

export class ModelServer {
  readonly #server: Server;
  readonly url: string;
  /** What it has; a pull adds to it. */
  readonly models: string[];
  /** The last message of every chat. */
  readonly asked: string[] = [];
  /** Every chat as it was asked for. */
  readonly chats: Question[] = [];
  /** Texts that have failed once. */
  readonly failed = new Set<string>();
  /** Fixed answers to messages that match; the first match counts. */
  readonly script: [RegExp, string][] = [];
  #releasePulls = () => {};
  /** A pull stops in the middle until a test calls `releasePulls`. */
  readonly pullsReleased = new Promise<void>((release) => (this.#releasePulls = release));

  private constructor(server: Server, models: string[]) {
    this.#server = server;
    this.models = models;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(port = 0, models = [CHAT, SMALL, SEER, EMBED]): Promise<ModelServer> {
    let self: ModelServer;
    const server = createServer((request, response) => {
      answer(self, request, response).catch(() => response.destroy());
    });
    await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
    self = new ModelServer(server, [...models]);
    return self;
  }

  releasePulls(): void {
    this.#releasePulls();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}

async function answer(server: ModelServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await read(request);
  switch (request.url) {
    case "/api/version":
      return json(response, { version: "0.0.0-scripted" });
    case "/api/tags":
      return json(response, { models: server.models.map((name) => tag(name, capabilities(name))) });
    case "/api/ps":
      return json(response, { models: [] });
    case "/api/show":
      return json(response, show(body.model ?? body.name));
    case "/api/embed":
      return json(response, { model: EMBED, embeddings: [body.input].flat().map(embed) });
    case "/api/chat":
      return chat(server, response, body);
    case "/api/pull":
      return pull(server, response, body.model ?? body.name);
    case "/api/generate":
      return json(response, { done: true });
    default:
      response.writeHead(404);
      response.end();
  }
}

async function read(request: IncomingMessage): Promise<any> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text === "" ? {} : JSON.parse(text);
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

function details() {
  return { format: "gguf", family: "scripted", parameter_size: "1.5B", quantization_level: "Q4_K_M" };
}

function capabilities(name: string): string[] {
  if (name.includes("embed")) return ["embedding"];
  if (name === THINKER) return ["completion", "thinking"];
  return name.includes("seer") ? ["completion", "vision"] : ["completion"];
}

function tag(name: string, capabilities: string[]) {
  return { name, model: name, size: 1_100_000_000, digest: name, details: details(), capabilities };
}

function show(name: string) {
  return {
    details: details(),
    capabilities: capabilities(name),
    model_info: {
      "general.architecture": "scripted",
      "scripted.context_length": name === SMALL ? 2_048 : 32_768,
      "scripted.embedding_length": DIMENSIONS,
    },
  };
}

/** Half arrives at once, the rest after `releasePulls`. */
async function pull(server: ModelServer, response: ServerResponse, name: string): Promise<void> {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  line(response, { status: "pulling manifest" });
  const layer = { status: "pulling layer", digest: "sha256:layer", total: PULL_BYTES };
  line(response, { ...layer, completed: PULL_BYTES / 2 });
  await server.pullsReleased;
  line(response, { ...layer, completed: PULL_BYTES });
  server.models.push(name.includes(":") ? name : `${name}:latest`);
  line(response, { status: "success" });
  response.end();
}

type Question = { model: string; messages: Message[]; stream?: boolean; think?: boolean };

async function chat(server: ModelServer, response: ServerResponse, body: Question): Promise<void> {
  const asked = body.messages.at(-1)?.content ?? "";
  server.asked.push(asked);
  server.chats.push(body);
  const images = body.messages.at(-1)?.images ?? [];
  if (!capabilities(body.model).includes("vision") && body.messages.some((message) => message.images?.length)) {
    response.writeHead(400, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: "this model cannot see pictures" }));
    return;
  }
  const scripted = server.script.find(([pattern]) => pattern.test(asked));
  const { pieces, every } =
    images.length > 0
      ? { pieces: [seen(images)], every: 1 }
      : scripted
        ? { pieces: [scripted[1]], every: 1 }
        : reply(asked, body.model);
  const load = asked.endsWith("Title:") ? 0 : Number(asked.match(/Load for (\d+) ms/g)?.at(-1)?.match(/\d+/)?.[0] ?? 0);
  if (load > 0) await pause(load);
  // The last one: what was recalled stands before the question.
  const fails = asked.match(/Fail once: .*/g)?.at(-1);
  if (fails && body.stream !== false && !server.failed.has(fails)) {
    server.failed.add(fails);
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    line(response, { message: { role: "assistant", content: "Half of it" }, done: false });
    line(response, { error: "an error was encountered while running the model" });
    response.end();
    return;
  }
  if (body.stream === false) {
    return json(response, { message: { role: "assistant", content: pieces.join("") }, done: true });
  }
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  for (const thinking of thoughts(asked, body)) {
    if (response.destroyed) return;
    line(response, { message: { role: "assistant", content: "", thinking }, done: false });
    await pause(100);
  }
  for (const content of pieces) {
    if (response.destroyed) return;
    line(response, { message: { role: "assistant", content }, done: false });
    if (every > 0) await pause(every);
  }
  line(response, {
    message: { role: "assistant", content: "" },
    done: true,
    done_reason: "stop",
    prompt_eval_count: Math.ceil(body.messages.reduce((sum, { content }) => sum + content.length, 0) / 4),
    eval_count: pieces.length,
    load_duration: load * 1_000_000,
    eval_duration: 1_000_000,
  });
  response.end();
}

function reply(asked: string, model: string): { pieces: string[]; every: number } {
  const exactly = /(?:Say exactly|Fail once): (?![\s\S]*(?:Say exactly|Fail once): )([\s\S]*)/.exec(asked);
  if (exactly) return { pieces: pieces(exactly[1]!), every: 1 };
  const slowly = /Say slowly: ([\s\S]*)/.exec(asked);
  if (slowly) return { pieces: pieces(slowly[1]!), every: 100 };
  if (asked.includes("Tell me something.")) return { pieces: [FACT], every: 1 };
  if (asked.includes("Which model are you?")) return { pieces: [`I am ${model}.`], every: 1 };
  const count = /Count to (\d+)/.exec(asked);
  if (count) {
    return { pieces: Array.from({ length: Number(count[1]) }, (_, index) => `number ${index + 1}. `), every: 25 };
  }
  return { pieces: ["That ", "is ", "good ", "to ", "know."], every: 5 };
}

/** A few characters each; of a long text so many more that it takes no longer than a second or two. */
function pieces(text: string): string[] {
  const size = Math.max(7, Math.ceil(text.length / 500));
  return text.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [""];
}

/** What comes before an answer: the question's own words about thoughts, or their number. */
function thoughts(asked: string, { model, think }: Question): string[] {
  if (!capabilities(model).includes("thinking") || think === false) return [];
  const exactly = /Think exactly: ([\s\S]*?) End of thoughts\./.exec(asked);
  if (exactly) return [exactly[1]!];
  const count = Number(/Think (\d+) thoughts\./.exec(asked)?.[1] ?? 0);
  return Array.from({ length: count }, (_, index) => `thought ${index + 1}. `);
}

/** "I see 2 pictures: 1200x1600 jpeg, 640x400 png." */
function seen(images: string[]): string {
  const sizes = images.map((image) => size(Buffer.from(image, "base64")));
  return `I see ${sizes.length} ${sizes.length === 1 ? "picture" : "pictures"}: ${sizes.join(", ")}.`;
}

function size(bytes: Buffer): string {
  if (bytes.subarray(1, 4).toString() === "PNG") return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)} png`;
  // A JPEG is a row of segments; the one with the size begins with C0 to C3.
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const kind = bytes[at + 1]!;
    if (kind >= 0xc0 && kind <= 0xc3) return `${bytes.readUInt16BE(at + 7)}x${bytes.readUInt16BE(at + 5)} jpeg`;
  }
  return "something else";
}

function line(response: ServerResponse, value: unknown): void {
  response.write(`${JSON.stringify(value)}\n`);
}

/** Texts that share words (or Chinese characters) are near each other; that is all recall needs here. */
function embed(text: string): number[] {
  const vector = new Array<number>(DIMENSIONS).fill(0);
  for (const word of text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}]+/gu) ?? []) {
    let hash = 2_166_136_261;
    for (const letter of word) hash = Math.imul(hash ^ letter.codePointAt(0)!, 16_777_619);
    vector[(hash >>> 0) % DIMENSIONS]! += 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
