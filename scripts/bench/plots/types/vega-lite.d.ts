/** What is used of Vega-Lite, for the same reason. */

/** A plot described as https://vega.github.io/schema/vega-lite/v6.json says. */
export declare function compile(spec: object): { readonly spec: object };
