/** A running server: the real binary with its own data folder, port and scripted model server. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type APIRequestContext, type APIResponse, request } from "@playwright/test";
import { ModelServer } from "./model_server.ts";

export type Person = { name: string; password: string };

/** How long a first start may take: unpacking and preparing the database included. */
const START_MS = 90_000;

export class Hearth {
  #administrator?: Person;
  #people = 0;

  private constructor(
    readonly url: string,
    public models: ModelServer,
    readonly folder: string,
    readonly process: ChildProcess,
    readonly log: string[],
  ) {}

  /** A server without accounts. `has` are the models of its model server, `settings` its environment variables. */
  static async start(has?: string[], settings: Record<string, string> = {}): Promise<Hearth> {
    const models = await ModelServer.start(0, has);
    const folder = await mkdtemp(join(tmpdir(), "hearth-end2end-"));
    // Started as root, Hearth switches to another account, which must be able to open its data.
    await chmod(folder, 0o755);
    const port = await freePort();
    const log: string[] = [];
    const child = spawn(binary(), ["serve"], {
      env: {
        ...process.env,
        HEARTH_LISTEN: `127.0.0.1:${port}`,
        HEARTH_DATA_DIR: join(folder, "data"),
        HEARTH_OLLAMA_URL: models.url,
        DATABASE_URL: "",
        // Where the tests run as root: Hearth does not choose a shared account by itself.
        HEARTH_USER: process.env.HEARTH_USER ?? "nobody",
        ...settings,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // Also when a test times out.
    process.once("exit", () => child.kill("SIGTERM"));
    for (const output of [child.stdout, child.stderr]) {
      output?.on("data", (chunk) => log.push(String(chunk)));
    }
    const hearth = new Hearth(`http://127.0.0.1:${port}`, models, folder, child, log);
    try {
      await hearth.#ready();
    } catch (error) {
      await hearth.stop();
      throw error;
    }
    return hearth;
  }

  /** A server with an administrator. */
  static async startSetUp(has?: string[], settings: Record<string, string> = {}): Promise<Hearth> {
    const hearth = await Hearth.start(has, settings);
    const administrator = { name: "Ada", password: "a lamp on the table" };
    await hearth.post("/api/setup/administrator", { ...administrator, language: "en", time_zone: "Europe/Lisbon" });
    hearth.#administrator = administrator;
    return hearth;
  }

  /** The first account. */
  get administrator(): Person {
    return this.#administrator ?? fail("this server has no administrator");
  }

  async stop(): Promise<void> {
    const gone = new Promise((exit) => this.process.once("exit", exit));
    if (this.process.exitCode === null && this.process.kill("SIGTERM")) await gone;
    await this.models.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Starts the model server again at the same port. */
  async restartModels(port: number): Promise<void> {
    this.models = await ModelServer.start(port);
  }

  /** A new account, by an invitation link. */
  async newPerson(name = `Person ${++this.#people}`): Promise<Person> {
    const person = { name, password: "warm bread and salt" };
    const link = await this.post("/api/people/invite", { name }, this.administrator);
    await this.post("/api/links/accept", { secret: link.secret, time_zone: "Europe/Lisbon", ...person });
    return person;
  }

  /** Calls a server function as a browser would, signed in or not. */
  async post(path: string, fields: Record<string, string>, as?: Person): Promise<any> {
    return this.#call(as, (browser) => browser.post(path, { form: fields }));
  }

  /** Reads as a browser would. */
  async get(path: string, as?: Person): Promise<any> {
    return this.#call(as, (browser) => browser.get(path));
  }

  async #call(as: Person | undefined, call: (browser: APIRequestContext) => Promise<APIResponse>): Promise<any> {
    const browser = await request.newContext({ baseURL: this.url, extraHTTPHeaders: { origin: this.url, accept: "application/json" } });
    try {
      if (as) await checked(await browser.post("/api/session/sign_in", { form: as }));
      return await checked(await call(browser));
    } finally {
      await browser.dispose();
    }
  }

  async #ready(): Promise<void> {
    const until = Date.now() + START_MS;
    while (Date.now() < until && this.process.exitCode === null) {
      const healthy = await fetch(`${this.url}/healthz`).then((reply) => reply.ok, () => false);
      if (healthy) return;
      await pause(100);
    }
    throw new Error(`Hearth did not become ready:\n${this.log.join("")}`);
  }
}

async function checked(reply: { ok(): boolean; status(): number; url(): string; text(): Promise<string> }) {
  const text = await reply.text();
  if (!reply.ok()) throw new Error(`${reply.url()}: ${reply.status()} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

function binary(): string {
  return process.env.HEARTH_BIN ?? fail("HEARTH_BIN names the binary to test");
}

function fail(why: string): never {
  throw new Error(why);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === "object" && address ? address.port : fail("no free port");
}
