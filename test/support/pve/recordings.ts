import { readFileSync } from "node:fs";
import { isJsonObject, type Json } from "./json.ts";
import { parseRawAnswer, type RawAnswer } from "./raw-answer.ts";

/** The clusters whose answers were recorded: PVE 9.2 and PVE 7.4. */
export type RecordingName = "pve9" | "pve7";

export interface Recording {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    /** With which rights it was asked, in words. */
    readonly as: string;
    readonly form?: Readonly<Record<string, string>>;
  };
  readonly answer: RawAnswer;
}

const FIXTURES = new URL("../../fixtures/pve/", import.meta.url);

/** Reads every recorded request of a cluster with its answer. */
export function loadRecordings(cluster: RecordingName): Recording[] {
  const requests = JSON.parse(readFileSync(new URL("requests.json", FIXTURES), "utf8")) as Record<
    string,
    Recording["request"]
  >;
  return Object.entries(requests).map(([name, request]) => ({
    name,
    request,
    answer: parseRawAnswer(readFileSync(new URL(`${cluster}/${name}.http`, FIXTURES))),
  }));
}

/** The `data` of a recorded JSON answer. */
export function recordedData(recordings: readonly Recording[], name: string): Json {
  const recording = recordings.find((candidate) => candidate.name === name);
  if (recording === undefined) throw new Error(`no recording is named '${name}'`);
  const body: unknown = JSON.parse(recording.answer.body.toString("utf8"));
  if (!isJsonObject(body) || body["data"] === undefined) throw new Error(`recording '${name}' has no data`);
  return body["data"];
}
