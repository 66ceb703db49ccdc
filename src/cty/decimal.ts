/** A number that no double holds exactly, such as 0.8 as written in a configuration: kept as its decimal text. */
export class CtyDecimal {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
