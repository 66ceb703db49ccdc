/** What lspci prints of any devices is read as those devices, whatever switches it was given. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { devicesFromRecords, type PciRecord } from "../../../src/pci/device.ts";
import { PciFormatError } from "../../../src/pci/format-error.ts";
import { parseGroupList } from "../../../src/pci/lspci/group-list.ts";
import { type LspciDevice, parseLspci } from "../../../src/pci/lspci/lspci.ts";
import { withGroups } from "../../../src/pci/lspci/with-groups.ts";
import { received } from "../support/hardware.ts";
import { host, models } from "../support/lspci-hosts.ts";
import {
  GROUP_STYLES,
  LSPCI_FORMS,
  type LspciForm,
  printGroupList,
  printLspci,
  tellsAll,
} from "../support/lspci-printer.ts";

/** What the data source would say, with what the form leaves out left out. */
function expected(records: readonly PciRecord[], form: LspciForm): readonly Omit<LspciDevice, "address">[] {
  const names = form.includes("nn");
  const verbose = form.includes("v");
  // Without v a missing subsystem has a meaning only among those of many makers.
  const makers = new Set(records.map((one) => one.subsystem_vendor).filter((maker) => maker !== "0x0000"));
  return records.map((one) => {
    const alike = one.subsystem_vendor === one.vendor && one.subsystem_device === one.device;
    const borrowed = alike ? { subsystem_device_name: one.subsystem_device_name ?? one.device_name } : {};
    const [device] = devicesFromRecords("pve1", received([{ ...one, ...borrowed }]));
    if (device === undefined) throw new Error("one record is one device");
    const tellsSubsystem =
      tellsAll(form) || (form === "nnk" && (one.subsystem_vendor !== "0x0000" || makers.size >= 4));
    return {
      path: device.path,
      id: device.id,
      subsystemId: tellsSubsystem ? device.subsystemId : null,
      iommuGroup: verbose ? device.iommuGroup : null,
      class: tellsAll(form) ? device.class : device.class.slice(0, 4),
      name: names ? device.name : null,
      subsystemName: names && tellsSubsystem ? device.subsystemName : null,
      gpu: device.gpu,
    };
  });
}

/** What happens to a text between a terminal and a configuration, and changes nothing that it says. */
const PASTES: ((text: string) => string)[] = [
  (text) => text.replaceAll("\n", "\r\n"),
  (text) => text.replaceAll(" ", "\u00a0"),
  (text) => text.replaceAll("\t", "    "),
  (text) => text.replace(/^/gm, "> "),
  (text) => text.replace(/^/gm, "  "),
  (text) => `\`\`\`\n${text}\n\`\`\`\n`,
  (text) => `[CODE]${text}[/CODE]`,
  (text) => `root@pve:~# lspci\n${text}root@pve:~#\n`,
  (text) => `\n\n${text}\n\n`,
  (text) => text.replaceAll("[10de", "[\u001b[01;31m\u001b[K10de\u001b[m\u001b[K"),
];

/** What a reader gives, or the message with which it refuses. */
function outcome<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof PciFormatError) return error.message;
    throw error;
  }
}

const found = (devices: readonly LspciDevice[]) => devices.map(({ address: _, ...device }) => device);

const ordered = (records: readonly PciRecord[]): readonly PciRecord[] => {
  const paths = parseLspci(printLspci(records, "nn")).map(({ path }) => path);
  return records.toSorted((a, b) => paths.indexOf(a.id) - paths.indexOf(b.id));
};

describe.each(LSPCI_FORMS)("what lspci -%s prints", (form) => {
  test("is read as the devices that it was printed of", () => {
    fc.assert(
      fc.property(host, (records) => {
        const sorted = ordered(records);
        expect(found(parseLspci(printLspci(records, form)))).toEqual(expected(sorted, form));
      }),
    );
  });

  test("may have been pasted", () => {
    fc.assert(
      fc.property(host, fc.shuffledSubarray(PASTES), (records, pastes) => {
        const text = printLspci(records, form);
        const pasted = pastes.reduce((before, paste) => paste(before), text);
        expect(parseLspci(pasted)).toEqual(parseLspci(text));
      }),
    );
  });

  test("is never one device less, or one whose numbers are lost, where a line break is lost", () => {
    fc.assert(
      fc.property(host, fc.nat(), fc.constantFrom("", " "), (records, which, joint) => {
        const text = printLspci(records, form);
        const breaks = [...text.trimEnd().matchAll(/\n(?!\n)/g)].map(({ index }) => index);
        const at = breaks[which % breaks.length];
        fc.pre(at !== undefined);
        const damaged = text.slice(0, at) + joint + text.slice(at + 1);
        const numbers = ({ path, id, iommuGroup, subsystemId }: LspciDevice) => ({
          path,
          id,
          iommuGroup,
          subsystemId,
        });
        const read = outcome(() => parseLspci(damaged).map(numbers));
        return typeof read === "string"
          ? /^Line \d+ is .* Run lspci /s.test(read)
          : isDeepStrictEqual(read, parseLspci(text).map(numbers));
      }),
    );
  });

  test("may have lost its line endings and gained blank lines, complaints and a byte order mark", () => {
    fc.assert(
      fc.property(host, (records) => {
        const text = printLspci(records, form);
        const complaint =
          "lspci: Unable to load libkmod resources: error -2\n\npcilib: sysfs_read_vpd: read failed";
        const battered = `\ufeff${complaint}\n\n${text}\n`.replaceAll("\n", "  \r\n");
        expect(parseLspci(battered)).toEqual(parseLspci(text));
      }),
    );
  });
});

