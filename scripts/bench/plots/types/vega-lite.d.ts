/** The used part of Vega-Lite, for the same reason. */

/** A plot in the form of https://vega.github.io/schema/vega-lite/v6.json. */
export declare function compile(spec: object): { readonly spec: object };
