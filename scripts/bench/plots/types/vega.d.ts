/**
 * The part of Vega that the plots use. Its own declarations need those of a browser, and
 * do not compile with our stricter options. They are also only there after `npm run bench` has installed it.
 */

/** @param spec a plot in the form of https://vega.github.io/schema/vega/v6.json */
export declare function parse(spec: object): object;

export declare class View {
  constructor(runtime: object, options: { readonly renderer: "none" });
  toSVG(): Promise<string>;
  finalize(): void;
}
