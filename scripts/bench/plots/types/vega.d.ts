/** What is used of Vega. Its own declarations need a browser's, and are not as strict as ours. */

export declare function parse(spec: object): object;

export declare class View {
  constructor(runtime: object, options: { readonly renderer: "none" });
  toSVG(): Promise<string>;
  finalize(): void;
}
