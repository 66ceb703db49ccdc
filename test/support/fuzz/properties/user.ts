/** What people write or paste: addresses, property strings, output of lspci, certificates, arguments. */
import { deepStrictEqual } from "node:assert/strict";
import { CommanderError } from "commander";
import fc from "fast-check";
import { defineCommandLine } from "../../../../src/cli/definition.ts";
import { formatAddress, MAX_FUNCTION, parseAddress } from "../../../../src/pci/address.ts";
import type { PciRecord } from "../../../../src/pci/device.ts";
import { PciFormatError } from "../../../../src/pci/format-error.ts";
import { vfioDevicesOf } from "../../../../src/pci/guest-args.ts";
import { parseHostpci } from "../../../../src/pci/hostpci.ts";
import { parseGroupList } from "../../../../src/pci/lspci/group-list.ts";
import { parseLspci } from "../../../../src/pci/lspci/lspci.ts";
import { parseMappingLine } from "../../../../src/pci/mapping-line.ts";
import { addressesOf, propertiesOf } from "../../../../src/pci/property-string.ts";
import { loadAuthorities } from "../../../../src/proxmox/tls/authorities.ts";
import { LSPCI_FORMS, printLspci } from "../../../pci/support/lspci-printer.ts";
import { createCertificateAuthority } from "../../pve/certificate.ts";
import { type DecoderProperty, readOrRefuse, textsLike } from "../property.ts";

const slot = {
  domain: fc.oneof(fc.nat({ max: 0xffff }), fc.nat({ max: 0xffffffff })),
  bus: fc.nat({ max: 0xff }),
  device: fc.nat({ max: 0x1f }),
};
const plain = { noNullPrototype: true };
const address = fc.oneof(
  fc.record(slot, plain),
  fc.record({ ...slot, function: fc.nat({ max: MAX_FUNCTION }) }, plain),
);

const hex = (digits: number) =>
  fc.nat({ max: 16 ** digits - 1 }).map((value) => value.toString(16).padStart(digits, "0"));

const record: fc.Arbitrary<PciRecord> = fc
  .record({
    domain: fc.constantFrom("0000", "0001", "10000"),
    bus: hex(2),
    device: fc.nat({ max: 0x1f }),
    function: fc.nat({ max: 7 }),
    class: hex(6),
    ids: fc.tuple(hex(4), hex(4), hex(4), hex(4)),
    group: fc.integer({ min: -1, max: 300 }),
  })
  .map(
    ({
      domain,
      bus,
      device,
      function: number,
      class: code,
      ids: [vendor, model, subvendor, subdevice],
      group,
    }) => ({
      id: `${domain}:${bus}:${device.toString(16).padStart(2, "0")}.${number}`,
      class: `0x${code}`,
      vendor: `0x${vendor}`,
      device: `0x${model}`,
      subsystem_vendor: `0x${subvendor}`,
      subsystem_device: `0x${subdevice}`,
      iommugroup: group,
    }),
  );

const certificates = [createCertificateAuthority(), createCertificateAuthority()].map(({ certificatePem }) =>
  certificatePem.trim(),
);

/** The certificates in a text; null where it is refused. */
function loadPem(text: string): readonly string[] | null {
  const { authorities, problems } = loadAuthorities([{ attribute: "ca_pem", value: text, variable: null }]);
  return problems === null ? authorities : null;
}

/** What may stand in a property string without ending a part of it. */
const word = fc.stringMatching(/^[a-z0-9.:;-]{1,12}$/);

