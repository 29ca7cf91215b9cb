/** A speech server that understands every recording as the same words, and speaks in silence. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export const HEARD = "buy bread and candles";

export class SpeechServer {
  /** What it was asked: the words to speak, and the bytes of recordings. */
  readonly spoken: string[] = [];
  readonly recordings: Buffer[] = [];
  readonly url: string;

  private constructor(readonly server: Server) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<SpeechServer> {
    let self: SpeechServer;
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      if (request.url === "/v1/audio/transcriptions") {
        self.recordings.push(body);
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify({ text: HEARD }));
      } else if (request.url === "/v1/audio/speech") {
        self.spoken.push(JSON.parse(body.toString()).input);
        response.writeHead(200, { "content-type": "audio/wav" });
        response.end(silence(20));
      } else {
        response.writeHead(404);
        response.end();
      }
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    self = new SpeechServer(server);
    return self;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}

/** So many seconds of nothing, as a WAV file. */
function silence(seconds: number): Buffer {
  const rate = 8000;
  const samples = Buffer.alloc(seconds * rate, 128);
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}
