/**
 * How long reading and writing a large result takes, beside msgpack-lite alone.
 *
 *     node test/cty/msgpack-benchmark.ts [DEVICES]
 */
import { createCodec, decode, encode } from "msgpack-lite";
import { decodeMsgpack } from "../../src/cty/msgpack/decode.ts";
import { ctyBool, ctyList, ctyNumber, ctyObject, ctyString } from "../../src/cty/type.ts";
import { encodeMsgpack } from "../support/cty/encode.ts";

const RUNS = 9;

/** The fields of a device as the data source returns it. */
const type = ctyList(
  ctyObject({
    node: ctyString,
    path: ctyString,
    id: ctyString,
    subsystem_id: ctyString,
    iommu_group: ctyNumber,
    class: ctyString,
    name: ctyString,
    subsystem_name: ctyString,
    mdev: ctyBool,
    gpu: ctyBool,
    physical_function: ctyString,
    virtual_functions: ctyList(ctyString),
    used_by: ctyList(ctyString),
    mapping_name: ctyString,
    kind: ctyString,
  }),
);

function device(i: number) {
  const bus = (i % 256).toString(16).padStart(2, "0");
  return {
    node: `pve${i % 16}`,
    path: `0000:${bus}:00.0`,
    id: "10de:2204",
    subsystem_id: "1458:403b",
    iommu_group: i % 400,
    class: "030000",
    name: "NVIDIA Corporation GA102 [GeForce RTX 3090]",
    subsystem_name: "Gigabyte Technology Co., Ltd Device 403b",
    mdev: false,
    gpu: true,
    physical_function: null,
    virtual_functions: [],
    used_by: null,
    mapping_name: `gpu-pve${i % 16}-${bus}-00`,
    kind: "card",
  };
}

/** The median of several runs, in milliseconds, and the shortest. */
function measure(name: string, work: () => unknown): void {
  const times = Array.from({ length: RUNS }, () => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  }).sort((a, b) => a - b);
  console.log(`${name.padEnd(44)} ${times[RUNS >> 1]?.toFixed(1)} ms, at best ${times[0]?.toFixed(1)}`);
}

const count = Number(process.argv[2] ?? 100_000);
const plain = Array.from({ length: count }, (_, i) => device(i));
const values = plain.map((fields) => new Map(Object.entries(fields)));
const bytes = encodeMsgpack(values, type);
const codec = createCodec({ int64: true, usemap: true });
console.log(`${count} devices, ${bytes.length} bytes`);
measure("encodeMsgpack", () => encodeMsgpack(values, type));
measure("msgpack-lite alone, plain objects, no types", () => encode(plain));
measure("decodeMsgpack", () => decodeMsgpack(bytes, type));
measure("msgpack-lite alone, with the same codec", () => decode(Buffer.from(bytes), { codec }));
