/** The used part of Vega. Its own declarations need those of a browser, and are less strict than ours. */

export declare function parse(spec: object): object;

export declare class View {
  constructor(runtime: object, options: { readonly renderer: "none" });
  toSVG(): Promise<string>;
  finalize(): void;
}
