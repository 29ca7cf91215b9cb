/**
 * A model server that does as it is told, speaking Ollama's routes.
 *
 * What it answers depends on the last message alone, so tests need no shared state:
 * - `Say exactly: …` is answered with what follows, a few characters at a time;
 * - `Count to N` is answered with N words, slowly enough to watch;
 * - everything else is answered with one short sentence.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const DIMENSIONS = 384;
const CHAT = "scripted-chat:1b";
const EMBED = "scripted-embed:latest";

type Message = { role: string; content: string };

export class ModelServer {
  readonly #server: Server;
  readonly url: string;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(port = 0): Promise<ModelServer> {
    const server = createServer((request, response) => {
      answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
    return new ModelServer(server);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await read(request);
  switch (request.url) {
    case "/api/version":
      return json(response, { version: "0.0.0-scripted" });
    case "/api/tags":
      return json(response, { models: [tag(CHAT, ["completion"]), tag(EMBED, ["embedding"])] });
    case "/api/ps":
      return json(response, { models: [] });
    case "/api/show":
      return json(response, show(body.model ?? body.name));
    case "/api/embed":
      return json(response, { model: EMBED, embeddings: [body.input].flat().map(embed) });
    case "/api/chat":
      return chat(response, body);
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

function tag(name: string, capabilities: string[]) {
  return { name, model: name, size: 1_100_000_000, digest: name, details: details(), capabilities };
}

function show(name: string) {
  return {
    details: details(),
    capabilities: [name.startsWith("scripted-embed") ? "embedding" : "completion"],
    model_info: {
      "general.architecture": "scripted",
      "scripted.context_length": 32_768,
      "scripted.embedding_length": DIMENSIONS,
    },
  };
}

async function chat(response: ServerResponse, body: { messages: Message[]; stream?: boolean }): Promise<void> {
  const asked = body.messages.at(-1)?.content ?? "";
  const { pieces, every } = reply(asked);
  if (body.stream === false) {
    return json(response, { message: { role: "assistant", content: pieces.join("") }, done: true });
  }
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  for (const content of pieces) {
    if (response.destroyed) return;
    line(response, { message: { role: "assistant", content }, done: false });
    if (every > 0) await pause(every);
  }
  line(response, {
    message: { role: "assistant", content: "" },
    done: true,
    done_reason: "stop",
    prompt_eval_count: 100,
    eval_count: pieces.length,
    eval_duration: 1_000_000,
  });
  response.end();
}

function reply(asked: string): { pieces: string[]; every: number } {
  const exactly = asked.lastIndexOf("Say exactly: ");
  if (exactly >= 0) {
    return { pieces: asked.slice(exactly + "Say exactly: ".length).match(/[\s\S]{1,7}/g) ?? [""], every: 1 };
  }
  const count = /Count to (\d+)/.exec(asked);
  if (count) {
    return { pieces: Array.from({ length: Number(count[1]) }, (_, index) => `number ${index + 1}. `), every: 25 };
  }
  return { pieces: ["That ", "is ", "good ", "to ", "know."], every: 5 };
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
