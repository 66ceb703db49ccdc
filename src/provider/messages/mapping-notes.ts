/** What comes after Proxmox's message in the problems of gpuhost_pci_mappings. */
import type { TextRow } from "./text-row.ts";

export const mappingNoteTexts: readonly TextRow[] = [
  {
    says: ["nothing is suggested while the IOMMU of … is off"],
    cause: "The host has changed, not the card",
    mend: "Switch the IOMMU on, restart the host, and run the plan again",
  },
  {
    says: ["was matched by the order of addresses"],
    cause:
      "One or more cards of a model are missing, and as many were found at other addresses. What was found may also be a twin that the host itself uses",
    mend: "Compare serial numbers, also for one card. If they are those of the missing cards, apply all suggestions for the node together",
  },
  {
    says: ["its function .0 was found elsewhere, and so it is at"],
    cause: "A line for another function of a card follows the card",
    mend: "The same as for the card",
  },
  {
    says: [
      "and the suggestion leaves it out",
      "no device of the node has these ids any more",
      "nothing is at its address now",
      "at its address is now …",
    ],
    cause: "The card is gone",
    mend: "If it was removed, apply. If not, look on the host whether `lspci` lists it and whether its slot is switched on",
  },
  {
    says: [
      "the only devices with these ids have lines of the same mappings that fit",
      "its card is gone, or is found where it has no such function",
    ],
    cause: "One of several equal cards is gone, and the others have lines of their own",
    mend: "The same as for a card that is gone",
  },
  {
    says: ["at its address is now …, of the same vendor", "what is at its address may be meant"],
    cause:
      "It may be a replacement, new firmware, a mistake in the line, or a card of the host: the provider cannot know",
    mend: "If it is the card that is meant, write the line that the message has",
  },
  {
    says: ["identical devices may have moved together", "with these ids there"],
    cause: "Cards of a model have changed places, and the number found is not the number missing",
    mend: "Compare serial numbers, and write the lines by hand",
  },
  {
    says: ["only … these ids, and other lines …"],
    cause: "The only card with these ids belongs to a line of another mapping",
    mend: "Find out which line is right, and remove the other one",
  },
  {
    says: ["only displays and accelerators are followed"],
    cause: "An equal disk controller or network card may be the host's own",
    mend: "Find out which one is meant, and write the line by hand",
  },
  {
    says: [
      "at its address is a virtual function",
      "nothing is at its address, but its virtual functions may not exist yet",
      "another line with the same ids names what may not exist yet",
    ],
    cause: "Virtual functions are made after the host's start, and may be missing now",
    mend: "Make them (`sriov_numvfs`), and plan again",
  },
  {
    says: [
      "its card is one of several that are interchangeable",
      "lines for different devices would all be at",
    ],
    cause: "Lines contradict each other, or could mean more than one card",
    mend: "Write the lines by hand",
  },
  {
    says: ["its devices have different subsystems"],
    cause: "A line with `;` names devices of different boards, but can have only one subsystem",
    mend: "Write a line for each device",
  },
  {
    says: ["the device is in no IOMMU group, and cannot be passed through until it is in one"],
    cause: "The kernel puts it into no group",
    mend: "See [GPU Is in No IOMMU Group](#gpu-is-in-no-iommu-group)",
  },
  {
    says: ["the ids or the address of the line cannot be read"],
    cause: "The line was edited by hand",
    mend: "Write it again",
  },
  {
    says: ["identical devices whose lines still fit may have moved too"],
    cause: "A line that fits may now fit another card of the same model",
    mend: "Compare serial numbers, and apply all suggestions for the node together",
  },
  {
    says: ["set mediated_devices to", "are capable of mediated devices and others are not"],
    cause: "The driver on the host now offers vGPUs, or no longer offers them",
    mend: "If that is meant, set `mediated_devices` as the message says; if not, look at the host's driver",
  },
];
