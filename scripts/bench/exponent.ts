/** Fits power laws. */

/**
 * The exponent `b` of the `y = a · x^b` that fits best: the slope of the line through the logarithms, by least squares.
 * @param points At least two with different x; all numbers above zero.
 */
export function exponentOf(points: readonly (readonly [x: number, y: number])[]): number {
  const logarithms = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(logarithms.map(([x]) => x));
  const meanY = mean(logarithms.map(([, y]) => y));
  const covariance = mean(logarithms.map(([x, y]) => (x - meanX) * (y - meanY)));
  const variance = mean(logarithms.map(([x]) => (x - meanX) ** 2));
  return covariance / variance;
}