test.each(GROUP_STYLES)(
  "a list by IOMMU group, in the style %j, is read as the devices that it was printed of",
  (style) => {
    fc.assert(
      fc.property(
        host,
        fc.constantFrom("nn", "nnk", "mmnn"),
        fc.shuffledSubarray(PASTES),
        (records, form, pastes) => {
          const grouped = ordered(records).filter(({ iommugroup = -1 }) => iommugroup >= 0);
          fc.pre(grouped.length > 0);
          const list = pastes.reduce((before, paste) => paste(before), printGroupList(grouped, style, form));
          const read = parseLspci(list);
          expect(read.map(({ path, id, iommuGroup }) => ({ path, id, iommuGroup }))).toEqual(
            grouped.map(({ id, vendor, device, iommugroup }) => ({
              path: id,
              id: `${vendor.slice(2)}:${device.slice(2)}`,
              iommuGroup: iommugroup,
            })),
          );
          // The same list may be the groups of another output.
          expect(
            withGroups(parseLspci(printLspci(grouped, "nn")), parseGroupList(list)).map(
              ({ iommuGroup }) => iommuGroup,
            ),
          ).toEqual(grouped.map(({ iommugroup }) => iommugroup));
        },
      ),
    );
  },
);

test("the groups may come from a list", () => {
  fc.assert(
    fc.property(host, fc.constantFrom<LspciForm>("nn", "nnk"), fc.boolean(), (records, form, links) => {
      fc.pre(records.some(({ iommugroup = -1 }) => iommugroup >= 0));
      const list = records
        .filter(({ iommugroup = -1 }) => iommugroup >= 0)
        .map(({ id, iommugroup }) =>
          links
            ? `/sys/kernel/iommu_groups/${iommugroup}/devices/${id}`
            : `${id} ../../../../kernel/iommu_groups/${iommugroup}`,
        )
        .reverse()
        .join("\n");
      const groups = withGroups(parseLspci(printLspci(records, form)), parseGroupList(list));
      const wanted = ordered(records).map(({ iommugroup = -1 }) => (iommugroup < 0 ? null : iommugroup));
      expect(groups.map(({ iommuGroup }) => iommuGroup)).toEqual(wanted);
    }),
  );
});

test("any text is read or refused", () => {
  const pieces = fc.constantFrom(
    ...'03:00.0 |0000:|09:00.1|VGA [0300]: |NVIDIA [10de:2204]|[10de]| (rev a1)| (prog-if 00 [VGA])|\n|\r\n|\t|  |\tSubsystem: |\tFlags: fast devsel, |IOMMU group 1|IOMMU Group 2:|IOMMU Group 2 |group |IOMMU group: 3|Slot:\t|Class:\t|Vendor:\t|Device:\t|SVendor:\t|SDevice:\t|Rev:\tff|0300|10de|"|" |\\|--\n|root@pve:~# |lspci -nn|```|> |/sys/kernel/iommu_groups/|1/devices/|:\n| -> |50|pci 0000:03:00.0: Adding to iommu group 7|total 0|\u001b[|[m|\u00a0|\ufeff|!!! Unknown header type 7f'.split(
      "|",
    ),
  );
  const text = fc.oneof(
    { weight: 9, arbitrary: fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join("")) },
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(text, text, (output, groups) => {
      const outcomes = [outcome(() => parseLspci(output)), outcome(() => parseGroupList(groups))];
      return outcomes.every((read) => typeof read !== "string" || /^(?:Line \d+ |There is no )/.test(read));
    }),
    { numRuns: 2000 },
  );
});

test("thousands of devices are as good as one", () => {
  const records = Array.from({ length: 4096 }, (_, index): PciRecord => {
    const hex = index.toString(16).padStart(4, "0");
    const { vendor, device } = models[index % models.length] as (typeof models)[number];
    return {
      id: `${hex}:01:00.0`,
      class: "0x030000",
      vendor: vendor.number,
      device: device.number,
      vendor_name: vendor.name,
      device_name: device.name,
      subsystem_vendor: "0x1462",
      subsystem_device: "0x3884",
      iommugroup: index,
    };
  });
  for (const form of ["nnvv", "vmmnnk"] as const) {
    expect(found(parseLspci(printLspci(records, form)))).toEqual(expected(records, form));
  }
});
