import { describe, expect, test } from "vitest";
import { formatAddress } from "../../src/pci/address.ts";
import { vfioDevicesOf } from "../../src/pci/guest-args.ts";

const whole = (args: string): string[] => vfioDevicesOf(args).whole.map(formatAddress);

describe("args take a device whole", () => {
  test.each<[string, string, string[]]>([
    ["as guides have it", "-device vfio-pci,host=00:02.0,addr=0x02", ["0000:00:02.0"]],
    [
      "one option each",
      "-device vfio-pci,host=0000:0b:00.0,multifunction=on,x-vga=on -device vfio-pci,host=0000:0b:00.1",
      ["0000:0b:00.0", "0000:0b:00.1"],
    ],
    ["among other arguments", "-cpu host,kvm=off  -device vfio-pci,host=01:00.0 -vga none", ["0000:01:00.0"]],
    ["in double quotes", '-device "vfio-pci,host=01:00.0"', ["0000:01:00.0"]],
    ["in single quotes", "-device 'vfio-pci,host=01:00.0,romfile=/a b.rom'", ["0000:01:00.0"]],
    ["partly in quotes", '-device vfio-pci,host="01:00.0",romfile="/a b\\" -device x"', ["0000:01:00.0"]],
    ["behind a backslash", "-device vfio-pci,romfile=/a\\ b,host=01:00.0", ["0000:01:00.0"]],
    ["behind two hyphens", "--device vfio-pci,host=01:00.0", ["0000:01:00.0"]],
    ["with the driver named", "-device driver=vfio-pci,host=01:00.0", ["0000:01:00.0"]],
    ["with the driver last", "-device host=01:00.0,driver=vfio-pci", ["0000:01:00.0"]],
    ["without hotplug", "-device vfio-pci-nohotplug,ramfb=on,host=01:00.0", ["0000:01:00.0"]],
    ["by the last of two", "-device vfio-pci,host=01:00.0,host=02:00.0", ["0000:02:00.0"]],
    ["beside a comma", "-device vfio-pci,romfile=a,,host=05:00.0,host=01:00.0", ["0000:01:00.0"]],
    ["as JSON", `-device '{"driver":"vfio-pci","id":"gpu","host":"0000:01:00.0"}'`, ["0000:01:00.0"]],
    ["in few digits", "-device vfio-pci,host=1:0.0", ["0000:01:00.0"]],
    ["in capitals", "-device vfio-pci,host=0000:C1:00.0", ["0000:c1:00.0"]],
    ["in another domain", "-device vfio-pci,host=10000:e1:00.0", ["10000:e1:00.0"]],
    [
      "by its place in sysfs",
      "-device vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:00:02.0",
      ["0000:00:02.0"],
    ],
    [
      "by its place among its bridges",
      "-device vfio-pci,sysfsdev=/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/",
      ["0000:01:00.0"],
    ],
  ])("%s", (_how, args, expected) => {
    expect(vfioDevicesOf(args)).toMatchObject({ parents: [], untraceable: false });
    expect(whole(args)).toEqual(expected);
  });
});

describe("args take no device", () => {
  test.each([
    ["when there are none", ""],
    ["with other drivers", "-device virtio-rng-pci,host=01:00.0 -device vfio-pcix,host=01:00.0"],
    ["with other options", "-set device.hostpci0.host=01:00.0 -chardev vfio-pci,host=01:00.0"],
    ["at the end of the line", "-cpu host -device"],
    [
      "when a quotation does not end, as Proxmox passes nothing then",
      "-device vfio-pci,host=01:00.0 -name 'x",
    ],
    ["by what is no address", "-device vfio-pci,host=gpu -device vfio-pci,host=01:00.8 -device vfio-pci"],
    [
      "by what is no JSON",
      "-device '{driver:vfio-pci}' -device '{\"driver\":5}' -device '{\"driver\":null}'",
    ],
    ["by a place in sysfs that is none", "-device vfio-pci,sysfsdev=/sys/bus/pci/devices/"],
  ])("%s", (_what, args) => {
    expect(vfioDevicesOf(args)).toEqual({ whole: [], parents: [], untraceable: false });
  });
});

describe("args take a mediated device", () => {
  const uuid = "4f3a0b9e-2a34-4f2a-9a53-0c1d2e3f4a5b";

  test("of the device that its place in sysfs names", () => {
    const {
      whole: none,
      parents,
      untraceable,
    } = vfioDevicesOf(`-device vfio-pci,sysfsdev=/sys/devices/pci0000:00/0000:00:02.0/${uuid},display=on`);
    expect([none, parents.map(formatAddress), untraceable]).toEqual([[], ["0000:00:02.0"], false]);
  });

  test("of nobody knows which by its UUID alone", () => {
    expect(vfioDevicesOf(`-device vfio-pci,sysfsdev=/sys/bus/mdev/devices/${uuid}`)).toEqual({
      whole: [],
      parents: [],
      untraceable: true,
    });
  });
});