export const userProperties: readonly DecoderProperty[] = [
  {
    decoder: "BDF",
    holds: "every address is read as it was written, in any case",
    property: () =>
      fc.property(address, fc.boolean(), (one, isUpper) => {
        const text = formatAddress(one);
        deepStrictEqual(parseAddress(isUpper ? text.toUpperCase() : text), one);
      }),
  },
  {
    decoder: "BDF",
    holds: "any text is refused, or is an address that is read again as itself",
    property: () =>
      fc.property(textsLike("0000:03:00.0", "03:00", "ffffffff:", ".7", "1f"), (text) => {
        const found = readOrRefuse(() => parseAddress(text), PciFormatError);
        if (found !== null) deepStrictEqual(parseAddress(formatAddress(found.value)), found.value);
      }),
  },
  {
    decoder: "property strings",
    holds: "every property is read as it was written",
    property: () =>
      fc.property(
        fc.uniqueArray(fc.tuple(word, word), { selector: ([key]) => key, minLength: 1 }),
        (properties) => {
          const text = properties.map(([key, value]) => `${key}=${value}`).join(",");
          deepStrictEqual([...propertiesOf(text, "host")], properties);
        },
      ),
  },
  {
    decoder: "property strings",
    holds: "any line of a mapping, hostpci entry and argument of QEMU is read without an error",
    property: () =>
      fc.property(
        textsLike(
          "id=10de:2204,node=pve1,path=0000:01:00",
          "host=",
          "mapping=gpu",
          ",",
          ";",
          "-device vfio-pci,host=00:02.0",
          "'",
          '"',
          "\\",
          "%0A",
          "description=%",
        ),
        (text) => {
          propertiesOf(text, "host");
          addressesOf(text);
          parseMappingLine(text);
          parseHostpci(text);
          vfioDevicesOf(text);
        },
      ),
  },
  {
    decoder: "lspci",
    holds: "what lspci prints of any devices is read as those devices, in every form",
    property: () =>
      fc.property(
        fc.uniqueArray(record, { selector: ({ id }) => id, minLength: 1, maxLength: 8 }),
        fc.constantFrom(...LSPCI_FORMS),
        fc.boolean(),
        (records, form, isDos) => {
          const text = printLspci(records, form);
          const read = parseLspci(isDos ? text.replaceAll("\n", "\r\n") : text);
          deepStrictEqual(
            read.map(({ path, id }) => `${path} ${id}`),
            records
              .map(({ id, vendor, device }) => `${id} ${vendor.slice(2)}:${device.slice(2)}`)
              .toSorted((a, b) => order(a) - order(b)),
          );
        },
      ),
  },
  {
    decoder: "lspci",
    holds: "any text is read or refused, and no device is read twice",
    property: () =>
      fc.property(
        textsLike(
          "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [10de:2204] (rev a1)\n",
          "IOMMU Group 1 ",
          "\tSubsystem: x [1462:3884]\n",
          "Slot:\t01:00.0\nClass:\tx [0300]\nVendor:\tx [10de]\nDevice:\tx [2204]\n\n",
          '00:02.0 "VGA [0300]" "Intel [8086]" "x [0412]"\n',
          "\t",
          "root@pve1:~# ",
        ),
        (text) => {
          readOrRefuse(() => parseGroupList(text), PciFormatError);
          const found = readOrRefuse(() => parseLspci(text), PciFormatError);
          const paths = found?.value.map(({ path }) => path) ?? [];
          return new Set(paths).size === paths.length;
        },
      ),
  },
  {
    decoder: "PEM",
    holds: "certificates are found whatever stands between them",
    property: () =>
      fc.property(
        fc.array(fc.constantFrom(...certificates), { minLength: 1, maxLength: 3 }),
        fc.string().filter((text) => !text.includes("-----")),
        fc.constantFrom("\n", "\r\n"),
        (list, between, newline) => {
          const text = list
            .map((pem) => `${between}${newline}${pem.replaceAll("\n", newline)}`)
            .join(newline);
          return loadPem(text)?.length === list.length;
        },
      ),
  },
  {
    decoder: "PEM",
    holds: "any text is refused, or has certificates",
    property: () =>
      fc.property(
        textsLike(
          certificates[0] ?? "",
          "-----BEGIN CERTIFICATE-----\n",
          "\n-----END CERTIFICATE-----",
          "-----BEGIN PRIVATE KEY-----",
          "MIIB",
        ),
        (text) => (loadPem(text)?.length ?? 1) > 0,
      ),
  },
  {
    decoder: "the command line",
    holds: "any arguments are taken or refused",
    property: () =>
      fc.property(
        fc.array(
          textsLike(
            "inspect",
            "--json",
            "--classes",
            "gpu",
            "--timeout=5",
            "--",
            "completion",
            "bash",
            "--mdev",
            "true",
          ),
          { maxLength: 6 },
        ),
        (args) => {
          const program = defineCommandLine("0.0.0", () => {});
          const output = { writeOut: () => {}, writeErr: () => {} };
          for (const command of [program, ...program.commands])
            command.exitOverride().configureOutput(output);
          readOrRefuse(() => program.parse(args, { from: "user" }), CommanderError);
        },
      ),
  },
];

/** The order of addresses. */
function order(line: string): number {
  const [domain = "", bus = "", device = "", number = ""] = line.split(/[:. ]/);
  return (
    ((Number.parseInt(domain, 16) * 256 + Number.parseInt(bus, 16)) * 32 + Number.parseInt(device, 16)) * 8 +
    Number(number)
  );
}
