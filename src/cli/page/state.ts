/** The states of a card on the page, and their words. */

/** All states, in the order of the page. The first that is true decides the colour of the card. */
export const STATES = ["offline", "drifted", "not-isolated", "used", "unknown", "free", "other"] as const;

/**
 * `unknown`: whether a guest uses it could not be read. `other`: not known as a card for guests, such as a network
 * adapter, and no guest is known to use it.
 */
export type State = (typeof STATES)[number];

/** For each state two words at most, and one sentence. */
export const STATE_WORDS: Readonly<Record<State, { readonly word: string; readonly meaning: string }>> = {
  offline: { word: "offline", meaning: "Its node did not answer. This is what mappings say of it." },
  drifted: {
    word: "drifted",
    meaning: "A mapping no longer fits what is there: guests that name it do not start.",
  },
  "not-isolated": {
    word: "not isolated",
    meaning: "Other devices share its IOMMU group, or something of it is in none.",
  },
  used: { word: "used", meaning: "The configuration of a guest names it." },
  unknown: { word: "use not known", meaning: "Whether a guest uses it could not be read." },
  free: { word: "free", meaning: "No guest uses it." },
  other: { word: "other device", meaning: "No card for guests, and no guest is known to use it." },
};
